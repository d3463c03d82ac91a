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
    """A form with pictures: what is said in it, and each picture by the field it was sent in."""

    params: Params
    pictures: tuple[tuple[str, bytes], ...] = ()

    def picture(self, field: str) -> bytes | None:
        """The picture that was sent in a field; None where none was chosen."""
        return next((body for name, body in self.pictures if name == field), None)


async def read_upload(request: web.Request, *, keeps_pictures: bool = True) -> Upload:
    """A form with at most four pictures. One without pictures is read as any other.

    Unless `keeps_pictures` they are read past: what is said to be there is empty.

    Raises:
        BadRequest: the form cannot be read, or does not say how long it is.
        Busy: too much is being sent.
        Invalid: there is too much in it.
        TooLarge: a picture has more than 16 MiB, or the rest more than 1 MiB.
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
    reader, text_bytes = await request.multipart(), 0
    for _ in range(PARTS_MAX):
        part = await reader.next()
        if part is None:
            return Upload(Params(pairs, (name for name, _ in pictures)), tuple(pictures))
        if not isinstance(part, BodyPartReader):
            raise BadRequest("A form cannot hold another form.")
        is_file = part.filename is not None
        if is_file and not keeps_pictures:
            if await has_anything(part):
                pictures.append((part.name or "", b""))
            continue
        body = await body_of(part, UPLOAD_BYTES_MAX if is_file else TEXT_BYTES_MAX - text_bytes)
        if is_file and body:
            pictures.append((part.name or "", body))
        elif not is_file and part.name:
            text_bytes += len(body)
            pairs.append((part.name, body.decode()))
        if len(pictures) > FILES_MAX:
            raise Invalid(f"At most {FILES_MAX} pictures can be sent at once.")
    raise Invalid(f"A form has at most {PARTS_MAX} parts.")


async def body_of(part: BodyPartReader, bytes_max: int) -> bytes:
    """What is in a part of a form, read no further than it may be long."""
    body = bytearray()
    while chunk := await part.read_chunk(CHUNK_BYTES):
        body += chunk
        if len(body) > bytes_max:
            raise TooLarge(TOO_LARGE)
    return bytes(part.decode(body))


async def has_anything(part: BodyPartReader) -> bool:
    """Whether there is anything in a part of a form, which is read past."""
    found = False
    while await part.read_chunk(CHUNK_BYTES):
        found = True
    return found


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
