"""What peers say of actors: who they are, that they changed, that they are gone."""

import re
from collections.abc import Sequence
from dataclasses import replace

from federation import documents
from federation.address_guard import is_public_url
from federation.origin import authority_of, is_iri, is_same_origin, own_page
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Missing, NotAllowed
from node.base.ids import new_id
from node.base.markup import clean_html, plain_text
from node.db.tx import Tx
from node.outbox.deliveries import contact_with
from node.peers.rules import Contact, Policy, is_odd_change
from node.peers.store import circle_around, freeze
from node.topics.actors.handles import check_later, made_up_handle
from node.topics.actors.keys import ActorKey, drop_other_keys, keys_of, put_key
from node.topics.actors.store import (
    Actor,
    Emoji,
    actor_by_iri,
    insert_actor,
    mark_actor_deleted,
    update_actor,
)
from node.topics.actors.suspended import put_suspended, suspended_by_iri

NAME_CHARACTERS_MAX = 200
SUMMARY_CHARACTERS_MAX = 10_000
FIELDS_MAX = 8
ALIASES_MAX = 10
KEYS_MAX = 8
INBOXES_ELSEWHERE_MAX = 100
EMOJIS_MAX = 50
EMOJI_URL_CHARACTERS_MAX = 1_000
SHORTCODE = re.compile(r"[\w.+-]{1,100}")


def store_actor(tx: Tx, document: documents.Actor, now: int) -> Actor:
    """Store what an actor's own origin says of it; repeating it changes nothing but the time.

    The caller has checked that the document comes from its own address (T13).

    Raises:
        NotAllowed: the iri is one of ours, or of somebody who was deleted, or of a host that is not
            met; or the inbox is at a host that is not, or at which too many others have theirs.
    """
    actor, is_new = store_profile(tx, document, now)
    store_keys(tx, actor, keys_at_home(document), now, watched=not is_new)
    return actor


def store_profile(tx: Tx, document: documents.Actor, now: int) -> tuple[Actor, bool]:
    """Store what an actor says of itself, but for its keys; whether it is new here.

    Raises:
        NotAllowed: as `store_actor`.
    """
    known = tx.one("select local, deleted_at from actor where iri = :iri", iri=document.iri)
    if known and (known["local"] or known["deleted_at"] is not None):
        raise NotAllowed("That actor cannot be changed from outside.")
    host = authority_of(document.iri)
    inbox_host = host_of_inbox(document)
    circle = circle_around(tx, [host, inbox_host or host])
    if not circle.may_meet(host) or not circle.may_meet(inbox_host or host):
        raise NotAllowed("We have nothing to do with that place.")
    if inbox_host is not None:
        check_inbox_elsewhere(tx, document.iri, inbox_host)
    stored = actor_by_iri(tx, document.iri) or suspended_by_iri(tx, document.iri)
    is_silenced = circle.policy_of(host) is Policy.SILENCED
    actor = actor_of(document, inbox_host, now)
    actor = replace(actor, silenced_at=now if is_silenced else None)
    check_later(tx, actor, document.claimed_handle, now)
    if stored is None:
        insert_actor(tx, actor)
        return actor, True
    actor = replace(actor, id=stored.id, created_at=stored.created_at)
    update_actor(tx, with_known_handle(actor, stored))
    if actor.suspended_at is None or stored.suspended_at is None:
        put_suspended(tx, actor.id, actor.suspended_at)
    return actor, False


def with_known_handle(actor: Actor, stored: Actor) -> Actor:
    """The actor with the handle that was confirmed, which no document changes but its name."""
    if stored.handle_confirmed_at is None or stored.name.lower() != actor.name.lower():
        return actor
    at = stored.handle_confirmed_at
    return replace(actor, handle=stored.handle, handle_confirmed_at=at)


def host_of_inbox(document: documents.Actor) -> str | None:
    """The host of an inbox that is not at home with its actor, which ActivityPub allows.

    Raises:
        NotAllowed: it is no plain address, or of another scheme.
    """
    if is_same_origin(document.inbox, document.iri):
        return None
    scheme = document.iri.partition(":")[0]
    if not is_iri(document.inbox) or document.inbox.partition(":")[0] != scheme:
        raise NotAllowed("The inbox of an actor has a plain address.")
    return authority_of(document.inbox)


def check_inbox_elsewhere(tx: Tx, actor_iri: str, host: str) -> None:
    """Raise NotAllowed where a hundred others have their inbox at a host that is not theirs.

    Whoever makes up actors could make us knock at somebody's door with each of them (T47).
    """
    row = tx.one(
        """
        select count(*) as total from (
            select 1 from actor where inbox_host = :host and iri <> :iri limit :most) as several
        """,
        host=host,
        iri=actor_iri,
        most=INBOXES_ELSEWHERE_MAX,
    )
    if row and row["total"] >= INBOXES_ELSEWHERE_MAX:
        raise NotAllowed("Too many have their inbox at that place, which is not theirs.")


def keys_at_home(document: documents.Actor) -> list[documents.Key]:
    """The keys that an actor lists, as far as they live where it does; at most 8."""
    return [key for key in document.keys if is_same_origin(key.iri, document.iri)][:KEYS_MAX]


def store_keys(
    tx: Tx,
    actor: Actor,
    keys: Sequence[documents.Key],
    now: int,
    *,
    watched: bool = True,
    announced: bool = False,
) -> None:
    """Store the keys of an actor in place of those it had.

    `watched`: a change that is odd freezes the host. `announced`: it came signed by one of the keys
    held before.
    """
    if watched and is_odd(tx, actor, keys, now, announced=announced):
        freeze(tx, actor.host, f"The key of {actor.handle} changed.", now)
    drop_other_keys(tx, actor.id, [key.iri for key in keys])
    for key in keys:
        kept = ActorKey(key.iri, actor.id, key.algorithm, key.public_key, None, now)
        put_key(tx, kept, is_at_owner=is_beneath(key.iri, actor.iri))


def is_beneath(key_iri: str, actor_iri: str) -> bool:
    """Whether a key lives below its actor's address: `…/rose#main-key`, `…/rose/main-key`."""
    return key_iri.startswith((f"{actor_iri}#", f"{actor_iri}/"))


def is_odd(
    tx: Tx, actor: Actor, keys: Sequence[documents.Key], now: int, *, announced: bool
) -> bool:
    """Whether an actor that we have to do with has a key it had not, and somebody should look."""
    held = keys_of(tx, actor.id)
    known = {key.public_key.strip() for key in held}
    if not known or {key.public_key.strip() for key in keys} <= known:
        return False
    contact = contact_with(tx, actor.host)
    circle = circle_around(tx, [actor.host])
    if contact is None and circle.policy_of(actor.host) is not Policy.TRUSTED:
        return False
    read_at = max(key.fetched_at for key in held)
    is_node = actor.kind == "Application" and not announced
    return is_odd_change(contact or Contact(), read_at, now, is_node=is_node)


def actor_of(document: documents.Actor, inbox_host: str | None, now: int) -> Actor:
    host = authority_of(document.iri)
    shared = document.shared_inbox
    is_shared = shared and is_same_origin(shared, document.inbox)
    name = plain_text(document.name, NAME_CHARACTERS_MAX)
    return Actor(
        id=new_id(now),
        iri=document.iri,
        kind=document.kind,
        name=name,
        host=host,
        handle=made_up_handle(name, host),
        display_name=plain_text(document.display_name),
        summary=clean_html(document.summary[:SUMMARY_CHARACTERS_MAX]),
        url=own_page(document.url, document.iri),
        inbox=document.inbox,
        shared_inbox=shared if is_shared else None,
        outbox=document.outbox,
        followers=document.followers,
        following=document.following,
        featured=document.featured,
        moderators=document.moderators,
        icon_url=public_picture(document.icon_url, document.iri),
        image_url=public_picture(document.image_url, document.iri),
        fields=tuple(
            (plain_text(label, 255), clean_html(text[:2048]))
            for label, text in document.fields[:FIELDS_MAX]
        ),
        aliases=document.aliases[:ALIASES_MAX],
        moved_to=document.moved_to,
        approves_followers=document.approves_followers,
        discoverable=document.discoverable,
        indexable=document.indexable,
        local=False,
        version=1,
        created_at=document.published or now,
        updated_at=now,
        fetched_at=now,
        deleted_at=None,
        hidden_at=now if document.suspended else None,
        suspended_at=now if document.suspended else None,
        posting_restricted=document.posting_restricted,
        emojis=emojis_of(document.emojis, document.iri),
        inbox_host=inbox_host,
    )


def public_picture(url: str | None, iri: str) -> str | None:
    """The address of a picture, if apps may be told to load it: they are at home in a network."""
    return url if url is not None and is_public_url(url, iri) else None


def emojis_of(emojis: Sequence[documents.Emoji], iri: str) -> tuple[Emoji, ...]:
    """The custom emoji of another node that are kept: with a usual name, and a public picture.

    `iri` is of the document that they are in.
    """
    return tuple(
        Emoji(one.shortcode, one.url)
        for one in emojis[:EMOJIS_MAX]
        if SHORTCODE.fullmatch(one.shortcode)
        and is_public_url(one.url, iri)
        and len(one.url) <= EMOJI_URL_CHARACTERS_MAX
    )


def receive_update_actor(tx: Tx, update: documents.Update, context: ApplyContext) -> None:
    """Replace the profile of the actor that says so itself (T18).

    Its keys are replaced only if it lists any, and the message was signed by a key held here: what
    carries a proof may have been brought by anybody, at any time, so other keys in it are read at
    the actor's own address (T2, T135).

    Raises:
        Missing: the keys must be read there first.
        NotAllowed: the profile is not the sender's own.
    """
    document = update.object
    if not isinstance(document, documents.Actor) or document.iri != update.actor:
        raise NotAllowed("A profile is changed by its owner alone.")
    keys, by_anybody = keys_at_home(document), "proof" in context.verbatim
    actor, is_new = store_profile(tx, document, context.now)
    held = {(key.iri, key.public_key.strip()) for key in keys_of(tx, actor.id)}
    has_others = not {(key.iri, key.public_key.strip()) for key in keys} <= held
    if (is_new or (has_others and by_anybody)) and not context.is_settled(document.iri):
        raise Missing([document.iri])
    if keys and not by_anybody and not is_new:
        store_keys(tx, actor, keys, context.now, announced=True)


def delete_actor(tx: Tx, actor: Actor, now: int) -> None:
    """Forget a remote actor: a tombstone stays, so that its iri is never taken for new."""
    mark_actor_deleted(tx, actor.id, now)
