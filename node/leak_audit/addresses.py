"""Every address that a node answers, from its routing table, with what can be asked for
put in its place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from urllib.parse import quote

from aiohttp import web

PART = re.compile(r"\{(\w+)(?::((?:[^{}]|\{[^{}]*\})*))?\}")
ALTERNATIVES = re.compile(r"[\w|-]+")
SHAPES = {r"\d": "number", "[0-9a-f]{32}": "file"}
"""What can be put for a part, by how what it must look like begins; for another, by its name."""


Values = Mapping[str, Sequence[str]]
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "/.well-known/webfinger": ("resource=acct:{name}%40{host}", "resource={iri}"),
    "/api/v1/accounts/lookup": ("acct={name}",),
    "/api/v1/accounts/search": ("q={name}", "q={lure}"),
    "/api/v2/search": (
        "q={lure}",
        "q={name}",
        "q={iri}&resolve=true",
        "q=in%3A{name}",
        "q=from%3A{name}",
    ),
    "/find": (
        "q={lure}",
        "q={name}",
        "q=%40{name}%40{host}",
        "q={iri}",
        "q=in%3A{name}",
        "q=from%3A{name}",
    ),
    "/authorize_interaction": ("uri={iri}",),
    "/api/v1/accounts": ("id[]={number}",),
    "/api/v1/statuses": ("id[]={number}",),
    "/api/v1/accounts/relationships": ("id[]={number}",),
    "/new": ("with=%40{name}",),
    "/sign-in": ("next=%2Fcommunities%2F{name}",),
}
"""What is asked of addresses that take a question, beside asking them without one."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address to ask for, the pattern in the routing table that answers it, and the form that is
    sent there."""

    pattern: str
    path: str
    form: str = ""

    @property
    def named(self) -> str:
        """All in which something can be named."""
        return f"{self.path}?{self.form}"


def patterns(app: web.Application, method: str) -> list[str]:
    """Every pattern that a method is answered at, once; a slash at the end changes nothing."""
    found = {
        route.resource.canonical: pattern_of(route.resource)
        for route in app.router.routes()
        if route.method == method and route.resource is not None
    }
    return sorted({one.rstrip("/") or "/" for one in found.values()})


def pattern_of(resource: web.AbstractResource) -> str:
    """The path of a route as it was written, with what its parts must look like."""
    return str(getattr(resource, "_orig_path", resource.canonical))


def addresses(pattern: str, values: Values) -> Iterator[Address]:
    """Every address that a pattern answers, with and without questions.

    Raises:
        LookupError: a part of it is of no kind that `values` knows.
    """
    for path in filled(pattern, values):
        yield Address(pattern, path)
    for question in QUESTIONS.get(pattern, ()):
        for query in filled(question, {k: [quote(v, safe="") for v in values[k]] for k in values}):
            yield Address(pattern, f"{pattern}?{query}")


def filled(pattern: str, values: Values) -> Iterator[str]:
    parts = list(PART.finditer(pattern))
    for chosen in product(*(choices(part, pattern, values) for part in parts)):
        path, at = "", 0
        for part, value in zip(parts, chosen, strict=True):
            path, at = path + pattern[at : part.start()] + value, part.end()
        yield path + pattern[at:]


def choices(part: re.Match[str], pattern: str, values: Values) -> Sequence[str]:
    name, shape = part[1], part[2] or ""
    if "|" in shape and ALTERNATIVES.fullmatch(shape):
        return shape.split("|")
    kind = next((kind for start, kind in SHAPES.items() if shape.startswith(start)), name)
    if kind not in values:
        raise LookupError(f"{pattern}: nothing is known to put for {{{name}}}")
    return values[kind]
