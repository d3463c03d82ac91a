"""Which media types count as ActivityPub, asked for and received."""

import json
from pathlib import Path

import pytest

from federation.documents.media_types import is_activity_type, parse_media_type, wants_activity

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


LD = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


@pytest.mark.parametrize(
    ("value", "kind", "parameters"),
    [
        ("Text/HTML", "text/html", {}),
        (" text/html ; Charset=UTF-8", "text/html", {"charset": "UTF-8"}),
        (LD, "application/ld+json", {"profile": "https://www.w3.org/ns/activitystreams"}),
        ("a/b; x='y'; z=\"1;2\"", "a/b", {"x": "y", "z": "1;2"}),
        ("", "", {}),
    ],
)
def test_a_media_type_is_read_with_its_parameters(value, kind, parameters):
    assert parse_media_type(value) == (kind, parameters)


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("application/activity+json", True),
        ("application/activity+json;q=0", False),
        ("application/activity+json;q=0.5, text/html;q=0.5", True),
        ("application/activity+json;q=0.4, text/html;q=0.5", False),
        ("application/activity+json;q=0.4, application/xhtml+xml;q=0.5", False),
        ("application/activity+json;q=0.4, */*;q=0.9", True),
        ("application/activity+json;q=2, text/html;q=1", True),
        ("application/activity+json;q=x", False),
        ("application/activity+json;q=-1", False),
        ("application/ld+json", True),
        (LD, True),
        ('application/ld+json; profile="http://www.w3.org/ns/activitystreams"', True),
        ('application/ld+json; profile="https://x.example/"', False),
        ("text/html;q=0.1, application/activity+json;q=0.2, text/html;q=0.3", False),
        ("*/*", False),
        ("", False),
        (f"text/html,{' ' * 1_030}application/activity+json", False),
    ],
)
def test_the_better_liked_is_given_and_the_document_where_both_are(accept, wanted):
    assert wants_activity(accept) is wanted
