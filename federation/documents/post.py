"""What people publish: notes, pages, articles, questions, events and media, read and rendered."""

from dataclasses import dataclass
from typing import Any

from federation.documents.attachment import Attachment, attachments_of, render_attachment
from federation.documents.collection import render_replies
from federation.documents.contexts import POST_CONTEXT
from federation.documents.emoji import Emoji, emojis_of
from federation.documents.policy import InteractionPolicy, read_policy, render_policy
from federation.documents.poll import Poll, read_poll, render_poll
from federation.documents.quote import quoted_of, render_quote
from federation.documents.shapes import (
    Json,
    instant_of,
    iri_of,
    iris_of,
    kind_of,
    language_tag,
    many,
    one,
    render_instant,
    text_in,
    text_of,
    url_of,
    without_nothing,
)
from federation.errors import Malformed

MESSAGE_KIND = "ChatMessage"
"""What is said to those it is addressed to, and to nobody else (LitePub; Lemmy, PieFed)."""

POST_KINDS = frozenset(
    "Note Page Article Question Event Video Audio Image Document ChatMessage".split()
)
ADDRESS_PARTS = ("streetAddress", "addressLocality")


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody a post names."""

    iri: str
    name: str


@dataclass(frozen=True, slots=True)
class Hashtag:
    """A hashtag, without the #."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Something published. `content` is HTML as received; instants are in seconds.

    `to` and `cc` are as written, with Public in its full form. `summary` is a content note.
    `preview` is HTML that stands for an article where only short notes are shown (FEP-b2b8);
    `is_warned` where the summary stands before that as well, so that it is a content note.
    `context` and `replies` are the iris of collections (FEP-7888).
    `quote` is the iri of a post that this one quotes, `quote_authorization` that of the stamp by
    which its author agreed (FEP-044f). `distinguished` marks words of a moderator (Lemmy).
    """

    iri: str
    kind: str
    url: str
    author: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    audience: str | None = None
    in_reply_to: str | None = None
    title: str | None = None
    content: str = ""
    summary: str | None = None
    source: str | None = None
    sensitive: bool = False
    language: str | None = None
    published: int | None = None
    updated: int | None = None
    attachments: tuple[Attachment, ...] = ()
    mentions: tuple[Mention, ...] = ()
    hashtags: tuple[Hashtag, ...] = ()
    emojis: tuple[Emoji, ...] = ()
    poll: Poll | None = None
    context: str | None = None
    replies: str | None = None
    preview: str | None = None
    is_warned: bool = False
    quote: str | None = None
    quote_authorization: str | None = None
    policy: InteractionPolicy | None = None
    distinguished: bool = False
    comments_enabled: bool | None = None
    start_at: int | None = None
    end_at: int | None = None
    place: str | None = None


def read_post(value: Json, owner: str | None = None) -> Post:
    """The post that a JSON object describes; `owner` is its author where it names none.

    Raises:
        Malformed: it has no id or author, or is of another type.
    """
    kind, iri = kind_of(value), iri_of(value)
    if kind not in POST_KINDS or iri is None:
        raise Malformed("That is not a post.")
    author = author_of(value) or owner
    if author is None:
        raise Malformed("The post does not say whose it is.")
    return Post(
        iri=iri,
        kind=kind,
        url=url_of(value.get("url")) or iri,
        author=author,
        to=iris_of(value.get("to")),
        cc=iris_of(value.get("cc")),
        audience=iri_of(value.get("audience")),
        in_reply_to=iri_of(value.get("inReplyTo")),
        title=text_in(value, "name"),
        content=content_of(value),
        summary=text_in(value, "summary"),
        source=source_of(value),
        sensitive=value.get("sensitive") is True,
        language=language_of(value),
        published=instant_of(value.get("published")),
        updated=instant_of(value.get("updated")),
        attachments=attachments_of(value),
        mentions=tuple(mentions_of(value)),
        hashtags=tuple(hashtags_of(value)),
        emojis=emojis_of(value),
        poll=read_poll(value),
        is_warned=is_warned(value),
        context=iri_of(value.get("context")),
        replies=iri_of(value.get("replies")),
        quote=quoted_of(value),
        quote_authorization=iri_of(value.get("quoteAuthorization")),
        policy=read_policy(value),
        distinguished=value.get("distinguished") is True,
        comments_enabled=flag_of(value.get("commentsEnabled")),
        start_at=instant_of(value.get("startTime")),
        end_at=instant_of(value.get("endTime")) if kind == "Event" else None,
        place=place_of(value.get("location")),
    )


def is_warned(value: Json) -> bool:
    """Whether the note that stands for a longer text has the summary of that as its own."""
    preview = one(value.get("preview"))
    own = text_in(preview, "summary") if kind_of(preview) == "Note" else None
    return own is not None and own == text_in(value, "summary")


def flag_of(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None


def author_of(value: Json) -> str | None:
    """Whose a post is: the person among several owners (PeerTube names the channel as well)."""
    named = many(value.get("attributedTo"))
    people = [each for each in named if isinstance(each, dict) and kind_of(each) == "Person"]
    return iri_of(people or named) or iri_of(value.get("actor"))


def content_of(value: Json) -> str:
    """The HTML of a post, as its origin renders it."""
    content = text_in(value, "content")
    if content is None:
        return ""
    if value.get("mediaType") in ("text/plain", "text/markdown"):
        return content.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
    return content


def source_of(value: Json) -> str | None:
    source = one(value.get("source"))
    return text_of(source.get("content")) if isinstance(source, dict) else None


def language_of(value: Json) -> str | None:
    """The language of a post: that of its words in the contentMap, or Lemmy's `language`.

    None where several would be right, or what is said is no language tag.
    """
    by_language = value.get("contentMap")
    said = without_nothing(by_language) if isinstance(by_language, dict) else {}
    words = text_in(value, "content")
    fitting = [str(key) for key, text in said.items() if len(said) == 1 or text == words]
    if len(fitting) == 1 and (found := language_tag(fitting[0])):
        return found
    language = one(value.get("language"))
    return language_tag(language.get("identifier") if isinstance(language, dict) else language)


def tags_of(value: Json, kind: str) -> list[dict[str, Json]]:
    return [each for each in many(value.get("tag")) if kind_of(each) == kind]


def mentions_of(value: Json) -> list[Mention]:
    found = ((iri_of(tag.get("href")), tag) for tag in tags_of(value, "Mention"))
    return [Mention(iri, text_of(tag.get("name")) or "") for iri, tag in found if iri]


def hashtags_of(value: Json) -> list[Hashtag]:
    found = ((text_of(tag.get("name")), tag) for tag in tags_of(value, "Hashtag"))
    return [Hashtag(name.lstrip("#"), url_of(tag.get("href"))) for name, tag in found if name]


def place_of(value: Json) -> str | None:
    """Where an event is, in one line: the place's name and its address, whichever are there."""
    place = one(value)
    if not isinstance(place, dict):
        return text_of(place)
    address = one(place.get("address"))
    if isinstance(address, dict):
        parts = [text_of(address.get(name)) for name in ADDRESS_PARTS]
    else:
        parts = [text_of(address)]
    named = dict.fromkeys(part for part in (text_of(place.get("name")), *parts) if part)
    return ", ".join(named) or None


def render_post(post: Post, *, with_context: bool = False) -> dict[str, Any]:
    """The JSON object of a post of ours; `with_context` for one that stands by itself."""
    document = {
        "@context": POST_CONTEXT if with_context else None,
        "id": post.iri,
        "type": post.kind,
        "url": post.url,
        "attributedTo": post.author,
        "to": list(post.to),
        "cc": list(post.cc),
        "audience": post.audience,
        "inReplyTo": post.in_reply_to,
        "name": post.title,
        "summary": post.summary,
        "content": post.content,
        "contentMap": {post.language: post.content} if post.language else None,
        "source": {"content": post.source, "mediaType": source_type(post)} if post.source else None,
        "sensitive": post.sensitive,
        "published": render_instant(post.published) if post.published is not None else None,
        "updated": render_instant(post.updated) if post.updated is not None else None,
        "tag": render_tags(post),
        "attachment": [render_attachment(each) for each in post.attachments],
        "image": render_image(post),
        "preview": render_preview(post) if post.preview else None,
        "commentsEnabled": post.comments_enabled,
        "context": post.context,
        "replies": render_replies(post.replies, owner=None) if post.replies else None,
        "distinguished": True if post.distinguished else None,
        "interactionPolicy": render_policy(post.policy) if post.policy else None,
        **(render_quote(post.quote, post.quote_authorization) if post.quote else {}),
    }
    return without_nothing(document) | (render_poll(post.poll) if post.poll else {})


def render_image(post: Post) -> dict[str, Any] | None:
    """The picture that a titled post shows, as Lemmy and PieFed look for it."""
    shown = next((each for each in post.attachments if each.kind == "Image"), None)
    return {"type": "Image", "url": shown.url} if post.title and shown else None


def render_preview(post: Post) -> dict[str, Any]:
    """The note that stands for an article where only short notes are shown (FEP-b2b8)."""
    return without_nothing(
        {
            "type": "Note",
            "attributedTo": post.author,
            "summary": post.summary,
            "content": post.preview,
            "published": render_instant(post.published) if post.published is not None else None,
        }
    )


def source_type(post: Post) -> str:
    return "text/markdown" if post.title else "text/plain"


def render_tags(post: Post) -> list[dict[str, Any]]:
    mentions = [{"type": "Mention", "href": each.iri, "name": each.name} for each in post.mentions]
    hashtags = [
        without_nothing({"type": "Hashtag", "href": each.url, "name": f"#{each.name}"})
        for each in post.hashtags
    ]
    return [*mentions, *hashtags]
