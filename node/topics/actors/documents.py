"""Our actors as other nodes read them."""

from dataclasses import replace
from typing import Any

from federation import documents
from node.base.markup import clean_html
from node.db.tx import Tx
from node.topics.actors.keys import keys_of
from node.topics.actors.store import Actor

Json = dict[str, Any]
DAY_S = 24 * 3_600


def actor_value(tx: Tx, actor: Actor) -> documents.Actor:
    """An actor of ours as the value that is rendered for other nodes.

    Of one who is suspended it says just that, and what is needed to check that we said it.
    """
    if actor.suspended_at is not None:
        actor = replace(
            actor, display_name="", summary="", icon_url=None, image_url=None, fields=(), aliases=()
        )
    return documents.Actor(
        iri=actor.iri,
        kind=actor.kind,
        name=actor.name,
        display_name=actor.display_name,
        summary=clean_html(actor.summary),
        url=actor.url,
        inbox=actor.inbox,
        shared_inbox=actor.shared_inbox,
        outbox=actor.outbox,
        followers=actor.followers,
        following=actor.following,
        featured=actor.featured,
        moderators=actor.moderators,
        icon_url=actor.icon_url,
        image_url=actor.image_url,
        fields=actor.fields,
        aliases=actor.aliases,
        moved_to=actor.moved_to,
        approves_followers=actor.approves_followers,
        discoverable=actor.discoverable,
        indexable=actor.indexable,
        posting_restricted=actor.posting_restricted,
        suspended=actor.suspended_at is not None,
        keys=tuple(
            documents.Key(
                iri=key.iri,
                owner=actor.iri,
                algorithm="ed25519" if key.algorithm == "ed25519" else "rsa",
                public_key=key.public_key,
            )
            for key in keys_of(tx, actor.id)
        ),
        published=came_on(actor),
        handle=handle_of(actor),
    )


def came_on(actor: Actor) -> int:
    """Since when an actor of ours is here: of a person, the day."""
    is_person = not actor.is_group and not actor.is_our_node
    return day_of(actor.created_at) if is_person else actor.created_at


def day_of(at: int) -> int:
    """The first second of that day (UTC): when somebody came or went is said no closer, for two
    names of one person could be told by it."""
    return at // DAY_S * DAY_S


def handle_of(actor: Actor) -> str:
    """What WebFinger knows an actor of ours by, the node too: its name, and where it lives.

    GoToSocial refuses everything from an actor whose WebFinger says another name than the actor
    does (seen with 57cb4fe).
    """
    return f"{actor.name}@{actor.host}"


def actor_document(tx: Tx, actor: Actor) -> Json:
    """An actor of ours as a JSON document."""
    return documents.render_actor(actor_value(tx, actor))
