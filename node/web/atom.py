"""A feed as Atom (RFC 4287), made with the standard library (docs/decisions/0028)."""

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from node.base.instants import instant
from node.topics.actors.store import Actor
from node.web.feed_entries import FeedEntry, WholeFeed

ATOM_TYPE = "application/atom+xml"
ATOM = "http://www.w3.org/2005/Atom"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no document of XML may hold, not even escaped (XML 1.0 section 2.2)."""


def render_atom(feed: WholeFeed) -> bytes:
    """The document of a feed."""
    root = Element("feed", {"xmlns": ATOM})
    if feed.language:
        root.set("xml:lang", xml_text(feed.language))
    add(root, "id", feed.actor.iri)
    add(root, "title", feed.actor.title)
    if feed.about:
        add(root, "subtitle", feed.about)
    add(root, "updated", instant(feed.updated_at))
    add(root, "link", rel="self", type=ATOM_TYPE, href=feed.url)
    add(root, "link", rel="alternate", type="text/html", href=feed.actor.url)
    if feed.icon_url:
        add(root, "icon", feed.icon_url)
    add_author(root, feed.actor)
    for entry in feed.entries:
        add_entry(root, entry)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def add_entry(root: Element, entry: FeedEntry) -> None:
    element = SubElement(root, "entry")
    if entry.language:
        element.set("xml:lang", xml_text(entry.language))
    add(element, "id", entry.iri)
    add(element, "title", entry.title)
    add(element, "link", rel="alternate", type="text/html", href=entry.url)
    add(element, "published", instant(entry.published_at))
    add(element, "updated", instant(entry.updated_at))
    add_author(element, entry.author)
    if entry.note:
        add(element, "summary", entry.note)
    else:
        add(element, "content", entry.html, type="html")
    for picture in entry.pictures:
        add(
            element,
            "link",
            rel="enclosure",
            type=picture.media_type or "",
            href=picture.url,
            title=picture.description or "",
        )


def add_author(element: Element, actor: Actor) -> None:
    author = SubElement(element, "author")
    add(author, "name", actor.title)
    add(author, "uri", actor.url)


def add(parent: Element, tag: str, text: str = "", **attributes: str) -> None:
    """Add an element with what stands in it; attributes that say nothing are left out."""
    said = {name: xml_text(value) for name, value in attributes.items() if value}
    SubElement(parent, tag, said).text = xml_text(text) or None


def xml_text(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return NOT_IN_XML.sub("", text)
