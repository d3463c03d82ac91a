"""What a member who has just come here is shown, and kept from doing by mistake."""

import pytest

from tests.neighbours import add_group


@pytest.mark.parametrize("text", ["@bem only: my diagnosis", "for nobody", "@ann a note"])
async def test_a_message_to_people_who_are_not_found_is_not_sent_and_keeps_its_words(ann, text):
    token = (await ann.open("/new")).fields["token"]
    form = {"token": token, "text": text, "visibility": "direct"}

    page = await ann.send("/new", form)

    assert (page.status, "Nobody whom you named was found" in page.text) == (422, True)
    assert text in page.text


async def test_a_message_to_somebody_who_is_here_is_sent(ann, tilda):
    token = (await ann.open("/new")).fields["token"]
    form = {"token": token, "text": "@tilda only for you", "visibility": "direct"}

    assert (await ann.send("/new", form)).status == 303


async def test_the_communities_of_this_place_stand_where_one_looks_for_them(house, ann, tilda):
    await house.do(add_group, "walkers", tilda.actor)

    assert "@walkers" in (await ann.open("/find")).text
    assert "Communities here" not in (await ann.open("/find?q=somebody")).text
