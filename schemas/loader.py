"""JSON-LD contexts and JSON Schemas that come with the code; nothing is ever fetched (T33)."""

import csv
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec

FOLDER = files("schemas") / "contexts"
read_json = msgspec.json.Decoder(dict[str, Any]).decode


@lru_cache(maxsize=1)
def context_files() -> dict[str, str]:
    """The file of each context that is known, by its address."""
    rows = csv.DictReader((FOLDER / "INDEX.tsv").read_text().splitlines(), delimiter="\t")
    return {row["url"]: row["file"] for row in rows if row["url"].startswith("http")}


@lru_cache(maxsize=64)
def context(url: str) -> dict[str, Any]:
    """The context document at `url`.

    Raises:
        KeyError: it is not one that comes with the code.
    """
    return read_json((FOLDER / context_files()[url]).read_text())


@lru_cache(maxsize=1)
def document_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schemas of what we send, by name; they refer to each other by `$id`."""
    folder = files("schemas") / "documents"
    return {
        file.name.removesuffix(".json"): read_json(file.read_text()) for file in folder.iterdir()
    }
