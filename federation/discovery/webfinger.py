"""WebFinger (RFC 7033) as ActivityPub uses it: the question read, the answer read and rendered."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import idna

from federation.documents.media_types import ACTIVITY_TYPE, is_activity_type
from federation.errors import Malformed
from federation.origin import is_iri
from federation.strictjson import Json

MEDIA_TYPE = "application/jrd+json"
SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
SERVICE = "https://www.w3.org/ns/activitystreams#Service"
PROFILE_PAGE = "http://webfinger.net/rel/profile-page"
RESOURCE_CHARACTERS_MAX = 2_048
LINKS_MAX = 100
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):.")
ANSWERED = frozenset(("acct", "https", "http"))
USER = re.compile(r"[^\s@:/\\\x00-\x20\x7f]{1,200}")
HOST = re.compile(
    r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?(?::[1-9]\d{0,4})?|\[[0-9a-f:]+\](?::\d+)?"
)


@dataclass(frozen=True, slots=True)
class Resource:
    """What somebody asks for: a person at a host, or an address."""

    user: str = ""
    host: str = ""
    url: str = ""

    @property
    def handle(self) -> str:
        """`user@host`."""
        return f"{self.user}@{self.host}"

    def is_same_handle(self, other: "Resource") -> bool:
        """Whether both are one handle; case does not matter."""
        return self.handle.lower() == other.handle.lower()


@dataclass(frozen=True, slots=True)
class Jrd:
    """What an answer says: whom it is about, and the addresses of actor documents."""

    subject: Resource | None
    actors: tuple[str, ...]
    subscribe: str | None


def read_question(text: str) -> Resource | None:
    """What another server asks for, in full: the `resource` parameter; None where it may be
    something, but nothing that goes by a handle or an http(s) address (RFC 7033 section 4.5).

    Raises:
        Malformed: it is no URI, or a handle that cannot be read (section 4.2).
    """
    scheme = SCHEME.match(text)
    if scheme is None or len(text) > RESOURCE_CHARACTERS_MAX:
        raise Malformed("Ask for a resource such as acct:rose@group.example")
    return read_resource(text) if scheme[1].lower() in ANSWERED else None


def read_resource(text: str) -> Resource:
    """What the `resource` parameter asks for; `acct:` and a leading @ may be missing.

    Raises:
        Malformed: it is neither a handle nor an http(s) address.
    """
    if not 0 < len(text) <= RESOURCE_CHARACTERS_MAX:
        raise Malformed("Ask for a resource such as acct:rose@group.example")
    if text.lower().startswith(("https://", "http://")):
        return Resource(url=text)
    scheme, mark, rest = text.partition(":")
    handle = rest if mark and scheme.lower() == "acct" else text
    user, mark, host = handle.removeprefix("@").rpartition("@")
    if not mark:
        raise Malformed("Ask for a resource such as acct:rose@group.example")
    user, host = unquote(user), canonical_host(host)
    if user != host and not USER.fullmatch(user):
        raise Malformed("Ask for a resource such as acct:rose@group.example")
    return Resource(user, host)


def canonical_host(text: str) -> str:
    """A host, perhaps with its port, in lower-case ASCII.

    Raises:
        Malformed: it is not one.
    """
    name, mark, port = text.partition(":") if not text.startswith("[") else (text, "", "")
    try:
        name = name.lower() if name.isascii() else idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        raise Malformed("That host name cannot be read.") from None
    host = name + mark + port
    host = host.removesuffix(":443")
    if not HOST.fullmatch(host):
        raise Malformed("That host name cannot be read.")
    return host


def render_jrd(
    subject: str,
    *,
    actor: str,
    kind: str,
    page: str | None,
    subscribe: str | None,
    is_server: bool = False,
) -> dict[str, Any]:
    """The answer about one of our actors. `subscribe` is a template with `{uri}` in it.

    `is_server` is for who asked by the address of the server: its actor is named (FEP-d556).
    """
    properties = {"https://www.w3.org/ns/activitystreams#type": kind}
    links: list[dict[str, Any]] = [
        {"rel": "self", "type": ACTIVITY_TYPE, "href": actor, "properties": properties}
    ]
    if is_server:
        links.append({"rel": SERVICE, "type": ACTIVITY_TYPE, "href": actor})
    if page:
        links.append({"rel": PROFILE_PAGE, "type": "text/html", "href": page})
    if subscribe:
        links.append({"rel": SUBSCRIBE, "template": subscribe})
    return {"subject": subject, "aliases": [actor], "links": links}


def read_jrd(value: Json, *, development: bool = False) -> Jrd:
    """What an answer says; links of other media types, or without https, are left out.

    Raises:
        Malformed: it is not a JRD.
    """
    if not isinstance(value, dict) or not isinstance(value.get("links", []), list):
        raise Malformed("That is not a WebFinger answer.")
    links = [each for each in value.get("links", [])[:LINKS_MAX] if isinstance(each, dict)]
    subject = value.get("subject")
    return Jrd(
        subject=read_resource(subject) if isinstance(subject, str) else None,
        actors=tuple(actor_links(links, development)),
        subscribe=next(subscribe_links(links), None),
    )


def actor_links(links: Iterable[Mapping[str, Json]], development: bool) -> Iterator[str]:
    for link in links:
        href, kind = link.get("href"), link.get("type")
        is_actor = link.get("rel") == "self" and isinstance(kind, str) and is_activity_type(kind)
        is_safe = development or str(href).startswith("https://")
        if is_actor and is_safe and is_iri(href):
            yield str(href)


def subscribe_links(links: Iterable[Mapping[str, Json]]) -> Iterator[str]:
    for link in links:
        template = link.get("template")
        if link.get("rel") == SUBSCRIBE and isinstance(template, str) and "{uri}" in template:
            yield template


def webfinger_url(scheme: str, resource: Resource) -> str:
    """Where to ask about a person."""
    asked = webfinger_question(resource)
    return f"{scheme}://{resource.host}/.well-known/webfinger?resource={asked}"


def webfinger_question(resource: Resource) -> str:
    """A handle as it stands in a question."""
    return quote(f"acct:{resource.handle}", safe="@:")
