"""The rows of copies. Their bytes lie elsewhere (`node/db/blobs.py`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from federation.errors import Malformed
from federation.origin import authority_of
from node.base.ids import new_id
from node.db.tx import Row, Tx
from node.pictures.forms import ENDINGS, MediaType, Picture
from node.topics.actors.documents import day_of
from node.topics.files.store import SMALL, forget_bytes

Audience = tuple[str, int]
"""Who may see what is fetched: `all`, the `members` of a community, the `few` a post is for."""

FOR_ALL: Audience = ("all", 0)
FOLDER = "/copies"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePicture:
    """A picture of another node; `key` and sizes are there once a copy is kept."""

    id: int
    url: str
    audience: str
    audience_id: int
    host: str
    state: str
    key: str | None
    media_type: MediaType | None
    small_media_type: MediaType | None
    bytes: int
    width: int | None
    height: int | None
    tries: int
    seen_at: int

    @property
    def path(self) -> str:
        """Where the copy is shown here, from our own address on."""
        return f"{FOLDER}/{self.key}.{ENDINGS[self.media_type or 'image/jpeg']}"

    @property
    def small_path(self) -> str:
        """Where the small one is shown."""
        return f"{FOLDER}/{self.key}{SMALL}.{ENDINGS[self.small_media_type or 'image/jpeg']}"

    @property
    def is_kept(self) -> bool:
        """Whether there is a copy."""
        return self.state == "kept"

    @property
    def is_awaited(self) -> bool:
        """Whether it will be fetched without anybody's doing."""
        return self.state in ("wanted", "failed")

    @classmethod
    def from_row(cls, row: Row) -> "RemotePicture":
        """The picture in a row that has all columns of the table."""
        return cls(**{name: row[name] for name in COLUMNS})


COLUMNS = tuple(field.name for field in fields(RemotePicture))


def hang_on_post(tx: Tx, post_id: int, urls: Iterable[str], audience: Audience, now: int) -> None:
    """Say which pictures of other nodes hang on a post, in place of those that did before.

    Nothing is fetched for that yet. What hangs on nothing any more is cleared away soon.
    """
    tx.run("delete from remote_picture_post where post_id = :post_id", post_id=post_id)
    for url in dict.fromkeys(urls):
        try:
            host = authority_of(url)
        except Malformed:
            continue
        tx.run(
            """
            insert into remote_picture (id, url, audience, audience_id, host, state)
            values (:id, :url, :audience, :audience_id, :host, 'new')
            on conflict (url, audience_id) do nothing
            """,
            id=new_id(now),
            url=url,
            audience=audience[0],
            audience_id=audience[1],
            host=host,
        )
        tx.run(
            """
            insert into remote_picture_post (post_id, picture_id)
            select :post_id, id from remote_picture
            where url = :url and audience_id = :audience_id
            on conflict do nothing
            """,
            post_id=post_id,
            url=url,
            audience_id=audience[1],
        )


def pictures_on(tx: Tx, post_ids: Sequence[int]) -> dict[int, dict[str, RemotePicture]]:
    """What is known of the pictures of other nodes that hang on posts, by post id and address."""
    if not post_ids:
        return {}
    rows = tx.all(
        """
        select u.post_id, r.* from remote_picture_post u
        join remote_picture r on r.id = u.picture_id
        where u.post_id in (:ids[])
        """,
        ids=list(post_ids),
    )
    found: dict[int, dict[str, RemotePicture]] = {}
    for row in rows:
        found.setdefault(row["post_id"], {})[row["url"]] = RemotePicture.from_row(row)
    return found


def picture_by_key(tx: Tx, key: str) -> RemotePicture | None:
    """The picture whose copy lies under that key."""
    row = tx.one("select * from remote_picture where key = :key and state = 'kept'", key=key)
    return RemotePicture.from_row(row) if row else None


def posts_with(tx: Tx, picture_id: int) -> list[int]:
    """The posts that a picture hangs on: the latest hundred."""
    rows = tx.all(
        """
        select post_id from remote_picture_post where picture_id = :id
        order by post_id desc limit 100
        """,
        id=picture_id,
    )
    return [row["post_id"] for row in rows]


def put_copy(tx: Tx, picture: RemotePicture, key: str, drawn: Picture, now: int) -> bool:
    """Note that a copy is kept; False if the picture is wanted no more."""
    changed = tx.run(
        """
        update remote_picture
        set state = 'kept', key = :key, media_type = :media_type,
            small_media_type = :small_media_type, bytes = :bytes, width = :width, height = :height,
            kept_at = :now, seen_at = :today
        where id = :id and state in ('wanted', 'failed')
        """,
        id=picture.id,
        key=key,
        media_type=drawn.media_type,
        small_media_type=drawn.small_media_type,
        bytes=len(drawn.whole) + len(drawn.small),
        width=drawn.width,
        height=drawn.height,
        now=now,
        today=day_of(now),
    )
    return changed == 1


def note_shown(tx: Tx, picture_id: int, now: int) -> None:
    """A copy was shown to a member today."""
    tx.run(
        "update remote_picture set seen_at = :today where id = :id and seen_at < :today",
        id=picture_id,
        today=day_of(now),
    )


def drop_pictures(tx: Tx, pictures: Sequence[RemotePicture], now: int) -> None:
    """Forget pictures and their copies; the bytes go soon after (`node/files_at_rest.py`)."""
    for one in pictures:
        tx.run("delete from remote_picture_post where picture_id = :id", id=one.id)
        tx.run("delete from remote_picture where id = :id", id=one.id)
        if one.key is not None:
            forget_bytes(tx, one.key, now)


def drop_of_post(tx: Tx, post_id: int, now: int) -> None:
    """Forget the pictures that hang on a post and on no other; the post is gone."""
    rows = tx.all(
        """
        select r.* from remote_picture_post u join remote_picture r on r.id = u.picture_id
        where u.post_id = :post_id and not exists (
            select 1 from remote_picture_post o
            where o.picture_id = u.picture_id and o.post_id <> :post_id)
        """,
        post_id=post_id,
    )
    tx.run("delete from remote_picture_post where post_id = :post_id", post_id=post_id)
    drop_pictures(tx, [RemotePicture.from_row(row) for row in rows], now)


def is_key_of_copy(tx: Tx, key: str) -> bool:
    """Whether a copy lies under that key."""
    return tx.one("select 1 as found from remote_picture where key = :key", key=key) is not None
