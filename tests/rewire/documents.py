"""Wire documents: reading them from folders, and small questions about one."""

import csv
import dataclasses
import json
import pathlib
from urllib.parse import urlsplit

PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
ACTORS = set("Person Group Organization Service Application Feed".split())
POSTS = set("Note Page Article Question Event Video".split())
COLLECTIONS = set("Collection OrderedCollection CollectionPage OrderedCollectionPage".split())


@dataclasses.dataclass
class Document:
    file: str
    software: str
    remarks: str
    raw: bytes
    original: object  # as parsed, or None where it is not JSON
    value: object = None  # rewritten
    kind: str = ""


def read_documents(folders):
    """The documents of each folder, in the order of its INDEX.tsv where there is one."""
    for folder in map(pathlib.Path, folders):
        index = {}
        if (folder / "INDEX.tsv").exists():
            with open(folder / "INDEX.tsv", encoding="utf-8", newline="") as file:
                index = {
                    row["file"]: row
                    for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
                }
        for path in sorted(folder.glob("*/*.json")):
            name = path.relative_to(folder).as_posix()
            raw = path.read_bytes()
            try:
                original = json.loads(raw)
            except ValueError:
                original = None
            row = index.get(name, {})
            remarks = f"{row.get('demonstrates', '')}; {row.get('quirks', '')}"
            yield Document(name, row.get("software") or path.parent.name, remarks, raw, original)


def many(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def iri_of(value):
    """The id of a reference written as a string, an object, or an array whose first item is either; else None."""
    value = many(value)[0] if many(value) else None
    value = value.get("id", value.get("href")) if isinstance(value, dict) else value
    return value if isinstance(value, str) else None


def is_web(iri):
    return isinstance(iri, str) and iri.startswith(("http://", "https://"))


def origin_of(iri):
    return "{0.scheme}://{0.netloc}".format(urlsplit(iri))


def walk(value, key=None, parent=None):
    """Every (dict, key it stands under, dict around it) in a document, outermost first; contexts are left out."""
    if isinstance(value, dict):
        yield value, key, parent
    for inner_key, inner in (
        value.items()
        if isinstance(value, dict)
        else [(key, item) for item in value]
        if isinstance(value, list)
        else []
    ):
        if inner_key != "@context":
            yield from walk(inner, inner_key, value if isinstance(value, dict) else parent)


def kind_of(value):
    """Types from the outside in: `Announce(Create(Note))`; an actor deleting itself is `Delete(self)`."""
    if not isinstance(value, dict):
        return type(value).__name__
    if "subject" in value and "links" in value:
        return "WebFinger"
    if "links" in value or "openRegistrations" in value:
        return "NodeInfo"
    name = next((kind for kind in many(value.get("type")) if isinstance(kind, str)), "untyped")
    if "object" not in value or name in ACTORS | COLLECTIONS:
        return name
    inner = value["object"]
    if name == "Delete" and iri_of(inner) == iri_of(value.get("actor")):
        return "Delete(self)"
    if isinstance(inner, list):
        return f"{name}([{', '.join('IRI' if isinstance(item, str) else kind_of(item) for item in inner)}])"
    return f"{name}({'IRI' if isinstance(inner, str) else kind_of(inner)})"


def is_activity(document):
    value = document.value
    return isinstance(value, dict) and (
        "actor" in value
        and "object" in value
        or document.kind.endswith(")")
        or document.kind in ("Create", "Arrive", "Move")
    )


def body_of(document, value):
    """The bytes to post, with slashes and letters escaped as in the source; the source itself if it is no object."""
    if not isinstance(document.original, dict):
        return document.raw
    text = json.dumps(value, ensure_ascii=rb"\u" in document.raw)
    return (text.replace("/", r"\/") if rb"\/" in document.raw else text).encode()


def substitute(value, swaps):
    """`value` with every string that is a key of `swaps` replaced, wherever it stands."""
    if isinstance(value, dict):
        return {key: substitute(item, swaps) for key, item in value.items()}
    if isinstance(value, list):
        return [substitute(item, swaps) for item in value]
    return swaps.get(value, value) if isinstance(value, str) else value


def is_open(value):
    """Whether a document is addressed to the public or to someone's followers."""
    addressed = [
        iri for key in ("to", "cc") for iri in many(value.get(key)) if isinstance(iri, str)
    ]
    return any(iri in PUBLIC or iri.rstrip("/").endswith("/followers") for iri in addressed)
