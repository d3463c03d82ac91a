"""People, groups and services: read and rendered."""

import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

from federation.documents.contexts import ACTOR_CONTEXT, SUSPENDED_CONTEXT
from federation.documents.emoji import Emoji, emojis_of
from federation.documents.shapes import (
    Json,
    instant_of,
    iri_of,
    iris_of,
    kind_of,
    many,
    one,
    render_instant,
    text_in,
    text_of,
    url_of,
    without_nothing,
)
from federation.errors import Malformed
from federation.signatures.multikey import multikey_of_pem, pem_of_multikey

ACTOR_KINDS = frozenset(("Person", "Group", "Organization", "Service", "Application"))
IMPLEMENTS = (
    {
        "href": "https://datatracker.ietf.org/doc/html/rfc9421",
        "name": "RFC-9421: HTTP Message Signatures",
    },
)
"""What our server can do beyond ActivityPub, for those who ask (FEP-844e)."""
COLLECTIONS = ("outbox", "followers", "following", "featured")
NAME_CHARACTERS_MAX = 200
NAME_MARKS = frozenset("_.-~+%")
ALIKE = frozenset(("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"))
"""Alphabets with letters that look the same (UTS 39)."""

HANDLE_CHARACTERS_MAX = 500
PEM_CHARACTERS_MAX = 8_192
KEYS_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that an actor lists; `public_key` is PEM (SPKI or PKCS#1)."""

    iri: str
    owner: str
    algorithm: Literal["rsa", "ed25519"]
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who acts, as their own server describes them. `summary` is HTML as received.

    `fields` are the label and HTML text of the profile's rows; `published` is in seconds.
    `handle` is `name@host` of one of ours (FEP-2c59); `claimed_handle` is what others say theirs
    is, of which WebFinger alone is believed (T71). `indexable`: they agree that others search what
    they write for everybody; silence is no (FEP-5feb). `suspended`: their own server shows them to
    nobody. `posting_restricted`: only the moderators of a group begin conversations in it (Lemmy).
    """

    iri: str
    kind: str
    name: str
    display_name: str
    summary: str
    url: str
    inbox: str
    shared_inbox: str | None = None
    outbox: str | None = None
    followers: str | None = None
    following: str | None = None
    featured: str | None = None
    moderators: str | None = None
    icon_url: str | None = None
    image_url: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    aliases: tuple[str, ...] = ()
    moved_to: str | None = None
    approves_followers: bool = False
    discoverable: bool = False
    indexable: bool = False
    suspended: bool = False
    posting_restricted: bool = False
    keys: tuple[Key, ...] = ()
    published: int | None = None
    emojis: tuple[Emoji, ...] = ()
    handle: str | None = None
    claimed_handle: str | None = None


def is_name(text: str) -> bool:
    """Whether an actor may be called so: nothing in it can be taken for a part of an address (T61).

    Letters and digits, one of the alphabets that look alike at most, and the marks that software
    allows; so no `@`, no slash, no blank, nothing invisible.
    """
    plain = unicodedata.normalize("NFKC", text) == unicodedata.normalize("NFC", text)
    parts = [one.isalnum() or unicodedata.category(one)[0] == "M" for one in text]
    is_clean = all(part or one in NAME_MARKS for part, one in zip(parts, text, strict=True))
    alphabets = {unicodedata.name(one, "").partition(" ")[0] for one in text if one.isalpha()}
    return plain and is_clean and any(parts) and len(alphabets & ALIKE) <= 1


def read_actor(value: Json) -> Actor:
    """The actor that a JSON object describes.

    Raises:
        Malformed: it has no id, name or inbox, or is of another type.
    """
    kind, iri = kind_of(value), iri_of(value)
    if kind not in ACTOR_KINDS or iri is None:
        raise Malformed("That is not a person, a group or a service.")
    name, inbox = text_of(value.get("preferredUsername")), iri_of(value.get("inbox"))
    if not name or not inbox:
        raise Malformed("An actor needs a name and an inbox.")
    if not is_name(name):
        raise Malformed("The name of that actor could be taken for an address.")
    endpoints = one(value.get("endpoints"))
    shared = iri_of(endpoints.get("sharedInbox")) if isinstance(endpoints, dict) else None
    return Actor(
        iri=iri,
        kind=kind,
        name=name[:NAME_CHARACTERS_MAX],
        display_name=text_in(value, "name") or "",
        summary=text_in(value, "summary") or "",
        url=url_of(value.get("url")) or iri,
        inbox=inbox,
        shared_inbox=shared or iri_of(value.get("sharedInbox")),
        **{name: iri_of(value.get(name)) for name in COLLECTIONS},
        moderators=moderators_of(value, kind),
        icon_url=picture_of(value.get("icon")),
        image_url=picture_of(value.get("image")),
        fields=fields_of(value.get("attachment")),
        aliases=iris_of(value.get("alsoKnownAs")),
        moved_to=iri_of(value.get("movedTo")),
        approves_followers=value.get("manuallyApprovesFollowers") is True,
        discoverable=value.get("discoverable") is True,
        indexable=value.get("indexable") is True,
        suspended=value.get("suspended") is True,
        posting_restricted=value.get("postingRestrictedToMods") is True,
        keys=read_keys(value, iri),
        published=instant_of(value.get("published")),
        emojis=emojis_of(value),
        claimed_handle=(text_of(value.get("webfinger")) or "")[:HANDLE_CHARACTERS_MAX] or None,
    )


def moderators_of(value: Json, kind: str) -> str | None:
    """A group's collection of moderators: by its own name, or as `attributedTo` (Lemmy)."""
    if kind != "Group":
        return None
    attributed = one(value.get("attributedTo"))
    return iri_of(value.get("moderators")) or (attributed if isinstance(attributed, str) else None)


def picture_of(value: Json) -> str | None:
    found = one(value)
    if isinstance(found, dict):
        found = url_of(found.get("url")) or url_of(found.get("href"))
    return found if isinstance(found, str) and found.startswith(("http://", "https://")) else None


def fields_of(value: Json) -> tuple[tuple[str, str], ...]:
    rows = [each for each in many(value) if kind_of(each) == "PropertyValue"]
    pairs = ((text_of(row.get("name")), text_of(row.get("value"))) for row in rows)
    return tuple((label, text) for label, text in pairs if label is not None and text is not None)


def read_keys(value: Json, iri: str) -> tuple[Key, ...]:
    """The keys an actor lists and owns, RSA and Ed25519; the rest is left out (FEP-521a)."""
    found: dict[str, Key] = {}
    for listed in many(value.get("publicKey")):
        pem = text_of(listed.get("publicKeyPem")) if isinstance(listed, dict) else None
        key_iri = iri_of(listed)
        is_owned = isinstance(listed, dict) and iri_of(listed.get("owner")) in (iri, None)
        if pem and key_iri and is_owned and len(pem) <= PEM_CHARACTERS_MAX:
            algorithm: Literal["rsa", "ed25519"] = "ed25519" if len(pem) < 160 else "rsa"
            found[key_iri] = Key(iri=key_iri, owner=iri, algorithm=algorithm, public_key=pem)
    for listed in many(value.get("assertionMethod")):
        key = multikey_in(listed, iri)
        if key is not None:
            found.setdefault(key.iri, key)
    return tuple(found.values())[:KEYS_MAX]


def multikey_in(listed: Json, iri: str) -> Key | None:
    if kind_of(listed) != "Multikey" or iri_of(listed.get("controller")) != iri:
        return None
    key_iri, encoded = iri_of(listed), text_of(listed.get("publicKeyMultibase"))
    if not key_iri or not encoded:
        return None
    try:
        algorithm, pem = pem_of_multikey(encoded)
    except Malformed:
        return None
    return Key(iri=key_iri, owner=iri, algorithm=algorithm, public_key=pem)


def render_actor(actor: Actor) -> dict[str, Any]:
    """The JSON document of an actor of ours, with its context."""
    document = {
        "@context": SUSPENDED_CONTEXT if actor.suspended else ACTOR_CONTEXT,
        "id": actor.iri,
        "type": actor.kind,
        "preferredUsername": actor.name,
        "webfinger": actor.handle,
        "name": actor.display_name or actor.name,
        "summary": actor.summary,
        "url": actor.url,
        "inbox": actor.inbox,
        **{name: getattr(actor, name) for name in COLLECTIONS},
        "endpoints": {"sharedInbox": actor.shared_inbox} if actor.shared_inbox else None,
        "icon": {"type": "Image", "url": actor.icon_url} if actor.icon_url else None,
        "image": {"type": "Image", "url": actor.image_url} if actor.image_url else None,
        "attachment": [
            {"type": "PropertyValue", "name": label, "value": text} for label, text in actor.fields
        ],
        "alsoKnownAs": list(actor.aliases) or None,
        "movedTo": actor.moved_to,
        "manuallyApprovesFollowers": actor.approves_followers,
        "discoverable": actor.discoverable,
        "indexable": actor.indexable,
        "suspended": actor.suspended or None,
        "published": render_instant(actor.published) if actor.published is not None else None,
        **render_capabilities(actor),
        **render_moderators(actor),
        **render_keys(actor),
    }
    return without_nothing(document)


def render_capabilities(actor: Actor) -> dict[str, Any]:
    """What the server can do: said by the node's own actor, and of the software behind others."""
    if actor.kind == "Application":
        return {"implements": list(IMPLEMENTS)}
    return {"generator": {"type": "Application", "implements": list(IMPLEMENTS)}}


def render_moderators(actor: Actor) -> dict[str, Any]:
    if actor.kind != "Group" or actor.moderators is None:
        return {}
    return {"attributedTo": actor.moderators, "postingRestrictedToMods": actor.posting_restricted}


def render_keys(actor: Actor) -> dict[str, Any]:
    """The first RSA key as `publicKey`, every other key as a Multikey (FEP-521a).

    Lemmy reads no actor whose `publicKey` is a list; Mastodon 4.5 would read the first only.
    """
    rendered: dict[str, Any] = {}
    for key in actor.keys:
        if key.algorithm == "rsa" and "publicKey" not in rendered:
            rendered["publicKey"] = {
                "id": key.iri,
                "owner": key.owner,
                "publicKeyPem": key.public_key,
            }
        else:
            method = {
                "id": key.iri,
                "type": "Multikey",
                "controller": key.owner,
                "publicKeyMultibase": multikey_of_pem(key.public_key),
            }
            rendered.setdefault("assertionMethod", []).append(method)
    return rendered
