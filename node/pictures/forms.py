"""What becomes of a picture: in which sizes it is kept for what, and what is taken at all."""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

Use = Literal["post", "face", "banner"]
"""What a picture is for: it hangs on a post, is somebody's face, or stands across their page."""

UPLOAD_BYTES_MAX = 16 * 1_048_576
PIXELS_MAX = 40_000_000
FRAMES_MAX = 200
CPU_S_MAX = 5
WAIT_S_MAX = 20.0
MEMORY_BYTES_MAX = 256 * 1_048_576
ANSWER_BYTES_MAX = 24 * 1_048_576

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF")
ACCEPTED = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "image/avif",
    "image/heic",
    "image/heif",
)
"""The media types that may be sent; which one it is, is read from the picture itself."""

MediaType = Literal["image/jpeg", "image/webp"]
ENDINGS: dict[MediaType, str] = {"image/jpeg": "jpg", "image/webp": "webp"}
"""The media types that pictures are kept in, and how their addresses end."""


@dataclass(frozen=True, slots=True)
class Form:
    """How large a picture is kept for one use, in pixels, and how large the small one for pages;
    `is_cut`: it is cut to that very shape, around its middle."""

    whole: tuple[int, int]
    small: tuple[int, int]
    is_cut: bool = False
    moves: bool = False


FORMS: dict[Use, Form] = {
    "post": Form((1_600, 1_600), (480, 480), moves=True),
    "face": Form((400, 400), (96, 96), is_cut=True),
    "banner": Form((1_500, 500), (600, 200), is_cut=True),
}


SIDE_MAX = 1_600
Short = Annotated[str, msgspec.Meta(max_length=200)]
Side = Annotated[int, msgspec.Meta(ge=0, le=SIDE_MAX)]


class Head(msgspec.Struct, frozen=True):
    """The first line of what the process answers; `refused` says why there is nothing behind it.
    It can be nothing else, whoever has taken the process over.

    The bytes of the picture follow, `whole_bytes` of them, then those of the small one. Sizes are
    of the whole, in pixels.
    """

    refused: Short = ""
    media_type: MediaType = "image/jpeg"
    small_media_type: MediaType = "image/jpeg"
    width: Side = 0
    height: Side = 0
    blurhash: Short = ""
    whole_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: the whole and a small one, each with its media type. Sizes are of
    the whole, in pixels; `blurhash` is a blur to show meanwhile (https://blurha.sh)."""

    whole: bytes
    media_type: MediaType
    small: bytes
    small_media_type: MediaType
    width: int
    height: int
    blurhash: str
