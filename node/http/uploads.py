"""Pictures that somebody sends with a form: read within limits, drawn anew, and kept.

Their bytes are kept first and noted then; what is not noted is cleared away (`files_at_rest`).
"""

import asyncio
from dataclasses import dataclass

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from node.base.errors import BadRequest, Busy, Invalid, TooLarge
from node.http.params import MULTIPART, PARTS_MAX, Params, read_params
from node.http.services import SERVICES
from node.pictures.forms import UPLOAD_BYTES_MAX, Use
from node.topics.actors.store import Actor
from node.topics.files.actions import Said, new_file
from node.topics.files.store import SMALL, File

FILES_MAX = 4
TEXT_BYTES_MAX = 1_048_576
BODY_BYTES_MAX = FILES_MAX * UPLOAD_BYTES_MAX + TEXT_BYTES_MAX
CHUNK_BYTES = 65_536
UPLOADS_AT_ONCE = 2
WAIT_S_MAX = 30.0
TOO_LARGE = f"A picture has at most {UPLOAD_BYTES_MAX // 1_048_576} MB. Send a smaller one."
MANY = "Many pictures are being sent just now. Try again in a moment."

UPLOADING: web.AppKey[asyncio.Semaphore] = web.AppKey("uploading", asyncio.Semaphore)
"""How many uploads are read at once: each is in memory as a whole."""


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


async def read_upload(request: web.Request, *, keeps_pictures: bool = True) -> Upload:
    """A form with at most four pictures. One without pictures is read as any other.

    Unless `keeps_pictures` they are read past: what is said to be there is empty.

    Raises:
        BadRequest: the form cannot be read, or does not say how long it is.
        Busy: too much is being sent.
        Invalid: there is too much in it.
        TooLarge: all of it is larger than four pictures can be, or what is said more than 1 MiB.
    """
    if request.content_type != MULTIPART:
        return Upload(await read_params(request))
    if request.content_length is None:
        raise BadRequest("Say how long the form is.")
    if request.content_length > BODY_BYTES_MAX:
        raise TooLarge(TOO_LARGE)
    turn = request.app[UPLOADING]
    try:
        async with asyncio.timeout(WAIT_S_MAX):
            await turn.acquire()
    except TimeoutError:
        raise Busy(MANY, retry_after_s=10) from None
    try:
        return await parts_of(request, keeps_pictures=keeps_pictures)
    except (ValueError, HttpProcessingError) as error:
        raise BadRequest("The request cannot be read.") from error
    finally:
        turn.release()


async def parts_of(request: web.Request, *, keeps_pictures: bool) -> Upload:
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
            body, is_whole = await body_of(part, UPLOAD_BYTES_MAX if keeps_pictures else 0)
            if not is_whole:
                too_large.append(name)
            elif body:
                pictures.append((name, body))
        elif name:
            body, is_whole = await body_of(part, TEXT_BYTES_MAX - text_bytes)
            if not is_whole:
                raise TooLarge("What is said in a form has at most 1 MiB.")
            text_bytes += len(body)
            pairs.append((name, body.decode()))
        if len(pictures) > FILES_MAX:
            raise Invalid(f"At most {FILES_MAX} pictures can be sent at once.")
    raise Invalid(f"A form has at most {PARTS_MAX} parts.")


async def body_of(part: BodyPartReader, bytes_max: int) -> tuple[bytes, bool]:
    """What is in a part of a form, kept no further than it may be long, and whether that is all."""
    body, is_whole = bytearray(), True
    while chunk := await part.read_chunk(CHUNK_BYTES):
        is_whole = is_whole and len(body) + len(chunk) <= bytes_max
        if is_whole:
            body += chunk
        else:
            body.clear()
    return bytes(part.decode(body)), is_whole


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


def room_for_member(request: web.Request) -> int:
    """How many bytes of files each member may have here."""
    return request.app[SERVICES].config.files.member_megabytes * 1_000_000
