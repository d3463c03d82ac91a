"""What happens by itself, a part at a time."""

import pytest

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.base.clock import FakeClock
from node.base.errors import Busy
from node.housekeeping import PASSES_MAX, TIDYING, tidy_up
from node.topics.publishing import activities
from node.topics.publishing.activities import forget_words_of_gone, receive_delete
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, add_neighbour, note, sent


def five_posts_of_somebody_gone(tx):
    rose = add_neighbour(tx, "rose")
    for number in range(5):
        store_fetched_post(tx, note(rose, f"Number {number}"), NOW)
    receive_delete(tx, sent(documents.Delete, rose, rose.iri), ApplyContext(NOW))


def words(tx):
    return [row["content"] for row in tx.all("select content from post where content <> ''")]


@pytest.mark.feature("F11")
async def test_all_words_of_somebody_who_is_gone_go_in_the_end(database, monkeypatch):
    monkeypatch.setattr(activities, "DELETED_POSTS_MAX", 2)
    await database.write(five_posts_of_somebody_gone)

    assert len(await database.read(words)) == 3
    assert await tidy_up(database, FakeClock(NOW), forget_words_of_gone) == 3
    assert await database.read(words) == []


def test_what_the_living_wrote_stays(tx):
    rose, reed = add_neighbour(tx, "rose"), add_neighbour(tx, "reed")
    for author in (rose, reed):
        store_fetched_post(tx, note(author, author.name), NOW)

    receive_delete(tx, sent(documents.Delete, rose, rose.iri), ApplyContext(NOW))

    assert words(tx) == ["<p>reed</p>"]


async def test_tidying_what_is_tidy_drops_nothing(database):
    assert [await tidy_up(database, FakeClock(NOW), tidy) for tidy in TIDYING] == [0] * len(TIDYING)


async def test_tidying_ends_after_a_hundred_parts_though_there_is_more(database):
    assert await tidy_up(database, FakeClock(NOW), lambda tx, now: 7) == 7 * PASSES_MAX


async def test_a_busy_store_is_left_alone(database):
    def busy(tx, now):
        raise Busy("Too much is waiting.", 5)

    assert await tidy_up(database, FakeClock(NOW), busy) == 0
