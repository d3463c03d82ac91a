"""Our own API takes whatever its description lets through, and much that it does not: it answers as
it is described, and never with a failure of its own."""

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from node.topics.actors.store import actor_by_iri
from tests.neighbours import ORIGIN
from tests.node.api.described import DESCRIPTION, ask, described
from tests.node.house import Caller, House

EXAMPLES = 6
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture
async def things(house: House, rosa: Caller, tilda: Caller) -> dict[str, list[str]]:
    """What can be asked for: a community that rosa made, with a post, a case, and somebody who
    waits; and what is not there."""
    form = {"title": "Circle", "visibility": "closed", "joining": "approval"}
    await ask(rosa, "POST", "/communities", json=form, status=201)
    group = await house.do(actor_by_iri, f"{ORIGIN}/communities/circle")
    await ask(tilda, "POST", "/communities/circle/join", json={"answer": "Hello"})
    said = await rosa.say("@circle Hello")
    made = await ask(rosa, "POST", "/communities/circle/invitations", status=201)
    await tilda.post("/api/v1/reports", {"account_id": rosa.id, "comment": "So loud"})
    return {
        "name": ["circle", "never"],
        "id": [str(group.id), tilda.id, rosa.id, said["id"], "1", "9" * 19],
        "code": [made["link"].rpartition("/")[2], "never"],
    }


@pytest.mark.threat("T53")
@pytest.mark.parametrize("who", ["rosa", "tilda"])
async def test_whatever_is_asked_of_our_own_api_is_answered_as_it_is_described(
    house: House, rosa: Caller, tilda: Caller, things: dict[str, list[str]], who: str
):
    token = {"rosa": rosa, "tilda": tilda}[who].token
    base = str(house.client.make_url("")).rstrip("/")
    headers = {"Authorization": f"Bearer {token}", "Host": "group.example"}

    answered: set[tuple[str, str]] = set()

    def ask_all() -> None:
        for method, path in sorted(described()):
            ask_one(SCHEMA[path][method])

    def ask_one(operation: Any) -> None:
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=st.one_of([operation.as_strategy(generation_mode=mode) for mode in MODES]),
            data=st.data(),
        )
        def run(case: Any, data: Any) -> None:
            for name, found in things.items():
                if name in (case.path_parameters or {}) and data.draw(st.integers(0, 3)):
                    case.path_parameters[name] = data.draw(st.sampled_from(found))
            response = case.call(base_url=base, headers=headers)
            case.validate_response(response, checks=CHECKS)
            answered.add((operation.method.upper(), operation.path))

        run()

    await asyncio.to_thread(ask_all)
    assert answered == set(described())
