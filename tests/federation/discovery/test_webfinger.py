"""Handles are read as people type them, and believed only if both ends agree."""

import json
from pathlib import Path
from typing import Any

import pytest

from federation.discovery.lookup import Lookup
from federation.discovery.nodeinfo import render_host_meta
from federation.discovery.webfinger import read_jrd, read_resource, webfinger_url
from federation.errors import FetchFailed, Malformed
from federation.gate import Budget
from federation.responses import Fetched

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "webfinger.json").read_text())
SELF_TYPE = "application/activity+json"


@pytest.mark.parametrize(
    "case", VECTORS["resource_parsing"], ids=lambda case: str(case["resource"])
)
def test_a_resource_is_read_as_the_vectors_say(case):
    expected, text = case["expect"], case["resource"] or ""
    if isinstance(expected, str) and "400" in expected:
        with pytest.raises(Malformed):
            read_resource(text)
    elif isinstance(expected, dict) and "user" in expected:
        found = read_resource(text)
        assert (found.user, found.host) == (expected["user"], expected["host"])
    elif isinstance(expected, dict) and "url" in expected:
        assert read_resource(text).url == expected["url"]


@pytest.mark.parametrize("case", VECTORS["find_actor_link"], ids=lambda case: str(case["expect"]))
def test_the_actor_of_an_answer_is_found(case):
    expected = case["expect"]
    wanted = expected if isinstance(expected, list) else [expected] if expected else []

    assert list(read_jrd({"subject": "acct:a@a.example", "links": case["links"]}).actors) == wanted


class Answering:
    """Stands for the gate: WebFinger answers by host and resource."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers

    async def fetch(self, url: str, **_: Any) -> Fetched:
        host, _, rest = url.removeprefix("https://").partition("/")
        resource = rest.partition("resource=")[2]
        found = self.answers.get(f"{host} {resource}")
        if found is None:
            raise FetchFailed("status", 404)
        links = [{"rel": "self", "type": SELF_TYPE, "href": found["self"]}]
        body = json.dumps({"subject": found["subject"], "links": links}).encode()
        return Fetched(url, 200, "application/jrd+json", body, {})


@pytest.mark.threat("T71")
@pytest.mark.parametrize(
    "case",
    [case for case in VECTORS["verification"] if case.get("asked")],
    ids=lambda case: case["name"],
)
async def test_a_handle_is_believed_only_if_both_ends_agree(case):
    gate: Any = Answering(case["answers"])
    asking = Lookup(gate, Budget(4)).find_actors(read_resource(case["asked"]))

    if case["expect"].startswith("refuse"):
        with pytest.raises(Malformed):
            await asking
    else:
        lead = await asking
        assert (lead.handle.handle, lead.actors) == (case["expect"], (case["actor"]["id"],))


def test_host_meta_names_webfinger():
    assert VECTORS["host_meta"]["body_contains"] in render_host_meta("https://example.social")


@pytest.mark.threat("T41")
def test_a_name_reaches_the_address_of_a_question_only_percent_encoded():
    asked = webfinger_url("https", read_resource("a&proxy=1#?b%26c@valley.example"))

    assert asked == (
        "https://valley.example/.well-known/webfinger"
        "?resource=acct:a%26proxy%3D1%23%3Fb%26c@valley.example"
    )
