"""Which pictures are fetched next, in whose name, and what became of the last try."""

from collections.abc import Collection

from federation.domains import domain_of
from federation.signatures import SigningKey
from node.arrivals.host_rates import HOUR_S, is_related
from node.base.ids import chance
from node.db.tx import Tx
from node.outbox.signing_keys import node_key, reader_key
from node.topics.remote_pictures.rules import (
    HELD_S,
    PER_HOST_AN_HOUR,
    RETRY_S,
    TRIES_MAX,
    delay_s,
)
from node.topics.remote_pictures.store import (
    Audience,
    RemotePicture,
    drop_pictures,
    hang_on_post,
)

PLANNED_AT_ONCE = 200


def plan_new(tx: Tx, now: int) -> int:
    """Look at pictures that came with posts: those of hosts that we have a relation with are
    fetched in a while, at a time that says nothing; the rest is forgotten until somebody asks for
    it. Posts that wait for a look wait with their pictures. Of how many.
    """
    rows = tx.all(
        """
        select r.*, max(a.host) as author_host
        from remote_picture r join remote_picture_post u on u.picture_id = r.id
        join post p on p.id = u.post_id join actor a on a.id = p.author_id
        where r.state = 'new' and not exists (
            select 1 from held_post h where h.post_id = u.post_id)
        group by r.id
        order by r.id limit :most
        """,
        most=PLANNED_AT_ONCE,
    )
    for row in rows:
        picture = RemotePicture.from_row(row)
        if is_of_neighbour(tx, picture.host, row["author_host"]):
            want(tx, picture.id, now, now + delay_s(chance()))
        else:
            drop_pictures(tx, [picture], now)
    return len(rows)


def is_of_neighbour(tx: Tx, host: str, author_host: str) -> bool:
    """Whether a picture's host is one that we have a relation with, or keeps the pictures of one:
    then both have the same registered domain."""
    if has_dealings(tx, host):
        return True
    return domain_of(host) == domain_of(author_host) and has_dealings(tx, author_host)


def has_dealings(tx: Tx, host: str) -> bool:
    """Whether somebody here follows somebody there or the reverse, or belongs to a community with
    somebody there, wherever that lives."""
    if is_related(tx, host):
        return True
    row = tx.one(
        """
        select 1 as found from membership m
        join actor a on a.id = m.actor_id join actor g on g.id = m.community_id
        where a.deleted_at is null and g.deleted_at is null
          and ((a.host = :host and g.local = 1) or (g.host = :host and a.local = 1))
        limit 1
        """,
        host=host,
    )
    return row is not None


def ask_for(tx: Tx, post_id: int, url: str, audience: Audience, now: int) -> None:
    """Have a picture fetched now, because a member pressed for it; what is kept or awaited stays.

    `url` is one that hangs on that post, which the member may see.
    """
    row = tx.one(
        """
        select r.id from remote_picture r join remote_picture_post u on u.picture_id = r.id
        where u.post_id = :post_id and r.url = :url
        """,
        post_id=post_id,
        url=url,
    )
    if row is None:
        others = tx.all(
            """
            select r.url from remote_picture r join remote_picture_post u on u.picture_id = r.id
            where u.post_id = :post_id
            """,
            post_id=post_id,
        )
        hang_on_post(tx, post_id, [url, *(one["url"] for one in others)], audience, now)
        ask_for(tx, post_id, url, audience, now)
        return
    tx.run(
        """
        update remote_picture set tries = 0
        where id = :id and state = 'given up' and tried_at <= :before
        """,
        id=row["id"],
        before=now - HOUR_S,
    )
    want(tx, row["id"], now, now)


def want(tx: Tx, picture_id: int, now: int, next_at: int) -> None:
    """Have a picture fetched at `next_at`, unless it is kept, awaited before, or given up."""
    tx.run(
        """
        update remote_picture
        set state = 'wanted', wanted_at = :now, next_at = :next_at
        where id = :id and tries < :most and (
            state in ('new', 'given up') or (state = 'wanted' and tries = 0 and next_at > :next_at))
        """,
        id=picture_id,
        now=now,
        next_at=next_at,
        most=TRIES_MAX,
    )


def take_picture(
    tx: Tx, now: int, due_at: int, held: Collection[str] = ()
) -> tuple[RemotePicture, SigningKey | None] | None:
    """The next picture that is due at `due_at` of a host not among `held`, and whose key signs.

    Who was killed over one finds it due again five minutes later, and that try counts. Of one host
    at most 120 are fetched in an hour.
    """
    row = tx.one(
        """
        select r.* from remote_picture r
        where r.state in ('wanted', 'failed') and r.next_at <= :due_at and r.host not in (:held[])
          and (select count(*) from remote_picture o
               where o.host = r.host and o.tried_at > :hour_ago) < :most
        order by r.next_at limit 1
        """,
        due_at=due_at,
        held=list(held),
        hour_ago=now - HOUR_S,
        most=PER_HOST_AN_HOUR,
    )
    if row is None:
        return None
    picture = RemotePicture.from_row(row)
    tx.run(
        """
        update remote_picture set tries = tries + 1, tried_at = :now, next_at = :until
        where id = :id
        """,
        id=picture.id,
        now=now,
        until=due_at + HELD_S,
    )
    return picture, key_for(tx, picture, now)


def key_for(tx: Tx, picture: RemotePicture, now: int) -> SigningKey | None:
    """Whose key asks for a picture. What is for everybody is asked for by nobody; what is said to
    members by the node, which tells no member apart; what is for a few by the one of them who has
    been here longest, whoever looks (T93)."""
    if picture.audience == "all":
        return None
    if picture.audience == "members":
        return node_key(tx, now)
    row = tx.one(
        """
        select o.id from actor o
        where o.local = 1 and o.kind = 'Person' and o.deleted_at is null and o.id in (
            select r.actor_id from post_recipient r where r.post_id = :post_id
            union
            select f.follower_id from follow f join post p on p.author_id = f.followed_id
            where p.id = :post_id and p.visibility = 'followers' and f.state = 'accepted')
        order by o.id limit 1
        """,
        post_id=picture.audience_id,
    )
    return reader_key(tx, row["id"]) if row else None


def put_off(tx: Tx, picture: RemotePicture, now: int, *, is_final: bool) -> None:
    """A try failed: the third is the last one, and one that `is_final`."""
    is_last = is_final or picture.tries + 1 >= TRIES_MAX
    tx.run(
        """
        update remote_picture set state = :state, next_at = :next_at,
            tries = case when :is_last = 1 then :most else tries end
        where id = :id and state in ('wanted', 'failed')
        """,
        id=picture.id,
        state="given up" if is_last else "failed",
        next_at=now + (0 if is_last else RETRY_S[picture.tries]),
        is_last=int(is_last),
        most=TRIES_MAX,
    )
