"""What went since a backup does not come back to life with it, and no number is given twice."""

import asyncio

import pytest

from node.base.clock import FakeClock
from node.base.errors import Refused
from node.base.ids import new_id
from node.cli import backup as backup_commands
from node.cli.backup import take_out_gone
from node.db.backup.gone import Gone, append_gone, gone_file, mark_of, read_gone
from node.db.backup.read import verify_backup
from node.db.backup.restore import restore_backup
from node.db.open import open_database
from node.scheduled_backups import note_gone
from node.topics.accounts.actions import create_account, issue_token
from node.topics.accounts.store import (
    add_session,
    bearer_by_token,
    hashed,
    person_by_session,
    revoke_tokens,
)
from node.topics.actors.activities import delete_actor
from node.topics.actors.store import actor_by_iri
from node.topics.posts.removals import hidden_post, hide_posts
from node.topics.posts.store import post_by_iri
from node.topics.publishing.actions import delete, publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.fanout import remove_post
from tests.backups import quiet
from tests.neighbours import KEYS, NOW, ORIGIN, THERE, add_neighbour, note

DAY_S = 86_400
LATER = NOW + 30 * DAY_S
ANN = f"{ORIGIN}/people/ann"


async def at_work(place, fn, *args):
    """Do something in the store of the node, and give what it gives."""
    db = await open_database(place.config.database.url, place.config.data, NOW)
    try:
        return await db.write(fn, *args)
    finally:
        await db.close()


def before_the_backup(tx):
    """Two posts of ann, two of rose, somebody who leaves, sessions and tokens; their names."""
    ann = actor_by_iri(tx, ANN)
    posts = [publish(tx, ann, Draft(text=f"Said {number}"), NOW) for number in range(2)]
    account = create_account(
        tx,
        origin=ORIGIN,
        name="bea",
        email=None,
        password_hash="x",
        role="member",
        keys=KEYS,
        now=NOW,
    )
    add_session(tx, "a session", account.id, "csrf", NOW, LATER + DAY_S)
    tokens = [issue_token(tx, account.id, "read", NOW) for _ in range(2)]
    add_neighbour(tx, "wren")
    rows = tx.all("select id, iri from post where author_id = :id order by id", id=ann.id)
    assert [row["id"] for row in rows] == posts
    return [row["iri"] for row in rows], tokens


def after_the_backup(tx, ours, theirs, token):
    """One of ann's and one of rose's are deleted, another is removed, wren and a token go."""
    ann = actor_by_iri(tx, ANN)
    delete(tx, ann, post_by_iri(tx, ours).id, NOW + DAY_S)
    remove_post(tx, post_by_iri(tx, theirs[0]), NOW + 2 * DAY_S)
    hide_posts(tx, [post_by_iri(tx, theirs[1]).id], 1, NOW + 3 * DAY_S)
    delete_actor(tx, actor_by_iri(tx, f"{THERE}/people/wren"), NOW + 4 * DAY_S)
    revoke_tokens(tx, [hashed(token)], NOW + 5 * DAY_S)


@pytest.mark.threat("T133")
@pytest.mark.promise("R12")
@pytest.mark.feature("O06")
@pytest.mark.parametrize("has_list", [True, False])
async def test_after_thirty_days_nothing_that_went_comes_back(
    place, tmp_path, monkeypatch, has_list
):
    (ours, other), (token, kept_token) = await at_work(place, before_the_backup)
    rose = await at_work(place, actor_by_iri, f"{THERE}/people/rose")
    theirs = [note(rose, f"Number {number}").iri for number in (3, 4)]
    path = place.backup(tmp_path / "b.age")
    await at_work(place, after_the_backup, ours, theirs, token)
    beside = gone_file(tmp_path, place.config.host)
    if has_list:
        db = await open_database(place.config.database.url, place.config.data, NOW)
        await note_gone(db, beside)
        await note_gone(db, beside)
        await db.close()
    monkeypatch.setattr(backup_commands, "clock", FakeClock(LATER))
    said = []

    def settle(config, found):
        said.append(run_apart(take_out_gone(config, found, tmp_path)))

    restored = await asyncio.to_thread(place.restore, path, tmp_path / "new", LATER, settle=settle)

    db = await open_database(restored.database.url, restored.data, LATER)
    seen = await db.read(
        lambda tx: [post_by_iri(tx, iri) is not None for iri in (other, ours, *theirs)]
    )
    words = await db.read(
        lambda tx: tx.one("select content from post where iri = :iri", iri=ours)["content"]
    )
    hidden = await db.read(hidden_post, theirs[1])
    waiting = await db.read(still_to_be_sent)
    wren = await db.read(actor_by_iri, f"{THERE}/people/wren")
    good = [await db.read(bearer_by_token, one) is not None for one in (token, kept_token)]
    session = await db.read(person_by_session, "a session", LATER)
    await db.close()

    assert session is None
    assert seen == [True, *[not has_list] * 3]
    assert good == [not has_list, True]
    assert (wren is None, hidden is not None, words == "") == (has_list, has_list, has_list)
    assert ours not in waiting or not has_list
    assert ("left out: 5" if has_list else "no list of what was deleted later") in said[0]


def still_to_be_sent(tx):
    rows = tx.all("select e.object_iri from delivery d join outbox_entry e on e.id = d.entry_id")
    return [row["object_iri"] for row in rows]


def run_apart(coroutine):
    """Run it in a loop of its own, as a command does; this is not the thread of the test's."""
    return asyncio.run(coroutine)


@pytest.mark.threat("T133")
async def test_no_number_is_given_anew(place, tmp_path):
    path = place.backup(tmp_path / "b.age")
    lost = await at_work(place, lambda tx: [new_id(NOW + second) for second in range(50)])
    place.restore(path, tmp_path / "new", NOW + 60)

    assert min(new_id(NOW + 60) for _ in range(50)) > max(lost)
    with pytest.raises(Refused, match="clock is behind"):
        place.restore(path, tmp_path / "early", NOW - 1)
    assert not (tmp_path / "early").exists()


async def test_the_list_only_grows_and_names_each_once(place, tmp_path):
    (ours, _), (token, _) = await at_work(place, before_the_backup)
    theirs = [note(await at_work(place, actor_by_iri, f"{THERE}/people/rose"), "Number 3").iri] * 2
    path = gone_file(tmp_path, place.config.host)
    db = await open_database(place.config.database.url, place.config.data, NOW)
    await note_gone(db, path)
    was_there = path.exists()
    await db.write(lambda tx: remove_post(tx, post_by_iri(tx, ours), NOW + 9))
    await note_gone(db, path)
    first = path.read_text()
    await db.write(lambda tx: remove_post(tx, post_by_iri(tx, theirs[0]), NOW + 9))
    await db.write(lambda tx: revoke_tokens(tx, [hashed(token)], NOW + 10))
    await note_gone(db, path)
    await note_gone(db, path)
    await db.close()

    assert not was_there
    assert path.read_text().startswith(first)
    assert sorted(read_gone(path, 0)) == sorted(
        [
            Gone(NOW + 9, "post", mark_of(ours)),
            Gone(NOW + 9, "post", mark_of(theirs[0])),
            Gone(NOW + 10, "token", mark_of(hashed(token))),
        ]
    )
    assert ours.rpartition("/")[2] not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_a_line_that_was_cut_off_counts_as_none(tmp_path):
    path = tmp_path / "list"
    mark = mark_of("x")
    append_gone(path, [Gone(5, "post", mark), Gone(9, "actor", mark)])
    with path.open("a") as file:
        file.write(f"12 post {mark[:9]}\nx post {mark}\n13 horse {mark}\n\n14 post")

    assert read_gone(path, 0) == [Gone(5, "post", mark), Gone(9, "actor", mark)]
    assert read_gone(path, 6) == [Gone(9, "actor", mark)]
    assert read_gone(tmp_path / "none", 0) == []


async def test_what_goes_wrong_on_the_way_leaves_no_node(place, tmp_path, engine):
    path = place.backup(tmp_path / "b.age")

    def settle(_config, _found):
        raise Refused("no")

    with pytest.raises(Refused, match="no"):
        place.restore(path, tmp_path / "new", NOW, settle=settle)
    assert not (tmp_path / "new").exists()
    assert verify_backup(path, place.identity, NOW, quiet).rows["post"] == 42
    if engine == "sqlite":
        restore_backup(path, place.identity, tmp_path / "new", NOW, quiet)
