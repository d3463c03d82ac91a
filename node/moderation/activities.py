"""What is said of moderation: by moderators of our communities, and by communities elsewhere.

Each function takes the community that passed the activity on, or None where its actor sent it. What
counts is decided in one place (`rules.is_believed`). What a moderator of ours elsewhere did is
passed on by the community, as it came.
"""

from dataclasses import dataclass

from federation import documents
from federation.origin import is_same_origin
from node.actors.store import Actor, actor_by_id, actor_by_iri, actors_by_iris, known_actor
from node.applying import Applying
from node.communities.rules import Role, Standing
from node.communities.store import community_by_actor, standing_of
from node.db.tx import Tx
from node.errors import Missing, NotAllowed
from node.inbox.marks import add_mark, drop_mark, is_marked
from node.markup import plain_text
from node.members.store import follows_any
from node.moderation.deeds import (
    Deed,
    appoint,
    ban_person,
    close_post,
    community_of,
    dismiss,
    hide_post,
    open_post,
    pin_post,
    show_post,
    unban_person,
    unpin_post,
)
from node.moderation.rules import FOR_EVER, Claim, check_may_act_on, is_believed, role_meant
from node.moderation.store import entry_of_activity
from node.posts.announce import announce_activity
from node.posts.moderated import add_pin, drop_pin, hidden_post
from node.posts.store import Post, is_deleted, post_by_iri

Moderating = (
    documents.Add
    | documents.Remove
    | documents.Block
    | documents.Lock
    | documents.Delete
    | documents.Undo
    | documents.Update
)
NOT_THEIRS = "Who sent this does not look after that community."


@dataclass(frozen=True, slots=True)
class Said:
    """An activity, with the community that passed it on, if one did."""

    activity: Moderating
    passing: Actor | None
    applying: Applying


def receive_add(
    tx: Tx, add: documents.Add, applying: Applying, passing: Actor | None = None
) -> None:
    """Put a post first, or make somebody look after a community.

    Raises:
        NotAllowed: the sender has no say in that community.
        Missing: the post is not stored here yet.
    """
    put_into(tx, add, Said(add, passing, applying), is_in=True)


def receive_remove(
    tx: Tx, remove: documents.Remove, applying: Applying, passing: Actor | None = None
) -> None:
    """Take that back.

    Raises:
        NotAllowed: the sender has no say in that community.
    """
    put_into(tx, remove, Said(remove, passing, applying), is_in=False)


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
        put_own_pin(tx, owner, put.object, said.applying, is_in=is_in)


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


def put_own_pin(tx: Tx, owner: Actor, iri: str, applying: Applying, *, is_in: bool) -> None:
    """A person puts a post of their own first on their profile."""
    post = post_by_iri(tx, iri)
    if post is None or post.author_id != owner.id:
        return
    if is_in:
        add_pin(tx, owner.id, post.id, applying.now)
    else:
        drop_pin(tx, owner.id, post.id)


def put_pin(tx: Tx, group: Actor, iri: str, said: Said, *, is_in: bool) -> None:
    deed = believed_deed(tx, group, said)
    post = post_in(tx, group, iri, said) if deed else None
    if deed and post and (pin_post if is_in else unpin_post)(tx, deed, post):
        pass_on(tx, group, said, post.iri)


def put_moderator(tx: Tx, group: Actor, iri: str, said: Said, *, is_in: bool) -> None:
    deed = believed_deed(tx, group, said)
    person = actor_by_iri(tx, iri)
    if deed is None:
        return
    if group.local and person is None and is_in and iri not in said.applying.fetched:
        raise Missing([iri])
    if group.local and person is not None and not is_in and iri != said.activity.actor:
        check_may_act_on(*standings(tx, group, said.activity.actor, person))
    if (appoint if is_in else dismiss)(tx, deed, iri, person):
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
    deed, person = believed_deed(tx, group, said), actor_by_iri(tx, affiliation.person)
    if deed is None:
        return
    if role is Role.NOBODY and person is not None:
        if is_in:
            ban_person(tx, deed, person, FOR_EVER)
        else:
            unban_person(tx, deed, person)
    elif role >= Role.MODERATOR:
        (appoint if is_in else dismiss)(tx, deed, affiliation.person, person)


def receive_lock(
    tx: Tx, lock: documents.Lock, applying: Applying, passing: Actor | None = None
) -> None:
    """Close a conversation of a community to answers.

    Raises:
        NotAllowed: the sender has no say in that community.
        Missing: the post is not stored here yet.
    """
    said = Said(lock, passing, applying)
    group = group_of_object(tx, lock.object, said)
    deed = believed_deed(tx, group, said) if group else None
    if group is None or deed is None:
        return
    post = post_in(tx, group, lock.object, said)
    if post is not None and close_post(tx, deed, post):
        pass_on(tx, group, said, post.iri)


def receive_block(
    tx: Tx, block: documents.Block, applying: Applying, passing: Actor | None = None
) -> None:
    """Let somebody write in a community no longer; one that names no community has no effect.

    Raises:
        NotAllowed: the sender has no say in that community, or none over that person.
        Missing: the person is not stored here yet.
    """
    group = actor_by_iri(tx, block.target) if block.target else None
    if group is None or not group.is_group:
        return
    said = Said(block, passing, applying)
    deed, person = believed_deed(tx, group, said), actor_by_iri(tx, block.object)
    if deed is None or (person is None and block.object in applying.fetched):
        return
    if person is None:
        raise Missing([block.object])
    if group.local:
        check_may_act_on(*standings(tx, group, block.actor, person))
    until = block.ends_at or FOR_EVER
    if until > applying.now and ban_person(tx, deed, person, until, removes=block.removes):
        pass_on(tx, group, said, person.iri)


def receive_removal(
    tx: Tx, delete: documents.Delete, applying: Applying, passing: Actor | None = None
) -> bool:
    """Hide a post because who looks after its community removed it; False if that is not so.

    A Delete without a reason by the post's own author is the author's, and none of ours here. One
    that comes before its post is remembered, so that the post comes hidden (T120).
    """
    said, post = Said(delete, passing, applying), post_by_iri(tx, delete.object)
    group = group_of_object(tx, delete.object, said)
    if group is None or not is_removal(tx, delete, post, passing):
        return False
    if not is_believed(claim_of(tx, group, said)):
        return False
    deed = believed_deed(tx, group, said)
    if deed is None:
        return True
    if post is None:
        if hidden_post(tx, delete.object) is None:
            add_mark(tx, delete.object, group.iri, "deleted", applying.now)
        return True
    if hide_post(tx, deed, post, with_replies=delete.with_replies):
        pass_on(tx, group, said, post.iri)
    return True


def is_removal(tx: Tx, delete: documents.Delete, post: Post | None, passing: Actor | None) -> bool:
    """Whether a Delete is a moderator's: it has a reason, or comes from somebody else."""
    if delete.summary is not None:
        return True
    author = actor_by_iri(tx, delete.actor)
    return post is not None and (author is None or post.author_id != author.id)


def renew_group(
    tx: Tx, update: documents.Update, applying: Applying, passing: Actor | None = None
) -> bool:
    """Have a community elsewhere read again, because a moderator changed it; False if it is none.

    Raises:
        Missing: it must be read at its own address.
    """
    iri = update.object if isinstance(update.object, str) else update.object.iri
    group = actor_by_iri(tx, iri)
    if group is None or not group.is_group or iri == update.actor:
        return False
    said = Said(update, passing, applying)
    if not group.local and is_believed(claim_of(tx, group, said)) and iri not in applying.fetched:
        raise Missing([iri])
    return True


def undo_moderation(
    tx: Tx, undo: documents.Undo, applying: Applying, passing: Actor | None = None
) -> bool:
    """Take back a lock, a ban or a removal; False if the Undo is of something else.

    Any moderator may take back what another did; only what stands here is taken back (T20). What
    is undone before it came stays undone.

    Raises:
        NotAllowed: the sender has no say in that community.
    """
    inner, said = undone_by(tx, undo), Said(undo, passing, applying)
    if isinstance(inner, documents.Block):
        group = actor_by_iri(tx, inner.target) if inner.target else None
    elif isinstance(inner, documents.Lock | documents.Delete):
        group = group_of_object(tx, inner.object, said)
    else:
        return False
    if group is None or not group.is_group:
        return False
    if not is_believed(claim_of(tx, group, said)):
        if isinstance(inner, documents.Delete):
            return False
        raise NotAllowed(NOT_THEIRS)
    add_mark(tx, inner.iri, group.iri, "undone", applying.now)
    deed = believed_deed(tx, group, said)
    if deed is not None and take_back(tx, deed, inner, restores=undo.restores):
        pass_on(tx, group, said, inner.object)
    return True


def undone_by(tx: Tx, undo: documents.Undo) -> documents.Activity | str:
    """What an Undo is of; one that only names an activity means what our log says that did."""
    entry = entry_of_activity(tx, undo.object) if isinstance(undo.object, str) else None
    if entry is None:
        return undo.object
    iri, actor = entry.activity_iri, entry.by_iri
    if entry.verb == "ban" and entry.person_iri:
        group = actor_by_id(tx, entry.group_id)
        target = group.iri if group else None
        return documents.Block(iri=iri, actor=actor, object=entry.person_iri, target=target)
    if entry.verb in ("lock", "remove") and entry.post_iri:
        kind = documents.Lock if entry.verb == "lock" else documents.Delete
        return kind(iri=iri, actor=actor, object=entry.post_iri)
    return undo.object


def take_back(
    tx: Tx,
    deed: Deed,
    inner: documents.Block | documents.Lock | documents.Delete,
    *,
    restores: bool,
) -> bool:
    if isinstance(inner, documents.Block):
        person = actor_by_iri(tx, inner.object)
        return person is not None and unban_person(tx, deed, person, restores=restores)
    if isinstance(inner, documents.Lock):
        post = post_by_iri(tx, inner.object)
        return post is not None and open_post(tx, deed, post)
    drop_mark(tx, inner.object, deed.group.iri, "deleted")
    hidden = hidden_post(tx, inner.object)
    if hidden is None or hidden.post.community_id != deed.group.id:
        return False
    return show_post(tx, deed, hidden)


def claim_of(tx: Tx, group: Actor, said: Said) -> Claim:
    """Who says it: what is only passed on by somebody else is nobody's word."""
    actor_iri, passing = said.activity.actor, said.passing
    actor = actor_by_iri(tx, actor_iri) if passing is None and group.local else None
    return Claim(
        is_ours=group.local,
        standing=standing_of(tx, group.id, actor.id) if actor else Standing(),
        is_groups_word=passing is not None and passing.id == group.id,
        is_at_home=passing is None and is_same_origin(actor_iri, group.iri),
    )


def believed_deed(tx: Tx, group: Actor, said: Said) -> Deed | None:
    """What is done, if it counts; None if it was undone before it came.

    Raises:
        NotAllowed: the sender has no say in that community, or it is closed down.
    """
    if not is_believed(claim_of(tx, group, said)):
        raise NotAllowed(NOT_THEIRS)
    if group.local and community_by_actor(tx, group.id) is None:
        raise NotAllowed(NOT_THEIRS)
    activity = said.activity
    if is_marked(tx, activity.iri, group.iri, "undone"):
        return None
    reason = getattr(activity, "summary", None)
    return Deed(
        group=group,
        by_iri=activity.actor,
        activity_iri=activity.iri,
        now=said.applying.now,
        reason=plain_text(reason).strip() or None if reason else None,
    )


def standings(tx: Tx, group: Actor, actor_iri: str, other: Actor) -> tuple[Standing, Standing]:
    actor = actor_by_iri(tx, actor_iri)
    mine = standing_of(tx, group.id, actor.id) if actor else Standing()
    return mine, standing_of(tx, group.id, other.id)


def group_of_object(tx: Tx, iri: str, said: Said) -> Actor | None:
    """The community of a post; of one not held here, the one that passes on or is named."""
    post = post_by_iri(tx, iri)
    if post is None:
        hidden = hidden_post(tx, iri)
        post = hidden.post if hidden else None
    if post is not None:
        return community_of(tx, post)
    if said.passing is not None:
        return said.passing
    audience = said.activity.audience
    named = actor_by_iri(tx, audience) if audience else None
    return named if named is not None and named.is_group else None


def post_in(tx: Tx, group: Actor, iri: str, said: Said) -> Post | None:
    """The post at `iri`, if it belongs to the community; asked for where somebody here follows it.

    Raises:
        Missing: it is not stored here yet.
    """
    post = post_by_iri(tx, iri)
    if post is not None:
        return post if post.community_id == group.id else None
    is_wanted = not group.local and follows_any(tx, group.id)
    if is_wanted and iri not in said.applying.fetched and not is_deleted(tx, iri):
        raise Missing([iri])
    return None


def pass_on(tx: Tx, group: Actor, said: Said, object_iri: str) -> None:
    """Have a community of ours announce what a moderator elsewhere did."""
    applying = said.applying
    if group.local and applying.verbatim:
        actor = known_actor(tx, said.activity.actor)
        announce_activity(tx, group, actor, applying.verbatim, object_iri, applying.now)
