"""What stands first with a community or a person."""

from collections.abc import Sequence

from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.posts.store import Post

PINS_MAX = 20


def add_pin(tx: Tx, owner_id: int, post_id: int, now: int) -> bool:
    """Put a post first with a community or a person; False if it is, or 20 are."""
    changed = tx.run(
        """
        insert into pin (owner_id, post_id, pinned_at)
        select :owner_id, :post_id, :now
        from (select count(*) as total from pin where owner_id = :owner_id) as held
        where held.total < :most
        on conflict do nothing
        """,
        owner_id=owner_id,
        post_id=post_id,
        now=now,
        most=PINS_MAX,
    )
    return changed == 1


def drop_pin(tx: Tx, owner_id: int, post_id: int) -> bool:
    """Let a post stand where its day puts it; False if it did."""
    changed = tx.run(
        "delete from pin where owner_id = :owner_id and post_id = :post_id",
        owner_id=owner_id,
        post_id=post_id,
    )
    return changed == 1


def replace_pins(tx: Tx, owner: Actor, iris: Sequence[str], now: int) -> None:
    """Put those posts first with a community or a person of another node, in that order, and no
    others; only what belongs to the community, or is by the person, and at most 20."""
    rows = tx.all(
        """
        select id, iri from post
        where iri in (:iris[]) and deleted_at is null
          and ((:is_group = 1 and community_id = :owner_id)
               or (:is_group = 0 and author_id = :owner_id))
        """,
        iris=list(iris),
        is_group=int(owner.is_group),
        owner_id=owner.id,
    )
    found = {row["iri"]: row["id"] for row in rows}
    tx.run("delete from pin where owner_id = :owner_id", owner_id=owner.id)
    first = [found[iri] for iri in iris if iri in found][:PINS_MAX]
    for place, post_id in enumerate(first):
        add_pin(tx, owner.id, post_id, now - place)


def is_pinned(tx: Tx, owner_id: int, post_id: int) -> bool:
    """Whether a post stands first with a community or a person."""
    row = tx.one(
        "select 1 as found from pin where owner_id = :owner_id and post_id = :post_id",
        owner_id=owner_id,
        post_id=post_id,
    )
    return row is not None


def pinned(tx: Tx, owner_id: int) -> list[Post]:
    """What stands first with a community or a person, the newest pin first, whoever may see it;
    nothing that is for followers or for single people."""
    rows = tx.all(
        """
        select p.* from pin join post p on p.id = pin.post_id
        where pin.owner_id = :owner_id and p.deleted_at is null and p.removed_in is null
          and p.visibility in ('public', 'unlisted', 'members', 'node')
        order by pin.pinned_at desc, p.id desc
        limit :limit
        """,
        owner_id=owner_id,
        limit=PINS_MAX,
    )
    return [Post.from_row(row) for row in rows]
