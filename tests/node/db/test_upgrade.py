"""An upgrade of a store with data: looked through before it counts, undone by itself, killed at any
moment. What is added to our own migrations here stands for those of a version to come."""

import asyncio
import os
import random
import signal
import sqlite3
import time

import pytest
from click.testing import CliRunner

from node.base.config import read_config, render_config, write_config
from node.base.errors import Refused
from node.cli.upgrade_notice import say_before_upgrade
from node.db import inspection, migrate
from node.db.backup.read import verify_backup
from node.db.backup.recovery_key import identity_of, new_recovery_key
from node.db.backup.restore import restore_backup
from node.db.backup.stores import open_snapshot
from node.db.folder import DATABASE_FILE
from node.db.open import open_database
from node.db.upgrade import is_upgrade_due
from node.topics.publishing.receive import store_fetched_post
from tests.backups import quiet
from tests.neighbours import NOW, ORIGIN, add_neighbour, add_node, note

POSTS = 1_500
OLD = migrate.migrations("sqlite")[-1][0]
TO_COME = [
    (
        OLD + 1,
        """
        alter table post add column extra text check (length(extra) <= 65536);
        update post set extra = content;
        create index post_extra on post (version, published_at);
        """,
    ),
    (
        OLD + 2,
        """
        create table remark (id bigint primary key, words text not null check (length(words) <= 9));
        insert into remark select id, 'seen' from post;
        update post set version = version + 1;
        """,
    ),
]
BROKEN = {
    "loses": "delete from follow;\ndelete from post where title is null;",
    "dangles": "insert into bookmark (id, actor_id, post_id) values (1, 2, 3);",
    "stumbles": "update post set version = version + 1;\ninsert into nowhere values (1);",
}


def coming(monkeypatch, more):
    """Have these migrations be there beside our own."""
    ours = migrate.migrations

    def with_more(engine):
        return [*ours(engine), *more]

    monkeypatch.setattr("node.db.migrate.migrations", with_more)
    monkeypatch.setattr("node.db.upgrade.migrations", with_more)
    monkeypatch.setattr("node.db.inspection.migrations", with_more)
    inspection.our_tables.cache_clear()


@pytest.fixture(autouse=True)
def _known_tables_anew():
    yield
    inspection.our_tables.cache_clear()


def fill(tx, first):
    rose = add_neighbour(tx, "rose")
    for number in range(first, first + 100):
        store_fetched_post(tx, note(rose, f"Number {number} " + "x" * 500), NOW)


@pytest.fixture
async def place(stores, tmp_path):
    """A node with data, as the version before left it; the words of its recovery key."""
    folder = tmp_path / "data"
    url = stores.new(folder)
    folder.chmod(0o700)
    write_config(folder, render_config(ORIGIN, "Group", False, url))
    db = await open_database(url, folder, NOW)
    await db.write(add_node)
    for first in range(0, POSTS, 100):
        await db.write(fill, first)
    await db.close()
    words, _ = new_recovery_key(folder, replaces=False)
    yield folder, url, words
    stores.drop(url)


def seen(folder, url):
    """Schema, posts, whether the new column is there, and whether the file is whole."""
    snapshot = open_snapshot(url, folder)
    try:
        found = snapshot.schema(), len(list(snapshot.rows("post", ["id"])))
        is_new = "extra" in snapshot.columns("post")
    finally:
        snapshot.close()
    whole = True
    if not url:
        plain = sqlite3.connect(folder / DATABASE_FILE)
        whole = plain.execute("pragma integrity_check").fetchone() == ("ok",)
        plain.close()
    return *found, is_new, whole


async def open_and_close(folder, url):
    db = await open_database(url, folder, NOW, on_fatal=print)
    await db.close()


@pytest.mark.feature("O04")
async def test_an_upgrade_makes_a_backup_first_that_leads_back(place, tmp_path, stores, request):
    folder, url, words = place
    with pytest.MonkeyPatch.context() as patch:
        coming(patch, TO_COME)
        await open_and_close(folder, url)
        assert seen(folder, url) == (OLD + 2, POSTS, True, True)
    inspection.our_tables.cache_clear()

    (kept,) = (folder / "before-upgrade").iterdir()
    again = tmp_path / "again"
    other = stores.new_empty(again) if url else None
    restore_backup(kept, identity_of(words), again, NOW, quiet, database=other)

    assert seen(again, read_config(again, {}).database.url) == (OLD, POSTS, False, True)
    assert kept.stat().st_mode & 0o077 == 0
    if other:
        request.addfinalizer(lambda: stores.drop(other))


@pytest.mark.threat("T137")
@pytest.mark.feature("O04")
@pytest.mark.parametrize("kind", BROKEN)
async def test_what_an_upgrade_breaks_is_undone_by_itself(place, monkeypatch, kind):
    folder, url, _ = place
    coming(monkeypatch, [TO_COME[0], (OLD + 2, BROKEN[kind])])

    with pytest.raises(Refused, match="Your data is as it was before") as refused:
        await open_and_close(folder, url)

    assert "\n" not in str(refused.value)
    assert seen(folder, url) == (OLD, POSTS, False, True)


@pytest.mark.threat("T137")
async def test_what_is_damaged_after_an_upgrade_is_as_it_was_before(place, monkeypatch):
    folder, url, _ = place
    coming(monkeypatch, TO_COME)
    monkeypatch.setattr("node.db.upgrade.damage", lambda tx: ["an index is broken"])

    with pytest.raises(Refused, match="an index is broken"):
        await open_and_close(folder, url)

    assert seen(folder, url) == (OLD, POSTS, False, True)


async def test_where_the_backup_before_does_not_work_nothing_is_changed(place, monkeypatch):
    folder, url, _ = place
    coming(monkeypatch, TO_COME)
    (folder / "before-upgrade").write_text("in the way")

    with pytest.raises(Refused, match="Nothing was changed"):
        await open_and_close(folder, url)

    assert seen(folder, url) == (OLD, POSTS, False, True)


async def test_without_a_recovery_key_there_is_an_upgrade_and_no_backup(place, monkeypatch):
    folder, url, _ = place
    (folder / "backup.pub").unlink()
    coming(monkeypatch, TO_COME)

    await open_and_close(folder, url)

    assert seen(folder, url) == (OLD + 2, POSTS, True, True)
    assert not (folder / "before-upgrade").exists()


@pytest.mark.threat("T137")
@pytest.mark.parametrize("answer", ["n\n", "y\n", None], ids=["no", "yes", "nobody"])
def test_without_a_recovery_key_that_is_said_before_and_asked_at_a_terminal(
    place, monkeypatch, answer
):
    folder, url, _ = place
    (folder / "backup.pub").unlink()
    coming(monkeypatch, TO_COME)
    monkeypatch.setattr("node.cli.upgrade_notice.is_terminal", lambda: answer is not None)

    with CliRunner().isolation(input=answer) as (out, err, _):
        if answer == "n\n":
            with pytest.raises(Refused, match="Nothing was changed"):
                say_before_upgrade(read_config(folder, {}))
        else:
            say_before_upgrade(read_config(folder, {}))
        said = err.getvalue().decode()

    assert "hedgerow backup key" in said
    assert ("Go on without a backup?" in said) == (answer is not None)
    assert out.getvalue() == b""
    assert seen(folder, url) == (OLD, POSTS, False, True)


def test_nothing_is_said_where_there_is_a_key_or_nothing_to_upgrade(place, monkeypatch, capsys):
    folder, _, _ = place
    config = read_config(folder, {})
    with pytest.MonkeyPatch.context() as patch:
        coming(patch, TO_COME)
        say_before_upgrade(config)
    (folder / "backup.pub").unlink()

    say_before_upgrade(config)

    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")
    assert not is_upgrade_due("", folder / "nowhere")


async def kill_at_moments(place, moments, monkeypatch, stores, engine):
    """Upgrade anew from one backup of the old store each time, and kill it a little later."""
    folder, url, words = place
    coming(monkeypatch, TO_COME)
    began = time.monotonic()
    run_and_kill(folder, url, None)
    took_s = time.monotonic() - began
    (kept,) = (folder / "before-upgrade").iterdir()
    outcomes = set()
    for number in range(moments):
        place_now = folder.parent / f"at-{number}"
        again = stores.new_empty(place_now) if engine == "postgres" else ""
        restore_backup(
            kept, identity_of(words), place_now, NOW, quiet, database=again if again else None
        )
        wait_s = took_s * (number + random.Random(number).random()) / moments
        run_and_kill(place_now, again, wait_s)
        now_is = seen(place_now, again)
        assert now_is in {(OLD, POSTS, False, True), (OLD + 2, POSTS, True, True)}
        outcomes.add(now_is[0])
        await open_and_close(place_now, again)
        assert seen(place_now, again) == (OLD + 2, POSTS, True, True)
        for backup in (place_now / "before-upgrade").glob("*.age"):
            assert verify_backup(backup, identity_of(words), NOW, quiet).rows["post"] == POSTS
        if again:
            stores.drop(again)
    return outcomes


def run_and_kill(folder, url, wait_s):
    """Open a store in a process that is killed after a while; None lets it finish."""
    child = os.fork()
    if child == 0:
        asyncio.run(open_and_close(folder, url))
        os._exit(0)
    if wait_s is not None:
        time.sleep(wait_s)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert wait_s is not None or status == 0


@pytest.mark.threat("T137")
@pytest.mark.promise("R19")
@pytest.mark.timeout(300)
async def test_an_upgrade_that_is_killed_leaves_the_old_or_the_new(
    place, monkeypatch, stores, engine
):
    assert await kill_at_moments(place, 6, monkeypatch, stores, engine) <= {OLD, OLD + 2}


@pytest.mark.slow
@pytest.mark.threat("T137")
@pytest.mark.promise("R19")
@pytest.mark.feature("O04")
@pytest.mark.timeout(1_200)
async def test_an_upgrade_that_is_killed_at_fifty_moments_leaves_the_old_or_the_new(
    place, monkeypatch, stores, engine
):
    assert await kill_at_moments(place, 50, monkeypatch, stores, engine) == {OLD, OLD + 2}
