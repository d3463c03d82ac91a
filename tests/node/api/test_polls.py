"""Polls over the client API: asking, choosing, looking."""

import pytest

from tests.neighbours import NOW

STATUSES = "/api/v1/statuses"
ASKED = {
    "status": "When do we walk?",
    "poll": {"options": ["Friday", "Sunday"], "expires_in": 86_400},
}


async def asked(person, **changes):
    poll = ASKED["poll"] | changes.pop("poll", {})
    reply = await person.must("POST", STATUSES, json=ASKED | changes | {"poll": poll})
    return reply.value


async def test_a_poll_is_asked_with_a_post(rosa):
    status = await asked(rosa)

    assert status["poll"] == {
        "id": status["id"],
        "expires_at": "2027-01-16T08:00:00.000Z",
        "expired": False,
        "multiple": False,
        "votes_count": 0,
        "voters_count": 0,
        "options": [
            {"title": "Friday", "votes_count": 0},
            {"title": "Sunday", "votes_count": 0},
        ],
        "emojis": [],
        "voted": False,
        "own_votes": [],
    }


async def test_a_poll_may_come_as_a_form(rosa):
    form = [
        ("status", "When?"),
        ("poll[options][]", "Friday"),
        ("poll[options][]", "Sunday"),
        ("poll[expires_in]", "600"),
        ("poll[multiple]", "true"),
    ]

    status = (await rosa.post(STATUSES, form)).value

    assert status["poll"]["multiple"] is True
    assert [one["title"] for one in status["poll"]["options"]] == ["Friday", "Sunday"]


@pytest.mark.parametrize(
    ("poll", "sentence"),
    [
        ({"options": ["Friday"]}, "A poll has from 2 to 20 choices."),
        ({"options": [str(n) for n in range(21)]}, "A poll has from 2 to 20 choices."),
        ({"options": ["Friday", " "]}, "A choice of a poll cannot be empty."),
        ({"options": ["Friday", "friday "]}, "Two choices of a poll cannot be the same."),
        ({"options": ["Friday", "x" * 101]}, "A choice has at most 100 characters."),
        ({"expires_in": 299}, "A poll lasts from five minutes to sixty days."),
        ({"expires_in": 61 * 86_400}, "A poll lasts from five minutes to sixty days."),
        ({"expires_in": "soon"}, "Say how long the poll lasts: expires_in, in seconds."),
        ({"hide_totals": True}, "This node shows everybody how many voted."),
    ],
)
async def test_a_poll_that_cannot_be_asked_is_refused_with_a_sentence(rosa, poll, sentence):
    reply = await rosa.must("POST", STATUSES, 422, json=ASKED | {"poll": ASKED["poll"] | poll})

    assert reply.error == sentence


async def test_a_vote_is_counted_and_shown_to_the_voter_alone(rosa, tilda):
    status = await asked(rosa)
    path = f"/api/v1/polls/{status['id']}"

    voted = (await tilda.post(f"{path}/votes", {"choices[]": "1"})).value

    assert (voted["voted"], voted["own_votes"], voted["votes_count"]) == (True, [1], 1)
    seen = (await rosa.get(path)).value
    assert (seen["voted"], seen["own_votes"], seen["votes_count"]) == (False, [], 1)


async def test_a_timeline_shows_each_reader_their_own_vote(rosa, tilda):
    await tilda.post(f"/api/v1/accounts/{rosa.id}/follow")
    status = await asked(rosa)
    for person in (rosa, tilda):
        await person.get("/api/v1/timelines/home")

    await tilda.must("POST", f"/api/v1/polls/{status['id']}/votes", json={"choices": [0]})

    (of_rosa,) = (await rosa.get("/api/v1/timelines/home")).value
    (of_tilda,) = (await tilda.get("/api/v1/timelines/home")).value
    assert (of_rosa["poll"]["voted"], of_rosa["poll"]["votes_count"]) == (False, 1)
    assert (of_tilda["poll"]["own_votes"], of_tilda["poll"]["votes_count"]) == ([0], 1)


async def test_a_second_vote_is_refused(rosa, tilda):
    status = await asked(rosa)
    path = f"/api/v1/polls/{status['id']}/votes"
    await tilda.post(path, {"choices[]": "1"})

    reply = await tilda.must("POST", path, 422, data={"choices[]": "0"})

    assert reply.error == "You have voted in this poll."


@pytest.mark.threat("T94")
async def test_a_hidden_poll_and_none_look_the_same(rosa, tilda):
    hidden = await asked(rosa, visibility="private")
    plain = await rosa.say("Hello")

    for method, end in (("GET", ""), ("POST", "/votes")):
        replies = [
            await tilda.must(method, f"/api/v1/polls/{one}{end}", 404)
            for one in (hidden["id"], plain["id"], "123")
        ]
        assert len({reply.text for reply in replies}) == 1


async def test_an_ended_poll_says_so(house, rosa):
    status = await asked(rosa)
    house.clock.at = NOW + 86_400

    poll = (await rosa.get(f"/api/v1/polls/{status['id']}")).value

    assert poll["expired"] is True


async def test_an_edit_may_repeat_what_the_poll_asks_and_not_change_it(rosa):
    status = await asked(rosa)
    path = f"{STATUSES}/{status['id']}"

    await rosa.must("PUT", path, json=ASKED | {"status": "When shall we walk?"})
    other = ASKED["poll"] | {"options": ["Friday", "Monday"]}
    reply = await rosa.must("PUT", path, 422, json=ASKED | {"poll": other})

    assert reply.error == "What a poll asks stays as it is. Delete the post and write it anew."
    assert (await rosa.get(path)).value["content"] == "<p>When shall we walk?</p>"
