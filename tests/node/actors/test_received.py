"""What other nodes may say of their actors, and what they may not."""

import pytest

from node.actors.activities import store_actor
from node.errors import NotAllowed
from node.outbox.audience import inboxes_of
from tests.neighbours import NOW, THERE, actor_document, add_neighbour

VICTIM = "https://victim.example/inbox"


@pytest.mark.threat("T47")
def test_an_inbox_on_another_host_makes_no_actor(tx):
    with pytest.raises(NotAllowed):
        store_actor(tx, actor_document("rose", inbox=VICTIM), NOW)

    assert tx.one("select 1 as found from actor where inbox = :inbox", inbox=VICTIM) is None


@pytest.mark.threat("T47")
def test_an_actor_that_is_known_cannot_move_its_inbox_to_another_host(tx):
    rose = add_neighbour(tx, "rose", shared_inbox=None)

    with pytest.raises(NotAllowed):
        store_actor(tx, actor_document("rose", inbox=VICTIM), NOW)

    assert set(inboxes_of(tx, [rose.id], shared=False)) == {rose.inbox}


@pytest.mark.threat("T47")
def test_nothing_is_delivered_to_a_shared_inbox_on_another_host(tx):
    rose = add_neighbour(tx, "rose", shared_inbox=VICTIM)

    assert set(inboxes_of(tx, [rose.id], shared=True)) == {f"{THERE}/people/rose/inbox"}
