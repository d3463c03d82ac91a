"""What stands in a feed, whatever its form: the words that pages show, with whole addresses.

Behind a content note nothing is told but the note: no title, no words, no picture.
"""

from dataclasses import dataclass

from node.base.markup import opening_of, text_of_html
from node.topics.actors.store import Actor
from node.topics.posts.parts import Attachment
from node.topics.posts.views import PostView
from node.topics.timelines.feeds import Feed
from node.web.previews import face_here, pictures_here
from node.web.render import environment

TITLE_CHARACTERS_MAX = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One post. `iri` stays what it is; `html` is empty where there is a `note` in place of it."""

    iri: str
    url: str
    title: str
    note: str
    html: str
    author: Actor
    language: str | None
    published_at: int
    updated_at: int
    pictures: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeFeed:
    """A feed as it is told; `url` is its own address, instants are seconds (UTC)."""

    actor: Actor
    url: str
    about: str
    icon_url: str | None
    language: str
    updated_at: int
    entries: tuple[FeedEntry, ...]


def whole_feed(found: Feed, origin: str, path: str) -> WholeFeed:
    """The feed at `path` of a node of that origin."""
    actor, entries = found.actor, tuple(entry_of(view, origin) for view in found.views)
    return WholeFeed(
        actor=actor,
        url=f"{origin}{path}",
        about=text_of_html(actor.summary),
        icon_url=face_here(actor, origin),
        language=found.language,
        updated_at=max([actor.updated_at, *(one.updated_at for one in entries)]),
        entries=entries,
    )


def entry_of(view: PostView, origin: str) -> FeedEntry:
    """One post in a feed."""
    post, note = view.post, view.post.content_note or ""
    return FeedEntry(
        iri=post.iri,
        url=post.url,
        title=note or title_of(view),
        note=note,
        html="" if note else words_of(view, origin),
        author=view.author,
        language=post.language,
        published_at=post.published_at,
        updated_at=max(post.published_at, post.edited_at or 0),
        pictures=pictures_here(post, origin),
    )


def title_of(view: PostView) -> str:
    """What a post is called: its title, or how it begins, or whose it is."""
    opening = view.post.title or opening_of(view.post.content, TITLE_CHARACTERS_MAX)
    return opening or f"A post by {view.author.title}"


def words_of(view: PostView, origin: str) -> str:
    """What a post says, as HTML; of a long one how it begins, as in every list."""
    pictures = pictures_here(view.post, origin)
    others = [one for one in view.post.attachments if one not in pictures]
    return environment.get_template("feeds/entry.html").render(
        view=view, post=view.post, pictures=pictures, others=others, origin=origin
    )
