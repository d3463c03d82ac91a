"""Links in documents that are no JSON: host-meta (RFC 6415), and the pages of posts and people."""

import re
from collections.abc import Iterator
from html import unescape

from federation.documents.media_types import is_activity_type

LINK = re.compile(r"<link\b([^<>]*)>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
HEADER_LINK = re.compile(r"<([^<>]*)>([^<>]*)")
LINKS_MAX = 100


def webfinger_template(host_meta: str) -> str | None:
    """Where a host-meta document says that its host's WebFinger answers; `{uri}` is in it."""
    for link in links_in(host_meta):
        template = link.get("template", "")
        if link.get("rel") == "lrdd" and "{uri}" in template:
            return template
    return None


def alternate_document(header: str, page: str) -> str | None:
    """The address at which a page says that the same thing is to be had for ActivityPub.

    `header` is the `Link` header (RFC 8288). The address is a claim: what is there counts only if
    it lives there.
    """
    for link in (*links_in_header(header), *links_in(page)):
        is_alternate = "alternate" in link.get("rel", "").lower().split()
        if is_alternate and is_activity_type(link.get("type", "")) and link.get("href"):
            return link["href"]
    return None


def links_in(text: str) -> Iterator[dict[str, str]]:
    """The attributes of the first hundred `link` elements, names in lower case."""
    for _, found in zip(range(LINKS_MAX), LINK.finditer(text), strict=False):
        yield {
            name.lower(): unescape(double or single)
            for name, double, single in ATTRIBUTE.findall(found[1])
        }


def links_in_header(header: str) -> Iterator[dict[str, str]]:
    for _, found in zip(range(LINKS_MAX), HEADER_LINK.finditer(header), strict=False):
        parameters = (part.partition("=") for part in found[2].rstrip(", ").split(";"))
        said = {name.strip().lower(): value.strip(' "') for name, _, value in parameters}
        yield said | {"href": found[1]}
