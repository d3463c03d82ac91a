"""Which of an actor's followers live on one host, and what deliveries there say of them (FEP-8fcf).

The header goes out with what is addressed to followers, and only to a host that has one (T92): a
digest over few can be guessed, and nobody else is to learn even that.
"""

from collections.abc import Iterable, Sequence

import msgspec

from federation.followers_sync import FollowersClaim, followers_digest, render_claim
from node.db.tx import Tx
from node.outbox.deliveries import Delivery


class Addressed(msgspec.Struct):
    """To whom an activity of ours goes."""

    to: list[str] | str = []
    cc: list[str] | str = []


read_addressed = msgspec.json.Decoder(Addressed).decode


def followers_at(tx: Tx, actor_id: int, host: str) -> list[str]:
    """The iris of the accepted followers that one of our actors has on a host of others."""
    rows = tx.all(
        """
        select a.iri from follow f join actor a on a.id = f.follower_id
        where f.followed_id = :actor_id and f.follower_host = :host and f.state = 'accepted'
          and a.local = 0 and a.deleted_at is null
        order by a.iri
        """,
        actor_id=actor_id,
        host=host,
    )
    return [row["iri"] for row in rows]


def list_url(followers: str, host: str) -> str:
    """Where the list of the followers on one host is, for that host alone."""
    return f"{followers}?domain={host}"


def claims_for(tx: Tx, host: str, deliveries: Sequence[Delivery]) -> dict[int, str]:
    """The value of the header for each delivery to `host` that carries one, by delivery id."""
    collections = followers_collections(tx, {one.actor_id for one in deliveries})
    made: dict[int, str | None] = {}
    claims: dict[int, str] = {}
    for one in deliveries:
        collection = collections.get(one.actor_id)
        if collection is None or not is_for(collection, one):
            continue
        if one.actor_id not in made:
            made[one.actor_id] = claim_for(tx, one.actor_id, collection, host)
        claim = made[one.actor_id]
        if claim is not None:
            claims[one.id] = claim
    return claims


def claim_for(tx: Tx, actor_id: int, collection: str, host: str) -> str | None:
    iris = followers_at(tx, actor_id, host)
    if not iris:
        return None
    return render_claim(
        FollowersClaim(collection, list_url(collection, host), followers_digest(iris))
    )


def is_for(collection: str, delivery: Delivery) -> bool:
    """Whether a delivery is of an activity that is addressed to those followers."""
    if collection not in delivery.body:
        return False
    addressed = read_addressed(delivery.body)
    return collection in addressed.to or collection in addressed.cc


def followers_collections(tx: Tx, actor_ids: Iterable[int]) -> dict[int, str]:
    rows = tx.all(
        "select id, followers from actor where id in (:ids[]) and followers is not null",
        ids=list(actor_ids),
    )
    return {row["id"]: row["followers"] for row in rows}
