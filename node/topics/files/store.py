"""The rows of files. Their bytes lie elsewhere (`node/db/blobs.py`)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from node.db.blob_names import SMALL as SMALL
from node.db.tx import Row, Tx
from node.pictures.forms import Use


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A picture that somebody here sent. `url` is where the whole of it is shown; sizes are in
    pixels, and both parts of the focus go from -1 (left, bottom) to 1, with 0 in the middle.

    `owner_id` is who sent it, or whose face or banner it is; `post_id` on which post it hangs, and
    `unused_since` when it was last of use, if it is of none.
    """

    id: int
    key: str
    url: str
    owner_id: int
    use: Use
    post_id: int | None
    unused_since: int | None
    media_type: str
    small_media_type: str
    bytes: int
    width: int
    height: int
    blurhash: str
    description: str | None
    focus_x: float
    focus_y: float
    created_at: int

    @property
    def is_gone(self) -> bool:
        """Whether it went with what it hung on, and only waits to be cleared away."""
        return self.unused_since == 0

    @property
    def small_url(self) -> str:
        """Where the small one is shown."""
        return small_url_of(self.url)

    @classmethod
    def from_row(cls, row: Row) -> "File":
        """The file in a row that has all columns of the table."""
        return cls(**{name: row[name] for name in COLUMNS})


COLUMNS = tuple(field.name for field in fields(File))


def small_url_of(url: str) -> str:
    """Where the small one of a file is shown, by where the whole is."""
    start, dot, ending = url.rpartition(".")
    return f"{start}{SMALL}{dot}{ending}"


def put_file(tx: Tx, file: File) -> None:
    """Store a new file's row."""
    tx.run(
        """
        insert into file (
            id, key, url, owner_id, use, post_id, unused_since, media_type, small_media_type,
            bytes, width, height, blurhash, description, focus_x, focus_y, created_at)
        values (
            :id, :key, :url, :owner_id, :use, :post_id, :unused_since, :media_type,
            :small_media_type, :bytes, :width, :height, :blurhash, :description, :focus_x,
            :focus_y, :created_at)
        """,
        **{name: getattr(file, name) for name in COLUMNS},
    )


def file_by_id(tx: Tx, file_id: int) -> File | None:
    """The file with that id, whoever's it is."""
    row = tx.one("select * from file where id = :id", id=file_id)
    return File.from_row(row) if row else None


def file_by_key(tx: Tx, key: str) -> File | None:
    """The file whose bytes lie under that key."""
    row = tx.one("select * from file where key = :key", key=key)
    return File.from_row(row) if row else None


def files_of_post(tx: Tx, post_id: int) -> list[File]:
    """The files that hang on a post, by id."""
    rows = tx.all("select * from file where post_id = :post_id order by id", post_id=post_id)
    return [File.from_row(row) for row in rows]


def hang_on(tx: Tx, file_ids: Sequence[int], post_id: int) -> None:
    """Let files hang on a post."""
    for file_id in file_ids:
        tx.run(
            "update file set post_id = :post_id, unused_since = null where id = :id",
            post_id=post_id,
            id=file_id,
        )


def take_off_post(tx: Tx, post_id: int, unused_since: int) -> None:
    """Let the files of a post hang on nothing any more, and be of no use since then."""
    tx.run(
        "update file set post_id = null, unused_since = :since where post_id = :post_id",
        since=unused_since,
        post_id=post_id,
    )


def let_go_of_face(tx: Tx, owner_id: int, use: Use, but_url: str) -> None:
    """Let all faces, or banners, of somebody be of no use, but that at `but_url`."""
    tx.run(
        """
        update file set unused_since = 0
        where owner_id = :owner_id and use = :use and url <> :but_url and unused_since is null
        """,
        owner_id=owner_id,
        use=use,
        but_url=but_url,
    )


def let_go_of_files(tx: Tx, owner_id: int) -> None:
    """Let all files of somebody be of no use: they are gone."""
    tx.run(
        "update file set post_id = null, unused_since = 0 where owner_id = :owner_id",
        owner_id=owner_id,
    )


def describe(tx: Tx, file_id: int, description: str | None, focus_x: float, focus_y: float) -> None:
    """Say what a picture shows, and where in it that is."""
    tx.run(
        """
        update file set description = :description, focus_x = :focus_x, focus_y = :focus_y
        where id = :id
        """,
        description=description,
        focus_x=focus_x,
        focus_y=focus_y,
        id=file_id,
    )


def bytes_kept_for(tx: Tx, owner_id: int) -> int:
    """How many bytes of files are kept for somebody."""
    row = tx.one(
        "select coalesce(sum(bytes), 0) as bytes from file where owner_id = :id", id=owner_id
    )
    return int(row["bytes"]) if row else 0


def drop_files(tx: Tx, files: Sequence[File], now: int) -> None:
    """Forget files; their bytes go soon after (`node/files_at_rest.py`)."""
    for file in files:
        tx.run("delete from file where id = :id", id=file.id)
        forget_bytes(tx, file.key, now)


def forget_bytes(tx: Tx, key: str, now: int) -> None:
    """Have the bytes under a key removed, whose row is gone."""
    tx.run(
        "insert into file_gone (key, gone_at) values (:key, :now) on conflict (key) do nothing",
        key=key,
        now=now,
    )


def count_files(tx: Tx) -> dict[str, int]:
    """How many files people here have, and their bytes."""
    row = tx.one("select count(*) as files, coalesce(sum(bytes), 0) as bytes from file")
    return {"files": int(row["files"]), "file_bytes": int(row["bytes"])} if row else {}
