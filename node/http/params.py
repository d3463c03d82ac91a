"""What a client sends, wherever it puts it: query, form, multipart fields or JSON, read alike.

Clients write lists as `id[]=1&id[]=2`, `id=1` or JSON arrays, and flags as `true`, `1` or `on`.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from federation.errors import Malformed
from federation.limits import REQUEST_BODY_BYTES_MAX
from federation.strictjson import read_json
from node.base.errors import BadRequest, Invalid, TooLarge, WrongType

VALUES_MAX = 1_000
PARTS_MAX = 100
TRUE = frozenset(("true", "1", "on", "yes", "t"))
JSON_TYPE = "application/json"
MULTIPART = "multipart/form-data"
FORM = "application/x-www-form-urlencoded"


class Params:
    """Named values, each a list of texts; `name[]` counts as `name`, and an empty one (in JSON an
    empty list) says that the list is there and nothing is in it.

    `files` are the names under which files were sent; what is in them is not kept.

    Raises:
        Invalid: there are more than 1,000 values, or one holds the character NUL.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]], files: Iterable[str] = ()) -> None:
        self.files = frozenset(files)
        self._values: dict[str, list[str]] = {}
        for count, (name, value) in enumerate(pairs):
            if count >= VALUES_MAX:
                raise Invalid(f"A request has at most {VALUES_MAX} values.")
            if "\x00" in value:
                raise Invalid("A value cannot hold the character NUL.")
            values = self._values.setdefault(name.removesuffix("[]"), [])
            if value or not name.endswith("[]"):
                values.append(value)

    def has(self, name: str) -> bool:
        """Whether it was sent at all."""
        return name in self._values

    def text(self, name: str, default: str = "") -> str:
        """The last value of that name."""
        return (self._values.get(name) or [default])[-1]

    def texts(self, name: str) -> list[str]:
        """Every value of that name."""
        return self._values.get(name, [])

    def pairs(self) -> list[tuple[str, str]]:
        """Every value with its name."""
        return [(name, value) for name, values in self._values.items() for value in values]

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
            if values and full.startswith(f"{name}["):
                index, _, key = full[len(name) + 1 :].rstrip("]").partition("][")
                found.setdefault(index, {})[key] = values[-1]
        return found

    def rows(self, name: str) -> list[dict[str, str]]:
        """`name[0][key]=value`, or `name[][key]=value` once a row, as one {"key": "value"} a row.

        Raises:
            Invalid: rows without a number do not all say the same things.
        """
        numbered = [row for index, row in self.nested(name).items() if index]
        start = f"{name}[]["
        columns = {
            full[len(start) :].rstrip("]"): values
            for full, values in self._values.items()
            if full.startswith(start)
        }
        if len({len(values) for values in columns.values()}) > 1:
            raise Invalid(f"Say the same things in each row of {name}, or number the rows.")
        plain = [
            dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
        ]
        return numbered + plain


def id_of(text: str) -> int | None:
    """A row id as clients write it; None if it is none."""
    is_id = text.isascii() and text.isdigit() and len(text) <= 19
    return int(text) if is_id and int(text) < 2**63 else None


def days_of(params: Params) -> int | None:
    """For how many days something is to last; empty is for ever.

    Raises:
        Invalid: that is no number.
    """
    text = params.text("days").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise Invalid("Say for how many days as a number, or leave it empty.")
    return int(text)


async def read_params(request: web.Request) -> Params:
    """All that a request says; the body outdoes the query.

    Raises:
        BadRequest: the body cannot be read.
        Invalid: it says too much at once.
        TooLarge: it is larger than 1 MiB.
        WrongType: it is compressed.
    """
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise WrongType("Send the request uncompressed.")
    pairs, files = list(request.query.items()), list[str]()
    if request.can_read_body:
        try:
            pairs += await body_pairs(request, files)
        except web.HTTPRequestEntityTooLarge:
            raise TooLarge("A request has at most 1 MiB.") from None
        except Malformed as error:
            raise BadRequest(error.sentence) from error
        except (ValueError, HttpProcessingError) as error:
            raise BadRequest("The request cannot be read.") from error
    return Params(pairs, files)


async def body_pairs(request: web.Request, files: list[str]) -> list[tuple[str, str]]:
    """What the body says. Names of files are put into `files`."""
    if request.content_type == MULTIPART:
        return await multipart_pairs(request, files)
    if request.content_type == JSON_TYPE:
        return list(flattened("", read_json(await request.read() or b"{}", has_row_ids=True)))
    if request.content_type == FORM:
        text = (await request.read()).decode()
        return parse_qsl(text, keep_blank_values=True, max_num_fields=VALUES_MAX)
    return []


async def multipart_pairs(request: web.Request, files: list[str]) -> list[tuple[str, str]]:
    """The fields of a multipart form; at most 100 parts, as each is dear to read (T53)."""
    length = request.content_length
    if length is None:
        raise BadRequest("Say how long the form is.")
    if length > REQUEST_BODY_BYTES_MAX:
        raise TooLarge("A request has at most 1 MiB.")
    pairs: list[tuple[str, str]] = []
    reader = await request.multipart()
    for _ in range(PARTS_MAX):
        part = await reader.next()
        if part is None:
            return pairs
        if not isinstance(part, BodyPartReader):
            raise BadRequest("A form cannot hold another form.")
        value = await part.read()
        if part.filename is not None:
            files.append(part.name or "")
        elif part.name:
            pairs.append((part.name, value.decode()))
    raise Invalid(f"A form has at most {PARTS_MAX} parts.")


def flattened(name: str, value: Any) -> Iterable[tuple[str, str]]:
    """JSON as the pairs that a form would have."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flattened(f"{name}[{key}]" if name else key, inner)
    elif isinstance(value, list) and not value:
        yield f"{name}[]", ""
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            is_plain = not isinstance(inner, dict | list)
            yield from flattened(name if is_plain else f"{name}[{index}]", inner)
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    elif value is not None:
        yield name, str(value)
