"""Blocks and mutes over the client API."""

import pytest

from node.base.instants import instant
from node.topics.members.actions import follow
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, ORIGIN, add_neighbour, note

pytestmark = pytest.mark.feature("M10")
RELATIONSHIPS = "/api/v1/accounts/relationships?id[]="


async def test_a_block_shows_in_the_relationship_and_the_list_and_goes_again(house, rosa, tilda):
    await house.do(follow, rosa.actor, tilda.actor, NOW)

    made = (await rosa.post(f"/api/v1/accounts/{tilda.id}/block")).value

    assert (made["blocking"], made["blocked_by"], made["following"]) == (True, False, False)
    assert (await tilda.get(RELATIONSHIPS + rosa.id)).value[0]["blocked_by"] is True
    assert (await rosa.get("/api/v1/blocks")).ids == [tilda.id]
    assert (await tilda.get("/api/v1/blocks")).ids == []
    undone = (await rosa.post(f"/api/v1/accounts/{tilda.id}/unblock")).value
    assert undone["blocking"] is False
    assert (await rosa.get("/api/v1/blocks")).ids == []


async def test_the_sender_is_woken_to_tell_the_other_home(house, rosa):
    bert = await house.do(add_neighbour, "bert")
    house.woken.clear()

    await rosa.post(f"/api/v1/accounts/{bert.id}/block")

    assert house.woken
    kinds = await house.db.read(lambda tx: tx.all("select kind from outbox_entry"))
    assert [row["kind"] for row in kinds] == ["Block"]


async def test_the_blocked_and_the_blocker_are_shown_nothing_of_each_other(rosa, tilda):
    mine, theirs = await rosa.say("Mine"), await tilda.say("Theirs")
    await rosa.post(f"/api/v1/accounts/{tilda.id}/block")

    for one, other in ((rosa, theirs), (tilda, mine)):
        await one.must("GET", f"/api/v1/statuses/{other['id']}", 404)
        assert other["id"] not in (await one.get("/api/v1/timelines/public")).ids
        whose = other["account"]["id"]
        assert (await one.get(f"/api/v1/accounts/{whose}/statuses")).ids == []
        path = f"/api/v1/statuses/{other['id']}/favourite"
        await one.must("POST", path, 404)
        found = (await one.get(f"/api/v2/search?q={other['uri']}")).value
        assert found["statuses"] == []


async def test_who_likes_and_passes_on_is_listed_without_the_other_of_the_two(house, rosa, tilda):
    carl = await house.person("carl")
    post = await carl.say("Hello")
    for verb in ("favourite", "reblog"):
        await tilda.post(f"/api/v1/statuses/{post['id']}/{verb}")
    await rosa.post(f"/api/v1/accounts/{tilda.id}/block")

    for who, ids in ((rosa, []), (carl, [tilda.id]), (house.visitor, [tilda.id])):
        for name in ("favourited_by", "reblogged_by"):
            assert (await who.get(f"/api/v1/statuses/{post['id']}/{name}")).ids == ids


async def test_a_mute_says_what_it_hides_and_when_it_ends(house, rosa, tilda):
    path = f"/api/v1/accounts/{tilda.id}/mute"

    made = (await rosa.post(path, {"duration": "3600", "notifications": "false"})).value

    assert (made["muting"], made["muting_notifications"]) == (True, False)
    assert made["muting_expires_at"] == instant(NOW + 3_600)
    (listed,) = (await rosa.get("/api/v1/mutes")).value
    assert (listed["id"], listed["mute_expires_at"]) == (tilda.id, instant(NOW + 3_600))
    again = (await rosa.post(path)).value
    assert (again["muting_notifications"], again["muting_expires_at"]) == (True, None)
    assert (await rosa.get("/api/v1/mutes")).value[0]["mute_expires_at"] is None
    undone = (await rosa.post(f"/api/v1/accounts/{tilda.id}/unmute")).value
    assert (undone["muting"], undone["muting_notifications"]) == (False, False)
    assert (await rosa.get("/api/v1/mutes")).value == []


@pytest.mark.threat("T99")
async def test_a_mute_is_told_to_nobody(house, rosa, tilda):
    bert = await house.do(add_neighbour, "bert")

    for other in (tilda.id, bert.id):
        await rosa.post(f"/api/v1/accounts/{other}/mute")

    seen = (await tilda.get(RELATIONSHIPS + rosa.id)).value[0]
    assert not any(value is True for value in seen.values())
    assert await house.db.read(lambda tx: tx.all("select kind from outbox_entry")) == []


async def test_the_lists_are_paged(house, rosa):
    people = [await house.person(f"p{number}") for number in range(3)]
    for one in people:
        await rosa.post(f"/api/v1/accounts/{one.id}/block")
        await rosa.post(f"/api/v1/accounts/{one.id}/mute")

    for path in ("/api/v1/blocks", "/api/v1/mutes"):
        newest = await rosa.get(f"{path}?limit=2")
        older = await rosa.get(newest.way("next"))
        assert newest.ids + older.ids == [one.id for one in reversed(people)]


@pytest.mark.parametrize("verb", ["block", "mute"])
async def test_nobody_does_it_to_themselves_or_without_the_scope(house, rosa, verb):
    reading = await house.with_token(rosa, "read")
    path = f"/api/v1/accounts/{rosa.id}/{verb}"

    by_self = (await rosa.ask("POST", path)).status
    without = (await reading.ask("POST", path)).status
    by_nobody = (await house.visitor.ask("GET", f"/api/v1/{verb}s")).status

    assert (by_self, without, by_nobody) == (422, 403, 401)


async def test_what_is_quoted_of_the_blocked_is_left_out_of_what_is_kept_encoded(
    house, rosa, tilda
):
    bert = await house.do(add_neighbour, "bert")
    theirs = await tilda.say("Words of tilda")
    quoting = await house.do(store_fetched_post, note(bert, quote=theirs["uri"]), NOW)

    def agree(tx):
        tx.run(
            """
            insert into quote_stamp (iri, author_id, quoted_iri, quoting_iri, created_at)
            select :iri, :author, :quoted, p.iri, 0 from post p where p.id = :id
            """,
            iri=f"{ORIGIN}/stamps/1",
            author=tilda.actor.id,
            quoted=theirs["uri"],
            id=quoting,
        )

    await house.db.write(agree)

    async def quoted(caller):
        found = (await caller.get("/api/v1/timelines/public")).value
        return next(one for one in found if one["id"] == str(quoting))["quote"]

    before = await quoted(rosa)
    await rosa.post(f"/api/v1/accounts/{tilda.id}/block")

    assert before["quoted_status"]["content"] == "<p>Words of tilda</p>"
    assert await quoted(rosa) is None
    assert (await rosa.get(f"/api/v1/statuses/{quoting}")).value["quote"] is None
    assert await quoted(house.visitor) == before
