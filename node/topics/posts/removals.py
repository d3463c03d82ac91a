"""What those who look after a community do to a post: hide it, close it, put it first.

A hidden post counts as deleted for every reader and keeps its words, so that it can be shown again.
One that is only taken out of its community is there for everybody, but not in what that shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from node.db.tx import Tx
from node.topics.posts.store import Post
from node.topics.posts.words_due import forget_words, index_later

HIDDEN_AT_ONCE = 1_000
BEFORE_IT_CAME = 0
"""`removed_in` of a post that a community had removed before we held it."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A post that is hidden or taken out of its community, and the log entry that did it."""

    post: Post
    entry_id: int


def hide_posts(tx: Tx, ids: Sequence[int], entry_id: int, now: int) -> None:
    """Hide posts from everybody, at most 1,000 at once; those hidden or gone already stay so."""
    ids = ids[:HIDDEN_AT_ONCE]
    tx.run(
        """
        update post set deleted_at = :now, removed_in = :entry_id, version = version + 1
        where id in (:ids[]) and deleted_at is null
        """,
        ids=ids,
        entry_id=entry_id,
        now=now,
    )
    forget_words(tx, ids)
    tx.run("delete from home_entry where post_id in (:ids[])", ids=ids)
    tx.run("delete from notification where post_id in (:ids[])", ids=ids)
    count_answers_anew(tx, ids)


def hide_as(tx: Tx, post_id: int, entry_id: int) -> None:
    """Say of a hidden post that another log entry hides it."""
    tx.run(
        """
        update post set removed_in = :entry_id, version = version + 1
        where id = :id and removed_in is not null and deleted_at is not null
        """,
        id=post_id,
        entry_id=entry_id,
    )


def take_out_posts(tx: Tx, ids: Sequence[int], entry_id: int) -> None:
    """Take posts out of what their community shows; everywhere else they stay as they are.

    That is all that a community elsewhere can do to a post of ours: only its author takes that
    back (T27).
    """
    tx.run(
        """
        update post set removed_in = :entry_id, version = version + 1
        where id in (:ids[]) and deleted_at is null and removed_in is null
        """,
        ids=ids[:HIDDEN_AT_ONCE],
        entry_id=entry_id,
    )


def unhide_posts(tx: Tx, ids: Sequence[int]) -> None:
    """Show removed posts again; those whose authors deleted them meanwhile stay gone."""
    tx.run(
        """
        update post set deleted_at = null, removed_in = null, version = version + 1
        where id in (:ids[]) and removed_in is not null
        """,
        ids=ids,
    )
    index_later(tx, ids)
    count_answers_anew(tx, ids)


def count_answers_anew(tx: Tx, ids: Sequence[int]) -> None:
    """Count the answers under what those posts answer."""
    tx.run(
        """
        update post
        set replies_count = (select count(*) from post as answer
                             where answer.parent_id = post.id and answer.deleted_at is null),
            version = version + 1
        where id in (select parent_id from post as hidden
                     where hidden.id in (:ids[]) and hidden.parent_id is not null)
        """,
        ids=ids,
    )


def hidden_post(tx: Tx, iri: str) -> Hidden | None:
    """The post at `iri` that a moderator removed; None if it is shown, deleted or unknown."""
    row = tx.one("select * from post where iri = :iri and removed_in is not null", iri=iri)
    return Hidden(Post.from_row(row), row["removed_in"]) if row else None


def hidden_post_by_id(tx: Tx, post_id: int) -> Hidden | None:
    """The post with that id that a moderator removed."""
    row = tx.one("select * from post where id = :id and removed_in is not null", id=post_id)
    return Hidden(Post.from_row(row), row["removed_in"]) if row else None


def hidden_with(tx: Tx, hidden: Hidden) -> list[int]:
    """Everything that was hidden together with a post, the post itself included."""
    if hidden.entry_id == BEFORE_IT_CAME:
        return [hidden.post.id]
    return hidden_in(tx, hidden.entry_id)


def hidden_in(tx: Tx, entry_id: int) -> list[int]:
    """The posts that one log entry hid."""
    rows = tx.all(
        "select id from post where removed_in = :entry_id order by id limit :limit",
        entry_id=entry_id,
        limit=HIDDEN_AT_ONCE,
    )
    return [row["id"] for row in rows]


def written_in(tx: Tx, group_id: int, author_id: int) -> list[int]:
    """What somebody wrote in a community, at most 1,000 posts, the newest."""
    rows = tx.all(
        """
        select id from post
        where author_id = :author_id and community_id = :group_id and deleted_at is null
          and removed_in is null
        order by id desc limit :limit
        """,
        author_id=author_id,
        group_id=group_id,
        limit=HIDDEN_AT_ONCE,
    )
    return [row["id"] for row in rows]
