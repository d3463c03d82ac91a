"""A card with which one node introduces another to a third, as a Relationship (ActivityStreams)."""

from dataclasses import dataclass
from typing import Any

from federation.documents.contexts import AS2
from federation.documents.shapes import (
    Json,
    instant_of,
    iri_of,
    kind_of,
    render_instant,
    text_of,
    url_of,
)
from federation.errors import Malformed

NEIGHBOUR = "http://purl.org/vocab/relationship/neighborOf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """`voucher` introduces `subject` to `guest`; all three are the actors of nodes.

    `name`, `url` and `words` say who the subject is; it counts from `published` to `expires`.
    """

    iri: str
    voucher: str
    subject: str
    guest: str
    name: str
    url: str
    words: str
    published: int
    expires: int


def is_introduction(value: Json) -> bool:
    """Whether a JSON object is meant as such a card."""
    return kind_of(value) == "Relationship" and iri_of(value.get("relationship")) == NEIGHBOUR


def read_introduction(value: Json) -> Introduction:
    """The card that a JSON object is.

    Raises:
        Malformed: it lacks who vouches for whom, to whom, or for how long.
    """
    iris = [iri_of(value.get(name)) for name in ("id", "attributedTo", "subject", "object")]
    published, expires = instant_of(value.get("published")), instant_of(value.get("endTime"))
    iri, voucher, subject, guest = iris
    if not (iri and voucher and subject and guest) or published is None or expires is None:
        raise Malformed("An introduction says who vouches for whom, to whom, and until when.")
    return Introduction(
        iri=iri,
        voucher=voucher,
        subject=subject,
        guest=guest,
        name=text_of(value.get("name")) or "",
        url=url_of(value.get("url")) or "",
        words=text_of(value.get("summary")) or "",
        published=published,
        expires=expires,
    )


def render_introduction(card: Introduction) -> dict[str, Any]:
    """A card as JSON, without a proof."""
    return {
        "@context": AS2,
        "id": card.iri,
        "type": "Relationship",
        "attributedTo": card.voucher,
        "subject": card.subject,
        "relationship": NEIGHBOUR,
        "object": card.guest,
        "name": card.name,
        "url": card.url,
        "summary": card.words,
        "published": render_instant(card.published),
        "endTime": render_instant(card.expires),
    }
