"""Whether a document is written in the names of our profile, so that it is read as it stands.

It is if reading its names as they stand gives what expanding and compacting it would. A context at
an address that we do not carry counts as empty.
"""

from collections.abc import Awaitable, Mapping
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from federation.errors import Malformed
from federation.jsonld.profile import (
    AS,
    AS_SERVERS_DO,
    EXTENSIONS,
    PREFIXES,
    in_full,
    own_iris,
    protected,
    terms,
)
from federation.strictjson import Json

CONTEXT_BYTES_MAX = 131_072
KEPT_CONTEXTS = 512
KEPT_CONTEXT_BYTES_MAX = 4_096
CHAIN_MAX = 4
CONTEXTS_DEEP_MAX = 8
USUAL = {"@id", "@type", "@container"}
HARMLESS = {"@language", "@direction", "@version"}
BLANK_VOCABULARIES = (None, "", "_:")


def is_plain(value: Json) -> bool:
    """Whether the names in a document mean what they mean in our profile.

    Raises:
        Malformed: it gives a name of ActivityStreams or of the security vocabulary another meaning,
            or its contexts are longer than 128 KiB.
    """
    plain, context_bytes, waiting = True, 0, [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += [inner for inner in part if isinstance(inner, dict | list)]
            continue
        if not isinstance(part, dict):
            continue
        for key, inner in part.items():
            if key == "@context":
                written = msgspec.json.encode(inner)
                context_bytes += len(written)
                if context_bytes > CONTEXT_BYTES_MAX:
                    raise Malformed("The document explains its words at too great length.")
                plain = is_usual(written) and plain
                continue
            if ":" in key or key[:1] == "@":
                plain = plain and key[:1] != "@" and in_full(key) not in own_iris()
            elif key == "type":
                plain = plain and has_plain_type(inner)
            if isinstance(inner, dict | list):
                waiting.append(inner)
    return plain


class Plain(Protocol):
    """Gives a document in the names of our profile; raises Malformed, or Overloaded for now.

    `whose` is the registered domain that it costs; empty for our own.
    """

    def __call__(self, value: Json, whose: str = "") -> Awaitable[Json]:
        """The document, translated if need be."""
        ...


async def only_plain(value: Json, whose: str = "") -> Json:
    """The document itself, for who has no JSON-LD processor.

    Raises:
        Malformed: it is not written in the names of our profile.
    """
    if is_plain(value):
        return value
    raise Malformed("The document is written in words that are not read here.")


def has_plain_type(value: Json) -> bool:
    """Whether a type is a name or an ActivityStreams iri, which every reader here takes."""
    for kind in value if isinstance(value, list) else [value]:
        if isinstance(kind, str) and ":" in kind:
            iri = in_full(kind)
            if iri in own_iris() and not iri.startswith(AS):
                return False
    return True


def is_usual(written: bytes) -> bool:
    """Whether a context, as JSON, leaves every name of ours with its meaning.

    Raises:
        Malformed: it does not leave a name of ActivityStreams or the security vocabulary so.
    """
    if len(written) > KEPT_CONTEXT_BYTES_MAX:
        return look_at(msgspec.json.decode(written))
    return look_at_once(written)


@lru_cache(maxsize=KEPT_CONTEXTS)
def look_at_once(written: bytes) -> bool:
    return look_at(msgspec.json.decode(written))


def look_at(context: Json, depth: int = 0) -> bool:
    """As `is_usual`; all of it is looked at, for what is to be refused."""
    if depth > CONTEXTS_DEEP_MAX:
        raise Malformed("The contexts of the document are nested too deeply.")
    if isinstance(context, str):
        return True
    if isinstance(context, list):
        parts = [look_at(part, depth + 1) for part in context]
        return all(parts)
    if context is None:
        return False
    if not isinstance(context, dict):
        raise Malformed("A context is an address, an object, or a list of them.")
    definitions = [is_usual_definition(name, context, depth) for name in context]
    return all(definitions)


def is_usual_definition(name: str, context: Mapping[str, Any], depth: int) -> bool:
    definition = context[name]
    if name.startswith("@"):
        return name in HARMLESS or (name == "@vocab" and definition in BLANK_VOCABULARIES)
    scoped = definition.get("@context", ()) if isinstance(definition, dict) else ()
    if scoped != ():
        look_at(scoped, depth + 1)
    meaning = meaning_of(definition, context)
    iri = meaning[0]
    if name in protected() and meaning != protected()[name]:
        if (name, iri) not in AS_SERVERS_DO:
            raise Malformed(f"The document gives the name {name[:40]} another meaning.")
        return True
    if (name, iri) in AS_SERVERS_DO:
        return True
    if name in terms():
        return iri == terms()[name].iri
    if name in PREFIXES:
        return iri == PREFIXES[name]
    return iri is not None and is_of_no_interest(name, iri)


def is_of_no_interest(name: str, iri: str) -> bool:
    """Whether a name that is not ours stands for nothing that is."""
    return (
        not iri.startswith("@")
        and iri not in own_iris()
        and in_full(name) not in own_iris()
        and not any(vocabulary.startswith(iri) for vocabulary in EXTENSIONS)
    )


Meaning = tuple[str | None, str | None, str | None]


def meaning_of(definition: Json, context: Mapping[str, Any]) -> Meaning:
    """The iri, type and container that a definition gives; no iri for one out of the ordinary."""
    if isinstance(definition, str):
        return expanded(definition, context), None, None
    if not isinstance(definition, dict) or not definition.keys() <= USUAL:
        return None, None, None
    iri, kind, container = (definition.get(key) for key in ("@id", "@type", "@container"))
    if isinstance(container, list) and len(container) == 1:
        container = container[0]
    if not isinstance(iri, str) or not isinstance(container, str | None):
        return None, None, None
    if not isinstance(kind, str | None):
        return None, None, None
    return expanded(iri, context), kind and expanded(kind, context), container


def expanded(name: str, context: Mapping[str, Any]) -> str | None:
    """A compact iri in full, by the prefixes of its own context, then by the usual ones."""
    for _ in range(CHAIN_MAX):
        prefix, colon, rest = name.partition(":")
        given = context.get(prefix) if colon and not rest.startswith("//") else None
        if isinstance(given, dict):
            given = given.get("@id")
        if not isinstance(given, str):
            return in_full(name)
        name = given + rest
    return None
