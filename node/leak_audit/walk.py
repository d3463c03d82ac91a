"""Asks everything as everybody, and finds what was told to whom it is not for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from node.leak_audit.addresses import Address, Values, addresses, patterns
from node.leak_audit.ask import Answer, ask
from node.leak_audit.forms import forms
from node.leak_audit.readers import Hidden, Leak, Link, Reader, Secret

NOT_ASKED = ("/static/{name}", "/healthz", "/readyz")
"""What is the same for everybody and knows nothing of what is stored."""

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
FOR_NODES = (
    "/inbox",
    "/actor/inbox",
    "/people/{name}/inbox",
    "/communities/{name}/inbox",
)
"""What peers send is no part of an audit."""


@dataclass(frozen=True, slots=True)
class Planted:
    """What a made-up node hides from whom, how to ask for it, and who asks; `blobs` are the bytes
    that lie beside its rows, by name."""

    secrets: Sequence[Secret]
    hidden: Sequence[Hidden]
    values: Values
    readers: Sequence[Reader]
    host: str
    links: Sequence[Link] = ()
    blobs: Mapping[str, bytes] = field(default_factory=dict)


@dataclass
class Walk:
    """What came of asking: every leak, how often was asked, and who was rightly told what."""

    leaks: list[Leak] = field(default_factory=list)
    asked: int = 0
    shown: set[tuple[str, str]] = field(default_factory=set)


async def walk(app: web.Application, planted: Planted) -> Walk:
    """Ask for everything that is answered, and try every act on what is hidden, as each of the
    readers."""
    found = Walk()
    await read_all(app, planted, found)
    await change_all(app, planted, found)
    return found


async def read_all(app: web.Application, planted: Planted, found: Walk) -> None:
    """Ask for everything that is answered."""
    for pattern in patterns(app, "GET"):
        if pattern in NOT_ASKED:
            continue
        for address in addresses(pattern, planted.values):
            for reader in planted.readers:
                await look_at(app, address, reader, planted, found)


async def change_all(app: web.Application, planted: Planted, found: Walk) -> None:
    """Send every form, and what apps send, about what is hidden, as those from whom it is."""
    for method in CHANGING:
        for pattern in patterns(app, method):
            if pattern not in FOR_NODES:
                await try_to_change(app, method, pattern, planted, found)


async def look_at(
    app: web.Application, address: Address, reader: Reader, planted: Planted, found: Walk
) -> None:
    answer = await ask(app, "GET", address.path, reader, planted.host)
    found.asked += 1
    if answer.status >= web.HTTPInternalServerError.status_code:
        found.leaks.append(Leak(reader.name, address.path, "it fails, which nothing absent does"))
    for secret in planted.secrets:
        if secret.word not in answer.text or secret.word in address.path:
            continue
        found.shown.add((reader.name, secret.what))
        if reader.name not in secret.readers:
            found.leaks.append(Leak(reader.name, address.path, secret.what))
    for link in planted.links:
        if is_said(link.one, answer.text) and is_said(link.other, answer.text):
            found.leaks.append(Leak(reader.name, address.path, link.what))
    for one in hidden_in(address.path, planted.hidden):
        if reader.name not in one.readers:
            await tell_apart(app, "GET", address, reader, one, answer, planted, found)


def is_said(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)


async def try_to_change(
    app: web.Application, method: str, pattern: str, planted: Planted, found: Walk
) -> None:
    """Try every act on what is hidden, as those from whom it is."""
    for address in forms(pattern, planted.values):
        for one in hidden_in(address.named, planted.hidden):
            for reader in planted.readers:
                if reader.name in one.readers or reader.is_node:
                    continue
                answer = await ask(app, method, address.path, reader, planted.host, address.form)
                found.asked += 1
                await tell_apart(app, method, address, reader, one, answer, planted, found)


async def tell_apart(
    app: web.Application,
    method: str,
    address: Address,
    reader: Reader,
    one: Hidden,
    answer: Answer,
    planted: Planted,
    found: Walk,
) -> None:
    """Note where something hidden is not answered as if it had never been (T94)."""
    path, form = (text.replace(one.address, one.twin) for text in (address.path, address.form))
    sent = form if method in CHANGING else None
    twin = await ask(app, method, path, reader, planted.host, sent)
    if answer.without(one.address) != twin.without(one.twin):
        said = f"{method} {address.named}" if address.form else f"{method} {address.path}"
        found.leaks.append(Leak(reader.name, said, f"that there is {one.what}"))


def hidden_in(path: str, hidden: Iterable[Hidden]) -> list[Hidden]:
    return [one for one in hidden if one.address in path]
