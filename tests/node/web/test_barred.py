"""Pages say that somebody may not write here before they begin, and apps when they try."""

import pytest

from node.topics.accounts.store import account_by_name
from node.topics.actors.store import actor_by_iri
from node.topics.moderation.changes import Change, ban_person
from node.topics.moderation.rules import FOR_EVER
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, ORIGIN, add_group, add_neighbour
from tests.node.house import Caller

BANNED = "This community has shut you out for now."
NOT_LET_IN = "This community lets only its members write."


@pytest.fixture
async def barred(house, ann, tilda):
    """A conversation in a community that has shut ann out; its path."""
    me = await house.do(actor_by_iri, f"{ORIGIN}/people/ann")
    group = await house.do(add_group, "walkers", tilda.actor)
    post_id = await house.do(publish, tilda.actor, Draft(text="Hello @walkers"), NOW)
    change = Change(group=group, by_iri=group.iri, activity_iri=f"{group.iri}/b", now=NOW)
    await house.do(ban_person, change, me, FOR_EVER, removes=False)
    row = await house.do(lambda tx: tx.one("select iri from post where id = :id", id=post_id))
    return post_id, row["iri"].removeprefix(ORIGIN)


async def test_a_page_says_why_in_place_of_the_form(ann, barred):
    page = await ann.open(barred[1])

    assert f'id="answer">{BANNED}</p>' in page.text
    assert 'name="text"' not in page.text


async def test_the_page_for_writing_says_it_above_the_form(house, ann, barred):
    await house.do(add_neighbour, "club", kind="Group", approves_followers=True)

    assert BANNED in (await ann.open("/new?with=@walkers")).text
    assert NOT_LET_IN in (await ann.open("/new?with=@club@valley.example")).text
    assert "shut you out" not in (await ann.open("/new?with=@tilda")).text


async def test_what_is_sent_nevertheless_is_refused_with_the_same_words_and_kept_to_be_copied(
    house, ann, barred
):
    token = (await ann.open("/new")).fields["token"]
    form = {"token": token, "text": "I was here @walkers", "visibility": "public"}

    page = await ann.send("/new", form)
    answer = await ann.send("/new", form | {"parent": str(barred[0])})

    for one in (page, answer):
        assert (one.status, BANNED in one.text, "I was here" in one.text) == (422, True, True)


async def test_an_app_is_told_the_same(house, barred):
    account = await house.do(account_by_name, "ann")
    app = await house.with_token(Caller(house.client, None, None, account), "read write")

    reply = await app.ask("POST", "/api/v1/statuses", data={"status": "Me too @walkers"})

    assert (reply.status, reply.error) == (403, BANNED)
