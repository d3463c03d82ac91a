"""Who may write nothing at all on this node for a time, whatever the community.

It is a ban as those from communities are, with the node's own actor in the place of the community.
"""

from node.base.errors import NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import Actor, instance_actor
from node.topics.communities.store import standing_of
from node.topics.moderation.changes import ban_person, unban_person
from node.topics.moderation.rules import check_reason, end_of_ban
from node.topics.moderation.send_change import new_change

NOT_FOR_NOW = "Those who look after this place have shut you out for now. Your news say why."


def is_barred_here(tx: Tx, author: Actor, now: int) -> bool:
    """Whether somebody may write nothing on this node at `now`, under whatever name of theirs."""
    row = tx.one(
        """
        select 1 as found from ban b join actor a on a.id = b.group_id
        where b.until > :now and a.local = 1 and a.kind = 'Application'
          and (b.person_id = :person_id or b.person_id in (
              select s.other_id from same_person s where s.actor_id = :person_id))
        """,
        person_id=author.id,
        now=now,
    )
    return row is not None


def check_may_speak_here(tx: Tx, author: Actor, now: int) -> None:
    """Raise NotAllowed for somebody who may write nothing on this node at `now`."""
    if is_barred_here(tx, author, now):
        raise NotAllowed(NOT_FOR_NOW)


def bar_from_node(
    tx: Tx, me: Actor, person: Actor, now: int, *, reason: str, days: int | None
) -> None:
    """Let somebody write nothing on this node, for so many days or for ever.

    Raises:
        Invalid: the reason is too long, or that is no number of days.
        NotAllowed: `me` does not look after the node, or they do as well.
    """
    check_reason(reason)
    node = instance_actor(tx)
    check_looks_after_node(tx, node, me)
    if standing_of(tx, node.id, person.id).looks_after_node:
        raise NotAllowed("They look after this place as well.")
    ban_person(tx, new_change(me, node, now, reason), person, end_of_ban(days, now))


def let_back(tx: Tx, me: Actor, person: Actor, now: int) -> None:
    """Let somebody write on this node again; repeating it does nothing.

    Raises:
        NotAllowed: `me` does not look after the node.
    """
    node = instance_actor(tx)
    check_looks_after_node(tx, node, me)
    unban_person(tx, new_change(me, node, now), person)


def check_looks_after_node(tx: Tx, node: Actor, me: Actor) -> None:
    """Raise NotAllowed unless somebody looks after this node."""
    if not standing_of(tx, node.id, me.id).looks_after_node:
        raise NotAllowed("Only those who look after this place can do that.")
