"""Neighbours: what organisers and moderators see of other nodes, and how they answer."""

from dataclasses import dataclass

from aiohttp import web

from node.base.errors import NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import check_looks_after_node, signed_in
from node.outbox.deletions import Card, cards
from node.peers.rules import Policy, read_host
from node.peers.store import Peer, peers_after
from node.topics.accounts.store import Person
from node.topics.neighbours.actions import confirm
from node.topics.neighbours.introductions import answer
from node.topics.neighbours.store import (
    Held,
    Line,
    lines_to,
    waiting_introductions,
    withdrawn_vouches,
)
from node.web.render import page

PEERS = 50
PAGE = "/neighbours"
WORDS = {
    Policy.TRUSTED: "A neighbour we trust",
    Policy.OPEN: "A place we know",
    Policy.SILENCED: "Silenced: only text, for those who follow somebody there; held for others",
    Policy.BLOCKED: "Blocked: nothing comes in, nothing goes out",
}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One neighbour as it is shown. `is_doubted`: whoever introduced it vouches no longer."""

    peer: Peer
    words: str
    line: Line
    is_doubted: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on the page; `after` is the host that the next page begins after. `cards` are of
    places that did not answer to what was deleted here."""

    introductions: list[Held]
    cards: list[Card]
    neighbours: list[Neighbour]
    after: str | None


async def get_neighbours(request: web.Request) -> web.StreamResponse:
    """`/neighbours`"""
    person, services = check_looks_after_node(signed_in(request)), request.app[SERVICES]
    after = request.query.get("after", "")[:300]
    shown = await services.db.read(read_neighbours, after, services.clock.now())
    may_decide = person.account.role == "organiser"
    return page(request, "neighbours/neighbours.html", shown=shown, may_decide=may_decide)


def read_neighbours(tx: Tx, after: str, now: int) -> Shown:
    """The neighbours whose host comes after that one, by name, and who waits for an answer."""
    peers = peers_after(tx, after, PEERS)
    hosts = [peer.host for peer in peers]
    lines, doubted = lines_to(tx, hosts), withdrawn_vouches(tx, hosts)
    neighbours = [
        Neighbour(
            peer,
            WORDS[peer.policy],
            lines.get(peer.host, Line()),
            peer.policy is Policy.TRUSTED and peer.host in doubted,
        )
        for peer in peers
    ]
    further = hosts[-1] if len(hosts) == PEERS else None
    if after:
        return Shown([], [], neighbours, further)
    return Shown(waiting_introductions(tx, now), cards(tx), neighbours, further)


async def post_answer(request: web.Request) -> web.StreamResponse:
    """`/neighbours/accept` and `/neighbours/decline`: answer an introduction."""
    person, params = await form_of(request)
    check_organiser(person)
    number, services = id_of(params.text("introduction")), request.app[SERVICES]
    if number is None:
        raise NotFound
    is_yes = request.path.endswith("/accept")
    await services.db.write(answer, number, services.clock.now(), yes=is_yes)
    await services.peers.refresh(services.db)
    services.wake_sender()
    return see_other(PAGE)


async def post_confirm(request: web.Request) -> web.StreamResponse:
    """`/neighbours/confirm`: a neighbour whose key changed is still who it was."""
    person, params = await form_of(request)
    check_organiser(person)
    services = request.app[SERVICES]
    await services.db.write(confirm, read_host(params.text("host")), services.clock.now())
    await services.peers.refresh(services.db)
    services.wake_sender()
    return see_other(PAGE)


def check_organiser(person: Person) -> None:
    """Raise NotFound unless they decide for this node."""
    if person.account.role != "organiser":
        raise NotFound
