"""The process in which one picture is decoded and drawn anew (T62 to T64).

It reads what the picture is for and the picture itself from its input, and answers with `Head` and
two pictures. Once its libraries are there it can open no file and no connection, start nothing and
write nowhere; it has 5 s of CPU and 256 MiB. Nothing but pixels, their order and their colours goes
from one picture into the other: no place, no camera, no name, no text.
"""

import sys
from io import BytesIO
from math import ceil

import blurhash  # type: ignore[import-untyped]
import msgspec
from PIL import (
    AvifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    MpoImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from pillow_heif import options, register_heif_opener

from node.pictures.confinement import confine
from node.pictures.forms import (
    FORMATS,
    FORMS,
    FRAMES_MAX,
    PIXELS_MAX,
    UPLOAD_BYTES_MAX,
    Form,
    Head,
    MediaType,
    Use,
)

LOADED = (AvifImagePlugin, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)
"""What `Image.preinit` leaves for later: but later nothing can be loaded."""

UNREADABLE = "This is no picture that can be read here. Send a JPEG, PNG, WebP, GIF, AVIF or HEIC."
TOO_LARGE = "This picture has too many dots. Make it smaller and send it again."
TOO_LONG = "This picture moves for too long. Make it shorter and send it again."
MOVING_SIDE_MAX = 480
HASHED_SIDE = 32

Made = tuple[Head, bytes, bytes]


def main() -> None:
    """Answer one picture."""
    Image.preinit()
    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    AvifImagePlugin.DEFAULT_MAX_THREADS = options.DECODE_THREADS = 1
    confine()
    use = msgspec.json.decode(sys.stdin.buffer.readline(), type=Use)
    head, whole, small = answer(sys.stdin.buffer.read(UPLOAD_BYTES_MAX + 1), FORMS[use])
    sys.stdout.buffer.write(msgspec.json.encode(head) + b"\n" + whole + small)
    sys.stdout.buffer.flush()


def answer(body: bytes, form: Form) -> Made:
    """The picture drawn anew, or why not."""
    try:
        return drawn_anew(body, form)
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Head(refused=TOO_LARGE), b"", b""
    except Exception:  # noqa: BLE001 - broken pictures make decoders fail in every way there is
        return Head(refused=UNREADABLE), b"", b""


def drawn_anew(body: bytes, form: Form) -> Made:
    """Raises whatever a decoder raises."""
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    with Image.open(BytesIO(body), formats=FORMATS) as image:
        if image.width * image.height > PIXELS_MAX:
            return Head(refused=TOO_LARGE), b"", b""
        frames = getattr(image, "n_frames", 1) if form.moves and image.format != "HEIF" else 1
        if frames > FRAMES_MAX:
            return Head(refused=TOO_LONG), b"", b""
        if frames > 1:
            return moving(image, frames, form)
        still = plain(image, form.whole, is_cut=form.is_cut)
    return made(still, *encoded(still), form)


def moving(image: Image.Image, frames: int, form: Form) -> Made:
    """A picture that moves, small enough to move on a phone; its small one stands still."""
    side = (MOVING_SIDE_MAX, MOVING_SIDE_MAX)
    drawn, lasts = [], []
    for number in range(frames):
        image.seek(number)
        lasts.append(int(image.info.get("duration") or 100))
        drawn.append(plain(image.copy(), side, is_cut=False))
    out = BytesIO()
    drawn[0].save(
        out, "WEBP", save_all=True, append_images=drawn[1:], duration=lasts, loop=0, method=0
    )
    return made(drawn[0], out.getvalue(), "image/webp", form)


def made(whole: Image.Image, body: bytes, media_type: MediaType, form: Form) -> Made:
    """The answer for a picture that is drawn: with its small one, and a blur to stand for it."""
    little = whole.copy()
    little.thumbnail(form.small, Image.Resampling.LANCZOS)
    small, small_type = encoded(little)
    little.thumbnail((HASHED_SIDE, HASHED_SIDE))
    rgb = little.convert("RGB")
    dots = [[rgb.getpixel((x, y)) for x in range(rgb.width)] for y in range(rgb.height)]
    head = Head(
        media_type=media_type,
        small_media_type=small_type,
        width=whole.width,
        height=whole.height,
        blurhash=str(blurhash.encode(dots, components_x=4, components_y=3)),
        whole_bytes=len(body),
    )
    return head, body, small


def plain(image: Image.Image, size: tuple[int, int], *, is_cut: bool) -> Image.Image:
    """A picture's dots alone, upright, in the colours that every screen knows, in that size.

    It is made small first, so that hardly more than the one that was sent is ever in memory.
    """
    around = size_around(image.size, size, is_cut=is_cut)
    image.draft("RGB", around)
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    mode, told = "RGBA" if has_alpha else "RGB", image.info.get("icc_profile")
    little = image if image.mode in ("RGB", "RGBA", "L", "CMYK") else image.convert(mode)
    little.thumbnail(around, Image.Resampling.LANCZOS)
    upright = in_srgb(ImageOps.exif_transpose(little), told).convert(mode)
    sized = ImageOps.fit(upright, size, Image.Resampling.LANCZOS) if is_cut else upright
    bare = Image.new(mode, sized.size)
    bare.paste(sized)
    return bare


def size_around(has: tuple[int, int], size: tuple[int, int], *, is_cut: bool) -> tuple[int, int]:
    """The size to which a picture is made small before it is turned and cut: its own at most."""
    part = max(size) / (min(has) if is_cut else max(has))
    return has if part >= 1 else (ceil(has[0] * part), ceil(has[1] * part))


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture whose colours were told in words of its own, in the usual ones."""
    if profile and image.mode in ("RGB", "RGBA"):
        try:
            told = ImageCms.ImageCmsProfile(BytesIO(profile))
            usual = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, told, usual) or image
        except (ImageCms.PyCMSError, OSError, ValueError):
            return image  # colours a little off are no reason to refuse a picture
    return image


def encoded(image: Image.Image) -> tuple[bytes, MediaType]:
    """A picture as bytes, and of which media type."""
    out = BytesIO()
    if image.mode == "RGBA":
        image.save(out, "WEBP", quality=85, method=3)
        return out.getvalue(), "image/webp"
    image.save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return out.getvalue(), "image/jpeg"


if __name__ == "__main__":
    main()
