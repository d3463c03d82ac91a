"""Files that somebody sends to do harm, each made here, and what is said in them."""

import re
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from zipfile import ZipFile
from zlib import crc32

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo
from pillow_heif import register_heif_opener

from tests.pictures import a_picture, drawn

register_heif_opener()

MARK = b"zq-marker-7731"
"""What must be in nothing that comes out."""

LOCAL, REMOTE = "/etc/passwd", "http://127.0.0.1:9/x.png"
MIB = 1_048_576
UPLOAD_MAX = 16 * MIB
HUGE = 60_000
EXTENT = b"ispe\0\0\0\0"


def chunk(name: bytes, body: bytes, *, crc: int | None = None) -> bytes:
    """A chunk of a PNG; with a wrong sum if one is given."""
    made = crc32(name + body) if crc is None else crc
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", made)


def png(width: int, height: int, *between: bytes, pixels: bytes = b"") -> bytes:
    """A PNG by hand, in grey."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", pixels or zlib.compress(bytes((width + 1) * height)))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(between) + data + chunk(b"IEND", b"")


def png_of_four_bytes(side: int) -> bytes:
    """A square PNG of colours that can be seen through, in few bytes."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0))
    data = chunk(b"IDAT", zeros((4 * side + 1) * side))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")


def with_size(body: bytes, old: tuple[int, int], new: tuple[int, int], shape: str) -> bytes:
    """A picture whose head says another size than it has."""
    first, second = struct.pack(shape, *old), struct.pack(shape, *new)
    assert first in body
    return body.replace(first, second)


def zeros(count: int) -> bytes:
    return zlib.compress(bytes(count), 9)


def bombs() -> Iterator[tuple[str, bytes]]:
    """Little that becomes much."""
    yield "PNG of a thousand times its size", png(6_300, 6_300, pixels=zeros(6_301 * 6_300))
    yield "PNG of as many dots as may be, each of four bytes", png_of_four_bytes(6_300)
    yield "PNG of too many dots", png(HUGE, HUGE, pixels=zeros(64 * MIB))
    yield "PNG with more behind its dots", png(9, 9, pixels=zeros(256 * MIB))
    for name in (b"zTXt", b"iCCP"):
        text = b"Comment\x00\x00" + zeros(256 * MIB)
        yield f"PNG with a {name.decode()} bomb", png(9, 9, chunk(name, text))
    text = b"Comment\x00\x01\x00\x00\x00" + zeros(256 * MIB)
    yield "PNG with an iTXt bomb", png(9, 9, chunk(b"iTXt", text))
    many = chunk(b"zTXt", b"Comment\x00\x00" + zeros(MIB // 2)) * 5_000
    yield "PNG with many bombs", png(9, 9, many)
    jpeg = a_picture("JPEG", (64, 48))
    yield "JPEG that says it is huge", with_size(jpeg, (48, 64), (HUGE, HUGE), ">HH")
    gif = a_picture("GIF", (64, 48))
    yield "GIF that says it is huge", with_size(gif, (64, 48), (HUGE, HUGE), "<HH")
    for form in ("HEIF", "AVIF"):
        body = re.sub(
            EXTENT + b".{8}",
            EXTENT + struct.pack(">II", HUGE, HUGE),
            a_picture(form, (64, 48)),
            flags=re.S,
        )
        yield f"{form} that says it is huge", body
    yield "WebP that says it is huge", webp_of(16_383, 16_383)
    yield "GIF of 100,000 frames", long_gif(100_000)
    yield "GIF of 300 frames", long_gif(300)
    yield "JPEG of many scans", scans()


def webp_of(width: int, height: int) -> bytes:
    """A lossless WebP whose head is all there is."""
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + bytes(64)
    inner = b"WEBPVP8L" + struct.pack("<I", len(body)) + body + b"\x00"
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def long_gif(frames: int) -> bytes:
    """A GIF that moves for a long time, of one dot."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    frame = b"\x21\xf9\x04\x04\x01\x00\x00\x00\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0)
    return head + (frame + b"\x02\x02\x44\x01\x00") * frames + b"\x3b"


def scans() -> bytes:
    """A progressive JPEG whose last scan is said thousands of times."""
    body = a_picture("JPEG", (2_000, 1_500), progressive=True)
    last = body.rindex(b"\xff\xda")
    return body[:last] + body[last:-2] * 1_500 + b"\xff\xd9"


def exif_bomb() -> bytes:
    """A JPEG whose EXIF says that it has thousands of directories, each the next of itself."""
    tiff = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08" + struct.pack(">H", 0xFFFF) + b"\xff" * 60_000
    return jpeg_with(b"\xff\xe1", tiff)


def jpeg_with(marker: bytes, body: bytes) -> bytes:
    """A JPEG with a segment at its start."""
    segment = marker + struct.pack(">H", len(body) + 2) + body
    return b"\xff\xd8" + segment + a_picture("JPEG", (64, 48))[2:]


def nested_mpo() -> bytes:
    """Pictures in a picture, of which each says that there are more."""
    out = BytesIO()
    more = [drawn((64, 48)) for _ in range(40)]
    drawn((64, 48)).save(out, "MPO", save_all=True, append_images=more)
    inner = out.getvalue()
    return inner + inner[:2_000] * 50


def cut_off() -> Iterator[tuple[str, bytes]]:
    """Pictures that end before their end."""
    for form, part in product(("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"), (3, 30, 60, 98)):
        body = a_picture(form, (160, 120))
        yield f"{form} cut off after {part} of 100", body[: len(body) * part // 100]


def odd() -> Iterator[tuple[str, bytes]]:
    """What is no picture, or two things at once."""
    page = b"<script>alert('" + MARK + b"')</script>"
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("Main.class", MARK)
    yield "GIFAR", a_picture("GIF", (64, 48)) + out.getvalue()
    yield "a page behind a JPEG", a_picture("JPEG", (64, 48)) + page
    yield "a script in the comment of a JPEG", jpeg_with(b"\xff\xfe", b"*/=1;" + page)
    yield "a script in a PNG", png(9, 9, chunk(b"tEXt", b"Comment\x00" + page)) + page
    yield "an unknown chunk of a PNG", png(9, 9, chunk(b"zqZq", MARK))
    yield "PNG with a wrong sum in its dots", png(9, 9).replace(b"IDAT", b"IDAT", 1)[:-20]
    yield (
        "PNG with a wrong sum in its head",
        png(9, 9).replace(b"\x08\x00\x00\x00\x00", b"\x08" * 5),
    )
    yield "PNG with a wrong sum of a text", png(9, 9, chunk(b"tEXt", b"a\x00" + MARK, crc=1))
    yield "EXIF bomb", exif_bomb()
    yield "MPO in MPO", nested_mpo()
    yield "a playlist", f"#EXTM3U\n#EXTINF:1,\n{LOCAL}\n{REMOTE}\n".encode()
    yield "a concat list", f"ffconcat version 1.0\nfile {LOCAL}\n".encode()
    yield "SVG", f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{REMOTE}"/></svg>'.encode()
    yield "XML", f'<!DOCTYPE a [<!ENTITY b SYSTEM "file://{LOCAL}">]><a>&b;</a>'.encode()
    yield "HTML", b"<!DOCTYPE html>" + page
    yield "PDF", b"%PDF-1.7\n1 0 obj << /URI (http://127.0.0.1:9/) >> endobj"
    yield "ZIP", out.getvalue()
    yield "PostScript", f"%!PS\n({LOCAL}) (r) file".encode()
    yield "EPS", f"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n({LOCAL}) run".encode()
    yield "MVG", f'push graphic-context\nfill "url({REMOTE})"'.encode()
    for form in ("TIFF", "BMP", "ICO", "PPM", "TGA", "SGI", "PCX", "JPEG2000", "PDF", "EPS"):
        yield form, a_picture(form, (64, 48))
    yield "PSD", b"8BPS\x00\x01" + bytes(6) + struct.pack(">HIIHH", 3, 9, 9, 8, 3) + bytes(99)
    yield "nothing", b""
    yield "16 MiB and one byte", a_picture("JPEG", (64, 48)).ljust(UPLOAD_MAX + 1, b"\x00")
    yield "16 MiB of 0xFF", b"\xff" * UPLOAD_MAX
    yield "16 MiB of nothing behind JPEG's first bytes", b"\xff\xd8\xff".ljust(UPLOAD_MAX, b"\xff")
    yield "16 MiB of GIF", b"GIF89a".ljust(UPLOAD_MAX, b"\x2c")
    yield "boxes in boxes", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + nested_boxes()


def nested_boxes() -> bytes:
    made = b""
    for _ in range(2_000):
        made = struct.pack(">I", len(made) + 12) + b"meta\x00\x00\x00\x00" + made
    return made


def telling() -> Iterator[tuple[str, bytes]]:
    """Pictures that say more than their dots, in every way there is."""
    mark = MARK.decode()
    facts = Image.Exif()
    facts[0x010E], facts[0x013B], facts[0x8298] = mark, mark, mark
    facts.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    facts.get_ifd(0x8769).update({0x927C: MARK * 99, 0x9286: MARK, 0xA420: mark})
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + MARK + b"</x:xmpmeta>"
    profile = named_profile()
    for form in ("JPEG", "PNG", "WEBP", "AVIF", "HEIF"):
        yield (
            f"EXIF, XMP and colours in {form}",
            a_picture(form, (64, 48), exif=facts.tobytes(), xmp=xmp, icc_profile=profile),
        )
    yield "XMP in JPEG", jpeg_with(b"\xff\xe1", b"http://ns.adobe.com/xap/1.0/\x00" + xmp)
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + struct.pack(">I", 40) + b"\x1c\x02\x5a" + MARK
    yield "IPTC in JPEG", jpeg_with(b"\xff\xed", iptc.ljust(90, b"\x00"))
    yield "a thumbnail in EXIF", jpeg_with(b"\xff\xe1", exif_with_thumbnail())
    yield (
        "ID3 before a JPEG",
        b"ID3\x04\x00\x00\x00\x00\x00\x20" + MARK + a_picture("JPEG", (64, 48)),
    )
    yield "ID3 behind a JPEG", a_picture("JPEG", (64, 48)) + b"TAG" + MARK
    text = PngInfo()
    text.add_text("Author", mark)
    text.add_itxt("XML:com.adobe.xmp", mark, zip=True)
    yield "texts in PNG", a_picture("PNG", (64, 48), pnginfo=text)
    yield "a comment in GIF", a_picture("GIF", (64, 48), comment=MARK)


def named_profile() -> bytes:
    """Colours as sRGB has them, with a name in them."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = profile.find(b"\x00s\x00R\x00G\x00B")
    return bytes(profile[:at]) + bytes(profile[at:]) + MARK if at > 0 else bytes(profile) + MARK


def exif_with_thumbnail() -> bytes:
    """EXIF with a small picture in it, in which a name is written."""
    small = jpeg_with(b"\xff\xfe", MARK)
    head = struct.pack(">HI", 0, 14) + struct.pack(">H", 2)
    where = struct.pack(">HHII", 0x0201, 4, 1, 8 + len(head) + 28)
    length = struct.pack(">HHII", 0x0202, 4, 1, len(small))
    return b"Exif\x00\x00MM\x00*\x00\x00\x00\x08" + head + where + length + bytes(4) + small


def unusual() -> Iterator[tuple[str, bytes]]:
    """Pictures that are right and seldom."""
    for turned in range(10):
        facts = Image.Exif()
        facts[0x0112] = turned
        yield f"turned as {turned} says", a_picture("JPEG", (64, 48), exif=facts)
    for form, mode in (
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("PNG", "LA"),
        ("WEBP", "RGBA"),
        ("TIFF", "CMYK"),
    ):
        yield f"{form} of mode {mode}", a_picture(form, (64, 48), mode)
    seen_through = drawn((64, 48)).convert("P")
    out = BytesIO()
    seen_through.save(out, "PNG", transparency=3)
    yield "PNG with a palette that is seen through", out.getvalue()
    for form in ("WEBP", "AVIF", "PNG", "GIF"):
        moves = [drawn((64, 48)).rotate(9 * turn) for turn in range(1, 5)]
        yield (
            f"{form} that moves",
            a_picture(form, (64, 48), save_all=True, append_images=moves, duration=80),
        )
