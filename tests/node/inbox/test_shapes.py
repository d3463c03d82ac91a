"""Whatever JSON somebody sends under a good signature is taken or refused, and never breaks us."""

import json
from random import Random

import pytest

from federation.origin import is_iri
from node.arrivals.store import Arrival
from node.db.tx import Tx
from node.inbox.batch import apply_batch
from node.inbox.handlers import HANDLERS
from tests.fuzz.mutations import ODD_VALUES, mutated
from tests.fuzz.targets import WIRE, corpus
from tests.node.inbox.test_accept import ANN, ROSE, URL
from tests.peers.stub import NOW, key_of, person_document, signed

MESSAGES = 120
NAMES = ("@context", "id", "type", "actor", "object", "to", "cc", "audience", "published", "target")


class Unreachable(dict[str, str]):
    """Says of everything that it was asked for and cannot be had."""

    def __contains__(self, iri: object) -> bool:
        return True

    def __getitem__(self, iri: str) -> str:
        return "failed"

    def get(self, iri: str, default: object = None) -> str:  # type: ignore[override]
        return "failed"


def every_arrival(tx: Tx) -> list[Arrival]:
    rows = tx.all("select id, activity_iri, origin, actor_iri, kind, body from arrival order by id")
    return [Arrival(**row) for row in rows]


def bodies() -> list[bytes]:
    """Documents that rose says are hers, with something odd in each."""
    rng = Random("shapes")
    found = []
    for number in range(MESSAGES):
        value = mutated(rng, rng.choice(corpus([WIRE])), 5)
        value = value if isinstance(value, dict) else {"object": value}
        value |= {"id": f"{ROSE}/odd/{number}", "actor": ROSE}
        found.append(value)
    follow = {"id": f"{ROSE}/odd", "type": "Follow", "actor": ROSE, "object": ANN}
    found += [
        follow | {"id": f"{ROSE}/odd/{name}/{at}", name: odd}
        for name in NAMES
        for at, odd in enumerate(ODD_VALUES)
    ]
    return [json.dumps(one).encode("utf-8", "surrogatepass") for one in found]


@pytest.mark.threat("T29")
async def test_any_json_is_answered_with_2xx_or_4xx_and_applied_or_dropped(node):
    node.gate.documents[ROSE] = person_document("rose")
    statuses = set()

    for body in bodies():
        given, headers = signed(URL, body, key_of(ROSE))
        statuses.add((await node.send(given, headers)).status)

    assert statuses <= {202, 400, 401}
    assert {202, 400} <= statuses
    failing = []
    for arrival in await node.db.read(every_arrival):
        batch = await node.db.write(apply_batch, [arrival], HANDLERS, Unreachable(), NOW)
        failing += [(one.body, repr(error)) for one, error in batch.failing]
    assert failing == []
    assert all(is_iri(one["activity_iri"]) for one in await node.arrivals())
