"""Posts that others say are deleted, and whose own address said so once: hidden, not emptied.

What hides them is found like what a moderator hides (`removals`), so that their authors can still
delete them, and nobody is shown them meanwhile.
"""

from dataclasses import dataclass

from node.base.ids import new_id
from node.db.tx import Tx
from node.topics.posts.removals import hide_posts, unhide_posts
from node.topics.posts.store import Post

FIRST_LOOK_S = 3_600
AGAIN_AFTER_S = 24 * 3_600
GIVE_UP_S = 14 * 24 * 3_600
LOOKS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class UnverifiedPostDelete:
    """A post whose address said at `gone_at` that it was deleted."""

    post_id: int
    iri: str
    gone_at: int


def put_aside(tx: Tx, post: Post, now: int) -> None:
    """Hide a post until its address is asked again, in an hour."""
    removed_in = new_id(now)
    hide_posts(tx, [post.id], removed_in, now)
    tx.run(
        """
        insert into unverified_post_delete (post_id, removed_in, gone_at, look_at)
        values (:post_id, :removed_in, :now, :look_at)
        on conflict (post_id) do nothing
        """,
        post_id=post.id,
        removed_in=removed_in,
        now=now,
        look_at=now + FIRST_LOOK_S,
    )


def post_put_aside(tx: Tx, iri: str) -> Post | None:
    """The post at `iri`, if it is hidden because its address said once that it was deleted."""
    row = tx.one(
        """
        select p.* from post p join unverified_post_delete d
          on d.post_id = p.id and d.removed_in = p.removed_in
        where p.iri = :iri
        """,
        iri=iri,
    )
    return Post.from_row(row) if row else None


def take_back_aside(tx: Tx, post: Post) -> None:
    """Show a post again that was put aside."""
    unhide_posts(tx, [post.id])
    tx.run("delete from unverified_post_delete where post_id = :id", id=post.id)


def due_post_deletes(tx: Tx, now: int) -> list[UnverifiedPostDelete]:
    """Those whose address is to be asked again now, the longest due first; at most 50."""
    rows = tx.all(
        """
        select d.post_id, p.iri, d.gone_at
        from unverified_post_delete d join post p on p.id = d.post_id
        where d.look_at <= :now
        order by d.look_at
        limit :limit
        """,
        now=now,
        limit=LOOKS_AT_ONCE,
    )
    return [UnverifiedPostDelete(**row) for row in rows]


def put_off_post_delete(tx: Tx, delete: UnverifiedPostDelete, now: int) -> None:
    """Have the address asked again when a day is over, and then every day."""
    first_day = delete.gone_at + AGAIN_AFTER_S
    tx.run(
        "update unverified_post_delete set look_at = :look_at where post_id = :id",
        id=delete.post_id,
        look_at=first_day if first_day > now else now + AGAIN_AFTER_S,
    )
