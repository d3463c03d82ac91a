"""What is removed, hidden or held is shown around no corner: not in quotes, caches or counts."""

from urllib.parse import urlsplit

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.inbox.handlers import HANDLERS
from node.peers.rules import Policy
from node.peers.store import put_mode
from node.topics.members.store import Follow, put_follow
from node.topics.moderation.held import state_of
from node.topics.moderation.post_actions import remove, restore
from node.topics.neighbours.actions import forget_policy, set_policy
from node.topics.publishing.activities import receive_create, receive_update
from node.topics.publishing.held_decisions import let_through
from node.topics.publishing.receive import store_fetched_post
from node.topics.quotes.store import Stamp, add_stamp
from tests.neighbours import NOW, add_group, add_neighbour, note, sent

HILL = "https://hill.example"


async def quoted(house, rosa, post_iri, author_id):
    """A post of bert's that rosa sees and that quotes another with its author's consent."""
    bert = await house.do(add_neighbour, "bert")
    quote = note(bert, "Look", quote=post_iri)
    stamp = Stamp(
        iri=f"{post_iri}/stamp", author_id=author_id, quoted_iri=post_iri, quoting_iri=quote.iri
    )

    def keep(tx):
        put_follow(tx, Follow(9, rosa.actor.id, bert.id, f"{bert.iri}/f", "accepted", NOW))
        receive_create(tx, sent(documents.Create, bert, quote), ApplyContext(NOW))
        add_stamp(tx, stamp, NOW)

    await house.do(keep)


async def words_in_quote(rosa):
    """What stands inside the quote in rosa's home."""
    home = (await rosa.get("/api/v1/timelines/home")).value
    (quote,) = [one["quote"] for one in home if "Look" in one["content"]]
    return quote and quote["quoted_status"]["content"]


@pytest.mark.threat("T148")
async def test_what_a_moderator_removed_is_gone_inside_quotes_at_once_and_back_with_it(
    house, rosa, tilda
):
    await house.do(add_group, "walkers", rosa.actor)
    said = await tilda.say("@walkers a libel")
    await quoted(house, rosa, said["uri"], tilda.actor.id)
    assert "libel" in await words_in_quote(rosa)

    await house.do(remove, rosa.actor, int(said["id"]), "no", NOW)
    assert await words_in_quote(rosa) is None

    await house.do(restore, rosa.actor, int(said["id"]), NOW)
    assert "libel" in await words_in_quote(rosa)


@pytest.mark.threat("T148")
@pytest.mark.parametrize("how", ["edited", "narrowed", "blocked", "silenced"])
async def test_a_quote_follows_whatever_becomes_of_what_it_quotes(house, rosa, how):
    reed = await house.do(add_neighbour, "reed", HILL)
    post = note(reed, "The path is dry")
    await house.do(store_fetched_post, post, NOW)
    await quoted(house, rosa, post.iri, reed.id)
    assert await words_in_quote(rosa) == "<p>The path is dry</p>"

    def change(tx):
        if how in ("blocked", "silenced"):
            set_policy(tx, "hill.example", Policy(how), "", NOW, ours="group.example")
            return
        to = (reed.followers,) if how == "narrowed" else (documents.PUBLIC,)
        edit = note(reed, "It is wet", iri=post.iri, to=to, cc=(), updated=NOW + 5)
        receive_update(tx, sent(documents.Update, reed, edit), ApplyContext(NOW + 5))

    await house.do(change)

    after = "<p>It is wet</p>" if how == "edited" else None
    assert await words_in_quote(rosa) == after


async def answers_counted(who, post_id, path="/api/v1/timelines/home"):
    """How many answers somebody's app says a post has: by itself and in a list, and they agree."""
    single = (await who.get(f"/api/v1/statuses/{post_id}")).value["replies_count"]
    listed = {one["id"]: one["replies_count"] for one in (await who.get(path)).value}
    assert listed.get(post_id, single) == single
    return single


@pytest.mark.threat("T148")
async def test_answers_are_counted_as_far_as_the_reader_may_see_them(house, rosa, tilda):
    said = await rosa.say("Who comes?")
    await tilda.say("I do", in_reply_to_id=said["id"])
    await tilda.say("@rosa only you know", in_reply_to_id=said["id"], visibility="direct")
    other = await house.person("olga")

    assert await answers_counted(rosa, said["id"]) == 2
    assert await answers_counted(tilda, said["id"], "/api/v1/timelines/public") == 2
    assert await answers_counted(other, said["id"], "/api/v1/timelines/public") == 1


@pytest.mark.threat("T148")
async def test_answers_of_a_host_that_is_blocked_now_are_not_counted(house, rosa):
    said = await rosa.say("Who comes?")
    reed = await house.do(add_neighbour, "reed", HILL)
    answer = note(reed, "I do", in_reply_to=said["uri"])
    await house.do(receive_create, sent(documents.Create, reed, answer), ApplyContext(NOW))
    assert await answers_counted(rosa, said["id"]) == 1

    await house.do(set_policy, "hill.example", Policy.BLOCKED, "", NOW, ours="group.example")

    assert await answers_counted(rosa, said["id"]) == 0


@pytest.mark.threat("T148")
async def test_a_page_counts_the_answers_as_an_app_does(house, rosa, tilda, visitor):
    said = await rosa.say("Who comes?")
    await tilda.say("@rosa only you know", in_reply_to_id=said["id"], visibility="direct")

    page = await visitor.open(urlsplit(said["url"]).path)

    assert "1 answer" not in page.text


@pytest.mark.threat("T148")
async def test_what_is_only_fetched_of_a_stranger_is_held_as_what_is_sent(house, rosa, visitor):
    await house.do(put_mode, is_closed=False, holds_strangers=True)
    said = await rosa.say("Who comes?")
    reed = await house.do(add_neighbour, "reed", HILL)
    answer = note(reed, "SPAM", in_reply_to=said["uri"])
    post_id = await house.do(store_fetched_post, answer, NOW)

    assert "SPAM" not in (await visitor.open(urlsplit(said["url"]).path)).text
    assert await answers_counted(rosa, said["id"]) == 0
    assert (await rosa.get("/api/v1/timelines/public")).value[0]["id"] == said["id"]

    await house.do(let_through, rosa.actor, post_id, NOW)
    assert "SPAM" in (await visitor.open(urlsplit(said["url"]).path)).text
    assert await answers_counted(rosa, said["id"]) == 1


@pytest.mark.threat("T148")
@pytest.mark.parametrize("is_followed", [True, False])
async def test_a_strangers_post_that_somebody_followed_passes_on_waits_for_no_look(
    house, rosa, is_followed
):
    await house.do(put_mode, is_closed=False, holds_strangers=True)
    reed = await house.do(add_neighbour, "reed", HILL)
    bert = await house.do(add_neighbour, "bert")
    if is_followed:
        follow = Follow(9, rosa.actor.id, bert.id, f"{bert.iri}/f", "accepted", NOW)
        await house.do(put_follow, follow)
    post = note(reed, "Worth reading")
    post_id = await house.do(store_fetched_post, post, NOW)

    await house.do(receive, sent(documents.Announce, bert, post.iri))

    assert await house.do(state_of, post_id) == (None if is_followed else "waiting")


def receive(tx, activity):
    HANDLERS[type(activity)](tx, activity, ApplyContext(NOW))


@pytest.mark.threat("T148")
async def test_who_is_hidden_counts_in_nothing_and_counts_again_when_the_block_is_over(house, rosa):
    said = await rosa.say("Who comes?")
    for name, origin in (("reed", HILL), ("bert", "https://valley.example")):
        other = await house.do(add_neighbour, name, origin)
        for kind in (documents.Like, documents.Announce):
            await house.do(receive, sent(kind, other, said["uri"]))
    path = f"/api/v1/statuses/{said['id']}"

    async def counts():
        status = (await rosa.get(path)).value
        return status["favourites_count"], status["reblogs_count"]

    before = await counts()
    await house.do(set_policy, "hill.example", Policy.BLOCKED, "", NOW, ours="group.example")
    blocked = await counts()
    await house.do(forget_policy, "hill.example", NOW, ours="group.example")

    assert (before, blocked, await counts()) == ((2, 2), (1, 1), (2, 2))
