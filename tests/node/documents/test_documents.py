"""What other nodes read at our addresses, and what looks to them as if it were not there."""

import json

import pytest

from federation import documents
from federation.documents import Key
from federation.signatures import sign_request
from node.arrivals.apply_context import ApplyContext
from node.base.ids import new_id
from node.outbox.audience import copy_holders
from node.topics.actors.store import actor_by_iri
from node.topics.conversations.collections import POSTS_PAGE
from node.topics.members.actions import Founding, found_community
from node.topics.members.blocks import block
from node.topics.members.store import Follow, put_follow
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import delete, publish
from node.topics.publishing.drafts import Draft
from node.topics.quotes.activities import receive_quote_request
from node.topics.quotes.store import stamps_about
from tests.neighbours import KEYS, NOW, ORIGIN, add_group, add_neighbour
from tests.peers.stub import OTHER_PRIVATE, RSA_PUBLIC, key_of

ACTIVITY = "application/activity+json"
LD = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


async def read(browser, path: str, status: int = 200, accept: str = ACTIVITY):
    """The document at a path of ours."""
    page = await browser.open(path, headers={"Accept": accept})
    assert page.status == status, page.text
    return json.loads(page.text)


@pytest.fixture
async def walkers(house, rosa):
    founding = Founding(
        origin=ORIGIN, name="walkers", title="Walkers", visibility="public", posting="anyone"
    )
    return await house.do(found_community, founding, rosa.actor, KEYS, NOW)


async def written(house, author, text="Hello", **fields):
    post_id = await house.do(publish, author.actor, Draft(text=text, **fields), NOW)
    return await house.do(post_by_id, post_id)


def path_of(post) -> str:
    return post.iri.removeprefix(ORIGIN)


@pytest.mark.parametrize("accept", [ACTIVITY, LD])
async def test_people_communities_and_the_node_are_documents(house, rosa, walkers, visitor, accept):
    for path, kind in (
        ("/people/rosa", "Person"),
        ("/communities/walkers", "Group"),
        ("/actor", "Application"),
    ):
        document = await read(visitor, path, accept=accept)
        assert (document["id"], document["type"]) == (ORIGIN + path, kind)
        assert document["publicKey"]["owner"] == document["id"]


@pytest.mark.parametrize("path", ["/people/rosa", "/communities/walkers", "/actor"])
async def test_every_collection_that_an_actor_names_is_there(house, rosa, walkers, visitor, path):
    actor = await read(visitor, path)

    for name in ("outbox", "followers", "following", "featured"):
        collection = await read(visitor, actor[name].removeprefix(ORIGIN))
        assert collection["id"] == actor[name]
        assert collection["type"] in ("Collection", "OrderedCollection")


async def test_a_browser_gets_the_page_at_the_same_address(rosa, visitor):
    page = await visitor.open("/people/rosa", headers={"Accept": "text/html"})

    assert page.headers["Content-Type"].startswith("text/html")
    assert "Accept" in page.headers["Vary"]


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
async def test_what_everybody_may_read_is_a_document(house, rosa, visitor, visibility):
    post = await written(house, rosa, visibility=visibility)

    document = await read(visitor, path_of(post))

    assert (document["id"], document["type"]) == (post.iri, "Note")
    assert document["@context"]


@pytest.mark.threat("T22")
@pytest.mark.parametrize("visibility", ["followers", "direct"])
async def test_what_not_everybody_may_read_looks_as_if_it_were_not_there(
    house, rosa, visitor, visibility
):
    post = await written(house, rosa, visibility=visibility)

    hidden = await read(visitor, path_of(post), 404)
    absent = await read(visitor, "/posts/" + "0" * 32, 404)

    assert hidden == absent
    assert await read(visitor, f"{path_of(post)}/replies", 404) == absent


@pytest.fixture
async def readers(house, rosa):
    """rose follows rosa, reed has asked to, and lily is a stranger; the node itself is there."""
    for name, state in (("rose", "accepted"), ("reed", "pending")):
        one = await signing(house, name)
        held = Follow(new_id(NOW), one.id, rosa.actor.id, f"{one.iri}/f", state, NOW)
        await house.do(put_follow, held)
    await signing(house, "lily")
    await signing(house, "valley", kind="Application")


async def signing(house, name, **changes):
    """Somebody of valley.example, stored with the key that they sign with."""
    iri = f"{VALLEY}/people/{name}"
    key = Key(iri=f"{iri}#main-key", owner=iri, algorithm="rsa", public_key=RSA_PUBLIC)
    return await house.do(add_neighbour, name, keys=(key,), **changes)


async def seen_by(visitor, path: str, name: str | None):
    """What is at a path for somebody of valley.example, who signs; or for a visitor."""
    headers = {"Accept": ACTIVITY}
    if name:
        key = key_of(f"{VALLEY}/people/{name}")
        headers |= sign_request("GET", ORIGIN + path, None, key, NOW)
        headers["Host"] = "group.example"
    return await visitor.open(path, headers=headers)


@pytest.mark.threat("T99")
async def test_whom_a_block_parts_is_given_nothing_of_the_other_by_any_address(
    house, rosa, readers, visitor
):
    post = await written(house, rosa, "Said to everybody else")
    lily = await house.do(actor_by_iri, f"{VALLEY}/people/lily")
    await house.do(block, rosa.actor, lily, NOW)
    row = await house.do(lambda tx: tx.one("select iri from outbox_entry where kind = 'Create'"))
    outbox = f"{rosa.actor.iri}/outbox"

    for address in (row["iri"], post.iri, outbox, f"{outbox}?before={2**62}"):
        path = address.removeprefix(ORIGIN)
        shown = [await seen_by(visitor, path, name) for name in ("lily", "reed", None)]
        assert ["Said to everybody" in one.text for one in shown] == [False, True, True]


@pytest.mark.threat("T22")
@pytest.mark.threat("T55")
@pytest.mark.parametrize("visibility", ["followers", "direct"])
async def test_a_post_for_some_is_given_to_those_it_is_for_and_kept_by_no_cache(
    house, rosa, readers, visitor, visibility
):
    text = "Hello" if visibility == "followers" else "Hello @rose@valley.example"
    path = path_of(await written(house, rosa, text, visibility=visibility))
    nothing = await seen_by(visitor, "/posts/nothing", "lily")

    theirs = await seen_by(visitor, path, "rose")
    others = [await seen_by(visitor, path, name) for name in ("lily", "reed", "valley", None)]
    again = await seen_by(visitor, path, "rose")

    assert (theirs.status, again.status) == (200, 200)
    assert theirs.headers["Cache-Control"] == "private, no-store"
    assert "Signature" in theirs.headers["Vary"]
    assert {(one.status, one.text) for one in others} == {(404, nothing.text)}
    assert {one.headers["Cache-Control"] for one in others} == {"no-store"}


async def test_a_public_post_is_the_same_for_whoever_signs_and_may_be_cached(
    house, rosa, readers, visitor
):
    path = path_of(await written(house, rosa))

    given = [await seen_by(visitor, path, name) for name in ("rose", "lily", None)]

    assert len({(one.status, one.text, one.headers["Cache-Control"]) for one in given}) == 1
    assert given[0].headers["Cache-Control"].startswith("public")


@pytest.mark.threat("T22")
async def test_a_private_post_and_its_activity_stand_in_no_collection(house, rosa, visitor):
    await written(house, rosa, "for everybody")
    await written(house, rosa, "for followers", visibility="followers")
    outbox = await read(visitor, "/people/rosa/outbox")

    page = outbox["first"]

    assert outbox["totalItems"] == 1
    assert [one["object"]["content"] for one in page["orderedItems"]] == ["<p>for everybody</p>"]


async def test_an_outbox_has_its_newest_page_inside_and_the_next_one_at_its_address(
    house, rosa, visitor
):
    for number in range(21):
        await written(house, rosa, f"the {number}.")

    outbox = await read(visitor, "/people/rosa/outbox")

    first = outbox["first"]
    alone = await read(visitor, path_in(first))
    last = await read(visitor, first["next"].removeprefix(ORIGIN))
    assert {key: alone[key] for key in first} == first
    assert "@context" not in first
    assert [one["object"]["content"] for one in first["orderedItems"]] == [
        f"<p>the {number}.</p>" for number in range(20, 0, -1)
    ]
    assert [one["object"]["content"] for one in last["orderedItems"]] == ["<p>the 0.</p>"]
    assert "next" not in last


async def test_an_outbox_of_which_nothing_is_told_has_an_empty_page_inside(rosa, visitor):
    outbox = await read(visitor, "/people/rosa/outbox")

    assert (outbox["totalItems"], outbox["first"]["orderedItems"]) == (0, [])


@pytest.mark.threat("T88")
async def test_a_deleted_post_leaves_a_tombstone_only_where_everybody_could_read_it(
    house, rosa, visitor
):
    public, private = (
        await written(house, rosa),
        await written(house, rosa, visibility="followers"),
    )
    for post in (public, private):
        await house.do(delete, rosa.actor, post.id, NOW)

    tombstone = await read(visitor, path_of(public), 410)
    await read(visitor, path_of(private), 404)

    assert (tombstone["type"], tombstone["formerType"]) == ("Tombstone", "Note")
    assert tombstone["deleted"] == "2027-01-15T00:00:00Z"


async def test_an_activity_can_be_read_where_it_says_it_is(house, rosa, visitor):
    await written(house, rosa)
    outbox = await read(visitor, "/people/rosa/outbox")
    (create,) = outbox["first"]["orderedItems"]

    assert await read(visitor, create["id"].removeprefix(ORIGIN)) == create
    await read(visitor, "/activities/" + "0" * 32, 404)


async def test_a_conversation_is_listed_in_order(house, rosa, tilda, visitor):
    first = await written(house, rosa, "one")
    second = await written(house, tilda, "two", parent_id=first.id)

    replies = await read(visitor, f"{path_of(first)}/replies")
    context = await read(visitor, f"{path_of(first)}/context")

    assert replies["first"]["items"] == [second.iri]
    assert context["orderedItems"] == [first.iri, second.iri]
    assert (context["totalItems"], context["attributedTo"]) == (2, f"{ORIGIN}/people/rosa")


async def test_a_conversation_is_listed_as_it_was_written_whenever_it_came_here(
    house, rosa, tilda, visitor
):
    first = await written(house, rosa, "one")
    second = await written(house, tilda, "two", parent_id=first.id)
    await house.do(write_at, second.id, NOW - 60)

    context = await read(visitor, f"{path_of(first)}/context")

    assert context["orderedItems"] == [second.iri, first.iri]


async def test_a_long_conversation_is_paged_and_loses_nothing(house, rosa, visitor):
    first = await written(house, rosa, "one")
    answers = [
        (await written(house, rosa, str(number), parent_id=first.id)).iri
        for number in range(POSTS_PAGE + 5)
    ]

    context = await read(visitor, f"{path_of(first)}/context")
    replies = await read(visitor, f"{path_of(first)}/replies")

    assert (context["totalItems"], replies["totalItems"]) == (POSTS_PAGE + 6, POSTS_PAGE + 5)
    assert await pages(visitor, context) == [first.iri, *answers]
    assert await pages(visitor, replies) == answers
    for wrong in ("1", "-1-1", "1-99999999999999999999", "a-b"):
        await read(visitor, f"{path_of(first)}/context?after={wrong}", 404)


async def pages(visitor, collection) -> list[str]:
    """What stands on all pages of a collection, one after the other."""
    found, page = [], collection["first"]
    while True:
        assert page["partOf"] == collection["id"]
        found += page.get("orderedItems", page.get("items"))
        if "next" not in page:
            return found
        page = await read(visitor, page["next"].removeprefix(ORIGIN))


async def test_a_post_brings_the_beginning_of_its_answers_along(house, rosa, tilda, visitor):
    """GoToSocial walks a Collection with its first page inside, and no bare address."""
    first = await written(house, rosa, "one")
    second = await written(house, tilda, "two", parent_id=first.id)

    inside = (await read(visitor, path_of(first)))["replies"]
    alone = await read(visitor, f"{path_of(first)}/replies")

    assert (inside["id"], inside["type"]) == (f"{first.iri}/replies", "Collection")
    assert (inside["first"]["type"], inside["first"]["items"]) == ("CollectionPage", [])
    page = await read(visitor, inside["first"]["next"].removeprefix(ORIGIN))
    assert (page["type"], page["items"]) == ("CollectionPage", [second.iri])
    assert alone["first"] == {key: value for key, value in page.items() if key != "@context"}


def write_at(tx, post_id: int, at: int) -> None:
    tx.run("update post set published_at = :at where id = :id", at=at, id=post_id)


async def test_who_has_a_document_already_is_told_that_it_is_the_same(house, rosa, visitor):
    first = await written(house, rosa, "one")
    path = f"{path_of(first)}/context"
    tag = (await visitor.open(path, headers={"Accept": ACTIVITY})).headers["ETag"]

    again = await visitor.open(path, headers={"Accept": ACTIVITY, "If-None-Match": tag})
    await written(house, rosa, "two", parent_id=first.id)
    later = await visitor.open(path, headers={"Accept": ACTIVITY, "If-None-Match": tag})

    assert (again.status, again.text) == (304, "")
    assert later.status == 200


@pytest.mark.threat("T87")
async def test_who_follows_whom_is_neither_listed_nor_counted(house, rosa, tilda, visitor):
    await tilda.post(f"/api/v1/accounts/{rosa.id}/follow")

    for path in ("/people/rosa/followers", "/people/tilda/following"):
        document = await read(visitor, path)
        assert "totalItems" not in document
        assert document["items"] == []


@pytest.mark.threat("T103")
@pytest.mark.parametrize(("followers", "said"), [(49, None), (57, 50)])
async def test_members_of_a_community_are_counted_in_tens_and_few_of_them_not_at_all(
    house, walkers, visitor, followers, said
):
    await house.do(follow_many, walkers, followers - 1)  # the organiser is one

    document = await read(visitor, "/communities/walkers/followers")

    assert (document.get("totalItems"), document["items"]) == (said, [])


@pytest.mark.threat("T87")
async def test_not_even_many_followers_of_a_person_are_counted(house, rosa, visitor):
    await house.do(follow_many, rosa.actor, 57)

    assert "totalItems" not in await read(visitor, "/people/rosa/followers")


def follow_many(tx, group, number: int) -> None:
    for one in range(number):
        follower, iri = add_neighbour(tx, f"n{one}"), f"https://valley.example/follows/{one}"
        put_follow(tx, Follow(new_id(NOW), follower.id, group.id, iri, "accepted", NOW))


async def test_what_said_a_deleted_post_is_gone_with_it(house, rosa, visitor):
    post = await written(house, rosa, "soon gone")
    outbox = await read(visitor, "/people/rosa/outbox")
    create = outbox["first"]["orderedItems"][0]["id"].removeprefix(ORIGIN)

    await house.do(delete, rosa.actor, post.id, NOW)

    await read(visitor, create, 404)
    emptied = await read(visitor, "/people/rosa/outbox")
    assert (emptied["totalItems"], emptied["first"]["orderedItems"]) == (0, [])
    assert (await read(visitor, path_in(outbox["first"])))["orderedItems"] == []


def path_in(document) -> str:
    return document["id"].removeprefix(ORIGIN)


async def test_moderators_of_a_community_are_listed(walkers, visitor):
    document = await read(visitor, "/communities/walkers/moderators")

    assert document["orderedItems"] == [f"{ORIGIN}/people/rosa"]


async def test_a_person_is_not_found_among_communities(walkers, visitor):
    missing = [
        await read(visitor, path, 404)
        for path in ("/communities/rosa", "/people/walkers", "/people/ROSA")
    ]

    assert [one["type"] for one in missing] == ["/problems/not-found"] * 3


@pytest.mark.threat("T15")
@pytest.mark.parametrize("accept", [ACTIVITY, LD, "application/json", "*/*"])
async def test_what_somebody_writes_never_comes_back_as_a_document_of_its_own(
    house, rosa, visitor, accept
):
    forged = json.dumps({"id": f"{ORIGIN}/people/admin", "type": "Person", "inbox": "x"})
    post = await written(house, rosa, forged)

    page = await visitor.open(path_of(post), headers={"Accept": accept})

    if page.headers["Content-Type"].startswith("text/html"):
        assert page.headers["X-Content-Type-Options"] == "nosniff"
    else:
        assert json.loads(page.text)["id"] == post.iri


@pytest.mark.threat("T15")
async def test_nobody_uploads_a_file(rosa):
    for path in ("/api/v1/media", "/api/v2/media"):
        assert (await rosa.ask("POST", path, data={"file": "{}"})).status in (404, 405, 422)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("resource=", 400),
        ("resource=nonsense", 400),
        ("resource=acct:rosa@group.example", 200),
        ("resource=acct:ROSA@GROUP.example", 200),
        ("resource=acct:nobody@group.example", 404),
        ("resource=acct:rosa@else.example", 404),
        (f"resource={ORIGIN}/people/rosa", 200),
        (f"resource={ORIGIN}", 200),
        ("resource=acct:group.example@group.example", 200),
        ("resource=acct:rosa@group.example&resource=acct:nobody@group.example", 400),
    ],
)
async def test_webfinger_answers_for_our_own_alone(rosa, visitor, query, status):
    page = await visitor.open(f"/.well-known/webfinger?{query}")

    assert page.status == status
    if status == 200:
        assert page.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.threat("T149")
@pytest.mark.parametrize("path", ["/people/rosa", "/communities/walkers", "/actor"])
async def test_an_actor_has_one_name_in_its_document_and_in_webfinger(house, rosa, visitor, path):
    await house.do(lambda tx: add_group(tx, "walkers", rosa.actor))
    document = await read(visitor, path)
    name = f"{document['preferredUsername']}@group.example"

    found = await read(visitor, f"/.well-known/webfinger?resource=acct:{name}")

    assert found["subject"] == f"acct:{name}"
    assert document["webfinger"] == name
    assert [one["href"] for one in found["links"] if one["rel"] == "self"] == [document["id"]]


@pytest.mark.parametrize("resource", [ORIGIN, f"{ORIGIN}/"])
async def test_the_address_of_the_node_leads_to_its_actor(rosa, visitor, resource):
    found = await read(visitor, f"/.well-known/webfinger?resource={resource}")

    assert found["subject"] == resource
    assert {link["rel"]: link["href"] for link in found["links"]} == {
        "self": f"{ORIGIN}/actor",
        "https://www.w3.org/ns/activitystreams#Service": f"{ORIGIN}/actor",
    }


async def test_what_the_node_can_do_beyond_the_usual_is_said_by_every_actor(rosa, visitor):
    node, person = await read(visitor, "/actor"), await read(visitor, "/people/rosa")

    names = [one["name"] for one in node["implements"]]
    assert names == ["RFC-9421: HTTP Message Signatures"]
    assert person["generator"]["implements"] == node["implements"]
    assert {"publicKey", "assertionMethod"} <= person.keys()


@pytest.mark.feature("F19")
@pytest.mark.parametrize(
    ("resource", "status"),
    [
        ("rosa@group.example", 400),
        ("@rosa@group.example", 400),
        ("=acct:rosa@group.example", 400),
        ("acct:", 400),
        ("mailto:rosa@group.example", 404),
        ("group://group.example", 404),
        ("ACCT:rosa@GROUP.example", 200),
    ],
)
async def test_webfinger_is_asked_by_a_uri_and_knows_no_others_than_its_own(
    rosa, visitor, resource, status
):
    page = await visitor.open(f"/.well-known/webfinger?resource={resource}")

    assert page.status == status


async def test_a_neighbour_is_not_served_from_here(house, visitor):
    await house.do(add_neighbour, "rose")

    page = await visitor.open("/.well-known/webfinger?resource=acct:rose@valley.example")

    assert page.status == 404


@pytest.mark.threat("T103")
async def test_nodeinfo_says_little_of_a_small_group(rosa, tilda, visitor):
    links = await read(visitor, "/.well-known/nodeinfo")
    href = links["links"][-2]["href"].removeprefix(ORIGIN)

    info = await read(visitor, href)

    assert info["version"] == "2.1"
    assert info["usage"] == {"users": {}, "localPosts": 0}
    assert info["software"]["version"].count(".") == 1
    await read(visitor, "/nodeinfo/3.0", 404)


VALLEY, HILL = "https://valley.example", "https://hill.example"
OURS = f"{ORIGIN}/people/rosa/followers"


async def signed_read(house, url, signer, status=200):
    """What a neighbour gets who signs for `url`."""
    headers = sign_request("GET", url, None, key_of(signer), NOW)
    headers |= {"Accept": ACTIVITY, "Host": "group.example"}
    path = url.removeprefix(ORIGIN)
    async with house.client.request("GET", path, headers=headers) as reply:
        assert reply.status == status, await reply.text()
        return json.loads(await reply.text()), reply.headers


@pytest.fixture
async def followed(house, rosa):
    """rosa is followed from two hosts; the iris of those who follow."""

    def prepare(tx):
        iris = []
        for name, origin in (("rose", VALLEY), ("reed", VALLEY), ("hilda", HILL)):
            iri = f"{origin}/people/{name}"
            key = Key(iri=f"{iri}#main-key", owner=iri, algorithm="rsa", public_key=RSA_PUBLIC)
            other = add_neighbour(tx, name, origin, keys=(key,))
            put_follow(tx, Follow(other.id, other.id, rosa.actor.id, f"{iri}/f", "accepted", NOW))
            iris.append(iri)
        return iris

    return await house.do(prepare)


@pytest.mark.threat("T92")
async def test_a_host_reads_its_own_part_of_the_followers_and_no_cache_keeps_it(house, followed):
    rose, reed, _ = followed
    url = f"{OURS}?domain=valley.example"

    document, headers = await signed_read(house, url, rose)

    assert document["id"] == url
    assert document["orderedItems"] == sorted([rose, reed])
    assert headers["Cache-Control"] == "private, no-store"


@pytest.mark.threat("T92")
@pytest.mark.threat("T87")
async def test_to_everybody_else_that_part_looks_as_if_it_were_not_there(house, followed, visitor):
    hilda = followed[2]
    url = f"{OURS}?domain=valley.example"

    absent = await read(visitor, "/people/nobody/followers?domain=valley.example", 404)

    assert await read(visitor, url.removeprefix(ORIGIN), 404) == absent
    assert (await signed_read(house, url, hilda, 404))[0] == absent


@pytest.mark.threat("T92")
async def test_that_part_is_not_given_for_a_signature_that_does_not_hold(house, followed):
    url = f"{OURS}?domain=valley.example"
    rose = followed[0]
    forged = sign_request("GET", url, None, key_of(rose, OTHER_PRIVATE), NOW)
    stale = sign_request("GET", url, None, key_of(rose), NOW - 24 * 3_600)

    for signed in (forged, stale):
        headers = signed | {"Accept": ACTIVITY, "Host": "group.example"}
        async with house.client.request("GET", url.removeprefix(ORIGIN), headers=headers) as reply:
            assert (reply.status, json.loads(await reply.text())["detail"]) == (
                401,
                "The signature does not hold.",
            )


async def asked_to_quote(house, rosa):
    """Rosa's post, and the address of the stamp that bert was given to quote it."""
    post, bert = await written(house, rosa), await house.do(add_neighbour, "bert")
    request = documents.QuoteRequest(
        iri=f"{bert.iri}/requests/1",
        actor=bert.iri,
        object=post.iri,
        instrument=f"{bert.iri}/notes/1",
    )
    await house.do(receive_quote_request, request, ApplyContext(NOW))
    (stamp,) = await house.do(stamps_about, post.iri)
    return post, stamp.iri.removeprefix(ORIGIN)


@pytest.mark.threat("T88")
async def test_a_stamp_is_a_document_until_the_quoted_post_is_deleted(house, rosa, visitor):
    post, path = await asked_to_quote(house, rosa)

    stamp = await read(visitor, path)
    await house.do(delete, rosa.actor, post.id, NOW)
    gone = await read(visitor, path, 410)

    assert (stamp["type"], stamp["attributedTo"]) == ("QuoteAuthorization", rosa.actor.iri)
    assert stamp["interactionTarget"] == post.iri
    assert stamp["interactingObject"] == "https://valley.example/people/bert/notes/1"
    assert (gone["type"], gone["formerType"]) == ("Tombstone", "QuoteAuthorization")
    assert gone["deleted"] == "2027-01-15T00:00:00Z"


async def test_a_stamp_that_nobody_here_gave_is_not_found(house, visitor):
    missing = await read(visitor, "/stamps/" + "0" * 32, 404)

    assert missing["type"] == "/problems/not-found"


@pytest.mark.threat("T148")
@pytest.mark.parametrize("where", ["post", "activity", "outbox", "page", "featured"])
async def test_whoever_reads_a_post_and_signs_for_it_is_known_to_hold_it(
    house, rosa, visitor, followed, where
):
    hilda = followed[2]
    post = await written(house, rosa, "read elsewhere")
    said = await house.do(entry_of, post.iri)
    url = {
        "post": post.iri,
        "activity": said,
        "outbox": f"{rosa.actor.iri}/outbox",
        "page": f"{rosa.actor.iri}/outbox?before={2**62}",
        "featured": f"{rosa.actor.iri}/featured",
    }[where]

    await read(visitor, url.removeprefix(ORIGIN))
    assert await house.do(copy_holders, post.iri) == set()
    for _ in range(2):
        await signed_read(house, url, hilda)

    given = {f"{HILL}/inbox"} if where != "featured" else set()
    assert await house.do(copy_holders, post.iri) == given


def entry_of(tx, post_iri):
    return tx.one("select iri from outbox_entry where object_iri = :iri", iri=post_iri)["iri"]
