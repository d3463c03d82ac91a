"""One's things are taken along in one file: whole, readable without a network, one's own alone."""

import json
import re
import tracemalloc

import pytest

from node.base.clock import FakeClock
from node.topics.accounts.actions import create_account
from node.topics.accounts.consents import record_consent
from node.topics.accounts.store import account_by_name
from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.actors.store import actor_by_id, actor_by_iri
from node.topics.blocks.store import Mute, put_mute
from node.topics.members.actions import follow, take_follow
from node.topics.members.blocks import block
from node.topics.moderation.member_reports import Complaint, file_report
from node.topics.moderation.post_actions import remove
from node.topics.polls.actions import vote
from node.topics.portability.archive import archive_json, archive_page
from node.topics.portability.own_things import PARTS
from node.topics.posts.store import COLUMNS
from node.topics.publishing.actions import delete, publish
from node.topics.publishing.drafts import Draft, PollDraft
from node.topics.reactions.actions import bookmark, boost, favourite
from tests.neighbours import KEYS, NOW, ORIGIN, add_group, add_neighbour, add_node, add_person

INSIDE = re.compile(r'<script type="application/json" id="things">(.*?)</script>', re.DOTALL)
MIB = 2**20


def make(tx, name):
    return create_account(
        tx,
        origin=ORIGIN,
        name=name,
        email=f"{name}@post.example",
        password_hash=None,
        role="member",
        keys=KEYS,
        now=NOW,
    )


def lived(tx):
    """ida has left something wherever a member can; ann and rose said things that are not hers."""
    add_node(tx)
    ida = actor_by_id(tx, make(tx, "ida").actor_id)
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    walkers = add_group(tx, "walkers", ann)
    take_follow(tx, rose, ida, f"{rose.iri}/follows/1", NOW)
    for whom in (walkers, ann):
        follow(tx, ida, whom, NOW)
    edit_profile(tx, ida.id, ProfileChanges(summary="<p>I walk.</p>", discoverable=True), NOW)
    mine = publish(tx, ida, Draft(text="Ida's <b>words</b> </script><script>", title="Walks"), NOW)
    publish(tx, ida, Draft(text="Ida in walkers @walkers@group.example"), NOW)
    publish(tx, ida, Draft(text="Ida to @ann alone", visibility="direct"), NOW)
    asked = publish(
        tx, ann, Draft(text="Lake?", poll=PollDraft(choices=("Lake", "Mill"), lasts_s=9_000)), NOW
    )
    publish(tx, ann, Draft(text="For @ida alone", visibility="direct"), NOW)
    publish(tx, ann, Draft(text="Not for ida, to @ben", visibility="direct"), NOW)
    publish(tx, ann, Draft(text="Ann's answer", parent_id=mine), NOW)
    taken = publish(tx, ida, Draft(text="Taken back"), NOW)
    delete(tx, ida, taken, NOW)
    removed = publish(tx, ida, Draft(text="Removed @walkers@group.example"), NOW)
    remove(tx, ann, removed, "not here", NOW)
    vote(tx, ida, asked, [1], NOW)
    for do in (favourite, boost, bookmark):
        do(tx, ida, asked, NOW)
    block(tx, ida, add_neighbour(tx, "mo"), NOW)
    put_mute(tx, ida.id, add_neighbour(tx, "wren").id, Mute(True, None), NOW)
    complaint = Complaint(about_id=ann.id, post_ids=[asked], words="Odd it is")
    file_report(tx, ida, complaint, NOW)
    record_consent(tx, account_by_name(tx, "ida").id, "the pledge", "Pledge, 3", NOW)


async def gathered(pieces):
    return "".join([piece async for piece in pieces])


async def taken(db, name="ida"):
    account = await db.read(account_by_name, name)
    return await gathered(archive_page(db, FakeClock(NOW), account))


@pytest.mark.feature("V03")
async def test_the_file_holds_everything_that_is_theirs_for_people_and_for_programs(database):
    await database.write(lived)

    page = await taken(database)
    inside = json.loads(INSIDE.search(page)[1])

    assert inside["format"] == "hedgerow-things/1"
    assert inside["account"]["email"] == "ida@post.example"
    assert inside["account"]["found_by_people"] is True
    assert set(inside) == {"format", "made_at", "account", *PARTS, "names"}
    assert [one["words"] for one in inside["posts"]] == [
        "Removed @walkers@group.example",
        "Ida in walkers @walkers@group.example",
        "Ida's <b>words</b> </script><script>",
    ]
    assert [one["removed_by_moderators"] for one in inside["posts"]] == [True, False, False]
    assert inside["posts"][1]["community"] == "@walkers@group.example"
    assert [(one["words"], one["to"]) for one in inside["messages"]] == [
        ("Ida to @ann alone", ["@ann@group.example"])
    ]
    assert [one["from"] for one in inside["received"]] == ["@ann@group.example"]
    assert inside["votes"][0]["chose"] == ["Mill"]
    for part in ("boosts", "favourites", "bookmarks"):
        assert [set(one) for one in inside[part]] == [{"address", "by"}]
    found = {part: [one["handle"] for one in inside[part]] for part in ("following", "followers")}
    assert found == {
        "following": ["@ann@group.example", "@walkers@group.example"],
        "followers": ["@rose@valley.example"],
    }
    assert [one["role"] for one in inside["communities"]] == ["member"]
    assert [one["handle"] for one in inside["blocked"]] == ["@mo@valley.example"]
    assert [one["handle"] for one in inside["muted"]] == ["@wren@valley.example"]
    assert inside["reports"][0]["words"] == "Odd it is"
    assert [one["by_the_words"] for one in inside["agreed"]] == ["Pledge, 3"]
    for words in ("Ida to", "For <", "Odd it is", "@wren@valley.example", "Pledge, 3", "I walk."):
        assert words in page.partition("<script")[0]


@pytest.mark.feature("V03")
@pytest.mark.threat("T102")
async def test_nothing_of_others_is_in_it_but_what_they_addressed_to_them(database):
    await database.write(lived)

    page = await taken(database)

    assert "alone" in page
    for words in ("Not for ida", "Ann&#39;s answer", "Ann's answer", "Lake?", "Taken back"):
        assert words not in page
    assert "private_key" not in page
    assert "BEGIN" not in page


@pytest.mark.feature("V03")
@pytest.mark.threat("T102")
async def test_the_file_loads_nothing_and_runs_nothing(database):
    await database.write(lived)

    page = await taken(database)

    assert "default-src 'none'" in page
    assert re.findall(r"<(?:link|img|iframe|object|embed|form|base|video|audio)\b", page) == []
    assert re.findall(r"\bsrc\s*=|@import|url\(", page) == []
    assert len(re.findall(r"<script\b", page)) == 1
    assert page.count("</script>") == 1


MANY = 20_000
NAMES = ", ".join(COLUMNS)
COPIED = ", ".join(
    {"id": "id + n", "iri": "iri || n", "url": "url || n"}.get(one, one) for one in COLUMNS
)


def write_more(tx, post_id, first, count):
    """Copies of a post, as if it had been written that often."""
    tx.run(
        f"""
        insert into post ({NAMES})
        with recursive numbers (n) as (
            select cast(:first as bigint) union all select n + 1 from numbers where n < :last)
        select {COPIED} from post, numbers where id = :id
        """,
        id=post_id,
        first=first,
        last=first + count - 1,
    )


@pytest.mark.feature("V03")
@pytest.mark.timeout(180)
async def test_twenty_thousand_posts_take_no_more_memory_and_others_write_meanwhile(database):
    await database.write(lived)
    ida = await database.read(actor_by_iri, f"{ORIGIN}/people/ida")
    text = f"The canary sings. {'All ten paths. ' * 20}"
    post_id = await database.write(publish, ida, Draft(text=text), NOW)
    await database.write(write_more, post_id, 1, 200)
    few, _ = await peak_of(database)
    for first in range(201, MANY, 400):
        await database.write(write_more, post_id, first, min(400, MANY - first))

    many, found = await peak_of(database)

    assert found == MANY * 3
    assert many < few + 2 * MIB


async def peak_of(database):
    """The most memory that making the file took, and how often the canary stands in it; while it is
    made somebody writes."""
    account, found = await database.read(account_by_name, "ida"), 0
    tracemalloc.start()
    try:
        async for piece in archive_page(database, FakeClock(NOW), account):
            if found % 10_000 == 0:
                await database.write(record_consent, account.id, "the pledge", f"{found}", NOW)
            found += piece.count("canary")
        return tracemalloc.get_traced_memory()[1], found
    finally:
        tracemalloc.stop()


@pytest.mark.feature("V03")
async def test_the_json_alone_is_the_same_as_that_in_the_file(database):
    await database.write(lived)
    account = await database.read(account_by_name, "ida")

    alone = json.loads(await gathered(archive_json(database, FakeClock(NOW), account)))

    assert alone == json.loads(INSIDE.search(await taken(database))[1])
