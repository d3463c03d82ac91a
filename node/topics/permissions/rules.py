"""Who may do what in a community, and who may see a post. Pure; asked by everything that shows.

What is hidden from somebody looks to them as if it were not there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from typing import Literal

Visibility = Literal["public", "unlisted", "followers", "direct", "members", "node"]
Door = Literal["public", "closed", "node", "hidden"]

DOORS = ("public", "closed", "node", "hidden")
OPEN = ("public", "unlisted")
"""What everybody may read."""

LIMITED = ("members", "node")
"""What is read by those whom a community's door lets read, and by nobody else."""

BEHIND: Mapping[str, str] = {"closed": "members", "hidden": "members", "node": "node"}
"""Who reads what is said behind each door but the public one."""


class Role(IntEnum):
    """What somebody is to a community, the least first."""

    NOBODY = 0
    MEMBER = 1
    MODERATOR = 2
    ORGANISER = 3


class Act(Enum):
    """What is done with a community: see that it is there, read it, and so on."""

    KNOW = auto()
    READ = auto()
    FOLLOW = auto()
    JOIN = auto()
    BEGIN = auto()
    ANSWER = auto()
    REACT = auto()
    LIST_MEMBERS = auto()
    READ_LOG = auto()
    INVITE = auto()
    MODERATE = auto()
    ORGANISE = auto()


@dataclass(frozen=True, slots=True)
class Place:
    """What a community says of itself; `elsewhere`: people of other nodes may be members.

    One of another node, of which only its own home knows the door, is `closed` where it lets in by
    hand what it shows to members alone, and else `public`.
    """

    door: str = "public"
    elsewhere: bool = False
    posting: str = "members"
    joining: str = "open"
    shows_members: bool = True
    is_closed_down: bool = False


@dataclass(frozen=True, slots=True)
class Who:
    """What somebody is to a community and to this node; a visitor is nothing to either.

    `is_here`: they have an account here. `is_clinic`: they speak for an organisation, which stays
    out of what is personal. `is_invited`: somebody who may has asked them in. `is_banned`: they are
    shut out for now, under whatever name. `looks_after_node`: they moderate or organise all of it.
    `is_in_as_another`: they belong here, or ask to, under another name of theirs. `is_misplaced`:
    this name of theirs is for another community alone.
    """

    role: Role = Role.NOBODY
    is_here: bool = False
    is_clinic: bool = False
    is_follower: bool = False
    is_invited: bool = False
    is_banned: bool = False
    looks_after_node: bool = False
    is_in_as_another: bool = False
    is_misplaced: bool = False


VISITOR = Who()

TAKING_PART = (Act.FOLLOW, Act.JOIN, Act.BEGIN, Act.ANSWER, Act.REACT, Act.INVITE)
"""What somebody does in a community under one name of theirs alone."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is where it comes to looking after a community; they may live on another node.

    `looks_after_node`: they look after all of it, and this is where they may read.
    """

    role: Role = Role.NOBODY
    looks_after_node: bool = False


LEAST_ROLE = {"anyone": Role.NOBODY, "members": Role.MEMBER, "moderators": Role.MODERATOR}


def may(act: Act, place: Place, who: Who) -> bool:
    """Whether somebody may do a thing with a community; what one may not know of, never."""
    if place.is_closed_down and act is not Act.KNOW and act is not Act.ORGANISE:
        return False
    if (who.is_in_as_another or who.is_misplaced) and act in TAKING_PART:
        return False
    return may_know(place, who) and RULES[act](place, who)


def may_know(place: Place, who: Who) -> bool:
    """Whether somebody may learn that a community is there."""
    if place.is_closed_down:
        return who.role is Role.ORGANISER
    if place.door == "public" or who.role > Role.NOBODY or who.is_invited:
        return True
    if place.door == "hidden":
        return False
    if who.is_here:
        return True
    return place.door == "closed" and place.elsewhere


def may_read(place: Place, who: Who) -> bool:
    """Whether somebody may read what is said in a community."""
    if place.door == "public":
        return True
    if who.is_clinic:
        return False
    if place.door == "node":
        return who.is_here
    return who.role > Role.NOBODY


def may_join(place: Place, who: Who) -> bool:
    if who.is_banned or who.is_clinic or who.role > Role.NOBODY:
        return False
    if who.is_here or who.is_invited or place.door == "public":
        return place.joining != "invite" or who.is_invited
    return place.elsewhere and place.door != "node" and place.joining != "invite"


def may_begin(place: Place, who: Who) -> bool:
    return may_take_part(place, who) and has_role(place, who, LEAST_ROLE[place.posting])


def may_answer(place: Place, who: Who) -> bool:
    least = min(LEAST_ROLE[place.posting], Role.MEMBER)
    return may_take_part(place, who) and has_role(place, who, least)


def may_take_part(place: Place, who: Who) -> bool:
    return may_read(place, who) and not who.is_banned


def has_role(place: Place, who: Who, least: Role) -> bool:
    """Whether somebody has that role; whoever follows a place that anybody may join, and joins by
    writing, is as good as a member: other software has no other way to join."""
    if who.role >= least:
        return True
    joins = place.door == "public" and place.joining == "open" and who.is_follower
    return least is Role.MEMBER and joins and not who.is_clinic


def may_react(place: Place, who: Who) -> bool:
    return may_take_part(place, who) and (place.door == "public" or who.role > Role.NOBODY)


def may_list_members(place: Place, who: Who) -> bool:
    if who.is_clinic:
        return False
    least = Role.MEMBER if place.shows_members else Role.MODERATOR
    return who.role >= least


def may_read_log(place: Place, who: Who) -> bool:
    """Whether somebody may read what those who look after a community did, and why."""
    takes_part = who.role > Role.NOBODY or (who.is_follower and may_read(place, who))
    return not who.is_clinic and (takes_part or may_moderate(place, who))


def may_moderate(place: Place, who: Who) -> bool:
    return moderates(standing_at(place, who))


def standing_at(place: Place | None, who: Who) -> Standing:
    """What somebody is to a community, or to what stands in none: who looks after the node does so
    where they may read, and in what stands in no community."""
    reads = place is None or may_read(place, who)
    return Standing(who.role, looks_after_node=who.looks_after_node and reads)


def moderates(standing: Standing) -> bool:
    """Whether whoever stands so looks after a community."""
    return standing.role >= Role.MODERATOR or standing.looks_after_node


RULES: Mapping[Act, Callable[[Place, Who], bool]] = {
    Act.KNOW: may_know,
    Act.READ: may_read,
    Act.FOLLOW: lambda place, who: place.door == "public" and not who.is_banned,
    Act.JOIN: may_join,
    Act.BEGIN: may_begin,
    Act.ANSWER: may_answer,
    Act.REACT: may_react,
    Act.LIST_MEMBERS: may_list_members,
    Act.INVITE: lambda place, who: (
        who.role > Role.NOBODY and not who.is_clinic and not who.is_banned
    ),
    Act.READ_LOG: may_read_log,
    Act.MODERATE: may_moderate,
    Act.ORGANISE: lambda place, who: who.role is Role.ORGANISER,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader is to one post; a visitor is nothing to any.

    `is_held`: it is kept back, so that only those who follow the author read it. `is_apart`: the
    reader has blocked the author, or the author the reader. `who` and `place`: what they are to the
    community that it stands in, None where it stands in none.
    """

    is_author: bool = False
    is_follower: bool = False
    is_named: bool = False
    is_held: bool = False
    is_apart: bool = False
    who: Who = VISITOR
    place: Place | None = None


def may_see(visibility: str, reading: Reading) -> bool:
    """Whether a reader may see a post of that visibility.

    `is_follower` means accepted by the author; one who has only asked is a stranger (T22). A post
    in a community is seen by whoever may read that now, too: a door that is shut shuts at once.
    """
    if reading.is_apart:
        return False
    if reading.is_held and not (reading.is_follower or reading.is_author):
        return False
    if reading.is_author:
        return True
    if reading.place is not None and not may(Act.READ, reading.place, reading.who):
        return False
    if visibility in OPEN:
        return True
    if visibility == "members":
        return reading.who.role > Role.NOBODY and not reading.who.is_clinic
    if visibility == "node":
        return reading.who.is_here and not reading.who.is_clinic
    return reading.is_named or (visibility == "followers" and reading.is_follower)
