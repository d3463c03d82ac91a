"""What is deleted is nowhere in the database: not in a table, not in its file, not in the log."""

import asyncio

import pytest

from node.db import writer
from node.db.open import open_database
from node.outbox.deliveries import settle_delivered, waiting_deliveries
from node.topics.accounts.actions import create_account
from node.topics.accounts.consents import record_consent
from node.topics.accounts.store import add_session, any_account_by_name
from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.actors.store import actor_by_iri, local_actor
from node.topics.communities.actions import create_community
from node.topics.members.actions import follow, take_follow
from node.topics.moderation.member_reports import Complaint, file_report
from node.topics.portability.deletion import delete_account, forget_departed
from node.topics.portability.take_out import give_leave
from node.topics.publishing.actions import delete, edit, publish
from node.topics.publishing.activities import receive_create
from node.topics.publishing.drafts import Draft, PollDraft
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour, add_node, add_person, note
from tests.node.topics.publishing.test_activities import APPLYING, create
from tests.schema import columns

MARKER = "zebrafinch"
LONG = f"The {MARKER} sings in every one of these trees. " * 100
"""Some pages of the file long: it has pages of its own, which are free when it goes."""

SHORT = f"One {MARKER}."
CLEARED_S = 20.0
POSTS = 60


def at_home(tx):
    """ida and her friends; what is the same in every test."""
    add_node(tx)
    account = create_account(
        tx,
        origin=ORIGIN,
        name="ida",
        email=f"{MARKER}@post.example",
        password_hash=f"{MARKER} hash",
        role="member",
        keys=KEYS,
        now=NOW,
    )
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    ida = local_actor(tx, "Person", "ida")
    walkers = create_community(
        tx,
        origin=ORIGIN,
        name="walkers",
        title="Walkers",
        organiser=ann,
        visibility="public",
        joining="open",
        keys=KEYS,
        now=NOW,
    )
    take_follow(tx, rose, ida, f"{rose.iri}/follows/1", NOW)
    take_follow(tx, rose, walkers, f"{rose.iri}/follows/2", NOW)
    follow(tx, ida, walkers, NOW)
    return account.id


def live(tx, account_id):
    """ida leaves her words wherever a member can, a lot of them, and deletes nothing."""
    ida = local_actor(tx, "Person", "ida")
    profile = ProfileChanges(display_name=MARKER, summary=f"<p>{MARKER}</p>")
    edit_profile(tx, ida.id, profile, NOW)
    add_session(tx, "a session", account_id, "csrf", NOW, NOW + 9_000, f"{MARKER} on a phone")
    record_consent(tx, account_id, f"the {MARKER}", f"{MARKER}, 3", NOW)
    give_leave(tx, account_id, "a session", "a key", NOW)
    publish(tx, ida, Draft(text=f"@ann {LONG}", visibility="direct"), NOW)
    publish(
        tx,
        ida,
        Draft(text=LONG, poll=PollDraft(choices=(f"{MARKER} A", "none"), lasts_s=9_000)),
        NOW,
    )
    ann = local_actor(tx, "Person", "ann")
    file_report(tx, ida, Complaint(about_id=ann.id, post_ids=(), words=f"A {MARKER}"), NOW)


def write_some(tx, first, last):
    """ida writes long posts in the community, changes each once, and rose answers."""
    ida, rose = local_actor(tx, "Person", "ida"), actor_by_iri(tx, ROSE)
    made = []
    for number in range(first, last):
        text = f"@walkers@group.example {number} {LONG if number % 2 else SHORT}"
        post_id = publish(tx, ida, Draft(text=text, content_note=f"a {MARKER}"), NOW)
        edit(tx, ida, post_id, Draft(text=f"{text} I think"), NOW + 1)
        made.append(post_id)
    iri = tx.one("select iri from post where id = :id", id=made[0])["iri"]
    receive_create(tx, create(rose, note(rose, f"I saw it {first}", in_reply_to=iri)), APPLYING)
    return made


ROSE = "https://valley.example/people/rose"


def texts_with_it(tx):
    """Every column of every table in which the marker stands."""
    return {
        f"{one.table}.{one.name}"
        for one in columns(tx)
        if one.kind == "text"
        and tx.one(
            f'select 1 as found from "{one.table}" where lower({one.name}) like :marker limit 1',
            marker=f"%{MARKER}%",
        )
    }


def files_with_it(folder):
    """Every file of the database in which the marker stands."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.name.startswith("hedgerow.db") and MARKER.encode() in path.read_bytes()
    )


def deliver_all(tx):
    for one in waiting_deliveries(tx, "valley.example", 0):
        settle_delivered(tx, one, "cavage", NOW)
    return len(waiting_deliveries(tx, "valley.example", 0))


@pytest.fixture
async def home(new_store, tmp_path, monkeypatch):
    """A store that is open and stays so, and the account of ida."""
    monkeypatch.setattr(writer, "CLEAR_EVERY_S", 0.5)
    db = await open_database(new_store(tmp_path), tmp_path, NOW, on_fatal=print)
    account_id = await db.write(at_home)
    yield db, account_id
    await db.close()


async def is_cleared(folder):
    """Whether the marker leaves the files within some seconds, while the store is open."""
    loop = asyncio.get_running_loop()
    until = loop.time() + CLEARED_S
    while loop.time() < until:
        if files_with_it(folder) == []:
            return True
        await asyncio.sleep(0.2)
    return False


@pytest.mark.threat("T148")
@pytest.mark.feature("F11")
@pytest.mark.timeout(120)
async def test_a_deleted_post_is_in_no_table_in_no_file_and_not_in_the_log(home, engine, tmp_path):
    db, _ = home
    made = [
        one
        for first in range(0, POSTS, 10)
        for one in await db.write(write_some, first, first + 10)
    ]
    before = await db.read(texts_with_it)
    held = files_with_it(tmp_path)
    ida = await db.read(local_actor, "Person", "ida")

    for post_id in made:
        await db.write(delete, ida, post_id, NOW + 9)

    assert {"post.content", "post.source", "outbox_entry.body"} <= before
    assert await db.read(texts_with_it) == {"account.email", "account.password_hash"}
    if engine == "sqlite":
        await db.write(lambda tx: tx.run("update account set email = null, password_hash = null"))
        assert held != []
        assert await is_cleared(tmp_path)


@pytest.mark.threat("T148")
@pytest.mark.feature("V04")
@pytest.mark.timeout(120)
async def test_an_erased_account_is_in_no_table_in_no_file_and_not_in_the_log(
    home, engine, tmp_path
):
    db, account_id = home
    await db.write(live, account_id)
    for first in range(0, POSTS, 10):
        await db.write(write_some, first, first + 10)
    account = await db.read(any_account_by_name, "ida")
    before, held = await db.read(texts_with_it), files_with_it(tmp_path)

    await db.write(delete_account, account, NOW + 9, "a key")
    while await db.write(deliver_all) or await db.write(forget_departed, NOW + 9):
        continue

    assert {"post.content", "actor.display_name", "session.device", "consent.kind"} <= before
    assert await db.read(texts_with_it) == set()
    if engine == "sqlite":
        assert held != []
        assert await is_cleared(tmp_path)


def test_the_marker_is_found_in_a_file(tmp_path):
    (tmp_path / "hedgerow.db-wal").write_bytes(b"\0" + MARKER.encode() + b"\0")
    (tmp_path / "hedgerow.db").write_bytes(b"\0")

    assert files_with_it(tmp_path) == ["hedgerow.db-wal"]
