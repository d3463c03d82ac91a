"""The posts stored here, ours and those of other nodes."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import msgspec

from federation.origin import is_same_origin
from node.db.tx import Row, Tx
from node.topics.actors.store import Emoji, read_emojis
from node.topics.permissions.rules import OPEN
from node.topics.posts.parts import Attachment, Policy, Poll, Tag
from node.topics.posts.pictures import audience_of, pictures_elsewhere
from node.topics.posts.recipients import put_recipients
from node.topics.posts.tags import put_tags
from node.topics.posts.words_due import forget_words, index_later, index_new
from node.topics.remote_pictures.store import drop_of_post, hang_on_post

SAME_PAGE_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post. `content` is clean HTML; `source` is what a member of ours typed.

    `root_id` is the first post of the conversation, or the post itself. `parent_iri` is kept also
    where the parent is not stored here. `starts_at`, `ends_at` and `place` are those of an event.
    `distinguished`: its author marks it as said by a moderator, which they may not be.
    `quote_iri` names a post that this one quotes; whether that is shown, `quotes` says.
    """

    id: int
    iri: str
    url: str
    kind: str
    author_id: int
    community_id: int | None
    parent_id: int | None
    parent_iri: str | None
    root_id: int
    title: str | None
    content: str
    source: str | None
    content_note: str | None
    sensitive: bool
    language: str | None
    visibility: str
    attachments: tuple[Attachment, ...]
    tags: tuple[Tag, ...]
    poll: Poll | None
    replies_count: int
    favourites_count: int
    boosts_count: int
    version: int
    local: bool
    published_at: int
    edited_at: int | None
    deleted_at: int | None
    starts_at: int | None = None
    ends_at: int | None = None
    place: str | None = None
    locked_at: int | None = None
    distinguished: bool = False
    emojis: tuple[Emoji, ...] = ()
    quote_iri: str | None = None
    policy: Policy | None = None

    @classmethod
    def from_row(cls, row: Row) -> "Post":
        """The post in a row that has all columns of the table."""
        values: dict[str, Any] = {name: row[name] for name in COLUMNS}
        values["sensitive"], values["local"] = bool(row["sensitive"]), bool(row["local"])
        values["distinguished"] = bool(row["distinguished"])
        values["attachments"] = read_attachments(row["attachments"])
        values["tags"] = read_tags(row["tags"])
        values["poll"] = read_poll(row["poll"]) if row["poll"] else None
        values["emojis"] = read_emojis(row["emojis"])
        values["policy"] = read_policy(row["policy"]) if row["policy"] else None
        return cls(**values)


COLUMNS = tuple(field.name for field in fields(Post))
read_attachments = msgspec.json.Decoder(tuple[Attachment, ...]).decode
read_tags = msgspec.json.Decoder(tuple[Tag, ...]).decode
read_poll = msgspec.json.Decoder(Poll).decode
read_policy = msgspec.json.Decoder(Policy).decode
write_json = msgspec.json.Encoder().encode


def post_by_id(tx: Tx, post_id: int) -> Post | None:
    """The post with that id, unless deleted. Who may see it is asked elsewhere (`views`)."""
    row = tx.one("select * from post where id = :id and deleted_at is null", id=post_id)
    return Post.from_row(row) if row else None


def post_by_iri(tx: Tx, iri: str) -> Post | None:
    """The post at that iri, unless deleted."""
    row = tx.one("select * from post where iri = :iri and deleted_at is null", iri=iri)
    return Post.from_row(row) if row else None


def posts_by_ids(tx: Tx, ids: Sequence[int]) -> dict[int, Post]:
    """The posts with those ids, by id; deleted ones are left out."""
    rows = tx.all("select * from post where id in (:ids[]) and deleted_at is null", ids=ids)
    return {row["id"]: Post.from_row(row) for row in rows}


def post_id_at(tx: Tx, address: str) -> int | None:
    """The id of the post whose iri or page is at `address`; the page of one elsewhere is not."""
    rows = tx.all(
        """
        select id, iri from post
        where (iri = :at or url = :at) and deleted_at is null
        order by case when iri = :at then 0 else 1 end
        limit :limit
        """,
        at=address,
        limit=SAME_PAGE_MAX,
    )
    return next((int(row["id"]) for row in rows if is_same_origin(row["iri"], address)), None)


def is_deleted(tx: Tx, iri: str) -> bool:
    """Whether a post at `iri` was here and is deleted; not if its author took that back."""
    row = tx.one(
        """
        select 1 as gone from post
        where iri = :iri and deleted_at is not null and restored_at is null
        """,
        iri=iri,
    )
    return row is not None


def add_post(tx: Tx, post: Post, readers: Sequence[tuple[int, bool]]) -> bool:
    """Store a new post with those it names (actor id, mentioned); False if its iri is known.

    Replies that came before it are hung below it.
    """
    if not insert_post(tx, post) and not revive_post(tx, post):
        return False
    put_recipients(tx, post.id, readers)
    put_tags_of(tx, post)
    note_pictures(tx, post)
    index_new(tx, post.id)
    if post.parent_id is not None:
        count_replies(tx, post.parent_id, 1)
    adopt_replies(tx, post)
    return True


def put_tags_of(tx: Tx, post: Post) -> None:
    names = [tag.name for tag in post.tags]
    put_tags(tx, post.id, names, is_public=post.visibility == "public")


def note_pictures(tx: Tx, post: Post) -> None:
    """Say which pictures of another node hang on its post."""
    if not post.local:
        urls = [one.url for one in pictures_elsewhere(post.attachments)]
        audience = audience_of(post.id, post.visibility, post.community_id)
        hang_on_post(tx, post.id, urls, audience, post.edited_at or post.published_at)


def insert_post(tx: Tx, post: Post) -> bool:
    changed = tx.run(
        """
        insert into post (id, iri, url, kind, author_id, community_id, parent_id, parent_iri,
            root_id, title, content, source, content_note, sensitive, language, visibility,
            attachments, tags, poll, replies_count, favourites_count, boosts_count, version, local,
            published_at, edited_at, deleted_at, starts_at, ends_at, place, locked_at, emojis,
            quote_iri, policy, distinguished)
        values (:id, :iri, :url, :kind, :author_id, :community_id, :parent_id, :parent_iri,
            :root_id, :title, :content, :source, :content_note, :sensitive, :language, :visibility,
            :attachments, :tags, :poll, 0, 0, 0, 1, :local, :published_at, :edited_at, null,
            :starts_at, :ends_at, :place, :locked_at, :emojis, :quote_iri, :policy, :distinguished)
        on conflict (iri) do nothing
        """,
        **params_of(post),
    )
    return changed == 1


def revive_post(tx: Tx, post: Post) -> bool:
    """Put a post in the place of what is left of it, if its author took its deletion back."""
    changed = tx.run(
        """
        update post
        set deleted_at = null, withdrawn_at = null, restored_at = null, visibility = :visibility,
            published_at = :published_at
        where id = :id and restored_at is not null
        """,
        id=post.id,
        visibility=post.visibility,
        published_at=post.published_at,
    )
    if changed:
        update_post(tx, post)
    return changed == 1


def params_of(post: Post) -> dict[str, Any]:
    values = {name: getattr(post, name) for name in COLUMNS}
    values["sensitive"], values["local"] = int(post.sensitive), int(post.local)
    values["distinguished"] = int(post.distinguished)
    values["attachments"] = write_json(post.attachments).decode()
    values["tags"] = write_json(post.tags).decode()
    values["poll"] = write_json(post.poll).decode() if post.poll else None
    values["emojis"] = write_json(post.emojis).decode()
    values["policy"] = write_json(post.policy).decode() if post.policy else None
    return values


def adopt_replies(tx: Tx, post: Post) -> None:
    orphans = tx.all(
        """
        select id from post where parent_iri = :iri and parent_id is null and deleted_at is null
        """,
        iri=post.iri,
    )
    for orphan in orphans:
        tx.run(
            "update post set parent_id = :parent_id where id = :id",
            parent_id=post.id,
            id=orphan["id"],
        )
        tx.run(
            "update post set root_id = :root_id where root_id = :id",
            root_id=post.root_id,
            id=orphan["id"],
        )
        count_replies(tx, post.id, 1)


def count_replies(tx: Tx, post_id: int, by: int) -> None:
    """Count one reply more or less under a post."""
    tx.run(
        """
        update post set replies_count = replies_count + :by, version = version + 1
        where id = :id
        """,
        id=post_id,
        by=by,
    )


def update_post(tx: Tx, post: Post) -> None:
    """Replace what an edit may change: never whose it is, where it hangs, or when it was made."""
    tx.run(
        """
        update post
        set url = :url, title = :title, content = :content, source = :source,
            content_note = :content_note, sensitive = :sensitive, language = :language,
            attachments = :attachments, tags = :tags, poll = :poll, edited_at = :edited_at,
            starts_at = :starts_at, ends_at = :ends_at, place = :place, emojis = :emojis,
            quote_iri = :quote_iri, policy = :policy, distinguished = :distinguished,
            version = version + 1
        where id = :id and deleted_at is null
        """,
        **params_of(post),
    )
    put_tags_of(tx, post)
    note_pictures(tx, post)
    index_later(tx, [post.id])


def narrow_post(tx: Tx, post_id: int, visibility: str) -> None:
    """Let fewer read a post; one that not everybody may read is in no community and not boosted."""
    tx.run(
        """
        update post
        set visibility = :visibility, version = version + 1,
            community_id = case when :is_open = 1 then community_id end,
            boosts_count = case when :is_open = 1 then boosts_count else 0 end
        where id = :id
        """,
        id=post_id,
        visibility=visibility,
        is_open=int(visibility in OPEN),
    )
    index_later(tx, [post_id])


def mark_post_deleted(tx: Tx, post: Post, now: int) -> None:
    """Turn a post, hidden or not, into a tombstone: its iri stays known, its words go."""
    tx.run(
        """
        update post
        set deleted_at = :now, url = iri, title = null, content = '', source = null,
            content_note = null, attachments = '[]', tags = '[]', poll = null, starts_at = null,
            ends_at = null, place = null, emojis = '[]', quote_iri = null, policy = null,
            removed_in = null, version = version + 1
        where id = :id
        """,
        id=post.id,
        now=now,
    )
    forget_words(tx, [post.id])
    drop_of_post(tx, post.id, now)
    tx.run("delete from post_recipient where post_id = :id", id=post.id)
    tx.run("delete from post_tag where post_id = :id", id=post.id)
    tx.run("delete from bookmark where post_id = :id", id=post.id)
    tx.run("delete from held_post where post_id = :id", id=post.id)
    tx.run("delete from unverified_post_delete where post_id = :id", id=post.id)
    if post.parent_id is not None and post.deleted_at is None:
        count_replies(tx, post.parent_id, -1)
