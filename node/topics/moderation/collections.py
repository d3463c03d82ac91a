"""What is put into collections and taken out: posts that stand first, moderators, members."""

from federation import documents
from federation.origin import is_same_origin
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Missing
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_iri, actors_by_iris
from node.topics.moderation.authority import Said, believed_change, pass_on, post_in, standings
from node.topics.moderation.changes import (
    appoint,
    ban_person,
    dismiss,
    pin_post,
    unban_person,
    unpin_post,
)
from node.topics.moderation.rules import FOR_EVER, check_may_act_on, role_meant
from node.topics.permissions.rules import Role
from node.topics.posts.pins import add_pin, drop_pin
from node.topics.posts.store import post_by_iri


def receive_add(
    tx: Tx, add: documents.Add, context: ApplyContext, passing: Actor | None = None
) -> None:
    """Put a post first, or make somebody look after a community.

    Raises:
        NotAllowed: the sender has no say in that community.
        Missing: the post is not stored here yet.
    """
    put_into(tx, add, Said(add, passing, context), is_in=True)


def receive_remove(
    tx: Tx, remove: documents.Remove, context: ApplyContext, passing: Actor | None = None
) -> None:
    """Take that back.

    Raises:
        NotAllowed: the sender has no say in that community.
    """
    put_into(tx, remove, Said(remove, passing, context), is_in=False)


def put_into(tx: Tx, put: documents.Add | documents.Remove, said: Said, *, is_in: bool) -> None:
    if put.affiliation is not None:
        put_affiliation(tx, put.affiliation, put.target, said, is_in=is_in)
        return
    owner = owner_of(tx, put, said)
    if owner is None:
        return
    if put.target == owner.moderators and owner.is_group:
        put_moderator(tx, owner, put.object, said, is_in=is_in)
    elif owner.is_group:
        put_pin(tx, owner, put.object, said, is_in=is_in)
    elif said.passing is None and owner.iri == put.actor:
        put_own_pin(tx, owner, put.object, said.context, is_in=is_in)


def owner_of(tx: Tx, put: documents.Add | documents.Remove, said: Said) -> Actor | None:
    """Whose collection the target is, among those that the activity names (T24).

    An actor owns only what its own document names and what is of its own origin.
    """
    named = [put.actor, put.audience or "", *put.to, *put.cc]
    named += [said.passing.iri] if said.passing else []
    found = actors_by_iris(tx, [iri for iri in dict.fromkeys(named) if iri][:20])
    for actor in found.values():
        is_theirs = put.target in (actor.featured, actor.moderators)
        if is_theirs and is_same_origin(actor.iri, put.target):
            return actor
    return None


def put_own_pin(tx: Tx, owner: Actor, iri: str, context: ApplyContext, *, is_in: bool) -> None:
    """A person puts a post of their own first on their profile."""
    post = post_by_iri(tx, iri)
    if post is None or post.author_id != owner.id:
        return
    if is_in:
        add_pin(tx, owner.id, post.id, context.now)
    else:
        drop_pin(tx, owner.id, post.id)


def put_pin(tx: Tx, group: Actor, iri: str, said: Said, *, is_in: bool) -> None:
    change = believed_change(tx, group, said)
    post = post_in(tx, group, iri, said) if change else None
    if change and post and (pin_post if is_in else unpin_post)(tx, change, post):
        pass_on(tx, group, said, post.iri)


def put_moderator(tx: Tx, group: Actor, iri: str, said: Said, *, is_in: bool) -> None:
    change = believed_change(tx, group, said)
    person = actor_by_iri(tx, iri)
    if change is None:
        return
    if group.local and person is None and is_in and not said.context.is_settled(iri):
        raise Missing([iri])
    if group.local and person is not None and not is_in and iri != said.activity.actor:
        check_may_act_on(*standings(tx, group, said.activity.actor, person))
    if (appoint if is_in else dismiss)(tx, change, iri, person):
        pass_on(tx, group, said, iri)


def put_affiliation(
    tx: Tx, affiliation: documents.Affiliation, target: str, said: Said, *, is_in: bool
) -> None:
    """What somebody is to a community elsewhere, as it says itself (FEP-5219).

    Of ours, and of one whose collection is not of its own origin, nothing is believed.
    """
    group, role = actor_by_iri(tx, affiliation.group), role_meant(affiliation.role)
    if group is None or group.local or not group.is_group or role is None:
        return
    if not is_same_origin(group.iri, target):
        return
    change, person = believed_change(tx, group, said), actor_by_iri(tx, affiliation.person)
    if change is None:
        return
    if role is Role.NOBODY and person is not None:
        if is_in:
            ban_person(tx, change, person, FOR_EVER)
        else:
            unban_person(tx, change, person)
    elif role >= Role.MODERATOR:
        (appoint if is_in else dismiss)(tx, change, affiliation.person, person)
