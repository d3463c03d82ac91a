"""Which media types count as ActivityPub, asked for and received."""

import json
from pathlib import Path

import pytest

from federation.documents.media_types import is_activity_type, wants_activity

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "negotiation.json").read_text())
CHOICE = "application/json"
"""The vectors leave this one to the server: we answer with the page."""


@pytest.mark.parametrize("case", VECTORS["accept"], ids=lambda case: str(case["accept"]))
def test_the_document_or_the_page_is_wanted_as_the_vectors_say(case):
    wanted = case["expect"] == "activity" and case["accept"] != CHOICE

    assert wants_activity(case["accept"] or "") == wanted


@pytest.mark.threat("T14")
@pytest.mark.parametrize(
    "case", VECTORS["fetched_document_content_type"], ids=lambda case: case["content_type"]
)
def test_a_fetched_document_is_used_as_the_vectors_say(case):
    assert is_activity_type(case["content_type"]) == (case["expect"] == "use")
