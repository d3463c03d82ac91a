"""Whose names are to be indexed anew, and whose leave the index: what people are found by."""

from collections.abc import Sequence

from node.db.tx import Tx


def drop_actor_words(tx: Tx, ids: Sequence[int]) -> int:
    """Take actors out of the index, and have them not put in again; how many were in it."""
    tx.run("delete from actor_words_due where actor_id in (:ids[])", ids=ids)
    return tx.run("delete from actor_words where actor_id in (:ids[])", ids=ids)


def index_name_later(tx: Tx, actor_id: int) -> None:
    """Have an actor put into the index soon, as it is now."""
    tx.run(
        "insert into actor_words_due (actor_id) values (:id) on conflict do nothing", id=actor_id
    )
