"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from typing import Any

import msgspec

from federation.documents.shapes import without_nothing
from node.base.instants import instant
from node.topics.actors.store import Actor
from node.web.feed_entries import FeedEntry, WholeFeed

JSON_FEED_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"


def render_json_feed(feed: WholeFeed) -> bytes:
    """The document of a feed."""
    document = {
        "version": VERSION,
        "title": feed.actor.title,
        "home_page_url": feed.actor.url,
        "feed_url": feed.url,
        "description": feed.about or None,
        "icon": feed.icon_url,
        "authors": [author(feed.actor)],
        "language": feed.language or None,
        "items": [item(one) for one in feed.entries],
    }
    return msgspec.json.encode(without_nothing(document))


def item(entry: FeedEntry) -> dict[str, Any]:
    """One post; where there is a content note, that is all of its text."""
    text = {"content_text": entry.note, "summary": entry.note} if entry.note else {}
    pictures = [
        without_nothing(
            {"url": one.url, "mime_type": one.media_type or "", "title": one.description}
        )
        for one in entry.pictures
    ]
    return without_nothing(
        {
            "id": entry.iri,
            "url": entry.url,
            "title": entry.title,
            "content_html": None if entry.note else entry.html,
            **text,
            "date_published": instant(entry.published_at),
            "date_modified": instant(entry.updated_at),
            "authors": [author(entry.author)],
            "language": entry.language,
            "attachments": pictures or None,
        }
    )


def author(actor: Actor) -> dict[str, str]:
    return {"name": actor.title, "url": actor.url}
