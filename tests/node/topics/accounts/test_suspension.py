"""Somebody of ours is suspended: signed out, shown to nobody, and everybody elsewhere told."""

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.errors import Conflict, NotAllowed
from node.topics.accounts.passwords import hash_password_now
from node.topics.accounts.store import any_account_by_name, listed_accounts
from node.topics.accounts.suspension import suspend, unsuspend
from node.topics.actors.activities import receive_update_actor
from node.topics.actors.hosts import put_standing
from node.topics.actors.store import actor_by_iri
from node.topics.members.actions import take_follow
from node.topics.members.activities import receive_follow
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.activities import receive_create, receive_delete, receive_update
from node.topics.publishing.drafts import Draft
from node.topics.reactions.activities import receive_like
from node.topics.reactions.suspension import suspend_person, unsuspend_person
from tests.neighbours import (
    NOW,
    ORIGIN,
    THERE,
    actor_document,
    add_neighbour,
    add_person,
    note,
    sent,
)
from tests.node.browser import Browser

PASSWORD = "a long walk on sunday"
HASH = hash_password_now(PASSWORD)
DOCUMENT = {"Accept": "application/activity+json"}
LATER = NOW + 60


@pytest.fixture
async def bob(house):
    """Somebody with a password, an app, a follower elsewhere and a post."""
    bob = await house.person("bob", password_hash=HASH)
    rose = await house.do(add_neighbour, "rose")
    await house.do(take_follow, rose, bob.actor, f"{rose.iri}/follows/1", NOW)
    await house.do(publish, bob.actor, Draft(text="Words of bob"), NOW)
    return bob


async def change(house, how, name="bob"):
    account = await house.do(any_account_by_name, name)
    return await house.do(how, account, LATER)


async def last_said(house):
    return await house.do(
        lambda tx: tx.one("select kind, body from outbox_entry order by id desc limit 1")
    )


@pytest.mark.threat("T83")
async def test_whoever_is_suspended_is_signed_out_everywhere(house, bob):
    browser = Browser(house.client)
    await browser.sign_in("bob", PASSWORD)

    await change(house, suspend)

    assert (await browser.open("/notifications")).status == 303
    assert (await browser.sign_in("bob", PASSWORD)).status == 401
    for path in ("/api/v1/accounts/verify_credentials", "/api/v1/apps/verify_credentials"):
        assert (await bob.ask("GET", path)).status == 401


@pytest.mark.threat("T83")
async def test_nothing_of_whoever_is_suspended_is_shown_to_anybody(house, bob, tilda, visitor):
    post = (await tilda.get(f"/api/v1/accounts/{bob.id}/statuses")).value[0]
    place = post["uri"].removeprefix(ORIGIN)
    paths = (
        "/people/bob",
        place,
        f"/api/v1/accounts/{bob.id}",
        "/api/v1/accounts/lookup?acct=bob",
        f"/api/v1/statuses/{post['id']}",
        "/.well-known/webfinger?resource=acct:bob@group.example",
    )
    before = [(await visitor.open(path)).status for path in paths]
    activity = f"{place}"

    await change(house, suspend)

    assert before == [200] * len(paths)
    assert [(await visitor.open(path)).status for path in paths] == [404] * len(paths)
    assert (await visitor.open(activity, headers=DOCUMENT)).status == 404
    assert (await tilda.get("/api/v1/timelines/public")).value == []
    assert "Words of bob" not in (await visitor.open("/public")).text


async def test_other_nodes_read_that_it_is_suspended_and_nothing_else_of_it(house, bob, visitor):
    await change(house, suspend)

    async with house.client.get("/people/bob", headers=DOCUMENT) as reply:
        document = await reply.json(content_type=None)

    assert reply.status == 200
    assert document["suspended"] is True
    assert (document["name"], document["summary"]) == ("bob", "")
    assert "publicKey" in document


@pytest.mark.threat("T148")
async def test_what_they_did_to_posts_of_others_counts_only_while_they_are_shown(house, bob, tilda):
    said = await tilda.say("Words of tilda")
    for how in ("favourite", "reblog"):
        await bob.post(f"/api/v1/statuses/{said['id']}/{how}")

    async def counts():
        status = (await tilda.get(f"/api/v1/statuses/{said['id']}")).value
        return status["favourites_count"], status["reblogs_count"]

    before = await counts()
    await change(house, suspend_person)
    meanwhile = await counts()
    await change(house, unsuspend_person)

    assert (before, meanwhile, await counts()) == ((1, 1), (0, 0), (1, 1))


async def test_everybody_who_knows_them_is_told_once(house, bob):
    await change(house, suspend)

    said = await last_said(house)
    inboxes = await house.do(lambda tx: tx.all("select inbox from delivery order by inbox"))

    assert said["kind"] == "Update"
    assert '"suspended":true' in said["body"]
    assert {row["inbox"] for row in inboxes} == {"https://valley.example/inbox"}


async def test_lifted_it_is_as_it_was_before(house, bob, visitor):
    post = (await bob.get(f"/api/v1/accounts/{bob.id}/statuses")).value[0]
    await change(house, suspend)

    await change(house, unsuspend)

    assert (await visitor.open("/people/bob")).status == 200
    assert (await house.visitor.get(f"/api/v1/statuses/{post['id']}")).value["id"] == post["id"]
    assert (await Browser(house.client).sign_in("bob", PASSWORD)).status == 303
    assert (await bob.ask("GET", "/api/v1/preferences")).status == 401
    assert "suspended" not in (await last_said(house))["body"]


@pytest.mark.parametrize("visibility", ["public", "direct"])
async def test_what_was_written_to_them_meanwhile_is_there_when_it_is_lifted(
    house, bob, visibility
):
    rose = await house.do(actor_by_iri, f"{THERE}/people/rose")
    await change(house, suspend)
    to = (documents.PUBLIC, bob.actor.iri) if visibility == "public" else (bob.actor.iri,)
    mention = documents.Mention(bob.actor.iri, "@bob")
    post = note(rose, "Come back", to=to, cc=(), mentions=(mention,))
    create = sent(documents.Create, rose, post)
    await house.do(receive_create, create, ApplyContext(LATER))

    await change(house, unsuspend)

    again = await house.with_token(bob, "read")
    told = (await again.get("/api/v1/notifications")).value
    assert [one["status"]["uri"] for one in told if one["type"] == "mention"] == [post.iri]


async def test_whoever_asks_to_follow_them_meanwhile_is_answered_no_and_may_ask_again(house, bob):
    hilda = await house.do(add_neighbour, "hilda")
    ask = sent(documents.Follow, hilda, bob.actor.iri)
    await change(house, suspend)

    await house.do(receive_follow, ask, ApplyContext(LATER))
    assert (await last_said(house))["kind"] == "Reject"

    await change(house, unsuspend)
    again = sent(documents.Follow, hilda, bob.actor.iri, iri=f"{hilda.iri}/follows/2")
    await house.do(receive_follow, again, ApplyContext(LATER + 1))
    assert (await last_said(house))["kind"] == "Accept"


async def test_twice_is_once(house, bob):
    await change(house, suspend)
    with pytest.raises(Conflict):
        await change(house, suspend)
    await change(house, unsuspend)
    with pytest.raises(Conflict):
        await change(house, unsuspend)


async def test_the_keeper_sees_every_account_and_which_is_suspended(house, bob, tilda):
    await change(house, suspend)

    found = await house.do(listed_accounts, "", 10)

    assert [(one.name, one.disabled_at) for one in found] == [("bob", LATER), ("tilda", None)]


@pytest.fixture
def rose(tx):
    return add_neighbour(tx, "rose")


def update(rose, suspended):
    document = actor_document("rose", suspended=suspended)
    return documents.Update(iri=f"{rose.iri}/updates/1", actor=rose.iri, object=document)


def test_somebody_elsewhere_whose_home_suspends_them_is_hidden_until_it_is_lifted(tx, rose):
    receive_update_actor(tx, update(rose, True), ApplyContext(NOW))
    hidden = actor_by_iri(tx, rose.iri)
    receive_update_actor(tx, update(rose, False), ApplyContext(NOW))

    assert hidden is None
    assert actor_by_iri(tx, rose.iri).id == rose.id


@pytest.mark.threat("T148")
def test_what_somebody_elsewhere_did_counts_only_while_their_home_shows_them(tx, rose):
    ann = add_person(tx, "ann")
    post_id = publish(tx, ann, Draft(text="Words of ann"), NOW)
    receive_like(tx, sent(documents.Like, rose, post_by_id(tx, post_id).iri), ApplyContext(NOW))

    counts = [post_by_id(tx, post_id).favourites_count]
    for suspended in (True, False):
        receive_update(tx, update(rose, suspended), ApplyContext(NOW))
        counts.append(post_by_id(tx, post_id).favourites_count)

    assert counts == [1, 0, 1]


def test_somebody_elsewhere_who_is_suspended_can_leave(tx, rose):
    receive_update_actor(tx, update(rose, True), ApplyContext(NOW))
    receive_delete(tx, sent(documents.Delete, rose, rose.iri), ApplyContext(NOW))
    with pytest.raises(NotAllowed):
        receive_update_actor(tx, update(rose, False), ApplyContext(NOW))

    assert actor_by_iri(tx, rose.iri) is None


def test_lifting_the_block_of_a_host_does_not_show_whom_it_suspends_itself(tx, rose):
    receive_update_actor(tx, update(rose, True), ApplyContext(NOW))
    put_standing(tx, ["valley.example"], hidden=True, silenced=False, now=NOW)
    put_standing(tx, ["valley.example"], hidden=False, silenced=False, now=NOW)

    assert actor_by_iri(tx, rose.iri) is None
