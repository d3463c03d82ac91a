"""What authors elsewhere delete and bring back: Lemmy and PieFed let them (Undo of a Delete).

The words are gone meanwhile. Where the author takes the deletion back, the post counts as unknown
until it is read again at its own address, and then stands where it stood.
"""

from node.db.tx import Tx
from node.topics.posts.store import Post


def note_withdrawn(tx: Tx, post_id: int, now: int) -> None:
    """Say that the author of a post, elsewhere, deleted it while it stood here."""
    tx.run("update post set withdrawn_at = :now where id = :id", id=post_id, now=now)


def note_restored(tx: Tx, iri: str, author_id: int, now: int) -> bool:
    """Say that its author took the deletion of a post back; False if it was none of theirs.

    What a moderator had removed before stays away: its author cannot undo that.
    """
    changed = tx.run(
        """
        update post set restored_at = :now
        where iri = :iri and author_id = :author_id and deleted_at is not null
          and withdrawn_at is not null and restored_at is null
        """,
        iri=iri,
        author_id=author_id,
        now=now,
    )
    return changed == 1


def deleted_post(tx: Tx, iri: str) -> Post | None:
    """What is left of the post at `iri` that is deleted."""
    row = tx.one("select * from post where iri = :iri and deleted_at is not null", iri=iri)
    return Post.from_row(row) if row else None


def forget_restored(tx: Tx, iri: str, author_id: int) -> None:
    """Its author deletes a post once more before it could be read again."""
    tx.run(
        """
        update post set restored_at = null
        where iri = :iri and author_id = :author_id and deleted_at is not null
        """,
        iri=iri,
        author_id=author_id,
    )


def restored_id(tx: Tx, iri: str) -> int | None:
    """The id of the deleted post at `iri` whose author took that back."""
    row = tx.one("select id from post where iri = :iri and restored_at is not null", iri=iri)
    return int(row["id"]) if row else None
