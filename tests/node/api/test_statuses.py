"""Publishing, reading, changing and deleting posts over the client API."""

import pytest

from node.http.services import Found
from tests.neighbours import add_neighbour

STATUSES = "/api/v1/statuses"
TRAPS = """id uri url created_at account content visibility sensitive spoiler_text media_attachments
    mentions tags emojis replies_count reblogs_count favourites_count favourited reblogged
    bookmarked muted pinned filtered""".split()


async def test_a_new_post_has_every_field_that_clients_need(rosa):
    status = await rosa.say("Hello #Hedges")

    assert [name for name in TRAPS if status[name] is None] == []
    assert status["content"].startswith("<p>Hello <a ")
    assert status["created_at"] == "2027-01-15T08:00:00.000Z"
    assert status["tags"] == [{"name": "hedges", "url": "https://group.example/tags/hedges"}]
    assert status["account"]["avatar"] == "https://group.example/static/avatar.png"


async def test_the_sender_is_woken_after_a_post(house, rosa):
    await rosa.say("Hello")

    assert len(house.woken) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"data": {"status": "Hello", "visibility": "unlisted", "sensitive": "on"}},
        {"json": {"status": "Hello", "visibility": "unlisted", "sensitive": True}},
        {"params": {"status": "Hello", "visibility": "unlisted", "sensitive": "1"}},
    ],
    ids=["form", "JSON", "query"],
)
async def test_a_post_may_come_in_every_way_that_clients_write(rosa, options):
    status = (await rosa.must("POST", STATUSES, **options)).value

    assert (status["content"], status["visibility"], status["sensitive"]) == (
        "<p>Hello</p>",
        "unlisted",
        True,
    )


async def test_the_same_key_twice_makes_one_post(rosa):
    headers = {"Idempotency-Key": "walk-1"}
    first = await rosa.post(STATUSES, {"status": "Hello"}, headers=headers)
    again = await rosa.post(STATUSES, {"status": "Hello"}, headers=headers)

    assert first.value == again.value
    assert (await rosa.get("/api/v1/timelines/home")).ids == [first.value["id"]]


async def test_an_answer_hangs_under_the_post_and_is_seen_in_its_context(rosa, tilda):
    asked = await rosa.say("Who walks on Sunday?")
    answer = await tilda.say("@rosa I do", in_reply_to_id=asked["id"])

    context = (await rosa.get(f"{STATUSES}/{asked['id']}/context")).value
    above = (await rosa.get(f"{STATUSES}/{answer['id']}/context")).value

    assert answer["in_reply_to_account_id"] == rosa.id
    assert [one["acct"] for one in answer["mentions"]] == ["rosa"]
    assert [one["id"] for one in context["descendants"]] == [answer["id"]]
    assert [one["id"] for one in above["ancestors"]] == [asked["id"]]


async def test_somebody_unknown_who_is_named_is_looked_up_first(house, rosa):
    async def found(query):
        house.resolver.asked.append(query)
        actor = await house.do(add_neighbour, "bert")
        return Found(actor_id=actor.id)

    house.resolver.resolve = found
    status = await rosa.say("Hello @bert@valley.example")

    assert house.resolver.asked == ["bert@valley.example"]
    assert [one["acct"] for one in status["mentions"]] == ["bert@valley.example"]


async def test_nobody_is_looked_up_for_a_stranger(house):
    reply = await house.visitor.post(STATUSES, {"status": "Hi @bert@valley.example"}, status=401)

    assert reply.error == "The access token is invalid"
    assert house.resolver.asked == []


async def test_a_title_makes_a_long_post_and_stands_above_the_text(rosa):
    status = await rosa.say("With *Markdown*.", title="On <hedges>")

    assert status["content"].startswith("<p><strong>On &lt;hedges&gt;</strong></p>")
    assert "<em>Markdown</em>" in status["content"]


async def test_an_edit_shows_at_once_and_says_when(house, rosa):
    status = await rosa.say("Helo", spoiler_text="greeting")
    house.clock.at += 60
    form = {"status": "Hello", "spoiler_text": "greeting"}
    edited = (await rosa.must("PUT", f"{STATUSES}/{status['id']}", data=form)).value
    source = (await rosa.get(f"{STATUSES}/{status['id']}/source")).value
    history = (await rosa.get(f"{STATUSES}/{status['id']}/history")).value

    assert edited["content"] == "<p>Hello</p>"
    assert edited["edited_at"] == "2027-01-15T08:01:00.000Z"
    assert source == {"id": status["id"], "text": "Hello", "spoiler_text": "greeting"}
    assert [one["content"] for one in history] == ["<p>Hello</p>"]


async def test_a_deleted_post_answers_with_its_text_and_is_gone(rosa):
    status = await rosa.say("Never *mind*")
    deleted = (await rosa.must("DELETE", f"{STATUSES}/{status['id']}")).value

    assert (deleted["id"], deleted["text"]) == (status["id"], "Never *mind*")
    assert (await rosa.get(f"{STATUSES}/{status['id']}", status=404)).error == "Record not found"
    assert (await rosa.get("/api/v1/timelines/home")).value == []


async def test_deleting_a_boost_does_not_delete_what_was_boosted(rosa):
    status = await rosa.say("Mine")
    boost = (await rosa.post(f"{STATUSES}/{status['id']}/reblog")).value

    await rosa.must("DELETE", f"{STATUSES}/{boost['id']}", 404)

    kept = (await rosa.get(f"{STATUSES}/{status['id']}")).value
    assert (kept["content"], kept["reblogged"]) == ("<p>Mine</p>", True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "  "}, "Write something first: a post cannot be empty."),
        ({"status": "x" * 10_001}, "A post has at most 10000 characters."),
        (
            {"status": "x", "visibility": "secret"},
            "Validation failed: Visibility is not included in the list",
        ),
        (
            {"status": "x", "media_ids[]": "1"},
            "A picture is not there any more. Send it again.",
        ),
        (
            {"status": "x", "scheduled_at": "2030-01-01T00:00:00.000Z"},
            "This node does not keep posts for later yet.",
        ),
        (
            {"status": "x", "poll[options][]": "a", "poll[expires_in]": "600"},
            "A poll has from 2 to 20 choices.",
        ),
        ({"status": "a\x00b"}, "A value cannot hold the character NUL."),
    ],
)
async def test_a_draft_that_cannot_be_taken_is_refused_with_a_sentence(rosa, fields, sentence):
    assert (await rosa.post(STATUSES, fields, status=422)).error == sentence


async def test_an_answer_to_nothing_is_not_found(rosa):
    await rosa.post(STATUSES, {"status": "x", "in_reply_to_id": "12"}, status=404)
    await rosa.post(STATUSES, {"status": "x", "in_reply_to_id": "twelve"}, status=404)

    assert (await rosa.get("/api/v1/timelines/home")).value == []


@pytest.mark.threat("T81")
async def test_nobody_else_edits_deletes_or_reads_the_source_of_a_post(rosa, tilda):
    status = await rosa.say("Mine")
    path = f"{STATUSES}/{status['id']}"

    await tilda.must("PUT", path, 404, data={"status": "Yours"})
    await tilda.must("DELETE", path, 404)
    await tilda.get(f"{path}/source", status=404)

    assert (await rosa.get(path)).value["content"] == "<p>Mine</p>"


@pytest.mark.threat("T82")
@pytest.mark.threat("T94")
@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_a_hidden_post_answers_as_one_that_is_not_there_whatever_is_asked(
    rosa, tilda, visibility
):
    hidden = await rosa.say("For few", visibility=visibility)
    asked = [
        ("GET", ""),
        ("GET", "/context"),
        ("GET", "/source"),
        ("GET", "/history"),
        ("GET", "/favourited_by"),
        ("GET", "/reblogged_by"),
        ("DELETE", ""),
        *(
            ("POST", f"/{verb}")
            for verb in "favourite unfavourite reblog unreblog bookmark unbookmark".split()
        ),
    ]

    for method, tail in asked:
        of_hidden = await tilda.ask(method, f"{STATUSES}/{hidden['id']}{tail}")
        of_absent = await tilda.ask(method, f"{STATUSES}/{int(hidden['id']) + 99}{tail}")
        assert (method, tail, of_hidden.status) == (method, tail, 404)
        assert of_hidden.text == of_absent.text
    assert (await tilda.get(f"{STATUSES}?id[]={hidden['id']}")).value == []


async def test_several_posts_are_read_at_once_in_the_order_asked(rosa):
    one, two = await rosa.say("One"), await rosa.say("Two")

    found = await rosa.get(f"{STATUSES}?id[]={two['id']}&id[]=12&id[]={one['id']}&id[]=x")

    assert found.ids == [two["id"], one["id"]]


async def test_an_edit_that_names_no_language_leaves_the_one_there_is(rosa):
    said = (await rosa.post(STATUSES, {"status": "Guten Tag", "language": "de"})).value
    path = f"{STATUSES}/{said['id']}"

    edited = (await rosa.must("PUT", path, json={"status": "Guten Abend"})).value
    changed = (await rosa.must("PUT", path, json={"status": "Bonsoir", "language": "fr"})).value
    odd = (await rosa.must("PUT", path, json={"status": "Soir", "language": "klingon_x"})).value

    assert [one["language"] for one in (said, edited, changed, odd)] == ["de", "de", "fr", "fr"]


async def test_a_post_that_names_no_language_is_in_the_one_its_writer_usually_writes(rosa):
    preferred = {"source[language]": "cy"}
    await rosa.must("PATCH", "/api/v1/accounts/update_credentials", data=preferred)

    assert (await rosa.say("Bore da"))["language"] == "cy"


async def test_the_post_that_is_answered_may_be_named_by_a_number(rosa):
    asked = await rosa.say("Who walks on Sunday?")

    answer = {"status": "I do", "in_reply_to_id": int(asked["id"])}
    answered = (await rosa.must("POST", STATUSES, json=answer)).value

    assert answered["in_reply_to_id"] == asked["id"]


@pytest.mark.parametrize("number", ["9223372036854775808", "-9223372036854775809", "9" * 5_000])
async def test_a_number_that_no_store_holds_is_refused(rosa, number):
    body = f'{{"status": "I do", "in_reply_to_id": {number}}}'
    headers = {"Content-Type": "application/json"}

    reply = await rosa.ask("POST", STATUSES, data=body, headers=headers)

    assert reply.status == 400
