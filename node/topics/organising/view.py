"""A community of ours as its page shows it to one reader."""

from dataclasses import dataclass

from node.db.tx import Tx
from node.topics.actors.counts import told
from node.topics.actors.store import Actor
from node.topics.communities.permissions import who_is
from node.topics.communities.rules import enters_at_once
from node.topics.communities.store import Community, community_even_closed
from node.topics.organising.store import Member, caretakers_of, member_count
from node.topics.permissions.rules import Act, Role, may


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityView:
    """What a community says of itself, what the reader is to it, and what they may do there.

    `members`: how many there are, as far as the reader may know; `joins_at_once`: nobody has to let
    them in.
    """

    community: Community
    role: Role
    caretakers: tuple[Member, ...]
    members: int | None
    may_read: bool
    may_join: bool
    may_follow: bool
    joins_at_once: bool
    may_list: bool
    may_moderate: bool
    may_organise: bool


def community_view(tx: Tx, group: Actor, reader: Actor | None, now: int) -> CommunityView | None:
    """A community of ours for a reader who may know of it; None for any other group."""
    community = community_even_closed(tx, group.id) if group.local and group.is_group else None
    if community is None:
        return None
    place, who = community.place, who_is(tx, group.id, reader, now)
    may_read, may_list = may(Act.READ, place, who), may(Act.LIST_MEMBERS, place, who)
    count = member_count(tx, group.id) if may_read else 0
    return CommunityView(
        community=community,
        role=who.role,
        caretakers=tuple(caretakers_of(tx, group.id)) if may_read else (),
        members=count if may_list else told(count),
        may_read=may_read,
        may_join=reader is not None and may(Act.JOIN, place, who),
        may_follow=reader is not None and may(Act.FOLLOW, place, who),
        joins_at_once=enters_at_once(place, who),
        may_list=may_list,
        may_moderate=may(Act.MODERATE, place, who),
        may_organise=may(Act.ORGANISE, place, who),
    )
