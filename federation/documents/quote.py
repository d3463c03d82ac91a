"""Quotes (FEP-044f): which post another quotes, and the stamp by which its author agrees.

Nobody's word but the quoted author's makes a quote one that may be shown: the stamp is a document
at an address of theirs which names both posts.
"""

from dataclasses import dataclass
from typing import Any

from federation.documents.contexts import STAMP_CONTEXT
from federation.documents.media_types import is_activity_type
from federation.documents.shapes import Json, iri_of, kind_of, many, text_of
from federation.errors import Malformed

QUOTE_NAMES = ("quote", "quoteUri", "_misskey_quote", "quoteUrl")
"""The properties that name a quoted post, the most telling first."""

QUOTE_RELS = frozenset(
    (
        "https://misskey-hub.net/ns#_misskey_quote",
        "https://misskey-hub.net/ns/#_misskey_quote",
        "https://w3id.org/fep/044f#quote",
        "http://fedibird.com/ns#quoteUri",
        "https://www.w3.org/ns/activitystreams#quoteUrl",
    )
)
STAMP_KIND = "QuoteAuthorization"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteAuthorization:
    """A stamp: `author`, of the post at `quoted`, agrees that the post at `quoting` quotes it."""

    iri: str
    author: str
    quoting: str
    quoted: str


def quoted_of(value: Json) -> str | None:
    """The iri of the post that a post quotes, or None.

    The precedence is fixed: `quote`, `quoteUri`, `_misskey_quote`, `quoteUrl`, and then the first
    Link among the tags that is a quote by its `rel` and leads to an ActivityPub document
    (FEP-e232).
    """
    for name in QUOTE_NAMES:
        found = iri_of(value.get(name))
        if found:
            return found
    links = (iri_of(each.get("href")) for each in many(value.get("tag")) if is_quote_link(each))
    return next((iri for iri in links if iri), None)


def is_quote_link(tag: Json) -> bool:
    if kind_of(tag) != "Link":
        return False
    rels = {text for each in many(tag.get("rel")) if isinstance(each, str) for text in each.split()}
    media_type = text_of(tag.get("mediaType")) or ""
    return bool(rels & QUOTE_RELS) and is_activity_type(media_type)


def read_quote_authorization(value: Json) -> QuoteAuthorization:
    """The stamp that a JSON object describes.

    Raises:
        Malformed: it is none, or does not say who agrees to what.
    """
    iri = iri_of(value) if kind_of(value) == STAMP_KIND else None
    if iri is None:
        raise Malformed("That is not a stamp for a quote.")
    author = iri_of(value.get("attributedTo"))
    quoting, quoted = iri_of(value.get("interactingObject")), iri_of(value.get("interactionTarget"))
    if author is None or quoting is None or quoted is None:
        raise Malformed("A stamp for a quote says who agrees, and names both posts.")
    return QuoteAuthorization(iri=iri, author=author, quoting=quoting, quoted=quoted)


def render_quote_authorization(stamp: QuoteAuthorization) -> dict[str, Any]:
    """The document at the address of a stamp of ours."""
    return {
        "@context": STAMP_CONTEXT,
        "id": stamp.iri,
        "type": STAMP_KIND,
        "attributedTo": stamp.author,
        "interactingObject": stamp.quoting,
        "interactionTarget": stamp.quoted,
    }


def render_quote(quoted: str, stamp: str | None) -> dict[str, Any]:
    """The properties of a post that quotes: FEP-044f's own, and those that older peers look for."""
    named = {"quote": quoted, "quoteUri": quoted, "_misskey_quote": quoted}
    return named | ({"quoteAuthorization": stamp} if stamp else {})
