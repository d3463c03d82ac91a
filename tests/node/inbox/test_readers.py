"""Who of other nodes may read our documents, in the open and in a closed circle."""

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from federation.signatures import sign_request
from node.errors import NotAllowed, Unauthorised
from node.inbox.readers import SignedReaders
from node.peers.rules import Policy
from node.peers.store import put_mode, put_policy
from tests.peers.stub import NOW, OTHER_PRIVATE, THERE, key_of, person_document

ORIGIN = "https://group.example"
NODE = f"{THERE}/actor"


def asking(path="/people/ann", signer=None, **how) -> web.Request:
    """A GET for a document, signed by `signer` if there is one."""
    headers = {"Host": "group.example", "Accept": "application/activity+json"}
    if signer is not None:
        headers |= sign_request("GET", ORIGIN + path, None, key_of(signer, **how), NOW)
    return make_mocked_request("GET", path, headers=headers)


@pytest.fixture
def readers(node):
    """Those who read here; valley.example can be asked for its key."""
    node.gate.documents[NODE] = person_document("actor") | {"id": NODE, "type": "Application"}
    key = {"id": f"{NODE}#main-key", "owner": NODE}
    node.gate.documents[NODE]["publicKey"] |= key
    node.gate.documents[NODE]["inbox"] = f"{NODE}/inbox"
    return SignedReaders(ORIGIN, node.keys, node.peers, node.clock)


async def close(node, *trusted):
    for host in trusted:
        await node.db.write(put_policy, host, Policy.TRUSTED, "", NOW)
    await node.db.write(put_mode, is_closed=True)
    await node.peers.refresh(node.db)


async def refusal(checking) -> tuple[int, str]:
    with pytest.raises((Unauthorised, NotAllowed)) as caught:
        await checking
    return caught.value.status, caught.value.sentence


async def test_in_the_open_documents_are_for_everybody(node, readers):
    await readers.check(asking())
    await readers.check(asking(signer=f"{THERE}/people/unknown"))

    assert node.gate.asked == []


@pytest.mark.threat("T104")
async def test_a_blocked_host_is_given_nothing_when_it_says_who_it_is(node, readers):
    await node.db.write(put_policy, "valley.example", Policy.BLOCKED, "", NOW)
    await node.peers.refresh(node.db)

    assert (await refusal(readers.check(asking(signer=NODE))))[0] == 403


@pytest.mark.feature("F05")
async def test_a_closed_circle_gives_documents_to_trusted_peers_that_sign(node, readers):
    await close(node, "valley.example")

    await readers.check(asking(signer=NODE))

    assert node.gate.asked == [NODE]


@pytest.mark.feature("F05")
async def test_a_closed_circle_gives_nothing_to_those_who_do_not_sign(node, readers):
    await close(node, "valley.example")

    assert (await refusal(readers.check(asking())))[0] == 401


@pytest.mark.feature("F05")
async def test_a_closed_circle_gives_nothing_for_a_signature_that_does_not_hold(node, readers):
    await close(node, "valley.example")

    assert (await refusal(readers.check(asking(signer=NODE, pem=OTHER_PRIVATE))))[0] == 401


@pytest.mark.feature("F05")
async def test_strangers_get_the_same_answer_whatever_exists_and_nobody_is_asked(node, readers):
    await close(node)

    answers = {
        await refusal(readers.check(asking(path, signer=NODE)))
        for path in ("/people/ann", "/people/nobody", "/posts/1", "/communities/secret")
    }

    assert len(answers) == 1
    assert next(iter(answers))[0] == 403
    assert node.gate.asked == []
