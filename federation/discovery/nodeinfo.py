"""NodeInfo 2.0 and 2.1, and the host-meta document: what a node says of itself."""

from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from federation.documents.shapes import Json, many, without_nothing
from federation.origin import is_iri, is_same_origin

SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
APPLICATION = "https://www.w3.org/ns/activitystreams#Application"
VERSIONS = ("2.0", "2.1")
HOST_META_TYPE = "application/xrd+xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeInfo:
    """What a node says of itself; the numbers are rounded by whoever counts them.

    A number that is None is left out; the place for it stays, which readers insist on. `upstream`
    is the software whose client API it speaks, if it is not that of its own name.
    """

    name: str
    software: str
    version: str
    repository: str | None
    users: int | None
    active_month: int | None
    active_half_year: int | None
    posts: int
    open_registrations: bool
    upstream: str | None = None


@dataclass(frozen=True, slots=True)
class NodeSaid:
    """What another node says that it is: the name and version of its software, and its own name."""

    software: str
    version: str
    title: str


def nodeinfo_address(links: Json, origin: str) -> str | None:
    """Where a node of that origin says what it is, as `/.well-known/nodeinfo` says; None where that
    is nowhere, or elsewhere."""
    found = many(links.get("links") if isinstance(links, dict) else None)
    named = {
        str(one.get("rel")).removeprefix(SCHEMA): one.get("href")
        for one in found
        if isinstance(one, dict) and str(one.get("rel")).startswith(SCHEMA)
    }
    addresses = [named.get(version) for version in reversed(VERSIONS)]
    ours = (str(one) for one in addresses if is_iri(one) and is_same_origin(str(one), origin))
    return next(ours, None)


def read_nodeinfo(value: Json) -> NodeSaid:
    """What a NodeInfo document says; what is not there is empty."""
    document = value if isinstance(value, dict) else {}
    software, metadata = document.get("software"), document.get("metadata")
    software = software if isinstance(software, dict) else {}
    metadata = metadata if isinstance(metadata, dict) else {}
    return NodeSaid(
        str(software.get("name") or "")[:100].lower(),
        str(software.get("version") or "")[:100],
        str(metadata.get("nodeName") or "")[:200],
    )


def render_nodeinfo_links(origin: str, actor: str) -> dict[str, Any]:
    """`/.well-known/nodeinfo`, with the node's own actor (FEP-2677)."""
    links = [
        {"rel": f"{SCHEMA}{version}", "href": f"{origin}/nodeinfo/{version}"}
        for version in VERSIONS
    ]
    return {"links": [*links, {"rel": APPLICATION, "href": actor}]}


def render_nodeinfo(info: NodeInfo, version: str) -> dict[str, Any]:
    """A NodeInfo document of version 2.0 or 2.1."""
    software: dict[str, Any] = {"name": info.software, "version": info.version}
    metadata: dict[str, Any] = {"nodeName": info.name, "federation": {"enabled": True}}
    if info.upstream is not None:
        metadata["upstream"] = {"name": info.upstream}
    if version == "2.1" and info.repository:
        software["repository"] = info.repository
    return {
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": info.open_registrations,
        "usage": {
            "users": without_nothing(
                {
                    "total": info.users,
                    "activeMonth": info.active_month,
                    "activeHalfyear": info.active_half_year,
                }
            ),
            "localPosts": info.posts,
        },
        "metadata": metadata,
    }


def render_host_meta(origin: str) -> str:
    """`/.well-known/host-meta` (RFC 6415), which names our WebFinger."""
    template = quoteattr(f"{origin}/.well-known/webfinger?resource={{uri}}")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" template={template}/>\n'
        "</XRD>\n"
    )
