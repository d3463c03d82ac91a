"""The inputs of `fediverse-pasture-inputs`, as a server of our own would send them.

The package asks for a library around its command line, of which it uses one name in a signature;
an empty one stands in for it here.
"""

import json
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

HOME = "http://pasture-one-actor"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
CONTEXT = [
    "https://www.w3.org/ns/activitystreams",
    {"Hashtag": "as:Hashtag", "sensitive": "as:sensitive"},
]
STOOD_IN = "fediverse_pasture.runner.entry"


def sets() -> dict[str, list[dict[str, Any]]]:
    """The examples of each set: what is put in place of parts of a plain note."""
    for name in ("fediverse_pasture", "fediverse_pasture.runner", STOOD_IN):
        sys.modules.setdefault(name, ModuleType(name))
    sys.modules[STOOD_IN].Entry = object  # type: ignore[attr-defined]
    from fediverse_pasture_inputs import available  # noqa: PLC0415 - after the stand-in

    return {name: data.examples for name, data in sorted(available.items())}


def creates(origin: str, reader: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each example by name (`quotes/3`), in a Create by the person who lives at `origin`."""
    for name, examples in sets().items():
        for number, example in enumerate(examples):
            create = create_of(f"{name}/{number}", example, origin, reader)
            yield f"{name}/{number}", json.loads(json.dumps(create).replace(HOME, origin))


def create_of(name: str, example: dict[str, Any], origin: str, reader: str) -> dict[str, Any]:
    iri = f"{origin}/notes/{name}"
    note = {
        "type": "Note",
        "attributedTo": f"{origin}/actor",
        "to": [PUBLIC, reader],
        "id": iri,
        "published": "2026-05-04T10:00:00Z",
        "content": "text",
        **example,
    }
    context = note.pop("@context", CONTEXT)
    note = {key: value for key, value in note.items() if value is not None}
    return {
        "@context": context,
        "type": "Create",
        "actor": f"{origin}/actor",
        "to": [PUBLIC, reader],
        "id": f"{iri}/create",
        "published": "2026-05-04T10:00:00Z",
        "object": note,
    }


def assets(origin: str) -> dict[str, dict[str, Any]]:
    """What the inputs speak about and the server serves: two notes that are answered and quoted."""
    return {
        f"/assets/note{number}.jsonap": {
            "@context": CONTEXT[0],
            "id": f"{origin}/assets/note{number}.jsonap",
            "type": "Note",
            "attributedTo": f"{origin}/actor",
            "to": [PUBLIC],
            "content": f"Note {number}",
            "published": "2026-05-04T09:00:00Z",
        }
        for number in (1, 2)
    }
