"""One's other names, as whoever has them sees them; going on under one, and ending one."""

from dataclasses import dataclass

from node.base.errors import NotAllowed, NotFound
from node.db.tx import Tx
from node.topics.accounts.acting import act_under, put_no_names_until
from node.topics.accounts.store import Account
from node.topics.actors.store import Actor, actor_by_id, instance_actor
from node.topics.actors.suspended import suspended_actor
from node.topics.communities.names import is_in
from node.topics.communities.succession import check_leaves_none_alone
from node.topics.portability.deletion import delete_actor_of_ours
from node.topics.pseudonyms.rules import NO_NAMES_S
from node.topics.pseudonyms.store import Pseudonym, pseudonym_of, pseudonyms_with

LEAVE_FIRST = "This name belongs to its community still. Go on under it, and leave there first."


@dataclass(frozen=True, slots=True)
class OwnName:
    """Another name of somebody's own. `community` is None where that is gone; `is_in`: the name
    belongs to it, asks to, or follows it. `is_stopped`: those who look after the node did that."""

    actor: Actor
    community: Actor | None
    is_in: bool
    is_stopped: bool


def own_names(tx: Tx, account_id: int) -> list[OwnName]:
    """The other names of whoever has that account; for nobody else to see."""
    found = []
    for made in pseudonyms_with(tx, account_id):
        actor = actor_of(tx, made)
        if actor is not None:
            found.append(own_name(tx, made, actor))
    return found


def own_name(tx: Tx, made: Pseudonym, actor: Actor) -> OwnName:
    group = actor_by_id(tx, made.community_id) if made.community_id != actor.id else None
    belongs = is_in(tx, made.community_id, actor.id)
    return OwnName(actor, group, belongs, made.stopped_at is not None)


def actor_of(tx: Tx, made: Pseudonym) -> Actor | None:
    return actor_by_id(tx, made.actor_id) or suspended_actor(tx, made.actor_id)


def name_of(tx: Tx, account_id: int, actor_id: int | None) -> OwnName:
    """One's own other name.

    Raises:
        NotFound: it is not theirs, or has ended.
    """
    made = pseudonym_of(tx, actor_id) if actor_id is not None else None
    actor = actor_of(tx, made) if made is not None and made.account_id == account_id else None
    if made is None or actor is None:
        raise NotFound
    return own_name(tx, made, actor)


def go_on_as(tx: Tx, account: Account, session: str, actor_id: int | None) -> OwnName | None:
    """Go on in a browser under one of one's names, or (None) under one's own; the name.

    Raises:
        NotFound: it is not theirs, has ended, or was stopped.
    """
    if actor_id is None:
        act_under(tx, session, account.id, None)
        return None
    name = name_of(tx, account.id, actor_id)
    if name.is_stopped:
        raise NotFound
    act_under(tx, session, account.id, actor_id)
    return name


def end_name(tx: Tx, account_id: int, actor_id: int | None, now: int, token: str) -> None:
    """End another name of one's own for good, as an account is deleted: everybody who knows it is
    told, and whoever has `token` may look at what they say.

    Raises:
        NotFound: it is not theirs.
        NotAllowed: it belongs to its community still.
    """
    name = name_of(tx, account_id, actor_id)
    if name.is_in:
        raise NotAllowed(LEAVE_FIRST)
    delete_name(tx, name.actor, now, token)


def another_name(tx: Tx, name: str) -> Actor | None:
    """The actor of that name that is another name of somebody, stopped or not."""
    row = tx.one(
        """
        select a.* from actor a join pseudonym p on p.actor_id = a.id
        where a.handle = :handle and a.local = 1 and a.deleted_at is null and p.ended_at is null
        """,
        handle=f"{name.lower()}@{instance_actor(tx).host}",
    )
    return Actor.from_row(row) if row else None


def remove_name(tx: Tx, actor: Actor, now: int, token: str) -> None:
    """Delete another name of somebody, as those who look after the node do it; whoever had it makes
    no other for thirty days. Nobody is told who that is.

    Raises:
        NotFound: it is no such name.
        NotAllowed: nobody else organises a community of ours that it does.
    """
    made = pseudonym_of(tx, actor.id)
    if made is None:
        raise NotFound
    put_no_names_until(tx, made.account_id, now + NO_NAMES_S)
    delete_name(tx, actor, now, token)


def delete_name(tx: Tx, actor: Actor, now: int, token: str) -> None:
    check_leaves_none_alone(tx, actor.id)
    delete_actor_of_ours(tx, actor, now, token)
