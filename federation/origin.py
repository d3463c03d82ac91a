"""Whose word counts for what: one place that compares origins, and no other (FEP-fe34).

An origin is scheme, host and port of an iri in canonical form, without a port that goes without
saying. An iri in another form is refused, never repaired.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, TypeVar

from federation.documents.actor import Actor
from federation.documents.kinds import Accept, Activity, Announce, Create, Reject, Undo, Update
from federation.documents.post import Post
from federation.documents.tombstone import Tombstone
from federation.errors import BadSignature, Malformed

IRI_CHARACTERS_MAX = 2_048
ORIGINS_MAX = 16_384
LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
CANONICAL = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{LABEL}(?:\.{LABEL})*|\[[0-9a-f:]+\])"
    r"(?::(?P<port>[1-9]\d{0,4}))?(?P<rest>[/?#][^\s\\\x00-\x20\x7f]*)?"
)
DEFAULT_PORTS = {"http": "80", "https": "443"}
NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)|\[.*\]")

T = TypeVar("T", bound=Activity)


def read_origin(iri: str) -> str:
    """`scheme://host[:port]` of a canonical http(s) iri.

    Canonical: lower-case scheme and ASCII host without a trailing dot, no user info, no backslash,
    blank or control character, at most 2,048 characters; numbers for a host in their one usual
    form, so not `2130706433`, `127.1` or `[0:0::1]`. `https://a.example:443/` is another iri than
    `https://a.example/`, and of the same origin (some write the port into all their ids).

    Raises:
        Malformed: it is not in that form (T28).
    """
    match = CANONICAL.fullmatch(iri) if len(iri) <= IRI_CHARACTERS_MAX else None
    if match is None:
        raise Malformed("That is not a plain http(s) address.")
    port = match["port"]
    if port and int(port) > 65_535:
        raise Malformed("That address names its port in an unusual way.")
    if NUMBER.fullmatch(match["host"]) and not is_plain_number(match["host"]):
        raise Malformed("That address names its host by a number in an unusual way.")
    has_own = port and port != DEFAULT_PORTS[match["scheme"]]
    return f"{match['scheme']}://{match['host']}" + (f":{port}" if has_own else "")


origin_of = lru_cache(maxsize=ORIGINS_MAX)(read_origin)
"""As `read_origin`, remembering what was read."""


def is_plain_number(host: str) -> bool:
    """Whether a host is an IPv4 or bracketed IPv6 address as everybody writes it."""
    literal = host.strip("[]")
    try:
        found = ip_address(literal)
    except ValueError:
        return False
    return str(found) == literal and (found.version == 6) == host.startswith("[")


def authority_of(iri: str) -> str:
    """`host[:port]` of a canonical http(s) iri.

    Raises:
        Malformed: as `origin_of`.
    """
    return origin_of(iri).partition("://")[2]


def is_iri(value: object) -> bool:
    """Whether `value` is a canonical http(s) iri."""
    try:
        return isinstance(value, str) and bool(origin_of(value))
    except Malformed:
        return False


def is_same_origin(one: str, other: str) -> bool:
    """Whether two iris have the same origin; False where one of them is not canonical."""
    try:
        return origin_of(one) == origin_of(other)
    except Malformed:
        return False


def own_page(url: str, iri: str) -> str:
    """Where the page of what lives at `iri` is: at `url` if that is of the same origin, else there.

    A page elsewhere would speak for somebody else (T13, T147).
    """
    return url if is_same_origin(url, iri) else iri


def check_sender(activity: Activity, signer: str) -> None:
    """Raise BadSignature unless the one who signed is the one who acts (T1).

    The activity's id, too, must be of the signer's origin.
    """
    if activity.actor != signer:
        raise BadSignature("signer-is-not-actor")
    if not is_same_origin(activity.iri, signer):
        raise BadSignature("foreign-activity-id")


def trusted_parts(activity: T, proven: Collection[Activity] = ()) -> T:
    """The activity with only what its sender may vouch for; the rest becomes references (T16, T17).

    What is embedded stays whole only if its id has the sender's origin and the sender is its
    owner. An activity inside an Announce or Undo stays as a claim of what kind it is, and is
    reduced in the same way, against its own actor, if it is of the sender's origin or among
    `proven`, and to bare ids if it is not. `proven` are those that their own actors have proven,
    as they were read from what was proven: another of the same id is not among them.
    """
    if isinstance(activity, Create):
        theirs = (owned_or_iri(each, activity.actor) for each in activity.also)
        activity = replace(activity, also=tuple(each for each in theirs if isinstance(each, Post)))
    if isinstance(activity, Create | Update):
        return with_object(activity, owned_or_iri(activity.object, activity.actor))
    if isinstance(activity, Announce | Undo):
        return with_object(activity, claimed(activity.object, activity.actor, proven))
    return activity


def with_object(activity: T, thing: object) -> T:
    """The activity about `thing`, which the caller knows to be of a kind that it takes."""
    changes: dict[str, Any] = {"object": thing}
    return replace(activity, **changes)


def owned_or_iri(
    thing: Post | Actor | Tombstone | str, owner: str
) -> Post | Actor | Tombstone | str:
    if isinstance(thing, str):
        return thing
    if isinstance(thing, Post) and thing.author == owner and is_same_origin(thing.iri, owner):
        return thing
    if isinstance(thing, Actor) and thing.iri == owner:
        return thing
    if isinstance(thing, Tombstone) and is_same_origin(thing.iri, owner):
        return thing
    return thing.iri


def claimed(thing: object, sender: str, proven: Collection[Activity] = ()) -> object:
    if isinstance(thing, tuple):
        return tuple(claimed(one, sender, proven) for one in thing)
    if isinstance(thing, Post):
        return thing.iri
    if not isinstance(thing, Activity):
        return thing
    is_theirs = is_same_origin(thing.iri, sender) and is_same_origin(thing.actor, sender)
    if is_theirs or thing in proven:
        return trusted_parts(thing)
    if isinstance(thing, Create):
        thing = replace(thing, also=())
    if isinstance(thing, Create | Update) and not isinstance(thing.object, str):
        return with_object(thing, thing.object.iri)
    if isinstance(thing, Undo):
        return with_object(thing, claimed(thing.object, sender))
    if isinstance(thing, Accept | Reject | Announce):
        return with_object(thing, iri_of_object(thing.object))
    return thing


def iri_of_object(thing: object) -> object:
    return thing if isinstance(thing, str | tuple) else getattr(thing, "iri", thing)
