"""Forms with pictures, as somebody sends them who means harm: T53, T54, T62, T67."""

import asyncio
import base64
import gzip

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from node.base.errors import Busy, Problem
from node.http import uploads
from node.http.services import SERVICES
from node.http.uploads import UPLOADING, keep_picture, read_upload
from node.http.uploads_at_once import (
    AT_ONCE_MAX,
    BODY_BYTES_MAX,
    EACH_AT_ONCE_MAX,
    FILES_MAX,
    HELD_BYTES_MAX,
    TEXT_BYTES_MAX,
    Uploads,
)
from node.pictures.forms import UPLOAD_BYTES_MAX
from node.topics.files.actions import Said
from tests.neighbours import ORIGIN
from tests.pictures import a_picture

EDGE = "zqedge"
TYPE = {"Content-Type": f"multipart/form-data; boundary={EDGE}"}
PICTURE = a_picture("JPEG", (64, 48))


def part(body, name="file", filename="x.jpg", **headers):
    """A part of a form, as it stands in it."""
    says = f'form-data; name="{name}"'
    if filename is not None:
        says += f'; filename="{filename}"'
    lines = [f"Content-Disposition: {says}"]
    lines += [f"{one.replace('_', '-')}: {value}" for one, value in headers.items()]
    return f"--{EDGE}\r\n".encode() + "\r\n".join(lines).encode() + b"\r\n\r\n" + body + b"\r\n"


def form(*parts):
    return b"".join(parts) + f"--{EDGE}--\r\n".encode()


@pytest.fixture
async def desk(house, rosa, tilda):
    """An application that says what it read of a form: its fields, and how long each picture is."""

    async def take(request):
        try:
            read = await read_upload(request)
            for field in read.too_large:
                read.picture(field)
        except Problem as problem:
            return web.json_response({"error": problem.sentence}, status=int(problem.status))
        lengths = [[name, len(body)] for name, body in read.pictures]
        return web.json_response({"fields": read.params.pairs(), "pictures": lengths})

    app = web.Application(client_max_size=2**20)
    app[SERVICES], app[UPLOADING] = house.client.app[SERVICES], Uploads()
    app.router.add_post("/api/take", take)
    async with TestClient(TestServer(app)) as client:
        client.rosa = {"Authorization": f"Bearer {rosa.token}"}
        client.tilda = {"Authorization": f"Bearer {tilda.token}"}
        yield client


async def sent(desk, body, who=None, **headers):
    """The status and what was said to a form."""
    said = TYPE | (desk.rosa if who is None else who) | headers
    async with desk.post("/api/take", data=body, headers=said) as reply:
        return reply.status, await reply.json()


async def begun(desk, who, length, first=b""):
    """A form that has begun to come, and of which nothing more does."""
    host, port = desk.server.host, desk.server.port
    reader, writer = await asyncio.open_connection(host, port)
    lines = {"Host": "x", "Content-Length": str(length)} | TYPE | who
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(f"POST /api/take HTTP/1.1\r\n{head}\r\n".encode() + first)
    await writer.drain()
    return reader, writer


async def until_open(desk, count):
    """Wait until so many forms are being read."""
    for _ in range(500):
        if desk.app[UPLOADING].open.total() == count:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


@pytest.mark.feature("P05")
async def test_a_form_is_read_with_its_pictures_and_its_words(desk):
    body = form(part(PICTURE), part(b"A hill", "description", None), part(b"", "empty"))

    assert await sent(desk, body) == (
        200,
        {"fields": [["description", "A hill"]], "pictures": [["file", len(PICTURE)]]},
    )


@pytest.mark.threat("T67")
async def test_of_somebody_who_is_not_signed_in_nothing_large_is_read(desk):
    status, said = await sent(desk, form(part(bytes(TEXT_BYTES_MAX))), who={})
    assert (status, said["error"]) == (413, "A request has at most 1 MiB.")
    assert await sent(desk, form(part(PICTURE)), who={}) == (200, {"fields": [], "pictures": []})
    wrong = {"Authorization": "Bearer none"}
    assert (await sent(desk, form(part(bytes(TEXT_BYTES_MAX))), who=wrong))[0] == 413


@pytest.mark.threat("T67")
async def test_a_member_who_trickles_keeps_nobody_else_from_sending(desk):
    slow = [await begun(desk, desk.rosa, BODY_BYTES_MAX, b"--") for _ in range(EACH_AT_ONCE_MAX)]
    await until_open(desk, EACH_AT_ONCE_MAX)

    assert (await sent(desk, form(part(PICTURE)), who=desk.tilda))[0] == 200
    status, said = await sent(desk, form(part(PICTURE)))
    assert status == 503
    assert said["error"].startswith("You are sending many pictures already.")
    for _, writer in slow:
        writer.close()


@pytest.mark.threat("T67")
async def test_who_went_away_while_sending_frees_their_place(desk):
    for _ in range(EACH_AT_ONCE_MAX):
        _, writer = await begun(desk, desk.rosa, 9_000, part(PICTURE))
        await until_open(desk, 1)
        writer.close()
        await until_open(desk, 0)

    assert (await sent(desk, form(part(PICTURE))))[0] == 200
    assert desk.app[UPLOADING].held.total() == 0


@pytest.mark.threat("T67")
async def test_a_form_that_takes_too_long_is_refused_and_its_place_is_free(desk, monkeypatch):
    monkeypatch.setattr(uploads, "READ_S_MAX", 0.2)
    reader, writer = await begun(desk, desk.rosa, 9_000, part(PICTURE)[:80])

    said = await reader.readuntil(b"}")
    assert b" 400 " in said
    assert b"took too long" in said
    assert desk.app[UPLOADING].open.total() == 0
    writer.close()


@pytest.mark.threat("T67")
def test_what_all_hold_and_what_each_holds_has_an_end_and_is_free_again():
    all_of_them = Uploads()
    with all_of_them.reading(1) as first, all_of_them.reading(2) as second:
        first.hold(BODY_BYTES_MAX)
        with pytest.raises(Busy, match="You are sending"), all_of_them.reading(1) as more:
            more.hold(1)
        second.hold(HELD_BYTES_MAX - BODY_BYTES_MAX)
        with pytest.raises(Busy, match="Many pictures"), all_of_them.reading(3) as third:
            third.hold(1)
    assert all_of_them == Uploads()


@pytest.mark.threat("T67")
def test_very_many_at_once_are_put_off():
    all_of_them = Uploads()
    begun = [all_of_them.reading(member) for member in range(AT_ONCE_MAX)]
    for one in begun:
        one.__enter__()

    with pytest.raises(Busy, match="Many pictures"), all_of_them.reading(AT_ONCE_MAX):
        pass
    for one in begun:
        one.__exit__(None, None, None)
    assert all_of_them == Uploads()


@pytest.mark.threat("T53")
async def test_a_form_that_does_not_say_how_long_it_is_is_not_read(desk):
    async def pieces():
        yield form(part(PICTURE))

    status, said = await sent(desk, pieces())
    assert (status, said["error"]) == (400, "Say how long the form is.")


@pytest.mark.threat("T53")
async def test_a_form_that_says_that_it_is_too_long_is_not_read(desk):
    reader, writer = await begun(desk, desk.rosa, BODY_BYTES_MAX + 1)

    assert b" 413 " in await reader.readuntil(b"}")
    writer.close()


@pytest.mark.threat("T53")
@pytest.mark.parametrize("says", [40, 200])
async def test_a_form_that_is_longer_than_it_says_is_refused(desk, says):
    body = form(part(PICTURE))
    reader, writer = await begun(desk, desk.rosa, len(body) - says, body)

    assert b" 400 " in await reader.readuntil(b"}")
    writer.close()


@pytest.mark.threat("T53")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing of the kind",
        f"--{EDGE}".encode(),
        f"--{EDGE}\r\n\r\n".encode(),
        f"--{EDGE}\r\nContent-Disposition: form-data\r\n".encode(),
        part(PICTURE)[:-20],
        form(part(b"\xff\xfe", "text", None)),
        form(part(b"a\x00b", "text", None)),
        form(b"--" + EDGE.encode() + b"\r\n" + b"X: y\r\n" * 40_000 + b"\r\n"),
        form(b"--" + EDGE.encode() + b"\r\nX: " + b"y" * 600_000 + b"\r\n\r\n"),
        form(
            b"--"
            + EDGE.encode()
            + b"\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n"
        ),
        form(*[part(b"x", "text", None)] * 101),
        form(*[part(b"x")] * (FILES_MAX + 1)),
    ],
    ids=range(13),
)
async def test_a_form_that_is_none_is_refused_in_a_sentence(desk, body):
    status, said = await sent(desk, body)

    assert status in (400, 422)
    assert said["error"].endswith(".")


@pytest.mark.threat("T53")
async def test_a_hundred_parts_are_read(desk):
    assert (await sent(desk, form(*[part(b"x", "text", None)] * 99)))[0] == 200


@pytest.mark.threat("T53")
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content_Encoding": "gzip"}, gzip.compress(bytes(2**20))),
        ({"Content_Encoding": "deflate"}, b"x"),
        ({"Content_Encoding": "zq"}, b"x"),
        ({"Content_Transfer_Encoding": "base64"}, base64.b64encode(PICTURE)),
        ({"Content_Transfer_Encoding": "quoted-printable"}, b"=FF"),
        ({"Content_Transfer_Encoding": "zq"}, b"x"),
    ],
    ids=range(6),
)
async def test_a_part_that_is_packed_is_not_unpacked(desk, headers, body):
    assert await sent(desk, form(part(body, **headers))) == (
        415,
        {"error": "Send the request uncompressed."},
    )


@pytest.mark.threat("T53")
async def test_a_form_that_is_packed_is_not_unpacked(desk):
    body = gzip.compress(form(part(bytes(2**20))))

    assert (await sent(desk, body, **{"Content-Encoding": "gzip"}))[0] == 415


@pytest.mark.threat("T53")
@pytest.mark.parametrize("says", ["8bit", "binary", "7BIT"])
async def test_a_part_that_says_that_it_is_as_it_is_is_read(desk, says):
    body = form(part(PICTURE, Content_Transfer_Encoding=says))

    assert (await sent(desk, body))[1]["pictures"] == [["file", len(PICTURE)]]


@pytest.mark.threat("T53")
async def test_what_a_part_says_of_its_length_counts_for_nothing(desk):
    body = form(part(PICTURE, Content_Length=str(10**9)))

    assert (await sent(desk, body))[1]["pictures"] == [["file", len(PICTURE)]]


@pytest.mark.threat("T57")
async def test_a_picture_has_sixteen_mebibytes_at_most(desk):
    assert (await sent(desk, form(part(bytes(UPLOAD_BYTES_MAX)))))[0] == 200
    status, said = await sent(desk, form(part(bytes(UPLOAD_BYTES_MAX + 1))))
    assert (status, said["error"]) == (413, "A picture has at most 16 MB. Send a smaller one.")


@pytest.mark.threat("T57")
async def test_words_have_a_mebibyte_at_most_all_together(desk):
    half = part(b"x" * (TEXT_BYTES_MAX // 2), "text", None)
    assert (await sent(desk, form(half, half)))[0] == 200
    assert (await sent(desk, form(half, half, part(b"x", "text", None))))[0] == 413


@pytest.mark.threat("T62")
async def test_a_field_that_is_sent_twice_is_its_first_picture(desk, house, rosa):
    status, said = await sent(desk, form(part(PICTURE), part(b"second")))

    assert (status, said["pictures"]) == (200, [["file", len(PICTURE)], ["file", 6]])
    assert uploads.Upload(None, (("a", b"1"), ("a", b"2"))).picture("a") == b"1"


NAMES = (
    "../../../../etc/passwd",
    "..\\..\\x.exe",
    "/etc/passwd",
    "x.svg",
    "x.html",
    "x.php.jpg",
    "con.jpg",
    "a%00b.jpg",
    "‮gpj.exe",
    "x" * 4_000,
    "",
    "zq-rosa-at-the-clinic.jpg",
)


@pytest.mark.threat("T54", "T63")
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
async def test_nothing_of_the_name_of_a_file_is_kept(house, rosa, name):
    kept = []

    async def take(request):
        upload = await read_upload(request)
        body = upload.picture("file")
        file = await keep_picture(request, rosa.actor, body, "post", Said())
        kept.append(file)
        return web.Response()

    app = web.Application()
    app[SERVICES], app[UPLOADING] = house.client.app[SERVICES], Uploads()
    app.router.add_post("/api/take", take)
    async with TestClient(TestServer(app)) as client:
        headers = TYPE | {"Authorization": f"Bearer {rosa.token}"}
        says = {"Content_Type": "image/svg+xml"}
        await client.post(
            "/api/take", data=form(part(PICTURE, "file", name, **says)), headers=headers
        )

    (file,) = kept
    assert file.url == f"{ORIGIN}/files/{file.key}.jpg"
    assert file.media_type == "image/jpeg"
    assert len(bytes.fromhex(file.key)) == 16
    assert set(house.client.app[SERVICES].blobs.names()) == {file.key, f"{file.key}-small"}
