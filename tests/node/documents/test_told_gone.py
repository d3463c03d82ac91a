"""A node that asks for what was deleted is told so, and whoever deleted it sees that it was."""

import pytest

from federation.documents import Key
from node.outbox.deletions import lines_of
from node.outbox.receipts import note_readers
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import delete, publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, ORIGIN, add_neighbour
from tests.node.documents.test_documents import ACTIVITY, HILL, VALLEY, signed_read
from tests.peers.stub import RSA_PUBLIC


@pytest.fixture
async def readers(house):
    """The iris of somebody of valley, who had it, and of hill, who had not."""

    def prepare(tx):
        iris = [f"{origin}/people/rose" for origin in (VALLEY, HILL)]
        for iri in iris:
            key = Key(iri=f"{iri}#main-key", owner=iri, algorithm="rsa", public_key=RSA_PUBLIC)
            add_neighbour(tx, "rose", iri.partition("/people")[0], keys=(key,))
        return iris

    return await house.do(prepare)


async def deleted(house, author, visibility):
    """What was read by valley and then deleted: its address, and the id of the deletion."""

    def prepare(tx):
        post_id = publish(tx, author, Draft(text="Too much said", visibility=visibility), NOW)
        iri = post_by_id(tx, post_id).iri
        note_readers(tx, [iri], "valley.example", NOW)
        return iri, delete(tx, author, post_id, NOW)

    return await house.do(prepare)


@pytest.mark.feature("F12")
@pytest.mark.parametrize(("visibility", "status"), [("public", 410), ("followers", 404)])
async def test_who_asks_for_what_is_gone_has_been_told_so(house, rosa, readers, visibility, status):
    iri, deletion_id = await deleted(house, rosa.actor, visibility)

    for reader in readers:
        await signed_read(house, iri, reader, status)

    (line,) = await house.do(lines_of, deletion_id)
    assert (line.host, line.state, line.read_at) == ("valley.example", "taken", NOW)


@pytest.mark.feature("F12")
async def test_who_does_not_sign_has_been_told_nothing_in_anybodys_name(house, rosa, readers):
    iri, deletion_id = await deleted(house, rosa.actor, "public")

    headers = {"Accept": ACTIVITY, "Host": "group.example"}
    async with house.client.get(iri.removeprefix(ORIGIN), headers=headers) as reply:
        assert reply.status == 410

    (line,) = await house.do(lines_of, deletion_id)
    assert (line.state, line.read_at) == ("waiting", None)
