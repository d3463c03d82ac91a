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
from node.http.uploads_at_once import BODY_BYTES_MAX, FILES_MAX, TEXT_BYTES_MAX, Reading, Uploads
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
    """A form with pictures: what is said in it, and each picture by the field it was sent in."""

    params: Params
    pictures: tuple[tuple[str, bytes], ...] = ()

    def picture(self, field: str) -> bytes | None:
        """The picture that was sent in a field; None where none was chosen."""
        return next((body for name, body in self.pictures if name == field), None)


async def read_upload(request: web.Request) -> Upload:
    """A form with at most four pictures. One without pictures is read as any other, and so is one
    of somebody who is not signed in: nothing large is read of them.

    Raises:
        BadRequest: the form cannot be read, does not say how long it is, or takes too long.
        Busy: too much is being sent.
        Invalid: there is too much in it.
        TooLarge: a picture has more than 16 MiB, or the rest more than 1 MiB.
        WrongType: it is compressed, or a part of it is.
    """
    member_id = await sender_of(request) if request.content_type == MULTIPART else None
    if member_id is None:
        return Upload(await read_params(request))
    if not is_plain(request.headers.get(hdrs.CONTENT_ENCODING, "identity")):
        raise WrongType(COMPRESSED)
    if request.content_length is None:
        raise BadRequest("Say how long the form is.")
    if request.content_length > BODY_BYTES_MAX:
        raise TooLarge(TOO_LARGE)
    with readable(), request.app[UPLOADING].reading(member_id) as reading:
        async with asyncio.timeout(READ_S_MAX):
            return await parts_of(request, reading)


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


async def parts_of(request: web.Request, reading: Reading) -> Upload:
    pairs, pictures = list(request.query.items()), list[tuple[str, bytes]]()
    reader, text_bytes = await request.multipart(), 0
    for _ in range(PARTS_MAX):
        part = await reader.next()
        if part is None:
            return Upload(Params(pairs, (name for name, _ in pictures)), tuple(pictures))
        if not isinstance(part, BodyPartReader):
            raise BadRequest("A form cannot hold another form.")
        if part.filename is not None:
            body = await body_of(part, UPLOAD_BYTES_MAX, TOO_LARGE, reading)
            pictures += [(part.name or "", body)] if body else []
        elif part.name:
            body = await body_of(part, TEXT_BYTES_MAX - text_bytes, TOO_MUCH, reading)
            text_bytes += len(body)
            pairs.append((part.name, body.decode()))
        if len(pictures) > FILES_MAX:
            raise Invalid(f"At most {FILES_MAX} pictures can be sent at once.")
    raise Invalid(f"A form has at most {PARTS_MAX} parts.")


async def body_of(part: BodyPartReader, bytes_max: int, sentence: str, reading: Reading) -> bytes:
    """What is in a part of a form, as it was sent, read no further than it may be long."""
    for name in (hdrs.CONTENT_ENCODING, hdrs.CONTENT_TRANSFER_ENCODING):
        if not is_plain(part.headers.get(name, "identity")):
            raise WrongType(COMPRESSED)
    body = bytearray()
    while chunk := await part.read_chunk(CHUNK_BYTES):
        reading.hold(len(chunk))
        body += chunk
        if len(body) > bytes_max:
            raise TooLarge(sentence)
    return bytes(body)


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
        names = (file.key, f"{file.key}{SMALL}")
        await asyncio.to_thread(request.app[SERVICES].blobs.delete, names)
        raise


def room_for_member(request: web.Request) -> int:
    """How many bytes of files each member may have here."""
    return request.app[SERVICES].config.files.member_megabytes * 1_000_000
