"""Pictures that somebody sends with a form: read within limits, drawn anew, and kept.

Their bytes are kept first and noted then; what is not noted is cleared away (`files_at_rest`).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from aiohttp import BodyPartReader, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from node.base.errors import BadRequest, Invalid, Problem, TooLarge, WrongType
from node.http.bearer_tokens import token_in
from node.http.params import MULTIPART, PARTS_MAX, Params, read_params
from node.http.services import SERVICES
from node.http.sessions import PERSON
from node.http.uploads_at_once import (
    BODY_BYTES_MAX,
    FILES_MAX,
    TEXT_BYTES_MAX,
    VISITORS,
    Reading,
    Uploads,
)
from node.pictures.forms import UPLOAD_BYTES_MAX, Use
from node.topics.accounts.store import Person, bearer_by_token
from node.topics.actors.store import Actor
from node.topics.files.actions import Said, new_file
from node.topics.files.store import SMALL, File

CHUNK_BYTES = 65_536
READ_S_MAX = 120.0
PLAIN = ("7bit", "8bit", "binary", "identity")
TOO_LARGE = f"A picture has at most {UPLOAD_BYTES_MAX // 1_048_576} MB. Send a smaller one."
TOO_MUCH = "The words that are sent with pictures have at most 1 MiB."
TOO_SLOW = "It took too long to send this. Try again where the connection is better."
COMPRESSED = "Send the request uncompressed."

UPLOADING: web.AppKey[Uploads] = web.AppKey("uploading", Uploads)
"""What is being read just now: each upload is in memory as a whole."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A form with pictures: what is said in it, and each picture by the field it was sent in.

    Of those in `too_large` nothing is kept, so that the words beside them are not lost.
    """

    params: Params
    pictures: tuple[tuple[str, bytes], ...] = ()
    too_large: tuple[str, ...] = ()

    def picture(self, field: str) -> bytes | None:
        """The picture that was sent in a field; None where none was chosen.

        Raises:
            TooLarge: it has more than 16 MiB.
        """
        if field in self.too_large:
            raise TooLarge(TOO_LARGE)
        return next((body for name, body in self.pictures if name == field), None)


async def read_upload(request: web.Request, *, of_visitors: bool = False) -> Upload:
    """A form with at most four pictures. One without pictures is read as any other.

    So is one of somebody who is not signed in, and nothing large is read of them; unless it is read
    also `of_visitors`: then their pictures are read past, and all of them have one member's share.

    Raises:
        BadRequest: the form cannot be read, does not say how long it is, or takes too long.
        Busy: too much is being sent.
        Invalid: there is too much in it.
        TooLarge: all of it is larger than four pictures can be, or what is said more than 1 MiB.
        WrongType: it is compressed, or a part of it is.
    """
    is_multipart = request.content_type == MULTIPART
    member_id = await sender_of(request) if is_multipart else None
    if not is_multipart or (member_id is None and not of_visitors):
        return Upload(await read_params(request))
    if not is_plain(request.headers.get(hdrs.CONTENT_ENCODING, "identity")):
        raise WrongType(COMPRESSED)
    if request.content_length is None:
        raise BadRequest("Say how long the form is.")
    if request.content_length > BODY_BYTES_MAX:
        raise TooLarge(TOO_LARGE)
    with readable(), request.app[UPLOADING].reading(member_id or VISITORS) as reading:
        async with asyncio.timeout(READ_S_MAX):
            return await parts_of(request, reading, UPLOAD_BYTES_MAX if member_id else 0)


async def sender_of(request: web.Request) -> int | None:
    """The account of whoever sends a request, by their session or their app; None of a visitor."""
    person: Person | None = request.get(PERSON)
    token = token_in(request)
    if person is None and token is not None:
        bearer = await request.app[SERVICES].db.read(bearer_by_token, token)
        person = bearer.person if bearer is not None else None
    return person.account.id if person is not None else None


@contextmanager
def readable() -> Iterator[None]:
    """Raise BadRequest for all that goes wrong because of how something is sent."""
    try:
        yield
    except TimeoutError:
        raise BadRequest(TOO_SLOW) from None
    except (ValueError, HttpProcessingError) as error:
        raise BadRequest("The request cannot be read.") from error


async def parts_of(request: web.Request, reading: Reading, picture_bytes_max: int) -> Upload:
    pairs, pictures = list(request.query.items()), list[tuple[str, bytes]]()
    too_large, text_bytes, reader = list[str](), 0, await request.multipart()
    for _ in range(PARTS_MAX):
        part = await reader.next()
        if part is None:
            names = [name for name, _ in pictures] + too_large
            return Upload(Params(pairs, names), tuple(pictures), tuple(too_large))
        if not isinstance(part, BodyPartReader):
            raise BadRequest("A form cannot hold another form.")
        name = part.name or ""
        if part.filename is not None:
            body, is_whole = await body_of(part, picture_bytes_max, reading)
            pictures += [(name, body)] if body else []
            too_large += [] if is_whole else [name]
        elif name:
            body, is_whole = await body_of(part, TEXT_BYTES_MAX - text_bytes, reading)
            if not is_whole:
                raise TooLarge(TOO_MUCH)
            text_bytes += len(body)
            pairs.append((name, body.decode()))
        if len(pictures) + len(too_large) > FILES_MAX:
            raise Invalid(f"At most {FILES_MAX} pictures can be sent at once.")
    raise Invalid(f"A form has at most {PARTS_MAX} parts.")


async def body_of(part: BodyPartReader, bytes_max: int, reading: Reading) -> tuple[bytes, bool]:
    """What is in a part of a form, as it was sent, and whether that is all: nothing is kept of what
    is longer than it may be, which is read past."""
    for name in (hdrs.CONTENT_ENCODING, hdrs.CONTENT_TRANSFER_ENCODING):
        if not is_plain(part.headers.get(name, "identity")):
            raise WrongType(COMPRESSED)
    body, is_whole = bytearray(), True
    while chunk := await part.read_chunk(CHUNK_BYTES):
        is_whole = is_whole and len(body) + len(chunk) <= bytes_max
        if is_whole:
            reading.hold(len(chunk))
            body += chunk
        else:
            body.clear()
    return bytes(body), is_whole


def is_plain(encoding: str) -> bool:
    """Whether bytes in that encoding are sent as they are."""
    return encoding.strip().lower() in PLAIN


async def keep_picture(
    request: web.Request, owner: Actor, body: bytes, use: Use, said: Said
) -> File:
    """A picture that was sent, drawn anew, with its bytes kept; its row is for the caller to keep.

    Raises:
        Busy: too many are being drawn, or there is no room on the disk.
        Invalid: it is no picture that can be taken.
    """
    services = request.app[SERVICES]
    picture = await services.pictures.redraw(body, use)
    file = new_file(owner.id, use, picture, said, services.config.node.url, services.clock.now())
    await asyncio.to_thread(services.blobs.put, file.key, picture.whole)
    await asyncio.to_thread(services.blobs.put, f"{file.key}{SMALL}", picture.small)
    return file


@asynccontextmanager
async def picture_kept(
    request: web.Request, owner: Actor, body: bytes, use: Use, said: Said
) -> AsyncIterator[File]:
    """The same, whose bytes go again at once where its row is refused meanwhile, so that nobody
    fills the disk with what there is no room for. Raises as `keep_picture`."""
    file = await keep_picture(request, owner, body, use, said)
    try:
        yield file
    except Problem:
        await drop_picture(request, file)
        raise


async def drop_picture(request: web.Request, file: File) -> None:
    """Remove the bytes of a picture whose row is not kept."""
    names = (file.key, f"{file.key}{SMALL}")
    await asyncio.to_thread(request.app[SERVICES].blobs.delete, names)


def room_for_member(request: web.Request) -> int:
    """How many bytes of files each member may have here."""
    return request.app[SERVICES].config.files.member_megabytes * 1_000_000
