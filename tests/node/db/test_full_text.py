"""The index of words as the engine holds it: kept by itself, packed, and there after a restore."""

import pytest
from sqlite_utils import Database

from node.base.index_terms import index_term, index_terms
from node.db.full_text import indexed_ids
from node.db.migrate import migrate
from node.db.sqlite_tx import SqliteTx, connect
from tests.neighbours import NOW, add_person

ZEBRA, HORSE = index_term("everybody", "zebr"), index_term("everybody", "hors")


def found(tx, *wanted, limit=9, before_id=2**62, after_id=0):
    return indexed_ids(tx, "actor", wanted, before_id=before_id, after_id=after_id, limit=limit)


@pytest.fixture
def people(tx):
    """Three people; all have the first term, the last two the second as well."""
    ids = [add_person(tx, name).id for name in ("ann", "ben", "carla")]
    for actor_id, words in zip(ids, (ZEBRA, f"{ZEBRA} {HORSE}", f"{ZEBRA} {HORSE}"), strict=True):
        tx.run(
            "insert into actor_words (actor_id, words, indexable) values (:id, :words, 0)",
            id=actor_id,
            words=words,
        )
    return ids


def test_the_greatest_ids_come_first_and_a_part_can_be_asked_for(tx, people):
    one, two, three = people

    assert found(tx, [ZEBRA]) == [three, two, one]
    assert found(tx, [ZEBRA], limit=2) == [three, two]
    assert found(tx, [ZEBRA], before_id=three, after_id=one) == [two]
    assert found(tx, [ZEBRA, HORSE]) == [three, two]
    assert found(tx, [HORSE], [ZEBRA]) == [three, two, one]
    assert (found(tx), found(tx, [])) == ([], [])


def test_the_index_follows_its_table(tx, people):
    one, two, three = people
    tx.run("update actor_words set words = :words where actor_id = :id", words=ZEBRA, id=two)
    tx.run("delete from actor_words where actor_id = :id", id=three)

    assert (found(tx, [ZEBRA]), found(tx, [HORSE])) == ([two, one], [])


def test_terms_are_letters_and_digits_alone_whatever_a_word_is():
    terms = index_terms({"everybody", 'per"son 1'}, ['a"b', "c OR d", "*", "^x", "\x00", "字"])

    assert len(terms.split()) == 12
    assert terms.replace(" ", "").isalnum()
    assert terms.isascii()


def test_a_long_text_for_many_fills_no_row():
    circles = {f"person {number}" for number in range(52)}

    assert len(index_terms(circles, (f"stem{n}" for n in range(30_000)))) < 500_000


def test_maintenance_knows_the_index_and_can_make_it_anew(tmp_path):
    """As `hedgerow data optimize` does (node/db/optimize.py)."""
    tx, store = filled_store(tmp_path)

    table = store["actor_words"]
    assert (table.detect_fts(), store["post_words"].detect_fts()) == (
        "actor_words_fts",
        "post_words_fts",
    )
    assert {one.name for one in table.triggers} == {
        "actor_words_ai",
        "actor_words_ad",
        "actor_words_au",
    }
    table.optimize()
    table.rebuild_fts()
    store.execute("insert into actor_words_fts (actor_words_fts) values ('integrity-check')")
    assert found(tx, [ZEBRA]) == [1]


def filled_store(folder):
    """A store of SQLite with one person in its index, and the same as sqlite-utils has it."""
    connection = connect(folder / "store.db", read_only=False)
    tx = SqliteTx(connection)
    migrate(tx, NOW)
    connection.execute("pragma foreign_keys = off")
    tx.run(
        "insert into actor_words (actor_id, words, indexable) values (1, :words, 0)", words=ZEBRA
    )
    return tx, Database(connection)
