"""NodeInfo 2.0 and 2.1, and the host-meta document: what a node says of itself."""

from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from federation.documents.shapes import without_nothing

SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"
APPLICATION = "https://www.w3.org/ns/activitystreams#Application"
VERSIONS = ("2.0", "2.1")
HOST_META_TYPE = "application/xrd+xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeInfo:
    """What a node says of itself; the numbers are rounded by whoever counts them.

    A number that is None is left out; the place for it stays, which readers insist on.
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
        "metadata": {"nodeName": info.name, "federation": {"enabled": True}},
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
