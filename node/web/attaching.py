"""Pictures in the form for writing: those that were taken already, and room for more.

A picture that was taken is kept for a day, whatever else is wrong with the form; it comes back by
its id, and nobody but whoever sent it sees it until it hangs on a post.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from aiohttp import web

from node.base.errors import Busy, Invalid, NotFound, TooLarge
from node.db.tx import Tx
from node.http.file_links import path_of
from node.http.params import Params
from node.http.services import SERVICES
from node.http.uploads import Upload, picture_kept, room_for_member
from node.topics.actors.store import Actor
from node.topics.files.actions import Said, keep_file, own_file, say_of
from node.topics.files.rules import PER_POST_MAX, TOO_MANY, check_description
from node.topics.files.store import File

GONE = "A picture is not there any more. Choose it again."
SENT = "has_pictures"
"""A field of every form with room for pictures: without it an edit leaves those that hang there."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture that was taken: where it is shown, what is said of it, whether it is to go, and
    what is wrong with what is said."""

    id: int
    path: str
    says: str
    is_off: bool = False
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """Room for one more picture: what was said of it, and why it was not taken."""

    says: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Pictures:
    """All that a form has of pictures."""

    taken: tuple[Taken, ...] = ()
    room: tuple[Room, ...] = field(default=(Room(),) * PER_POST_MAX)

    @property
    def wrong(self) -> str:
        """The first thing that is wrong with any of them."""
        said = [one.wrong for one in self.taken] + [one.wrong for one in self.room]
        return next(filter(None, said), "")

    @property
    def is_used(self) -> bool:
        """Whether somebody has begun with pictures."""
        return bool(self.taken) or any(one.says or one.wrong for one in self.room)

    @property
    def ids(self) -> tuple[int, ...]:
        """The files that are to hang on the post."""
        return tuple(one.id for one in self.taken if not one.is_off)


def pictures_of(files: Iterable[File]) -> Pictures:
    """The form about pictures as they are."""
    taken = tuple(Taken(one.id, path_of(one.small_url), one.description or "") for one in files)
    return with_room(Pictures(taken), ())


def with_room(pictures: Pictures, used: Iterable[Room]) -> Pictures:
    """The form with what was said in its empty places, as many as a post has left; a place whose
    picture was refused is always shown."""
    begun = [one for one in used if one.says or one.wrong]
    free = max(0, PER_POST_MAX - len(pictures.ids) - len(begun))
    return replace(pictures, room=(*begun, *(Room(),) * free))


async def take_pictures(request: web.Request, me: Actor, upload: Upload) -> Pictures:
    """Take what was sent with a form for writing, and say of each picture what is wrong with it:
    that too many are being drawn just now is said like anything else, so that no words are lost."""
    services, params = request.app[SERVICES], upload.params
    taken, used = await services.db.read(read_taken, me, params), list[Room]()
    for number in range(1, PER_POST_MAX + 1):
        says, hanging = params.text(f"shows_{number}"), sum(not one.is_off for one in taken)
        try:
            body = upload.picture(f"picture_{number}")
            if body:
                taken.append(await take_one(request, me, body, says, hanging))
            else:
                used.append(Room(says))
        except (Busy, Invalid, TooLarge) as problem:
            used.append(Room(says, problem.sentence))
    return with_room(Pictures(tuple(taken)), used)


async def take_one(request: web.Request, me: Actor, body: bytes, says: str, others: int) -> Taken:
    """Draw and keep one picture; what is wrong with its description costs nobody the picture.

    Raises:
        Busy: too many are being drawn, or there is no room on the disk.
        Invalid: it is no picture that can be taken, there is no room, or there are four already.
    """
    if others >= PER_POST_MAX:
        raise Invalid(TOO_MANY)
    async with picture_kept(request, me, body, "post", Said()) as file:
        await request.app[SERVICES].db.write(keep_file, file, room_for_member(request))
    return taken_of(file, says)


def taken_of(file: File, says: str, *, is_off: bool = False) -> Taken:
    """A picture with what somebody wants to say of it."""
    return Taken(file.id, path_of(file.small_url), says, is_off, wrong_with(says))


def wrong_with(says: str) -> str:
    """What is wrong with a description; empty if nothing is."""
    try:
        check_description(says)
    except Invalid as problem:
        return problem.sentence
    return ""


def read_taken(tx: Tx, me: Actor, params: Params) -> list[Taken]:
    """The pictures that a form brings back; what is not there any more is left out."""
    off, found = params.numbers("off"), list[Taken]()
    for number in dict.fromkeys(params.numbers("taken")):
        try:
            file = own_file(tx, me, number)
        except NotFound:
            continue
        found.append(taken_of(file, params.text(f"says_{number}"), is_off=number in off))
    return found


def say_of_all(tx: Tx, me: Actor, pictures: Pictures) -> tuple[int, ...]:
    """Keep what is said of the pictures that are to hang on a post; their ids.

    Raises:
        Invalid: something is wrong with one, or it is not there any more.
    """
    if pictures.wrong:
        raise Invalid(pictures.wrong)
    for one in pictures.taken:
        if one.is_off:
            continue
        try:
            file = own_file(tx, me, one.id)
            focus = file.focus_x, file.focus_y
            say_of(tx, me, one.id, Said(check_description(one.says), focus))
        except NotFound:
            raise Invalid(GONE) from None
    return pictures.ids
