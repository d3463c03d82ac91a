"""What a whole node elsewhere says of a person: Block, and its Undo, with the node as the target.

Lemmy sends it for a ban from the site. A node has authority over its own people, wherever they
wrote, and over its own communities, whoever writes there; over nobody and nothing else (T26).
"""

from urllib.parse import urlsplit

from federation import documents
from federation.errors import Malformed
from federation.origin import authority_of, is_same_origin
from node.arrivals.apply_context import ApplyContext
from node.arrivals.tombstones import add_tombstone, is_undone
from node.base.errors import NotAllowed
from node.base.markup import plain_text
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_iri
from node.topics.moderation.changes import Change, ban_person, unban_person
from node.topics.moderation.group_moderators import groups_of_host
from node.topics.moderation.origin_bans import (
    OriginBan,
    lift_origin_ban,
    origin_ban_by_activity,
    origin_ban_of,
    put_origin_ban,
    settle_origin_bans,
)
from node.topics.moderation.rules import FOR_EVER

NOT_ITS_OWN = "A node says that only of itself."


def is_site(tx: Tx, iri: str | None) -> bool:
    """Whether an iri means a whole node: its root (Lemmy), or the actor of it."""
    if iri is None:
        return False
    try:
        authority_of(iri)
    except Malformed:
        return False
    parts = urlsplit(iri)
    if parts.path in ("", "/") and not parts.query and not parts.fragment:
        return True
    actor = actor_by_iri(tx, iri)
    return actor is not None and actor.kind == "Application" and not actor.local


def receive_site_block(
    tx: Tx, block: documents.Block, context: ApplyContext, passing: Actor | None
) -> None:
    """Shut a person out of their home, or somebody else's person out of a node's communities.

    Somebody who is not known here has nothing here that it would be about.

    Raises:
        NotAllowed: it is said by somebody of another node than the one it is about.
    """
    site, person = str(block.target), actor_by_iri(tx, block.object)
    check_says_of_itself(block, site, passing)
    until, now = block.ends_at or FOR_EVER, context.now
    if person is None or until <= now or is_undone(tx, block.iri, site, context.signed_at):
        return
    reason = plain_text(block.summary).strip() or None if block.summary else None
    for group in groups_of_host(tx, authority_of(site)):
        change = Change(
            group=group, by_iri=block.actor, activity_iri=block.iri, now=now, reason=reason
        )
        ban_person(tx, change, person, until, removes=block.removes)
    if is_same_origin(person.iri, site) and not person.local and not person.is_group:
        ban = OriginBan(
            id=0,
            person_id=person.id,
            activity_iri=block.iri,
            until=until,
            removes=block.removes,
            reason=reason,
        )
        put_origin_ban(tx, ban, now)
        settle_origin_bans(tx, now)


def undo_site_block(
    tx: Tx, undo: documents.Undo, context: ApplyContext, passing: Actor | None
) -> bool:
    """Take that back; False if the Undo is of something else.

    Raises:
        NotAllowed: it is said by somebody of another node than the one it is about.
    """
    inner, now = undo.object, context.now
    if isinstance(inner, str):
        ban = origin_ban_by_activity(tx, inner)
        if ban is None or not is_same_origin(inner, undo.actor):
            return False
        lift_origin_ban(tx, ban, now, restores=undo.restores)
        settle_origin_bans(tx, now)
        return True
    if not isinstance(inner, documents.Block) or not is_site(tx, inner.target):
        return False
    site, person = str(inner.target), actor_by_iri(tx, inner.object)
    check_says_of_itself(undo, site, passing)
    was_here = person is not None and lift_site_block(tx, undo, site, person, now)
    add_tombstone(tx, inner.iri, site, "undone", context.said_at, forever=was_here)
    return True


def lift_site_block(tx: Tx, undo: documents.Undo, site: str, person: Actor, now: int) -> bool:
    """End what a node has done to a person, in its communities and at home; whether it had."""
    lifted = False
    for group in groups_of_host(tx, authority_of(site)):
        change = Change(group=group, by_iri=undo.actor, activity_iri=undo.iri, now=now)
        lifted |= unban_person(tx, change, person, restores=undo.restores)
    ban = origin_ban_of(tx, person.id)
    if ban is not None and is_same_origin(person.iri, site):
        lift_origin_ban(tx, ban, now, restores=undo.restores)
        settle_origin_bans(tx, now)
        lifted = True
    return lifted


def check_says_of_itself(activity: documents.Activity, site: str, passing: Actor | None) -> None:
    """Raise NotAllowed unless the node itself says it: its own actor, or its own community."""
    teller = passing.iri if passing is not None else activity.actor
    if not (is_same_origin(teller, site) and is_same_origin(activity.actor, site)):
        raise NotAllowed(NOT_ITS_OWN)
