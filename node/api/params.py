"""What a client sends, wherever it puts it: query, form, multipart fields or JSON, read alike.

Clients write lists as `id[]=1&id[]=2`, `id=1` or JSON arrays, and flags as `true`, `1` or `on`.
"""

from collections.abc import Iterable
from typing import Any

from aiohttp import hdrs, web
from multidict import MultiMapping

from federation.errors import Malformed
from federation.strictjson import read_json
from node.errors import BadRequest, Invalid, TooLarge

VALUES_MAX = 1_000
FIELD_BYTES_MAX = 65_536
TRUE = frozenset(("true", "1", "on", "yes", "t"))
JSON_TYPE = "application/json"
MULTIPART = "multipart/form-data"
FORM = "application/x-www-form-urlencoded"


class Params:
    """Named values, each a list of texts; `name[]` counts as `name`."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for count, (name, value) in enumerate(pairs):
            if count >= VALUES_MAX:
                raise Invalid(f"A request has at most {VALUES_MAX} values.")
            if "\x00" in value:
                raise Invalid("A value cannot hold the character NUL.")
            self._values.setdefault(name.removesuffix("[]"), []).append(value)

    def has(self, name: str) -> bool:
        """Whether it was sent at all."""
        return name in self._values

    def text(self, name: str, default: str = "") -> str:
        """The last value of that name."""
        return self._values.get(name, [default])[-1]

    def texts(self, name: str) -> list[str]:
        """Every value of that name."""
        return self._values.get(name, [])

    def flag(self, name: str, default: bool = False) -> bool:
        """Whether it says yes."""
        return self.text(name).lower() in TRUE if name in self._values else default

    def number(self, name: str) -> int | None:
        """A whole number from 0 up, such as an id; None if it is missing or something else."""
        return id_of(self.text(name))

    def numbers(self, name: str) -> list[int]:
        """Every id of that name; what is none is left out."""
        found = (id_of(text) for text in self.texts(name))
        return [one for one in found if one is not None]

    def limit(self, default: int, most: int) -> int:
        """How many are wanted, from 1 to `most`."""
        wanted = self.number("limit")
        return min(max(wanted, 1), most) if wanted is not None else default

    def nested(self, name: str) -> dict[str, dict[str, str]]:
        """`name[0][key]=value` as {"0": {"key": "value"}}."""
        found: dict[str, dict[str, str]] = {}
        for full, values in self._values.items():
            if full.startswith(f"{name}["):
                index, _, key = full[len(name) + 1 :].rstrip("]").partition("][")
                found.setdefault(index, {})[key] = values[-1]
        return found


def id_of(text: str) -> int | None:
    """A row id as clients write it; None if it is none."""
    is_id = text.isascii() and text.isdigit() and len(text) <= 19
    return int(text) if is_id and int(text) < 2**63 else None


async def read_params(request: web.Request) -> Params:
    """All that a request says; the body outdoes the query.

    Raises:
        BadRequest: the body cannot be read.
        TooLarge: it is larger than 1 MiB.
    """
    pairs = list(texts_in(request.query))
    if request.can_read_body:
        try:
            pairs += await body_pairs(request)
        except web.HTTPRequestEntityTooLarge:
            raise TooLarge("A request has at most 1 MiB.") from None
        except (ValueError, LookupError) as error:
            raise BadRequest("The form cannot be read.") from error
    return Params(pairs)


async def body_pairs(request: web.Request) -> list[tuple[str, str]]:
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise BadRequest("Send the request uncompressed.")
    if request.content_type == JSON_TYPE:
        try:
            return list(flattened("", read_json(await request.read() or b"{}")))
        except Malformed as error:
            raise BadRequest(error.sentence) from error
    if request.content_type in (FORM, MULTIPART):
        return list(texts_in(await request.post()))
    return []


def texts_in(values: MultiMapping[Any]) -> Iterable[tuple[str, str]]:
    return [(name, value) for name, value in values.items() if isinstance(value, str)]


def flattened(name: str, value: Any) -> Iterable[tuple[str, str]]:
    """JSON as the pairs that a form would have."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flattened(f"{name}[{key}]" if name else key, inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            is_plain = not isinstance(inner, dict | list)
            yield from flattened(name if is_plain else f"{name}[{index}]", inner)
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    elif value is not None:
        yield name, str(value)
