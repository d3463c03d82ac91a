"""What other nodes may say of their actors, and what they may not."""

from dataclasses import replace

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Missing, NotAllowed
from node.outbox.audience import inboxes_of
from node.peers.rules import Policy
from node.peers.store import put_policy
from node.topics.actors.activities import store_actor
from node.topics.actors.keys import keys_of
from node.topics.actors.store import actor_by_iri
from node.topics.publishing.activities import receive_update
from tests.neighbours import NOW, THERE, actor_document, add_neighbour, add_person, sent

VICTIM_HOST = "victim.example"
VICTIM = f"https://{VICTIM_HOST}/inbox"


@pytest.mark.threat("T27")
def test_nobody_of_ours_is_changed_from_outside(tx):
    ann = add_person(tx, "ann")
    usurped = actor_document("ann", "https://group.example", display_name="Usurped")

    with pytest.raises(NotAllowed):
        store_actor(tx, usurped, NOW)

    assert usurped.iri == ann.iri
    assert actor_by_iri(tx, ann.iri) == ann


@pytest.mark.threat("T47")
def test_an_inbox_may_be_on_another_host_and_is_where_something_goes(tx):
    rose = add_neighbour(tx, "rose", inbox=VICTIM, shared_inbox=None)
    fern = add_neighbour(tx, "fern", shared_inbox=None)

    assert set(inboxes_of(tx, [rose.id, fern.id], shared=True)) == {VICTIM, fern.inbox}
    assert (rose.host, rose.inbox_host, fern.inbox_host) == ("valley.example", VICTIM_HOST, None)


@pytest.mark.threat("T47")
@pytest.mark.parametrize(
    "inbox", ["http://victim.example/inbox", "https://Victim.example/inbox", "nonsense"]
)
def test_an_inbox_without_a_plain_address_of_the_same_scheme_makes_no_actor(tx, inbox):
    with pytest.raises(NotAllowed):
        store_actor(tx, actor_document("rose", inbox=inbox), NOW)

    assert tx.one("select 1 as found from actor where inbox = :inbox", inbox=inbox) is None


@pytest.mark.threat("T47")
def test_an_inbox_on_a_host_that_is_blocked_makes_no_actor(tx):
    put_policy(tx, VICTIM_HOST, Policy.BLOCKED, "", NOW)

    with pytest.raises(NotAllowed):
        store_actor(tx, actor_document("rose", inbox=VICTIM), NOW)


@pytest.mark.threat("T47")
def test_no_more_than_a_hundred_have_their_inbox_on_a_host_that_is_not_theirs(tx):
    for number in range(100):
        add_neighbour(tx, "rose", f"https://n{number}.example", inbox=f"{VICTIM}/{number}")

    with pytest.raises(NotAllowed):
        store_actor(tx, actor_document("rose", inbox=VICTIM), NOW)
    add_neighbour(tx, "rose", "https://n7.example", inbox=f"{VICTIM}/7")


@pytest.mark.threat("T47")
def test_nothing_is_delivered_to_a_shared_inbox_on_another_host_than_the_inbox(tx):
    rose = add_neighbour(tx, "rose", shared_inbox=VICTIM)

    assert set(inboxes_of(tx, [rose.id], shared=True)) == {f"{THERE}/people/rose/inbox"}


def key(number: int, name: str = "main-key") -> documents.Key:
    iri = f"{THERE}/people/rose"
    pem = f"-----BEGIN PUBLIC KEY-----\n{str(number) * 200}\n-----END PUBLIC KEY-----\n"
    return documents.Key(iri=f"{iri}#{name}", owner=iri, algorithm="rsa", public_key=pem)


def held(tx, rose):
    return {one.iri.partition("#")[2]: one.public_key for one in keys_of(tx, rose.id)}


def update(tx, rose, *keys, fetched=None, **verbatim):
    """rose says that she is called otherwise now, and lists these keys."""
    document = actor_document("rose", keys=keys, display_name="Rosemary")
    context = ApplyContext(NOW + 60, fetched or {}, verbatim)
    receive_update(tx, sent(documents.Update, rose, document), context)


def called(tx):
    return tx.one("select display_name from actor where name = 'rose'")["display_name"]


OLD, NEW = key(1), key(2, "main-key-2")
CHANGED = key(3)
PROOF = {"proof": {"type": "DataIntegrityProof"}}


@pytest.mark.threat("T135")
@pytest.mark.threat("T2")
@pytest.mark.parametrize("verbatim", [{}, PROOF], ids=["signed", "proven"])
def test_a_profile_that_comes_without_keys_leaves_the_keys_as_they_are(tx, verbatim):
    rose = add_neighbour(tx, "rose", keys=(OLD,))

    update(tx, rose, **verbatim)

    assert called(tx) == "Rosemary"
    assert held(tx, rose) == {"main-key": OLD.public_key}


@pytest.mark.threat("T135")
@pytest.mark.parametrize("keys", [(NEW, OLD), (NEW,), (CHANGED,)])
def test_a_profile_that_is_signed_with_a_key_held_here_may_bring_others(tx, keys):
    rose = add_neighbour(tx, "rose", keys=(OLD,))

    update(tx, rose, *keys)

    assert held(tx, rose) == {one.iri.partition("#")[2]: one.public_key for one in keys}


@pytest.mark.threat("T135")
@pytest.mark.threat("T2")
@pytest.mark.parametrize("keys", [(NEW, OLD), (CHANGED,)])
def test_other_keys_in_what_anybody_may_have_brought_are_read_at_home(tx, keys):
    rose = add_neighbour(tx, "rose", keys=(OLD,))

    with pytest.raises(Missing) as missing, tx.savepoint():
        update(tx, rose, *keys, **PROOF)

    assert missing.value.iris == (rose.iri,)
    assert called(tx) == "Rose"


@pytest.mark.threat("T135")
@pytest.mark.threat("T2")
def test_an_old_profile_that_is_brought_again_does_not_bring_its_keys_back(tx):
    rose = add_neighbour(tx, "rose", keys=(NEW,))

    update(tx, rose, OLD, fetched={rose.iri: "stored"}, **PROOF)

    assert held(tx, rose) == {"main-key-2": NEW.public_key}


@pytest.mark.threat("T135")
def test_what_anybody_may_have_brought_drops_no_key(tx):
    rose = add_neighbour(tx, "rose", keys=(NEW, OLD))

    update(tx, rose, OLD, **PROOF)

    assert set(held(tx, rose)) == {"main-key", "main-key-2"}


@pytest.mark.threat("T2")
def test_a_key_at_home_on_another_host_is_not_taken_from_a_profile(tx):
    rose = add_neighbour(tx, "rose", keys=(OLD,))
    foreign = replace(NEW, iri="https://hill.example/people/rose#main-key")

    update(tx, rose, OLD, foreign)

    assert held(tx, rose) == {"main-key": OLD.public_key}


@pytest.mark.threat("T2")
def test_a_profile_of_somebody_who_is_not_stored_is_read_at_home(tx):
    rose = add_neighbour(tx, "rose", keys=(OLD,))
    tx.run("delete from actor_key")
    tx.run("delete from actor")

    with pytest.raises(Missing), tx.savepoint():
        update(tx, rose, NEW)

    assert tx.all("select id from actor") == []


@pytest.mark.threat("T135")
def test_what_the_home_of_an_actor_lists_replaces_what_was_held(tx):
    rose = add_neighbour(tx, "rose", keys=(OLD,))

    add_neighbour(tx, "rose", keys=(NEW,))

    assert held(tx, rose) == {"main-key-2": NEW.public_key}


@pytest.mark.threat("T13")
@pytest.mark.threat("T147")
@pytest.mark.parametrize(
    ("said", "page"),
    [
        (f"{THERE}/@rose", f"{THERE}/@rose"),
        ("https://liar.example/@rose", None),
        ("https://valley.example.liar.example/@rose", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_the_page_of_an_actor_is_at_home_with_the_actor(tx, said, page):
    rose = add_neighbour(tx, "rose", url=said)

    assert rose.url == (page or rose.iri)
