"""The index is kept by itself, comes with an upgrade and a restore, and keeps no deleted word."""

import asyncio
from contextlib import suppress

import pytest

from node.base.clock import FakeClock
from node.db.migrate import migrate
from node.db.open import open_database
from node.db.sqlite_tx import SqliteTx, connect
from node.housekeeping import keep_index
from node.topics.actors.store import actor_by_id
from node.topics.posts.words import index_due
from node.topics.publishing.actions import delete, publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.topics.search.posts import posts_found, question_asked
from tests.neighbours import NOW, add_neighbour, add_node, add_person, note

CANARY = "canarybird"


def find(tx, reader, typed):
    asked = question_asked(tx, typed, reader, "group.example")
    found = posts_found(tx, asked, reader, before_id=None, limit=20)
    return [view.post.id for view in found.views]


async def test_what_comes_from_elsewhere_is_put_in_while_the_node_runs(database):
    def fill(tx):
        add_node(tx)
        rose = add_neighbour(tx, "rose", indexable=True)
        store_fetched_post(tx, note(rose, "Zebras"), NOW)
        return add_person(tx, "ann")

    ann = await database.write(fill)
    assert await database.read(find, ann, "zebras") == []
    with suppress(TimeoutError):
        async with asyncio.timeout(2):
            await keep_index(database, FakeClock(NOW))

    assert len(await database.read(find, ann, "zebras")) == 1
    assert await database.read(lambda tx: tx.all("select actor_id from actor_words_due")) == []


@pytest.mark.feature("F11")
@pytest.mark.threat("T148")
async def test_after_a_deletion_no_word_is_left_in_the_index_or_the_file(
    database, tmp_path, engine
):
    if engine != "sqlite":
        pytest.skip("PostgreSQL keeps its files to itself")

    def say(tx):
        add_node(tx)
        ann = add_person(tx, "ann")
        return ann, publish(tx, ann, Draft(text=f"{CANARY} sings", visibility="direct"), NOW)

    ann, post = await database.write(say)
    assert await database.read(find, ann, CANARY) == [post]
    await database.write(delete, ann, post, NOW)
    assert await database.read(find, ann, CANARY) == []

    def index_of_words(tx):
        tx.run("insert into post_words_fts (post_words_fts) values ('optimize')")
        return tx.all("select block from post_words_fts_data")

    blocks = b"".join(row["block"] for row in await database.write(index_of_words))
    assert CANARY[:4].encode() not in blocks
    await database.close()
    assert CANARY.encode() not in (tmp_path / "hedgerow.db").read_bytes()


def test_an_upgrade_has_all_that_is_there_put_in(tmp_path, engine):
    if engine != "sqlite":
        pytest.skip("the statement is the same")
    connection = connect(tmp_path / "old.db", read_only=False)
    tx = SqliteTx(connection)
    migrate(tx, NOW, 10)
    tx.run(
        """
        insert into actor (id, iri, kind, name, host, handle, display_name, summary, url, inbox,
            fields, aliases, approves_followers, discoverable, local, version, created_at,
            updated_at)
        values (1, 'https://group.example/people/ann', 'Person', 'ann', 'group.example',
            'ann@group.example', 'Ann', '', '', '', '[]', '[]', 0, 0, 1, 1, 1, 1)
        """
    )
    tx.run(
        """
        insert into post (id, iri, url, kind, author_id, root_id, content, sensitive, visibility,
            attachments, tags, replies_count, favourites_count, boosts_count, version, local,
            published_at)
        values (2, 'https://group.example/posts/2', '', 'Note', 1, 2, '<p>Zebras</p>', 0,
            'direct', '[]', '[]', 0, 0, 0, 1, 1, 1)
        """
    )

    migrate(tx, NOW)

    assert index_due(tx, NOW) == 1
    assert find(tx, actor_by_id(tx, 1), "zebras") == [2]
    connection.close()


@pytest.mark.feature("O05")
async def test_what_was_restored_is_found(place, tmp_path):
    def index(tx):
        while index_due(tx, NOW):
            pass
        tx.run("update actor set indexable = 1 where handle = 'rose@valley.example'")
        tx.run("insert into post_words_due (post_id) select id from post")
        while index_due(tx, NOW):
            pass

    db = await open_database(place.config.database.url, place.config.data, NOW)
    await db.write(index)
    await db.close()

    restored = place.restore(place.backup(tmp_path / "b.age"), tmp_path / "new")
    db = await open_database(restored.database.url, restored.data, NOW)
    ann = await db.read(
        lambda tx: actor_by_id(tx, tx.one("select id from actor where name = 'ann'")["id"])
    )
    found = await db.read(find, ann, "rose said to nobody")
    await db.close()

    assert len(found) == 1
