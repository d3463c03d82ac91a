"""The process in which JSON-LD is worked on: one document in, the same in our profile's names out.

It is started by `Expander`, reads a document a line and answers with a line. A document may take
250 ms of CPU and the whole process 128 MiB. Only here is `pyld` imported. The contexts are those
that come with the code; nothing is fetched, and what is at another address counts as empty (T34).
Graphs are never made, so nothing is ever canonicalised (T33).
"""

import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from pyld import jsonld  # type: ignore[import-untyped]

from federation.jsonld.profile import AS, PREFIXES, SCHEMA_SPELLINGS, SEC, in_full, profile
from federation.limits import JSONLD_CPU_S_MAX, JSONLD_MEMORY_BYTES_MAX
from federation.strictjson import Json
from schemas.loader import context, context_files

NICE = 5
IN_LANGUAGES = (f"{AS}content", f"{AS}name", f"{AS}summary")
TYPES_OF_TEXTS = (f"{SEC}multibase", PREFIXES["xsd"] + "string")
UNDETERMINED = "und"
SIGNATURES = (f"{SEC}proof", f"{SEC}signature")


class TooMuchWork(BaseException):
    """The document has had its CPU time; nothing on the way may take this for an error of its."""


def main() -> None:
    """Answer documents until there are no more."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (JSONLD_MEMORY_BYTES_MAX, JSONLD_MEMORY_BYTES_MAX))
    signal.signal(signal.SIGPROF, stop_work)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the node, which ends this
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(answer(line) + b"\n")
        sys.stdout.buffer.flush()


def answer(line: bytes) -> bytes:
    """The document in a line, in our names; an empty answer is a refusal."""
    try:
        with limited():
            return msgspec.json.encode(in_own_names(msgspec.json.decode(line)))
    except TooMuchWork:
        return b""
    except Exception:  # noqa: BLE001 - odd shapes make the processor fail in every way there is
        return b""


@contextmanager
def limited() -> Iterator[None]:
    signal.setitimer(signal.ITIMER_PROF, JSONLD_CPU_S_MAX)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def stop_work(_signal: int, _frame: object) -> None:
    raise TooMuchWork


def in_own_names(document: Json) -> Json:
    """A document expanded by its own contexts and compacted by our profile.

    ActivityStreams holds where the document does not name it (Activity Streams 2.0 section 2.1).
    Proofs and signatures are left out: they are over other bytes than what is made here.
    """
    options: Any = {"documentLoader": bundled, "base": "", "compactToRelative": False}
    expanded = jsonld.expand(document, options | {"expandContext": profile()})
    made: Any = jsonld.compact(trimmed(expanded), profile(), options | {"skipExpansion": True})
    made.pop("@context", None)
    return with_texts(made)


def trimmed(expanded: Json, has_languages: bool = False) -> Json:
    """What was expanded, without signatures, and with a language only where readers expect one.

    The spellings of schema.org become one, and typed texts plain ones.
    """
    if isinstance(expanded, list):
        return [trimmed(one, has_languages) for one in expanded]
    if not isinstance(expanded, dict):
        return in_full(expanded) if is_of_schema(expanded) else expanded
    return {
        in_full(key) if is_of_schema(key) else key: trimmed(inner, key in IN_LANGUAGES)
        for key, inner in expanded.items()
        if key not in SIGNATURES
        and (key != "@language" or (has_languages and inner != UNDETERMINED))
        and inner not in TYPES_OF_TEXTS
    }


def with_texts(made: Json) -> Json:
    """What was compacted, with the first text of each language map under its plain name as well."""
    if isinstance(made, list):
        return [with_texts(one) for one in made]
    if not isinstance(made, dict):
        return made
    found = {key: with_texts(inner) for key, inner in made.items()}
    for name in ("content", "name", "summary"):
        texts = found.get(f"{name}Map")
        if name not in found and isinstance(texts, dict):
            found[name] = next(iter(texts.values()), None)
    return found


def is_of_schema(name: object) -> bool:
    return isinstance(name, str) and name.startswith(SCHEMA_SPELLINGS)


def bundled(url: str, _options: object = None) -> dict[str, Any]:
    """The context at an address, out of those that come with the code; any other is empty."""
    known = url if url in context_files() else spelled(url)
    found = context(known) if known in context_files() else {"@context": {}}
    return {
        "contextUrl": None,
        "documentUrl": url,
        "document": found,
        "contentType": "application/ld+json",
    }


def spelled(url: str) -> str:
    """The usual spelling of a context's address: secure, without an ending."""
    return url.removesuffix("#").removesuffix(".jsonld").replace("http://", "https://", 1)


if __name__ == "__main__":
    main()
