"""What of a public page is told to whoever is sent its address: a title, some words, a picture.

Nothing is told of what not everybody may read, nor of somebody who does not want to be found; and a
picture only if it lies here and is open to all.
"""

from dataclasses import dataclass

from node.base.markup import opening_of
from node.topics.actors.store import Actor
from node.topics.posts.parts import Attachment
from node.topics.posts.store import Post
from node.topics.posts.views import PostView

WORDS_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What stands on the card of a page in other programs.

    Source: the Open Graph protocol, https://ogp.me.
    """

    title: str
    words: str
    url: str
    kind: str
    image_url: str | None = None
    image_words: str | None = None


def pictures_here(post: Post, origin: str) -> tuple[Attachment, ...]:
    """The pictures of a post that lie at our own origin; none of what its author warns of."""
    if post.sensitive or post.content_note:
        return ()
    return tuple(
        one
        for one in post.attachments
        if one.file_id is not None
        and one.url.startswith(f"{origin}/")
        and (one.media_type or "").startswith("image/")
    )


def face_here(actor: Actor, origin: str) -> str | None:
    """Where somebody's face is, if it lies at our own origin."""
    url = actor.icon_url or ""
    return url if url.startswith(f"{origin}/") else None


def preview_of_actor(actor: Actor, origin: str) -> Preview:
    """That of a public community of ours, or of one of our people who wants to be found."""
    return Preview(
        title=actor.title,
        words=opening_of(actor.summary, WORDS_CHARACTERS_MAX),
        url=actor.iri,
        kind="website" if actor.is_group else "profile",
        image_url=face_here(actor, origin),
    )


def preview_of_post(view: PostView, origin: str) -> Preview | None:
    """That of a post of ours which everybody may read, also in public lists; else None."""
    post, note = view.post, view.post.content_note
    if not post.local or post.visibility != "public":
        return None
    picture = next(iter(pictures_here(post, origin)), None)
    face = face_here(view.author, origin) if view.author.discoverable else None
    return Preview(
        title=f"{view.author.title}: {(not note and post.title) or 'a post'}",
        words=note or opening_of(post.content, WORDS_CHARACTERS_MAX),
        url=post.iri,
        kind="article",
        image_url=picture.url if picture else face,
        image_words=picture.description if picture else None,
    )
