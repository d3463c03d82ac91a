"""Stamps for quotes are read at their own address, or not at all."""

import pytest

from federation.gate import Budget
from node.topics.actors.activities import store_actor
from node.topics.quotes.store import stamp_by_iri
from tests.neighbours import actor_document
from tests.peers.stub import NOW, THERE

ROSE = f"{THERE}/people/rose"
STAMP = f"{ROSE}/stamps/1"


def stamp(**changes):
    return {
        "id": STAMP,
        "type": "QuoteAuthorization",
        "attributedTo": ROSE,
        "interactingObject": "https://hill.example/notes/1",
        "interactionTarget": f"{ROSE}/notes/1",
    } | changes


async def fetched(node, document):
    await node.db.write(store_actor, actor_document("rose"), NOW)
    await node.db.write(store_actor, actor_document("reed", "https://hill.example"), NOW)
    node.gate.documents[STAMP] = document
    outcome = await node.fetcher.fetch(STAMP, Budget())
    return outcome, await node.db.read(stamp_by_iri, STAMP)


async def test_a_stamp_at_home_with_its_author_is_kept(node):
    outcome, kept = await fetched(node, stamp())

    assert outcome == "stored"
    assert (kept.quoting_iri, kept.quoted_iri) == (
        "https://hill.example/notes/1",
        f"{ROSE}/notes/1",
    )


@pytest.mark.threat("T16")
@pytest.mark.parametrize(
    "document",
    [
        stamp(attributedTo="https://hill.example/people/reed"),
        stamp(attributedTo="https://group.example/people/ann"),
        stamp(interactionTarget=None),
    ],
)
async def test_a_stamp_in_somebody_elses_name_or_unreadable_is_not(node, document):
    outcome, kept = await fetched(node, document)

    assert (outcome, kept) == ("failed", None)
