"""Which pictures are taken for one and the same, by their blurs."""

import pytest
from PIL import Image, ImageDraw

from node.pictures.alike import are_alike
from node.pictures.redraw import Redrawing
from tests.pictures import a_picture, saved

pytestmark = pytest.mark.feature("C10")


def walk(*, is_night: bool = False) -> Image.Image:
    """A hill under a sky."""
    image = Image.new("RGB", (640, 480), "black" if is_night else "lightblue")
    draw = ImageDraw.Draw(image)
    draw.ellipse((-100, 280, 500, 800), fill="darkgreen")
    draw.ellipse((480, 40, 560, 120), fill="white" if is_night else "yellow")
    return image


async def blur_of(body: bytes) -> str:
    return (await Redrawing().redraw(body, "face")).blurhash


@pytest.mark.parametrize(
    "again",
    [
        saved(walk(), quality=40),
        saved(walk(), "PNG"),
        saved(walk().resize((320, 240))),
        saved(walk().crop((8, 6, 632, 474))),
    ],
    ids=["worse", "as PNG", "smaller", "cut a little"],
)
async def test_a_picture_that_was_saved_anew_is_the_same(again):
    assert are_alike(await blur_of(saved(walk(), quality=92)), await blur_of(again))


@pytest.mark.parametrize(
    "other",
    [saved(walk(is_night=True)), saved(walk().transpose(Image.Transpose.ROTATE_180)), a_picture()],
    ids=["by night", "upside down", "stripes"],
)
async def test_another_picture_is_another(other):
    assert not are_alike(await blur_of(saved(walk())), await blur_of(other))
