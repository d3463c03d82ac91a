"""Whose words are to be indexed anew: the old ones leave the index at once, the new ones follow."""

from collections.abc import Sequence

from node.db.tx import Tx

AUTHORS_POSTS_MAX = 1_000


def forget_words(tx: Tx, ids: Sequence[int]) -> int:
    """Take posts out of the index, and have them not put in again; how many were in it."""
    tx.run("delete from post_words_due where post_id in (:ids[])", ids=ids)
    return tx.run("delete from post_words where post_id in (:ids[])", ids=ids)


def index_later(tx: Tx, ids: Sequence[int]) -> None:
    """Take what posts said out of the index, and have what they say put in soon."""
    tx.run("delete from post_words where post_id in (:ids[])", ids=ids)
    tx.run(
        """
        insert into post_words_due (post_id) select id from post where id in (:ids[])
        on conflict do nothing
        """,
        ids=ids,
    )


def index_new(tx: Tx, post_id: int) -> None:
    """Have a new post put in soon: the least that can be done while a message is taken in."""
    tx.run("insert into post_words_due (post_id) values (:id) on conflict do nothing", id=post_id)


def index_author_later(tx: Tx, author_id: int) -> None:
    """Have the newest thousand posts of somebody indexed anew, for whom they are for now.

    Until then each is found by no more people than are allowed now: that is asked of each that is
    found.
    """
    tx.run(
        """
        insert into post_words_due (post_id)
        select id from post where author_id = :author_id order by id desc limit :limit
        on conflict do nothing
        """,
        author_id=author_id,
        limit=AUTHORS_POSTS_MAX,
    )
