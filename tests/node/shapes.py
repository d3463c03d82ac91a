"""Holds every answer of the client API to the OpenAPI description of Mastodon's, where that is."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

DESCRIPTION = Path(__file__).parents[3] / "shared" / "mastodon-openapi.json"
OURS = {
    ("get", "/api/v1/filters"): "the description has one filter where Mastodon answers with a list",
}
"""What is not held to it, with the reason."""


@cache
def description() -> dict[str, Any] | None:
    """The description; None where the folder beside the project does not hold it."""
    if not DESCRIPTION.exists():
        return None
    whole = json.loads(DESCRIPTION.read_text())
    quote = whole["components"]["schemas"]["Status"]["properties"]["quote"]
    quote["anyOf"] = quote.pop("oneOf")  # what is a Quote is a ShallowQuote as well, as described
    return whole


@cache
def templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The described paths, those without parameters first."""
    paths = (description() or {"paths": {}})["paths"]
    found = sorted(paths, key=lambda path: path.count("{"))
    return tuple((re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "/?"), path) for path in found)


@cache
def validator(method: str, path: str, status: int) -> Draft202012Validator | None:
    """What judges the answers of one operation; None where nothing is described."""
    whole = description() or {"paths": {}}
    replies = whole["paths"].get(path, {}).get(method, {}).get("responses", {})
    content = replies.get(str(status), {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    if schema is None or (method, path) in OURS:
        return None
    return Draft202012Validator(schema | {"components": whole["components"]})


def operation(method: str, path: str) -> tuple[str, str] | None:
    """The described operation that a request is for."""
    plain = path.partition("?")[0]
    found = next((name for pattern, name in templates() if pattern.fullmatch(plain)), None)
    return (method.lower(), found) if found else None


def check_shape(method: str, path: str, status: int, value: Any) -> None:
    """Fail unless an answer has the described shape."""
    found = operation(method, path)
    judge = validator(*found, status) if found else None
    if judge is not None:
        faults = [f"{list(one.instance_path)}: {one.message}" for one in judge.iter_errors(value)]
        assert faults == [], f"{method} {path} answered {status} in another shape"
