"""Signatures as RFC 9421 says: `Signature-Input` names what is covered, `Signature` holds it."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from federation.errors import BadSignature
from federation.signatures.request import Request

HEADER_CHARACTERS_MAX = 8_192
COMPONENTS_MAX = 40
STRING = r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"'
VALUE = rf"(?:{STRING}|-?\d{{1,15}}|\?[01]|:[A-Za-z0-9+/]*={{0,2}}:|[A-Za-z*][\w!#$%&'*+.^`|~:/-]*)"
PARAMETER = re.compile(rf";[ ]*([a-z*][a-z0-9_.*-]*)(?:=({VALUE}))?")
PARAMETERS = rf"(?:;[ ]*[a-z*][a-z0-9_.*-]*(?:={VALUE})?)*"
ITEM = re.compile(rf"({STRING})({PARAMETERS})")
# Each character can be read in one way only: a reader that may go back takes for ever (T44).
COVERED = rf"\([ ]*(?:{STRING}{PARAMETERS}(?:[ ]+|(?=\))))*\)"
MEMBER = re.compile(rf"\s*([a-z*][a-z0-9_.*-]*)=({COVERED}{PARAMETERS})\s*(?:,|$)")
PARTIAL = frozenset(("req", "tr", "key", "name"))
SIGNATURE_MEMBER = re.compile(r"\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Component:
    """One thing that is covered, such as `"@method"` or `"date"`, and how it is taken."""

    name: str
    parameters: Mapping[str, str | None]
    written: str


@dataclass(frozen=True, slots=True)
class Input:
    """One signature as `Signature-Input` describes it; `written` is that text."""

    label: str
    covered: tuple[Component, ...]
    parameters: Mapping[str, str]
    written: str

    @property
    def names(self) -> frozenset[str]:
        """What is covered whole, by name; a part of a header, or another request, is not it."""
        return frozenset(one.name for one in self.covered if not PARTIAL & one.parameters.keys())

    def instant(self, name: str) -> int | None:
        """The parameter `created` or `expires`, in seconds."""
        text = self.parameters.get(name)
        if text is None:
            return None
        if not text.isdigit():
            raise BadSignature("malformed-signature-input")
        return int(text)


def read_inputs(header: str) -> list[Input]:
    """Every signature that a `Signature-Input` header describes.

    Raises:
        BadSignature: it cannot be read, or covers something twice.
    """
    if len(header) > HEADER_CHARACTERS_MAX:
        raise BadSignature("signature-too-long")
    found, at = [], 0
    while at < len(header):
        match = MEMBER.match(header, at)
        if match is None:
            raise BadSignature("malformed-signature-input")
        found.append(read_input(match[1], match[2]))
        at = match.end()
    return found


def read_input(label: str, written: str) -> Input:
    inside, _, after = written[1:].partition(")")
    covered = tuple(
        Component(unquote_text(item[1]), read_parameters(item[2]), item[0])
        for item in ITEM.finditer(inside)
    )
    keys = [one.written for one in covered]
    if len(keys) != len(set(keys)) or len(keys) > COMPONENTS_MAX:
        raise BadSignature("odd-components")
    parameters = {key: value or "" for key, value in read_parameters(after).items()}
    return Input(label, covered, parameters, written)


def read_parameters(text: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for match in PARAMETER.finditer(text):
        value = match[2]
        found[match[1]] = unquote_text(value) if value and value[0] == '"' else value
    return found


def unquote_text(text: str) -> str:
    return text[1:-1].replace('\\"', '"').replace("\\\\", "\\")


def read_signatures(header: str) -> dict[str, bytes]:
    """The signatures of a `Signature` header, by label.

    Raises:
        BadSignature: it cannot be read.
    """
    if len(header) > HEADER_CHARACTERS_MAX:
        raise BadSignature("signature-too-long")
    found: dict[str, bytes] = {}
    at = 0
    while at < len(header):
        match = SIGNATURE_MEMBER.match(header, at)
        if match is None or match[1] in found:
            raise BadSignature("malformed-signature")
        try:
            found[match[1]] = base64.b64decode(match[2], validate=True)
        except binascii.Error:
            raise BadSignature("malformed-signature") from None
        at = match.end()
    return found


def signature_base(request: Request, described: Input, status: int | None = None) -> bytes:
    """What was signed (section 2.5).

    Raises:
        BadSignature: a covered component is not there, or is of a kind not known here.
    """
    lines = [f"{one.written}: {component_value(request, one, status)}" for one in described.covered]
    lines.append(f'"@signature-params": {described.written}')
    try:
        return "\n".join(lines).encode("ascii")
    except UnicodeEncodeError:
        raise BadSignature("odd-components") from None


def component_value(request: Request, component: Component, status: int | None) -> str:
    known = component.parameters.keys() <= {"name", "key", "sf", "bs"}
    if not known:
        raise BadSignature("unknown-component")
    if component.name.startswith("@"):
        return derived_value(request, component, status)
    values = request.values(component.name)
    if not values:
        raise BadSignature("covered-header-missing")
    if "bs" in component.parameters:
        return ", ".join(f":{base64.b64encode(value.encode()).decode()}:" for value in values)
    if "key" in component.parameters:
        return member_value(", ".join(values), component.parameters["key"] or "")
    return ", ".join(" ".join(value.split("\n")) for value in values)


def member_value(header: str, key: str) -> str:
    for member in header.split(","):
        name, _, value = member.strip().partition("=")
        if name == key:
            return value
    raise BadSignature("covered-header-missing")


def derived_value(request: Request, component: Component, status: int | None) -> str:
    """A component that is not a header (section 2.2)."""
    parts = urlsplit(request.url)
    values = {
        "@method": request.method.upper(),
        "@target-uri": request.url,
        "@authority": parts.netloc.lower(),
        "@scheme": parts.scheme.lower(),
        "@request-target": request.target,
        "@path": parts.path or "/",
        "@query": f"?{parts.query}",
        "@status": str(status) if status is not None else None,
    }
    if component.name == "@query-param":
        return query_value(parts.query, component.parameters.get("name") or "")
    value = values.get(component.name)
    if value is None:
        raise BadSignature("unknown-component")
    return value


def query_value(query: str, name: str) -> str:
    found = [value for key, value in parse_qsl(query, keep_blank_values=True) if quote(key) == name]
    if len(found) != 1:
        raise BadSignature("covered-header-missing")
    return quote(found[0], safe="*-._")


def render_input(
    covered: list[str],
    key_iri: str,
    created: int,
    *,
    expires: int | None = None,
    alg: str | None = None,
    nonce: str | None = None,
    tag: str | None = None,
) -> str:
    """The description of a signature of ours, without its label."""
    names = " ".join(f'"{name}"' for name in covered)
    described = f'({names});created={created};keyid="{key_iri}"'
    if expires is not None:
        described += f";expires={expires}"
    for name, text in (("alg", alg), ("nonce", nonce), ("tag", tag)):
        described += f";{name}={quote_text(text)}" if text is not None else ""
    return described


def quote_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
