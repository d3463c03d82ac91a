"""Where an app may have people led back to once they let it in (RFC 6749 section 3.1.2).

Such an address stands in a header, and its host is shown to whoever decides: what could write more
than itself there, or be taken for another host, is refused when the app registers.
"""

import re
from urllib.parse import SplitResult, urlsplit

from federation.address_guard import is_loopback, is_public_host

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
URI_CHARACTERS_MAX = 2_000
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]*")
"""RFC 3986 without a fragment, which would be in the way of the answer."""

WEB = frozenset(("http", "https"))
WEB_HOST = re.compile(r"(?:(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?")
FORBIDDEN_SCHEMES = frozenset(
    (
        *("javascript", "data", "vbscript", "file", "about", "blob", "filesystem", "view-source"),
        *("intent", "android-app", "content", "chrome", "resource", "jar", "ms-settings"),
        *("mailto", "tel", "sms", "ftp", "ws", "wss"),
    )
)
"""What browsers run or open by themselves, what starts any program with any words (`intent:`), and
what belongs to other programs than apps that sign in."""


def is_redirect(uri: str) -> bool:
    """Whether an app may be led back there.

    Taken are `urn:ietf:wg:oauth:2.0:oob`; https addresses with a public host in ASCII and nothing
    before it; http on this very machine, where an app of the desktop listens (RFC 8252 section
    7.3); and schemes of apps' own, such as `icecubesapp://`. At most 2,000 characters.
    """
    if uri == OUT_OF_BAND:
        return True
    if len(uri) > URI_CHARACTERS_MAX or not URI.fullmatch(uri):
        return False
    parts = split(uri)
    if parts is None or parts.scheme in FORBIDDEN_SCHEMES:
        return False
    if parts.scheme not in WEB:
        return True
    return WEB_HOST.fullmatch(parts.netloc) is not None and is_safe_host(parts)


def is_safe_host(parts: SplitResult) -> bool:
    """Whether a code comes to whoever it is for: by https to a public host, or to this machine."""
    host = (parts.hostname or "").lower()
    if parts.scheme == "http":
        return host == "localhost" or is_loopback(host)
    return is_public_host(host)


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
    return parts.netloc if parts.scheme in WEB else f"an app on this device ({parts.scheme}:)"
