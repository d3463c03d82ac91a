"""Searching over the client API."""

import pytest

from node.http.services import Found
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, add_neighbour, note

SEARCH = "/api/v2/search"


async def test_somebody_of_another_node_is_found_by_handle_when_other_nodes_may_be_asked(
    house, rosa
):
    bert = await house.do(add_neighbour, "bert")
    house.resolver.known["@bert@valley.example"] = Found(actor_id=bert.id)

    reply = await rosa.get(f"{SEARCH}?q=@bert@valley.example&resolve=true&type=accounts")

    assert [one["id"] for one in reply.value["accounts"]] == [str(bert.id)]
    assert house.resolver.asked == ["@bert@valley.example"]


async def test_a_post_is_found_by_its_address(house, rosa):
    bert = await house.do(add_neighbour, "bert")
    post_id = await house.do(store_fetched_post, note(bert), NOW)
    address = note(bert).iri
    house.resolver.known[address] = Found(post_id=post_id)

    reply = await rosa.get(SEARCH, params={"q": address, "resolve": "1"})

    assert [one["uri"] for one in reply.value["statuses"]] == [address]
    assert reply.value["accounts"] == []


async def test_what_an_address_leads_to_stands_on_the_first_page_of_a_search_alone(rosa):
    address = (await rosa.say("Hello"))["uri"]

    first = await rosa.get(SEARCH, params={"q": address})
    second = await rosa.get(SEARCH, params={"q": address, "offset": "1"})

    assert [one["uri"] for one in first.value["statuses"]] == [address]
    assert second.value == {"accounts": [], "statuses": [], "hashtags": []}


@pytest.mark.threat("T95")
async def test_a_search_finds_no_post_that_the_asker_may_not_see(house, rosa, tilda):
    hidden = await rosa.say("For few", visibility="direct")
    house.resolver.known[hidden["uri"]] = Found(post_id=int(hidden["id"]))

    reply = await tilda.get(SEARCH, params={"q": hidden["uri"], "resolve": "true"})

    assert reply.value["statuses"] == []


async def test_members_find_by_the_beginning_of_a_name(rosa, tilda):
    reply = await rosa.get(f"{SEARCH}?q=til")
    accounts = await rosa.get("/api/v1/accounts/search?q=til")

    assert [one["acct"] for one in reply.value["accounts"]] == ["tilda"]
    assert accounts.ids == [tilda.id]


@pytest.mark.threat("T70")
async def test_visitors_find_whom_they_can_name_and_list_nobody(house, tilda):
    by_start = await house.visitor.get(f"{SEARCH}?q=til")
    by_name = await house.visitor.get(f"{SEARCH}?q=tilda@group.example")

    assert by_start.value["accounts"] == []
    assert [one["acct"] for one in by_name.value["accounts"]] == ["tilda"]
    await house.visitor.get("/api/v1/accounts/search?q=til", status=401)


async def test_visitors_have_no_other_node_asked(house):
    await house.visitor.get(f"{SEARCH}?q=@bert@valley.example&resolve=true", status=401)

    assert house.resolver.asked == []


async def test_only_those_one_follows_are_found_if_that_is_asked(rosa, tilda):
    assert (await rosa.get("/api/v1/accounts/search?q=til&following=true")).ids == []
    await rosa.post(f"/api/v1/accounts/{tilda.id}/follow")
    assert (await rosa.get("/api/v1/accounts/search?q=til&following=true")).ids == [tilda.id]
