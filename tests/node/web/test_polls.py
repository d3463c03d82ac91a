"""Polls on pages: asking, choosing, and what stands there afterwards."""

import pytest

from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft, PollDraft
from tests.neighbours import NOW

POLL = PollDraft(choices=("Friday", "Sunday"), lasts_s=86_400)


@pytest.fixture
async def asked(house):
    """A poll by rosa; the address of its page."""
    rosa = await house.person("rosa_lane")
    draft = Draft(text="When do we walk?", poll=POLL)
    post_id = await house.do(publish, rosa.actor, draft, NOW)
    entity = (await rosa.get(f"/api/v1/statuses/{post_id}")).value
    return entity["uri"].removeprefix("https://group.example")


async def test_a_member_chooses_and_then_sees_the_count(ann, asked):
    page = await ann.open(asked)
    assert 'type="radio" name="choice" value="1" required' in page.text

    form = {"token": page.fields["token"], "post": page.fields["post"], "choice": "1"}
    done = await ann.send("/vote", form | {"next": asked})
    after = await ann.open(asked)

    assert (done.status, done.location) == (303, f"{asked}#p{page.fields['post']}")
    assert 'type="radio"' not in after.text
    assert "1 · your vote" in after.text


async def test_a_visitor_sees_the_count_and_cannot_choose(visitor, asked):
    page = await visitor.open(asked)

    assert "Sunday" in page.text
    assert 'action="/vote"' not in page.text


async def test_an_ended_poll_is_over(house, ann, asked):
    house.clock.at = NOW + 86_400

    page = await ann.open(asked)

    assert " · over" in page.text
    assert 'action="/vote"' not in page.text


async def test_a_second_vote_gets_a_sentence(ann, asked):
    page = await ann.open(asked)
    form = {"token": page.fields["token"], "post": page.fields["post"], "choice": "1"}
    await ann.send("/vote", form)

    again = await ann.send("/vote", form)

    assert again.status == 422
    assert "You have voted in this poll." in again.text


async def ask_people(ann, *choices, **more):
    """What the page for writing answers to a question with those choices."""
    token = (await ann.open("/new")).fields["token"]
    form = {"token": token, "text": "When?", "visibility": "public", **more}
    chosen = [("choice", choice) for choice in choices]
    return await ann.ask("POST", "/new", data=[*form.items(), *chosen])


async def test_a_poll_is_asked_from_the_page_for_writing(ann):
    made = await ask_people(ann, "Friday", "Sunday", "", lasts="3600", several="true")

    shown = await ann.open(made.location)
    assert made.status == 303
    assert "Friday" in shown.text
    assert "until" in shown.text


async def test_choices_that_cannot_be_asked_stay_in_the_form(ann):
    refused = await ask_people(ann, "Friday", "")

    assert refused.status == 422
    assert "A poll has from 2 to 20 choices." in refused.text
    assert 'name="choice" value="Friday"' in refused.text
