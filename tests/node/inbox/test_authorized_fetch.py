"""Who of other nodes may read our documents, in the open and in a closed circle."""

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from federation.signatures import sign_request
from node.base.errors import NotAllowed, Unauthorised
from node.inbox.authorized_fetch import AuthorizedFetch
from node.peers.rules import Policy
from node.peers.store import put_mode, put_policy
from tests.neighbours import KEYS
from tests.peers.stub import NOW, OTHER_PRIVATE, THERE, key_of, person_document

ORIGIN = "https://group.example"
NODE = f"{THERE}/actor"


def asking(path="/people/ann", signer=None, headers=None, **how) -> web.Request:
    """A GET for a document, signed by `signer` if there is one."""
    if headers is not None:
        return make_mocked_request("GET", path, headers=headers)
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
    return AuthorizedFetch(ORIGIN, node.keys, node.peers, node.clock)


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
    assert await readers.check(asking()) is None
    assert node.gate.asked == []


async def test_whoever_signs_is_known_by_the_key(node, readers):
    assert await readers.check(asking("/posts/1", signer=NODE)) == NODE
    assert await readers.check(asking("/posts/1?page=2", signer=NODE)) == NODE
    assert node.gate.asked == [NODE]


@pytest.mark.threat("T4")
async def test_whoever_leaves_the_query_unsigned_is_a_visitor_and_nobody_where_one_must_sign(
    node, readers
):
    path = "/people/ann/followers?domain=valley.example"
    bare = asking(path, headers=asking(path.partition("?")[0], signer=NODE).headers)
    strict = AuthorizedFetch(ORIGIN, node.keys, node.peers, node.clock, must_sign=True)

    assert await readers.check(asking(path, signer=NODE)) == NODE
    assert await readers.check(bare) is None
    assert (await refusal(strict.check(bare)))[0] == 401


@pytest.mark.threat("T4")
async def test_a_signature_that_does_not_hold_is_refused_even_where_none_is_needed(node, readers):
    wrong = asking("/posts/1", signer=NODE, pem=OTHER_PRIVATE)
    elsewhere = asking("/posts/2", headers=asking("/posts/1", signer=NODE).headers)
    ours = asking("/posts/1", signer="https://group.example/people/ann", pem=KEYS[0])

    for request in (wrong, elsewhere, ours, asking("/posts/1", signer=f"{THERE}/people/nobody")):
        assert (await refusal(readers.check(request)))[0] == 401


@pytest.mark.threat("T9")
async def test_nobody_is_asked_for_a_key_before_they_may_read_ours(node, readers):
    for signer in (NODE, f"{THERE}/people/nobody"):
        assert await readers.check(asking(signer=signer), is_who=True) is None

    assert node.gate.asked == []


async def test_where_readers_must_sign_posts_need_a_signature_and_who_somebody_is_needs_none(
    node, readers
):
    strict = AuthorizedFetch(ORIGIN, node.keys, node.peers, node.clock, must_sign=True)

    assert (await refusal(strict.check(asking("/posts/1"))))[0] == 401
    assert await strict.check(asking("/posts/1", signer=NODE)) == NODE
    assert await strict.check(asking(), is_who=True) is None


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
