"""What is said behind a door, asked for by nodes that have a member there and by everybody else."""

import json

import pytest

from federation.documents import Key
from federation.signatures import sign_request
from node.topics.accounts.store import any_account_by_name
from node.topics.accounts.suspension import suspend
from node.topics.communities.store import put_member
from node.topics.members.actions import Founding, end_follow, follow, found_community, take_yes
from node.topics.members.store import Follow, follow_between, put_follow
from node.topics.permissions.rules import Role
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour
from tests.peers.stub import RSA_PUBLIC, key_of

ACTIVITY = "application/activity+json"
VALLEY, HILL, MOOR = "https://valley.example", "https://hill.example", "https://moor.example"
HOLLOW = f"{ORIGIN}/communities/hollow"
LISTS = (
    "/communities/hollow/outbox",
    f"/communities/hollow/outbox?before={2**62}",
    "/communities/hollow/followers",
    "/communities/hollow/featured",
    "/communities/hollow/moderators",
)


def add_keyed(tx, name, origin, kind="Person"):
    iri = f"{origin}/people/{name}"
    key = Key(iri=f"{iri}#main-key", owner=iri, algorithm="rsa", public_key=RSA_PUBLIC)
    return add_neighbour(tx, name, origin, kind=kind, keys=(key,))


@pytest.fixture
async def members(house):
    """The actors of other nodes by name: vera belongs to the community, vale is her node's own
    actor, mia belongs as well, of moor; hilda of hill does not, nor has she anything to do with
    it."""

    def prepare(tx):
        return {
            "vera": add_keyed(tx, "vera", VALLEY),
            "vale": add_keyed(tx, "actor", VALLEY, "Application"),
            "mia": add_keyed(tx, "mia", MOOR),
            "hilda": add_keyed(tx, "hilda", HILL),
        }

    return await house.do(prepare)


@pytest.fixture
async def hollow(house, rosa, members):
    return await founded(house, rosa, members, "closed")


async def founded(house, rosa, members, door):
    founding = Founding(
        origin=ORIGIN,
        name="hollow",
        title="Hollow",
        visibility=door,
        joining="approval",
        elsewhere=True,
    )
    group = await house.do(found_community, founding, rosa.actor, KEYS, NOW)

    def let_in(tx):
        for name in ("vera", "mia"):
            who = members[name]
            put_follow(tx, Follow(who.id, who.id, group.id, f"{who.iri}/f", "accepted", NOW))
            put_member(tx, group.id, who.id, Role.MEMBER, NOW, "approval")

    await house.do(let_in)
    return group


async def written(house, rosa, text="@hollow A quiet word"):
    post_id = await house.do(publish, rosa.actor, Draft(text=text), NOW)
    return await house.do(post_by_id, post_id)


async def asked(house, url, signer=None):
    """Status, words and what caches may do, as whoever signs is answered, or a visitor."""
    headers = {"Accept": ACTIVITY, "Host": "group.example"}
    if signer is not None:
        headers |= sign_request("GET", url, None, key_of(signer.iri), NOW)
    path = url.removeprefix(ORIGIN)
    async with house.client.request("GET", path, headers=headers) as reply:
        return reply.status, await reply.text(), reply.headers.get("Cache-Control")


@pytest.mark.feature("F03", "F13")
@pytest.mark.threat("T22")
@pytest.mark.parametrize("name", ["vera", "vale"])
async def test_what_is_said_behind_a_door_is_given_to_a_node_with_a_member_and_kept_by_no_cache(
    house, rosa, members, hollow, name
):
    post = await written(house, rosa)

    status, words, cache = await asked(house, post.iri, members[name])

    assert (status, cache) == (200, "private, no-store")
    document = json.loads(words)
    assert "A quiet word" in document["content"]
    assert document["to"] == [HOLLOW, f"{HOLLOW}/followers"]
    assert document["cc"] == []
    for path in LISTS:
        status, words, cache = await asked(house, ORIGIN + path, members[name])
        assert (status, cache) == (200, "private, no-store"), path
    listed = json.loads((await asked(house, ORIGIN + LISTS[1], members[name]))[1])
    assert [one["id"] for one in listed["orderedItems"]] == [post.iri]


@pytest.mark.feature("F03")
@pytest.mark.threat("T87", "T88", "T94")
async def test_to_everybody_else_it_looks_as_if_it_had_never_been(house, rosa, members, hollow):
    post = await written(house, rosa)
    absent = f"{ORIGIN}/posts/{'0' * 32}"
    for signer in (None, members["hilda"]):
        assert await asked(house, post.iri, signer) == await asked(house, absent, signer)
        for path in LISTS:
            never = ORIGIN + path.replace("hollow", "never")
            assert await asked(house, ORIGIN + path, signer) == await asked(house, never, signer)


@pytest.mark.feature("F03")
@pytest.mark.threat("T97")
async def test_when_its_last_member_has_left_a_node_is_given_nothing_more(
    house, rosa, members, hollow
):
    post = await written(house, rosa)

    await house.do(lambda tx: end_follow(tx, follow_between(tx, members["vera"].id, hollow.id)))

    for name in ("vera", "vale"):
        assert (await asked(house, post.iri, members[name]))[0] == 404
        assert (await asked(house, ORIGIN + LISTS[1], members[name]))[0] == 404
    assert (await asked(house, post.iri, members["mia"]))[0] == 200


@pytest.mark.feature("F13")
@pytest.mark.threat("T88", "T94")
async def test_a_hidden_community_says_who_it_is_to_nodes_with_a_member_alone(house, rosa, members):
    await founded(house, rosa, members, "hidden")
    never = f"{ORIGIN}/communities/never"

    for name in ("vera", "vale"):
        status, words, cache = await asked(house, HOLLOW, members[name])
        assert (status, cache) == (200, "private, no-store")
        document = json.loads(words)
        assert document["publicKey"]["owner"] == HOLLOW
        assert (document["manuallyApprovesFollowers"], document["discoverable"]) == (True, False)
    for signer in (None, members["hilda"]):
        assert await asked(house, HOLLOW, signer) == await asked(house, never, signer)


@pytest.mark.feature("F13")
async def test_a_closed_community_for_people_elsewhere_says_to_everybody_who_it_is(
    house, members, hollow
):
    status, words, _ = await asked(house, HOLLOW)

    document = json.loads(words)
    assert (status, document["name"]) == (200, "Hollow")
    assert (document["manuallyApprovesFollowers"], document["discoverable"]) == (True, True)


@pytest.mark.feature("F13")
@pytest.mark.threat("T90")
async def test_a_node_is_told_of_no_moderator_who_lives_on_a_third(house, members, hollow):
    await house.do(put_moderator, hollow, members["mia"])

    there = json.loads((await asked(house, f"{HOLLOW}/moderators", members["vera"]))[1])
    own = json.loads((await asked(house, f"{HOLLOW}/moderators", members["mia"]))[1])

    assert there["orderedItems"] == [f"{ORIGIN}/people/rosa"]
    assert sorted(own["orderedItems"]) == [f"{ORIGIN}/people/rosa", members["mia"].iri]


def put_moderator(tx, group, who):
    tx.run(
        """
        update membership set role = 'moderator'
        where community_id = :group_id and actor_id = :actor_id
        """,
        group_id=group.id,
        actor_id=who.id,
    )


@pytest.mark.feature("F13")
@pytest.mark.threat("T88")
async def test_a_node_with_a_copy_may_ask_whether_another_has_a_member(house, members, hollow):
    def url(who):
        return f"{HOLLOW}/followers?is_follower={who.iri}"

    assert (await asked(house, url(members["mia"]), members["vera"]))[0] == 200
    no = await asked(house, url(members["hilda"]), members["vera"])
    assert no[0] == 404
    for signer in (None, members["hilda"]):
        assert (await asked(house, url(members["mia"]), signer))[0] == 404


@pytest.mark.threat("T92")
@pytest.mark.feature("F13")
async def test_a_node_reads_its_own_part_of_the_members_also_of_a_hidden_community(
    house, rosa, members
):
    await founded(house, rosa, members, "hidden")
    url = f"{HOLLOW}/followers?domain=valley.example"

    status, words, _ = await asked(house, url, members["vale"])

    assert (status, json.loads(words)["orderedItems"]) == (200, [members["vera"].iri])
    assert (await asked(house, url, members["mia"]))[0] == 404


@pytest.mark.threat("T83")
async def test_what_somebody_suspended_said_in_a_community_elsewhere_is_not_given_to_its_home(
    house, rosa, members
):
    def write(tx):
        circle = add_neighbour(tx, "circle", VALLEY, kind="Group", approves_followers=True)
        follow(tx, rosa.actor, circle, NOW)
        take_yes(tx, follow_between(tx, rosa.actor.id, circle.id), circle, NOW)
        text = "@circle@valley.example A quiet word"
        return post_by_id(tx, publish(tx, rosa.actor, Draft(text=text), NOW))

    post = await house.do(write)
    before, words, _ = await asked(house, post.iri, members["vale"])
    await house.do(lambda tx: suspend(tx, any_account_by_name(tx, "rosa"), NOW))

    assert (before, "A quiet word" in words) == (200, True)
    assert (await asked(house, post.iri, members["vale"]))[0] == 404
