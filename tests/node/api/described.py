"""What our own API answers, held to its description in `schemas/openapi.json`."""

import json
import re
from typing import Any

from jsonschema_rs import Draft202012Validator

from node.api.routes import HEDGEROW
from tests.node.house import Caller
from tests.source import ROOT

DESCRIPTION = json.loads((ROOT / "schemas" / "openapi.json").read_text())


def described() -> set[tuple[str, str]]:
    """Every method and path that is described."""
    return {
        (method.upper(), path)
        for path, methods in DESCRIPTION["paths"].items()
        for method in methods
        if method != "parameters"
    }


def way_of(path: str) -> str:
    """The described path that an address is one of; one without parts before one with them."""
    ways = sorted(DESCRIPTION["paths"], key=lambda one: one.count("{"))
    return next(way for way in ways if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", way), path))


async def ask(caller: Caller, method: str, path: str, status: int = 200, **options: Any) -> Any:
    """An answer of our API below its address, held to its description."""
    reply = await caller.ask(method, f"{HEDGEROW}{path}", **options)
    assert reply.status == status, reply.text
    value = json.loads(reply.text)
    way = way_of(f"{HEDGEROW}{path.partition('?')[0]}")
    said = DESCRIPTION["paths"][way][method.lower()]["responses"][str(status)]
    if "$ref" in said:
        said = DESCRIPTION["components"]["responses"][said["$ref"].rpartition("/")[2]]
        assert reply.headers["Content-Type"].startswith("application/problem+json")
    ((_, content),) = said["content"].items()
    schema = content["schema"] | {"components": DESCRIPTION["components"]}
    assert [one.message for one in Draft202012Validator(schema).iter_errors(value)] == []
    return value
