"""QR codes as drawings inside of a page, so that nothing is loaded for them."""

import segno
from markupsafe import Markup

EDGE = 4
"""The white around it, in squares, without which cameras do not find it (ISO/IEC 18004)."""


def qr_code(text: str) -> Markup:
    """A QR code of `text`, black on white whatever the colours of the page."""
    drawing = segno.make(text, error="m", micro=False).svg_inline(
        scale=6, border=EDGE, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return Markup(drawing)  # noqa: S704 - made here, of squares alone
