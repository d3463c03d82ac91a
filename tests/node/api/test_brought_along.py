"""What posts and actors of other nodes bring along, as clients see it: emoji and quotes."""

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.topics.actors.counts import put_claimed
from node.topics.publishing.activities import receive_delete
from node.topics.publishing.receive import store_fetched_post
from node.topics.quotes.activities import store_stamp
from tests.neighbours import NOW, add_neighbour, note, sent

BLOB = documents.Emoji("blob", "https://valley.example/emoji/blob.png")
BAD = (
    documents.Emoji("plain", "http://valley.example/emoji/1.png"),
    documents.Emoji("a b", "https://valley.example/emoji/2.png"),
    documents.Emoji("long", "https://valley.example/" + "x" * 2_000),
)


async def test_emoji_of_other_nodes_come_with_the_names_and_posts_that_they_stand_in(house, rosa):
    bert = await house.do(add_neighbour, "bert", display_name="Bert :blob:", emojis=(BLOB, *BAD))
    post_id = await house.do(
        store_fetched_post, note(bert, ":blob: hello", emojis=(*BAD, BLOB)), NOW
    )

    status = (await rosa.get(f"/api/v1/statuses/{post_id}")).value

    blob = {
        "shortcode": "blob",
        "url": "https://valley.example/emoji/blob.png",
        "static_url": "https://valley.example/emoji/blob.png",
        "visible_in_picker": False,
    }
    assert status["emojis"] == [blob]
    assert status["account"]["emojis"] == [blob]


async def test_a_quote_is_shown_inside_once_there_is_consent(house, rosa):
    reed = await house.do(add_neighbour, "reed")
    post = note(reed, "The path is dry")
    await house.do(store_fetched_post, post, NOW)
    bert = await house.do(add_neighbour, "bert")
    quote = note(bert, "Look", quote=post.iri)
    quote_id = await house.do(store_fetched_post, quote, NOW)
    stamp = documents.QuoteAuthorization(
        iri=f"{reed.iri}/stamps/1", author=reed.iri, quoting=quote.iri, quoted=post.iri
    )
    path = f"/api/v1/statuses/{quote_id}"
    before = (await rosa.get(path)).value["quote"]

    await house.do(store_stamp, stamp, NOW)
    shown = (await rosa.get(path)).value["quote"]
    await house.do(receive_delete, sent(documents.Delete, reed, stamp.iri), ApplyContext(NOW))
    after = (await rosa.get(path)).value["quote"]

    assert shown["state"] == "accepted"
    assert shown["quoted_status"]["content"] == "<p>The path is dry</p>"
    assert shown["quoted_status"]["account"]["acct"] == "reed@valley.example"
    assert (before, after) == (None, None)


@pytest.mark.threat("T98")
async def test_a_quote_of_what_is_deleted_is_gone_from_timelines_at_once(house, rosa):
    bert = await house.do(add_neighbour, "bert")
    own = note(bert, "The path is dry")
    quote = note(bert, "Look", quote=own.iri)
    for one in (own, quote):
        await house.do(store_fetched_post, one, NOW)
    path = f"/api/v1/accounts/{bert.id}/statuses"
    before = [one["quote"] for one in (await rosa.get(path)).value]

    await house.do(receive_delete, sent(documents.Delete, bert, own.iri), ApplyContext(NOW))
    after = [one["quote"] for one in (await rosa.get(path)).value]

    assert [one and one["quoted_status"]["uri"] for one in before] == [own.iri, None]
    assert after == [None]


async def approval_of(house, rosa, author, **changes):
    document = note(author, f"{changes}", **changes)
    post_id = await house.do(store_fetched_post, document, NOW)
    return (await rosa.get(f"/api/v1/statuses/{post_id}")).value["quote_approval"]


def lets_quote(automatic=(), manual=()):
    return documents.InteractionPolicy(quote=documents.Approval(automatic, manual))


async def test_apps_see_whom_an_author_of_another_node_lets_quote(house, rosa):
    bert = await house.do(add_neighbour, "bert")
    policy = lets_quote(
        (bert.followers, bert.iri), (documents.PUBLIC, bert.following, "https://x.y/z")
    )

    assert await approval_of(house, rosa, bert, policy=policy) == {
        "automatic": ["followers"],
        "manual": ["public", "following", "unsupported_policy"],
        "current_user": "denied",
    }


async def test_without_a_word_of_theirs_nobody_is_let(house, rosa):
    bert = await house.do(add_neighbour, "bert")

    nobody = {"automatic": [], "manual": [], "current_user": "denied"}
    assert await approval_of(house, rosa, bert) == nobody
    assert await approval_of(house, rosa, bert, policy=documents.InteractionPolicy()) == nobody


@pytest.mark.threat("T98")
@pytest.mark.parametrize(
    ("visibility", "automatic"),
    [("public", ["public"]), ("unlisted", ["public"]), ("private", []), ("direct", [])],
)
async def test_of_ours_what_anybody_may_read_anybody_may_quote(rosa, visibility, automatic):
    status = await rosa.say("Hello", visibility=visibility)

    assert status["quote_approval"]["automatic"] == automatic


async def test_quotes_with_consent_are_counted_at_once_and_no_others(house, rosa):
    reed, bert = await house.do(add_neighbour, "reed"), await house.do(add_neighbour, "bert")
    post = note(reed, "The path is dry")
    await house.do(store_fetched_post, post, NOW)
    quote = note(bert, "Look", quote=post.iri)
    await house.do(store_fetched_post, quote, NOW)
    stamp = documents.QuoteAuthorization(
        iri=f"{reed.iri}/stamps/1", author=reed.iri, quoting=quote.iri, quoted=post.iri
    )
    path = f"/api/v1/accounts/{reed.id}/statuses"
    (before,) = (await rosa.get(path)).value
    counts = [before["quotes_count"]]

    await house.do(store_stamp, stamp, NOW)
    counts.append((await rosa.get(path)).value[0]["quotes_count"])
    await house.do(receive_delete, sent(documents.Delete, reed, stamp.iri), ApplyContext(NOW))
    counts.append((await rosa.get(path)).value[0]["quotes_count"])

    assert counts == [0, 1, 0]


@pytest.mark.parametrize("says", [True, False])
async def test_apps_see_whether_somebody_lets_others_search_what_they_write(house, rosa, says):
    bert = await house.do(add_neighbour, "bert", indexable=says)

    account = (await rosa.get(f"/api/v1/accounts/{bert.id}")).value

    assert account["indexable"] is says


async def test_how_many_follow_a_community_elsewhere_is_what_it_says_itself(house, rosa):
    hill = await house.do(add_neighbour, "hill", kind="Group")
    path = f"/api/v1/accounts/{hill.id}"
    before = (await rosa.get(path)).value["followers_count"]

    await house.do(put_claimed, hill.id, 1_234, 99)
    house.clock.at += 600
    account = (await rosa.get(path)).value

    assert (before, account["followers_count"], account["statuses_count"]) == (0, 1_234, 99)
