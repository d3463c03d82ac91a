"""Words of a form that came when nobody was signed in any more: they travel inside the sign-in form
and back, signed by us. Nothing of them is kept here, stands in an address or in the log."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from node.http.params import Params

WORDS = {
    "title": "Title",
    "text": "Your words",
    "words": "Your words",
    "content_note": "Warning, shown before the words",
    "reason": "Why",
}
"""The fields in which somebody writes, and what they are called; no field of a password is among
the forms that have one of them."""
CARRIED_BYTES_MAX = 65_536
LASTS_S = 24 * 3_600
NEVER = frozenset(("token", "carried"))


@dataclass(frozen=True, slots=True)
class Carried:
    """A form that was not taken: where it goes, and what was in it, in order; packed at `at`.

    `made_as` is the actor under whose name it was opened; 0 where it does not say so. Pictures are
    not carried: `had_pictures` says that some were chosen.
    """

    path: str
    fields: tuple[tuple[str, str], ...]
    at: int
    made_as: int = 0
    had_pictures: bool = False

    @property
    def words(self) -> list[tuple[str, str, str]]:
        """What somebody wrote: the field, what it is called, and the words."""
        return [(name, WORDS[name], text) for name, text in self.fields if name in WORDS and text]

    @property
    def rest(self) -> list[tuple[str, str]]:
        """What was chosen beside the words."""
        return [(name, text) for name, text in self.fields if name not in WORDS]


read_carried = msgspec.json.Decoder(Carried).decode


def carried_of(path: str, params: Params, now: int, made_as: int) -> Carried | None:
    """What is to be carried of a form, or None: it has neither words nor pictures, or far too many
    words."""
    fields = tuple((name, text) for name, text in params.pairs() if name not in NEVER)
    found = Carried(path, fields, now, made_as, had_pictures=bool(params.files))
    size = sum(len(name) + len(text.encode()) for name, text in fields)
    is_worth_it = bool(found.words) or found.had_pictures
    return found if is_worth_it and size <= CARRIED_BYTES_MAX else None


def pack(secret: bytes, carried: Carried) -> str:
    """A form as text that only we can have made."""
    body = urlsafe_b64encode(msgspec.json.encode(carried)).decode()
    return f"{body}.{mac_of(secret, body)}"


def unpack(secret: bytes, text: str, now: int) -> Carried | None:
    """The form in a text that we made within a day; None for anything else."""
    body, _, mac = text.partition(".")
    if not body or not hmac.compare_digest(mac_of(secret, body).encode(), mac.encode()):
        return None
    try:
        carried = read_carried(urlsafe_b64decode(body))
    except (binascii.Error, ValueError):
        return None
    return carried if now - LASTS_S < carried.at <= now else None


def mac_of(secret: bytes, body: str) -> str:
    return hmac.new(secret, body.encode(), sha256).hexdigest()
