"""What somebody does with files: send one, say what it shows, hang it on a post, take it back."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.base.errors import Invalid, NotFound
from node.base.ids import new_id, new_name
from node.db.tx import Tx
from node.pictures.forms import ENDINGS, Picture, Use
from node.topics.actors.store import Actor
from node.topics.files.rules import PER_POST_MAX, TOO_MANY, check_room
from node.topics.files.store import (
    File,
    bytes_kept_for,
    describe,
    drop_files,
    file_by_id,
    files_of_post,
    hang_on,
    put_file,
)

NOT_THERE = "A picture is not there any more. Send it again."


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a picture: what it shows, and where in it that is."""

    description: str | None = None
    focus: tuple[float, float] = (0.0, 0.0)


def new_file(owner_id: int, use: Use, picture: Picture, said: Said, origin: str, now: int) -> File:
    """A file that is to be kept; nobody can guess its address (T69)."""
    key = new_name()
    return File(
        id=new_id(now),
        key=key,
        url=f"{origin}/files/{key}.{ENDINGS[picture.media_type]}",
        owner_id=owner_id,
        use=use,
        post_id=None,
        unused_since=now if use == "post" else None,
        media_type=picture.media_type,
        small_media_type=picture.small_media_type,
        bytes=len(picture.whole) + len(picture.small),
        width=picture.width,
        height=picture.height,
        blurhash=picture.blurhash,
        description=said.description,
        focus_x=said.focus[0],
        focus_y=said.focus[1],
        created_at=now,
    )


def keep_file(tx: Tx, file: File, bytes_max: int) -> None:
    """Keep a file whose bytes are kept already; `bytes_max` is the room for each member.

    Raises:
        Invalid: there is no more room for whoever sent it.
    """
    check_room(bytes_kept_for(tx, file.owner_id), file.bytes, bytes_max)
    put_file(tx, file)


def own_file(tx: Tx, me: Actor, file_id: int | None) -> File:
    """A file that somebody sent.

    Raises:
        NotFound: there is none, or it is somebody else's, or a face or banner.
    """
    file = file_by_id(tx, file_id) if file_id is not None else None
    if file is None or file.owner_id != me.id or file.use != "post":
        raise NotFound
    return file


def say_of(tx: Tx, me: Actor, file_id: int | None, said: Said) -> File:
    """Say what one's picture shows; of one that hangs on a post, `publishing` lets readers know.

    Raises:
        NotFound: it is none of one's own.
    """
    file = own_file(tx, me, file_id)
    describe(tx, file.id, said.description, *said.focus)
    return own_file(tx, me, file.id)


def drop_own(tx: Tx, me: Actor, file_id: int | None, now: int) -> None:
    """Take a file back that hangs on no post.

    Raises:
        NotFound: it is none of one's own.
        Invalid: it hangs on a post.
    """
    file = own_file(tx, me, file_id)
    if file.post_id is not None:
        raise Invalid("This picture hangs on a post. Change the post, or delete it.")
    drop_files(tx, [file], now)


def take_files(
    tx: Tx, author: Actor, file_ids: Sequence[int], post_id: int, now: int
) -> list[File]:
    """Let these files hang on a post, in that order, and those that hung on it before no more.

    Raises:
        Invalid: they are too many; or one is not the author's, or hangs on another post.
    """
    wanted = list(dict.fromkeys(file_ids))
    if len(wanted) > PER_POST_MAX:
        raise Invalid(TOO_MANY)
    found = [file_by_id(tx, one) for one in wanted]
    files = [one for one in found if one is not None and is_free(one, author, post_id)]
    if len(files) != len(wanted):
        raise Invalid(NOT_THERE)
    drop_files(tx, [one for one in files_of_post(tx, post_id) if one.id not in wanted], now)
    hang_on(tx, wanted, post_id)
    return files


def is_free(file: File, author: Actor, post_id: int) -> bool:
    """Whether a file can hang on a post of that author."""
    is_own = file.owner_id == author.id and file.use == "post" and not file.is_gone
    return is_own and file.post_id in (None, post_id)
