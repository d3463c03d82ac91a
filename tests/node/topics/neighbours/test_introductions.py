"""A neighbour that we trust introduces another node; an organiser answers (F06)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from federation import documents
from federation.documents.introduction import read_introduction, render_introduction
from federation.errors import Malformed
from federation.proofs import with_proof
from federation.signatures import load_signing_key, make_keys
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Invalid, NotAllowed, NotFound
from node.inbox.batch import read_body
from node.inbox.handlers import HANDLERS
from node.peers.rules import Policy
from node.peers.store import circle_around, put_policy
from node.topics.actors.activities import store_actor
from node.topics.neighbours.introductions import LASTS_S, answer, introduce, withdraw
from node.topics.neighbours.store import (
    forget_old_introductions,
    given_introductions,
    waiting_introductions,
    withdrawn_vouches,
)
from tests.neighbours import actor_document, add_node
from tests.peers.stub import NOW

VOUCHER, GUEST = "https://valley.example/actor", "https://group.example/actor"
SUBJECT = "https://hill.example/actor"
KEYS, OTHER_KEYS = make_keys(), make_keys()
DAY_S = 24 * 3_600


def card(**changes: Any) -> dict[str, Any]:
    """A card of valley.example that introduces hill.example to us, without a proof."""
    made = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{VOUCHER}/cards/1",
        "type": "Relationship",
        "attributedTo": VOUCHER,
        "subject": SUBJECT,
        "relationship": "http://purl.org/vocab/relationship/neighborOf",
        "object": GUEST,
        "name": "Hill Farm",
        "url": "https://hill.example/",
        "summary": "We have met.",
        "published": documents.render_instant(NOW),
        "endTime": documents.render_instant(NOW + 30 * DAY_S),
    }
    return made | changes


def proven(value: dict[str, Any], keys: tuple[str, ...] = KEYS) -> dict[str, Any]:
    return with_proof(value, load_signing_key(f"{VOUCHER}#ed25519-key", keys[2]), NOW)


def arrives(tx, kind: str, what: Any, actor: str = VOUCHER, now: int = NOW) -> None:
    """An activity of another node's actor, as the inbox hands it on."""
    value = {"id": f"{actor}/{kind}/1", "type": kind, "actor": actor, "object": what}
    verbatim = read_body(msgspec.json.encode(value))
    activity = documents.read_activity(verbatim)
    HANDLERS[type(activity)](tx, activity, ApplyContext(now, {}, verbatim))


@pytest.fixture
def circle(tx):
    """Our node trusts valley.example, whose actor it knows."""
    add_node(tx)
    key = documents.Key(
        iri=f"{VOUCHER}#ed25519-key", owner=VOUCHER, algorithm="ed25519", public_key=KEYS[3]
    )
    node = actor_document("actor", "https://valley.example", kind="Application", keys=(key,))
    store_actor(tx, replace(node, iri=VOUCHER, inbox=f"{VOUCHER}/inbox"), NOW)
    put_policy(tx, "valley.example", Policy.TRUSTED, "", NOW)
    return tx


def policy_of(tx, host: str) -> Policy:
    return circle_around(tx, [host]).policy_of(host)


def put_out(tx) -> list[tuple[str, str]]:
    rows = tx.all(
        """
        select e.kind, d.inbox from outbox_entry e join delivery d on d.entry_id = e.id
        order by d.id
        """
    )
    return [(row["kind"], row["inbox"]) for row in rows]


@pytest.mark.feature("F06")
def test_an_introduction_waits_for_an_answer_and_changes_nothing_by_itself(circle):
    arrives(circle, "Offer", proven(card()))
    arrives(circle, "Offer", proven(card()))

    (held,) = waiting_introductions(circle, NOW)
    assert (held.host, held.partner_host, held.name) == (
        "hill.example",
        "valley.example",
        "Hill Farm",
    )
    assert policy_of(circle, "hill.example") is Policy.OPEN


@pytest.mark.feature("F06")
@pytest.mark.parametrize(
    ("yes", "policy", "kind"), [(True, Policy.TRUSTED, "Accept"), (False, Policy.OPEN, "Reject")]
)
def test_an_answer_decides_and_is_told(circle, yes, policy, kind):
    arrives(circle, "Offer", proven(card()))
    (held,) = waiting_introductions(circle, NOW)

    answer(circle, held.id, NOW, yes=yes)

    assert policy_of(circle, "hill.example") is policy
    assert put_out(circle) == [(kind, f"{VOUCHER}/inbox")]
    with pytest.raises(NotFound):
        answer(circle, held.id, NOW, yes=True)


FORGED: dict[str, Callable[[], Any]] = {
    "without a proof": card,
    "with another key": lambda: proven(card(), OTHER_KEYS),
    "with words changed": lambda: proven(card()) | {"name": "Hill Bank"},
    "with another subject": lambda: proven(card()) | {"subject": "https://evil.example/actor"},
    "somebody else's": lambda: proven(card(attributedTo=SUBJECT)),
    "for somebody else": lambda: proven(card(object=SUBJECT)),
    "that is over": lambda: proven(card(endTime=documents.render_instant(NOW - 1))),
    "that lasts for ever": lambda: proven(card(endTime=documents.render_instant(NOW + 10**9))),
    "from tomorrow": lambda: proven(card(published=documents.render_instant(NOW + DAY_S))),
    "of ourselves": lambda: proven(card(subject=GUEST)),
    "of the voucher": lambda: proven(card(subject=VOUCHER)),
    "of no address": lambda: proven(card(subject="https://HILL.example/actor")),
    "with a link that is none": lambda: proven(card(url="javascript:alert(1)")),
}


@pytest.mark.feature("F06")
@pytest.mark.parametrize("way", FORGED)
def test_a_card_that_is_not_right_is_refused(circle, way):
    with pytest.raises(NotAllowed):
        arrives(circle, "Offer", FORGED[way]())

    assert waiting_introductions(circle, NOW) == []


@pytest.mark.feature("F06")
@pytest.mark.parametrize("policy", [Policy.OPEN, Policy.SILENCED])
def test_only_a_neighbour_that_is_trusted_introduces_others(circle, policy):
    put_policy(circle, "valley.example", policy, "", NOW)

    with pytest.raises(NotAllowed):
        arrives(circle, "Offer", proven(card()))


@pytest.mark.feature("F06")
@pytest.mark.parametrize("policy", [Policy.BLOCKED, Policy.SILENCED, Policy.TRUSTED])
def test_nobody_is_introduced_about_whom_something_is_decided(circle, policy):
    put_policy(circle, "hill.example", policy, "", NOW)

    with pytest.raises(NotAllowed):
        arrives(circle, "Offer", proven(card()))


@pytest.mark.feature("F06")
def test_an_introduction_that_is_over_is_answered_no_more(circle):
    arrives(circle, "Offer", proven(card()))
    (held,) = waiting_introductions(circle, NOW)
    later = NOW + 31 * DAY_S

    assert waiting_introductions(circle, later) == []
    with pytest.raises(NotFound):
        answer(circle, held.id, later, yes=True)
    assert forget_old_introductions(circle, later + 90 * DAY_S) == 1


@pytest.mark.feature("F06")
@pytest.mark.parametrize("is_accepted", [True, False])
def test_a_voucher_takes_an_introduction_back(circle, is_accepted):
    arrives(circle, "Offer", proven(card()))
    (held,) = waiting_introductions(circle, NOW)
    if is_accepted:
        answer(circle, held.id, NOW, yes=True)

    arrives(circle, "Undo", {"id": held.iri, "type": "Offer", "actor": VOUCHER, "object": "x:y"})

    assert waiting_introductions(circle, NOW) == []
    assert withdrawn_vouches(circle, ["hill.example"]) == {"hill.example"}
    assert (policy_of(circle, "hill.example") is Policy.TRUSTED) is is_accepted


def test_nobody_else_takes_an_introduction_back(circle):
    arrives(circle, "Offer", proven(card()))
    (held,) = waiting_introductions(circle, NOW)

    arrives(circle, "Undo", held.iri, actor=SUBJECT)

    assert len(waiting_introductions(circle, NOW)) == 1


@pytest.mark.feature("F06")
def test_two_neighbours_are_introduced_to_each_other_with_cards_that_hold(circle):
    put_policy(circle, "hill.example", Policy.TRUSTED, "", NOW)

    introduce(circle, "valley.example", "hill.example", "We have met both.", NOW)

    given = given_introductions(circle)
    assert [(one.host, one.partner_host) for one in given] == [
        ("valley.example", "hill.example"),
        ("hill.example", "valley.example"),
    ]
    assert put_out(circle) == [("Offer", f"{SUBJECT}/inbox"), ("Offer", f"{VOUCHER}/inbox")]
    value = msgspec.json.decode(given[0].card)
    read = read_introduction(value)
    assert (read.voucher, read.expires) == (GUEST, NOW + LASTS_S)
    plain = {name: one for name, one in value.items() if name not in ("@context", "proof")}
    assert render_introduction(read) | {"@context": ""} == plain | {"@context": ""}


@pytest.mark.feature("F06")
def test_an_answer_to_an_introduction_of_ours_is_noted_once_and_from_its_guest_alone(circle):
    put_policy(circle, "hill.example", Policy.TRUSTED, "", NOW)
    introduce(circle, "valley.example", "hill.example", "", NOW)
    ours = given_introductions(circle)[1]

    arrives(circle, "Accept", ours.iri, actor=SUBJECT)
    foreign = given_introductions(circle)[1].state
    arrives(circle, "Accept", ours.iri)
    arrives(circle, "Reject", ours.iri)

    assert (foreign, given_introductions(circle)[1].state) == ("waiting", "accepted")


@pytest.mark.feature("F06")
def test_we_take_an_introduction_back_and_say_so(circle):
    put_policy(circle, "hill.example", Policy.TRUSTED, "", NOW)
    introduce(circle, "valley.example", "hill.example", "", NOW)
    ours = given_introductions(circle)[0]

    withdraw(circle, ours.id, NOW)

    assert put_out(circle)[-1] == ("Undo", f"{SUBJECT}/inbox")
    with pytest.raises(NotFound):
        withdraw(circle, ours.id, NOW)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("valley.example", "hill.example"),
        ("valley.example", "valley.example"),
        ("valley.example", "group.example"),
    ],
)
def test_we_vouch_only_for_two_that_we_trust(circle, one, other):
    with pytest.raises(Invalid):
        introduce(circle, one, other, "", NOW)


@pytest.mark.parametrize("missing", ["subject", "attributedTo", "object", "endTime", "published"])
def test_a_card_that_lacks_something_is_not_read(missing):
    with pytest.raises(Malformed):
        read_introduction({name: one for name, one in card().items() if name != missing})
