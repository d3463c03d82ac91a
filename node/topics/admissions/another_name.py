"""Joining a community, ours or one elsewhere, under another name that is made for it.

All of it happens in one transaction: where joining is refused, no name is left behind.
"""

from dataclasses import dataclass, replace

from node.base.errors import NotAllowed, NotFound
from node.db.tx import Tx
from node.topics.accounts.acting import no_names_until
from node.topics.accounts.store import Account
from node.topics.actors.actions import (
    Keys,
    ProfileChanges,
    check_profile,
    new_activity_iri,
    new_actor,
    put_local_actor,
)
from node.topics.actors.rules import check_name as check_user_name
from node.topics.actors.store import Actor, actor_by_id
from node.topics.admissions.actions import ask_to_join
from node.topics.admissions.invitations import join_by_invitation, open_offer
from node.topics.admissions.pledges import agree
from node.topics.admissions.rules import shown_name
from node.topics.communities.lookup import known_by_id
from node.topics.communities.names import is_in, name_in
from node.topics.members.actions import follow
from node.topics.pseudonyms.rules import IN_ALREADY, IN_AS_ANOTHER, check_may_make
from node.topics.pseudonyms.store import Pseudonym, pseudonyms_with, put_pseudonym


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedName:
    """A name that somebody would join under, and what they say on the way in: the `code` of an
    invitation, an `answer` to the community's question, the wording `pledge` that they agree to."""

    origin: str
    name: str
    shown_name: str
    keys: Keys
    code: str = ""
    answer: str = ""
    pledge: int | None = None


def community_to_join(tx: Tx, own: Actor, group_id: int, code: str, now: int) -> Actor:
    """The community that somebody would join under another name: one that they may know of, or that
    they are invited into.

    Raises:
        NotFound: there is none, or not for them, or the invitation is open no more.
    """
    if code:
        group = open_offer(tx, code, now).group
        if group.id != group_id:
            raise NotFound
        return group
    group = known_by_id(tx, group_id, own)
    if not group.is_group:
        raise NotFound
    return group


def check_may_join_as_another(tx: Tx, account: Account, own: Actor, group: Actor, now: int) -> None:
    """Raise NotAllowed unless somebody may make another name for a community, in which they are not
    yet under any name."""
    check_may_make(
        len(pseudonyms_with(tx, account.id)),
        no_names_until(tx, account.id),
        now,
        is_person=own.kind == "Person",
    )
    if is_in(tx, group.id, own.id):
        raise NotAllowed(IN_ALREADY)
    if name_in(tx, group.id, own.id) is not None:
        raise NotAllowed(IN_AS_ANOTHER)


def join_as_another(
    tx: Tx, account: Account, group_id: int, wanted: WantedName, now: int
) -> tuple[Actor, Actor]:
    """Make another name for somebody and join a community, or ask to, under it; the name and the
    community.

    Raises:
        Invalid: the name is not one that an actor may have.
        Conflict: it is taken, or the words that members agree to have changed.
        NotFound: there is no such community for them, or the invitation is open no more.
        NotAllowed: they may make no name now, are in the community under another one, or may not
            join it, for instance because another name of theirs is shut out.
    """
    own = actor_by_id(tx, account.actor_id)
    if own is None:
        raise NotFound
    group = community_to_join(tx, own, group_id, wanted.code, now)
    check_may_join_as_another(tx, account, own, group, now)
    name = make_name(tx, wanted, now)
    put_pseudonym(tx, Pseudonym(name.id, account.id, group.id, now))
    if wanted.code:
        join_by_invitation(tx, wanted.code, name, now, wanted.pledge)
    elif group.local:
        agree(tx, group, name, wanted.pledge, now)
        iri = new_activity_iri(name)
        ask_to_join(tx, group, name, answer=wanted.answer, iri=iri, now=now)
    else:
        follow(tx, name, group, now)
    return name, group


def make_name(tx: Tx, wanted: WantedName, now: int) -> Actor:
    """An actor of its own, in no list, who looks at each who asks to follow."""
    typed = wanted.name.strip().lower()
    check_user_name(typed)
    shown = shown_name(wanted.shown_name) if wanted.shown_name.strip() else ""
    check_profile(ProfileChanges(display_name=shown))
    made = replace(
        new_actor(wanted.origin, "Person", typed, shown, now),
        approves_followers=True,
        discoverable=False,
    )
    put_local_actor(tx, made, wanted.keys, now)
    return made
