"""Pictures for tests, made here: nobody's, and of nothing."""

from io import BytesIO
from typing import Any

from PIL import Image


def a_picture(
    form: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: Any
) -> bytes:
    """A picture of many colours in that form of Pillow's, as bytes."""
    return saved(drawn(size, mode), form, **options)


def saved(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """A picture as bytes in that form of Pillow's."""
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def drawn(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Stripes that get lighter, so that what was turned or cut can be told."""
    stripes = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (stripes, stripes.rotate(90), stripes.rotate(180))).convert(mode)


def opened(body: bytes) -> Image.Image:
    """A picture that was made, read."""
    return Image.open(BytesIO(body))
