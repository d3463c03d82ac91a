"""Pictures are drawn anew in a process that can do nothing else (T62 to T64)."""

from io import BytesIO

import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from node.base.errors import Invalid
from node.pictures.redraw import Redrawing
from tests.pictures import a_picture, drawn, opened

register_heif_opener()


@pytest.mark.feature("P05")
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"])
async def test_a_picture_of_each_form_that_phones_send_is_taken(form):
    made = await Redrawing().redraw(a_picture(form), "post")

    assert opened(made.whole).format == "JPEG"
    assert opened(made.whole).size == (made.width, made.height) == (640, 480)
    assert opened(made.small).size == (480, 360)
    assert len(made.blurhash) == 28


async def test_what_can_be_seen_through_stays_so():
    out = BytesIO()
    Image.new("RGBA", (40, 30), (200, 10, 10, 90)).save(out, "PNG")
    made = await Redrawing().redraw(out.getvalue(), "post")

    assert made.media_type == "image/webp"
    assert opened(made.whole).mode == "RGBA"


async def test_a_large_picture_becomes_one_that_a_phone_can_load():
    made = await Redrawing().redraw(a_picture(size=(4_000, 3_000)), "post")

    assert (made.width, made.height) == (1_600, 1_200)


async def test_a_face_is_cut_to_a_square_around_its_middle():
    made = await Redrawing().redraw(a_picture(size=(900, 300)), "face")

    assert (made.width, made.height) == (400, 400)
    assert opened(made.small).size == (96, 96)


async def test_a_picture_that_moves_goes_on_moving_and_its_small_one_stands_still():
    frames = [drawn((200, 100)).rotate(20 * turn) for turn in range(1, 6)]
    made = await Redrawing().redraw(
        a_picture("GIF", (200, 100), save_all=True, append_images=frames, duration=80), "post"
    )

    assert opened(made.whole).n_frames == 6
    assert getattr(opened(made.small), "n_frames", 1) == 1


@pytest.mark.threat("T63")
async def test_a_picture_that_lay_on_its_side_stands_upright_and_says_no_more_than_its_dots():
    facts = Image.Exif()
    facts[0x0112], facts[0x010F] = 6, "A camera of rosa"
    facts.get_ifd(0x8825)[1] = "N"
    made = await Redrawing().redraw(a_picture(exif=facts, comment=b"marker-7731"), "post")

    assert (made.width, made.height) == (480, 640)
    for body in (made.whole, made.small):
        assert not opened(body).getexif()
        assert "icc_profile" not in opened(body).info
        assert b"rosa" not in body
        assert b"marker" not in body


@pytest.mark.threat("T62")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        a_picture("TIFF"),
        a_picture("BMP"),
        a_picture("ICO", (64, 64)),
        a_picture()[:4_000],
        a_picture("PNG")[:300],
    ],
)
async def test_what_is_no_picture_that_is_taken_is_refused_in_a_sentence(body):
    with pytest.raises(Invalid, match="picture"):
        await Redrawing().redraw(body, "post")


@pytest.mark.threat("T62")
async def test_a_page_behind_a_picture_is_gone():
    made = await Redrawing().redraw(a_picture() + b"<script>alert(1)</script>", "post")

    assert b"script" not in made.whole + made.small


@pytest.mark.threat("T64")
async def test_a_picture_of_too_many_dots_is_refused_before_it_is_drawn():
    out = BytesIO()
    Image.new("1", (9_000, 9_000)).save(out, "PNG")
    bomb = out.getvalue()
    assert len(bomb) < 100_000

    with pytest.raises(Invalid, match="too many dots"):
        await Redrawing().redraw(bomb, "post")
