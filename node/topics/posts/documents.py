"""Our posts as other nodes read them: the object, and whom it is addressed to."""

from dataclasses import dataclass
from html import escape
from typing import Any

from federation import documents
from node.base.hashtags import hashtag_path
from node.base.markup import links_in, opening_of
from node.db.tx import Tx
from node.topics.actors.store import Actor, actor_by_id, actors_by_ids
from node.topics.communities.announce import followers_of
from node.topics.permissions.rules import OPEN
from node.topics.posts.parts import Attachment, Poll
from node.topics.posts.recipients import recipients_of
from node.topics.posts.store import Post, post_by_id

Json = dict[str, Any]
PREVIEW_CHARACTERS_MAX = 300
PICTURES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
}


@dataclass(frozen=True, slots=True)
class Addressing:
    """`to` and `cc` as written on the object and on every activity about it."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: str | None = None

    @property
    def is_public(self) -> bool:
        """Whether anybody may read what is addressed like this."""
        return documents.PUBLIC in self.to + self.cc


def addressing_of(
    visibility: str, author: Actor, named: list[Actor], community: Actor | None
) -> Addressing:
    """Whom a post is addressed to: no member of a group but those it names (T90)."""
    followers = author.followers or f"{author.iri}/followers"
    iris = tuple(actor.iri for actor in named)
    if community is not None and visibility == "members":
        return Addressing((community.iri, followers_of(community)), (), community.iri)
    if community is not None:
        others = tuple(iri for iri in iris if iri != community.iri)
        to, cc = (community.iri, documents.PUBLIC), (followers, *others)
        if visibility == "unlisted":
            to, cc = (community.iri, followers), (documents.PUBLIC, *others)
        return Addressing(to, cc, community.iri)
    return {
        "public": Addressing((documents.PUBLIC,), (followers, *iris)),
        "unlisted": Addressing((followers,), (documents.PUBLIC, *iris)),
        "followers": Addressing((followers,), iris),
        "direct": Addressing(iris, ()),
    }[visibility]


def post_value(tx: Tx, post: Post) -> documents.Post:
    """A post of ours as the value that is rendered for other nodes."""
    author = actor_by_id(tx, post.author_id)
    if author is None:
        raise LookupError("a post is shown without its author")
    named = people_of(tx, post)
    community = actor_by_id(tx, post.community_id) if post.community_id else None
    addressing = addressing_of(post.visibility, author, named, community)
    root = post_by_id(tx, post.root_id)
    has_context = addressing.is_public and root is not None and root.local
    return documents.Post(
        iri=post.iri,
        kind=post.kind,
        url=post.url,
        author=author.iri,
        to=addressing.to,
        cc=addressing.cc,
        audience=addressing.audience,
        in_reply_to=post.parent_iri,
        title=post.title,
        content=post.content,
        summary=post.content_note,
        source=post.source,
        sensitive=post.sensitive and bool(post.attachments),
        language=post.language,
        published=post.published_at,
        updated=post.edited_at,
        mentions=tuple(documents.Mention(one.iri, f"@{one.full_handle}") for one in named),
        hashtags=tuple(
            documents.Hashtag(tag.name, f"{origin_of_actor(author)}{hashtag_path(tag.name)}")
            for tag in post.tags
        ),
        poll=poll_value(post.poll) if post.poll else None,
        context=f"{root.iri}/context" if root and has_context else None,
        replies=f"{post.iri}/replies" if addressing.is_public else None,
        attachments=what_it_shows(post),
        preview=preview_of(post) if is_summed_up(post) else None,
        policy=policy_of(post.visibility, author),
        comments_enabled=False if post.locked_at is not None else None,
    )


def poll_value(poll: Poll) -> documents.Poll:
    """A poll of ours as the value that is rendered for other nodes."""
    return documents.Poll(
        options=tuple(documents.PollOption(one.name, one.votes) for one in poll.choices),
        multiple=poll.is_multiple,
        ends_at=poll.ends_at,
        closed_at=poll.closed_at,
        voters=poll.voters,
    )


def people_of(tx: Tx, post: Post) -> list[Actor]:
    """Those a post names, and whom it answers where anybody may read it.

    Mastodon tells nobody of an answer who is not named in it; Lemmy names them likewise.
    """
    ids = [actor_id for actor_id, _ in recipients_of(tx, post.id)]
    parent = post_by_id(tx, post.parent_id) if post.parent_id else None
    is_open = post.visibility in OPEN
    if parent is not None and is_open and parent.author_id not in (*ids, post.author_id):
        ids.append(parent.author_id)
    return list(actors_by_ids(tx, ids).values())


def what_it_shows(post: Post) -> tuple[documents.Attachment, ...]:
    """The pictures that hang on a post; where there are none, the first page or picture that a
    titled one links to: Lemmy and PieFed show that with it."""
    if post.attachments:
        return tuple(attachment_value(one) for one in post.attachments)
    found = links_in(post.source or "") if post.title else ()
    if not found:
        return ()
    media_type = PICTURES.get(found[0].lower().rpartition(".")[2])
    kind = "Image" if media_type else "Link"
    name = post.title if media_type else None
    return (documents.Attachment(kind=kind, url=found[0], media_type=media_type, description=name),)


def attachment_value(attachment: Attachment) -> documents.Attachment:
    """What hangs on a post of ours as the value that is rendered for other nodes."""
    return documents.Attachment(
        kind=attachment.kind,
        url=attachment.url,
        media_type=attachment.media_type,
        description=attachment.description,
        width=attachment.width,
        height=attachment.height,
        blurhash=attachment.blurhash,
    )


def is_summed_up(post: Post) -> bool:
    """Whether a note stands for a post where only short ones are shown, or says its warning."""
    return post.kind == "Article" or (post.kind == "Page" and post.content_note is not None)


def preview_of(post: Post) -> str:
    """What stands for an article where only short notes are shown: its title and opening words."""
    opening = opening_of(post.content, PREVIEW_CHARACTERS_MAX)
    return f"<p><strong>{escape(post.title or '')}</strong></p><p>{escape(opening)}</p>"


def policy_of(visibility: str, author: Actor) -> documents.InteractionPolicy:
    """Who may quote a post: anybody what anybody may read, and the author alone all else (T98)."""
    if visibility in OPEN:
        return documents.QUOTED_BY_ANYBODY
    return documents.InteractionPolicy(quote=documents.Approval((author.iri,)))


def origin_of_actor(actor: Actor) -> str:
    """The origin of one of our actors: everything of ours stands under it."""
    return actor.iri[: actor.iri.index("://") + 3] + actor.host


def post_document(tx: Tx, post: Post) -> Json:
    """A post of ours as JSON, without the context that goes around it."""
    return documents.render_post(post_value(tx, post))
