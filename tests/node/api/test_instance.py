"""What the node says of itself, and the lists that are empty here."""

import pytest

from node.api.routes import EMPTY_OWN, EMPTY_PUBLIC


@pytest.mark.parametrize("slash", ["", "/"])
async def test_the_node_describes_itself_to_old_and_new_clients(house, slash):
    old = (await house.visitor.get(f"/api/v1/instance{slash}")).value
    new = (await house.visitor.get(f"/api/v2/instance{slash}")).value

    assert (old["uri"], new["domain"]) == ("group.example", "group.example")
    assert old["version"] == new["version"]
    assert old["version"].startswith("4.4.0 (compatible; Hedgerow ")
    assert new["configuration"]["statuses"] == {
        "max_characters": 10_000,
        "max_media_attachments": 4,
        "characters_reserved_per_url": 23,
    }
    assert new["configuration"]["urls"]["streaming"] == "wss://group.example"
    assert new["registrations"]["min_age"] == 18
    assert new["registrations"]["enabled"] is False
    assert new["api_versions"] == {"mastodon": 3}


async def test_the_node_says_which_pictures_it_takes(house):
    for path in ("/api/v1/instance", "/api/v2/instance"):
        said = (await house.visitor.get(path)).value["configuration"]["media_attachments"]

        assert {"image/jpeg", "image/png", "image/webp"} <= set(said["supported_mime_types"])
        assert (said["image_size_limit"], said["image_matrix_limit"]) == (16_777_216, 40_000_000)
        assert (said["description_limit"], said["video_size_limit"]) == (1_500, 0)


@pytest.mark.threat("T103")
async def test_nobody_learns_whom_we_know_or_how_few_we_are(house, rosa):
    await rosa.say("Hello")

    assert (await house.visitor.get("/api/v1/instance/peers")).value == []
    stats = (await house.visitor.get("/api/v1/instance")).value["stats"]
    assert stats == {"user_count": 0, "status_count": 0, "domain_count": 0}


@pytest.mark.parametrize("path", EMPTY_PUBLIC)
async def test_what_is_not_here_is_an_empty_list_for_everybody(house, path):
    assert (await house.visitor.get(path)).value == []


@pytest.mark.parametrize("path", EMPTY_OWN)
async def test_what_one_cannot_have_yet_is_an_empty_list_of_ones_own(house, rosa, path):
    assert (await rosa.get(path)).value == []
    await house.visitor.get(path, status=401)


async def test_small_things_that_clients_ask_for_at_their_start(rosa):
    preferences = (await rosa.get("/api/v1/preferences")).value
    tag = (await rosa.get("/api/v1/tags/Hedges")).value

    assert preferences["posting:default:visibility"] == "public"
    assert (await rosa.get("/api/v1/markers?timeline[]=home")).value == {}
    assert (await rosa.post("/api/v1/markers", {"home[last_read_id]": "1"})).value == {}
    assert (await rosa.get("/api/v1/timelines/tag/hedges")).value == []
    assert (tag["name"], tag["url"]) == ("hedges", "https://group.example/tags/hedges")
    assert (await rosa.get("/api/v1/instance/extended_description")).value["content"]


async def test_what_is_unknown_is_not_found_in_json(rosa):
    reply = await rosa.get("/api/v1/no/such/thing", status=404)

    assert list(reply.value) == ["error"]
