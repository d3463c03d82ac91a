"""Where an app may have people led back to once they let it in (RFC 6749 section 3.1.2).

Such an address stands in a header, and its host is shown to whoever decides: what could write more
than itself there, or be taken for another host, is refused when the app registers.
"""

import re
from urllib.parse import SplitResult, urlsplit

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
URI_CHARACTERS_MAX = 2_000
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]*")
"""RFC 3986 without a fragment, which would be in the way of the answer."""

WEB = frozenset(("http", "https"))
WEB_HOST = re.compile(r"(?:(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?")
FORBIDDEN_SCHEMES = frozenset(
    ("javascript", "data", "vbscript", "file", "about", "blob", "filesystem", "view-source")
)


def is_redirect(uri: str) -> bool:
    """Whether an app may be led back there.

    Taken are `urn:ietf:wg:oauth:2.0:oob`; addresses of the web with a host in ASCII and nothing
    before it; and schemes of apps' own, such as `icecubesapp://`. At most 2,000 characters.
    """
    if uri == OUT_OF_BAND:
        return True
    if len(uri) > URI_CHARACTERS_MAX or not URI.fullmatch(uri):
        return False
    parts = split(uri)
    if parts is None or parts.scheme in FORBIDDEN_SCHEMES:
        return False
    return parts.scheme not in WEB or WEB_HOST.fullmatch(parts.netloc) is not None


def split(uri: str) -> SplitResult | None:
    try:
        return urlsplit(uri)
    except ValueError:
        return None


def form_action_of(uri: str) -> str:
    """The source for `form-action` of a Content Security Policy (CSP 3 section 2.3.1).

    Chromium holds the redirect after a form to it, and knows hosts only in addresses of the web: of
    an app's own scheme it takes the scheme alone.
    """
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in WEB else f"{parts.scheme}:"


def shown_target(uri: str) -> str:
    """Where somebody is led back to, in words for whoever decides."""
    if uri == OUT_OF_BAND:
        return "this page"
    parts = urlsplit(uri)
    return parts.netloc if parts.scheme in WEB else "an app on this device"
