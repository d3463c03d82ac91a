"""Members vouch for people who ask, or will ask, to join a community of ours.

Whoever vouches is not told whether the person asks: that is theirs to say, or not.
"""

from node.base.errors import Invalid, NotAllowed
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.admissions.actions import admit
from node.topics.admissions.settings import settings_of
from node.topics.blocks.store import are_apart
from node.topics.communities.join_requests import request_of
from node.topics.communities.permissions import check_allowed
from node.topics.members.new_nodes import is_new_node
from node.topics.permissions.rules import Act

NOT_TO_VOUCH = "Only members of this community vouch for people."


def vouch(tx: Tx, group: Actor, person: Actor, by: Actor, now: int) -> None:
    """Vouch for somebody; once more changes nothing. With as many as the community has asked for,
    whoever waits is in. Where one has blocked the other, it is without effect, and nobody is told.

    Raises:
        Invalid: that is oneself.
        NotFound, NotAllowed: one is no member of the community.
    """
    check_allowed(tx, Act.INVITE, group, by, now, sentence=NOT_TO_VOUCH)
    if person.id == by.id:
        raise Invalid("You cannot vouch for yourself.")
    if are_apart(tx, by.id, person.id):
        return
    put_vouch(tx, group.id, person.id, by.id, now)
    let_in_by_vouches(tx, group, person, now)


def let_in_by_vouches(tx: Tx, group: Actor, person: Actor, now: int) -> None:
    """Let in whoever waits and has as many vouches as the community has asked for; about the first
    from a node that would hold what is said there its organisers decide."""
    request, needed = request_of(tx, group.id, person.id), settings_of(tx, group.id).vouches_needed
    is_enough = 0 < needed <= len(vouchers(tx, group.id, person.id))
    if request is None or not request.waits or not is_enough:
        return
    if is_new_node(tx, group, person):
        return
    try:
        admit(tx, group, person, None, now)
    except NotAllowed:
        return


def put_vouch(tx: Tx, community_id: int, actor_id: int, voucher_id: int, now: int) -> None:
    """Store that a member vouches for somebody."""
    tx.run(
        """
        insert into vouch (community_id, actor_id, voucher_id, vouched_at)
        values (:community_id, :actor_id, :voucher_id, :now)
        on conflict do nothing
        """,
        community_id=community_id,
        actor_id=actor_id,
        voucher_id=voucher_id,
        now=now,
    )


def vouchers(tx: Tx, community_id: int, actor_id: int) -> list[Actor]:
    """Who vouches for somebody and is a member still, the first to do so first; at most 20."""
    rows = tx.all(
        """
        select a.* from vouch v join actor a on a.id = v.voucher_id
        join membership m on m.community_id = v.community_id and m.actor_id = v.voucher_id
        where v.community_id = :community_id and v.actor_id = :actor_id
          and a.deleted_at is null and a.hidden_at is null
        order by v.vouched_at, a.id limit 20
        """,
        community_id=community_id,
        actor_id=actor_id,
    )
    return [Actor.from_row(row) for row in rows]
