"""The collections of our actors and posts as other nodes read them: public things only."""

from dataclasses import dataclass
from typing import Any

import msgspec

from node.db.tx import Row, Tx
from node.topics.actors.store import Actor
from node.topics.blocks.store import are_apart

Json = dict[str, Any]
PAGE = 20
ID_MAX = 2**63 - 1
read_json = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """Public activities, the newest first; `next_before` is the id to ask below for more."""

    activities: list[Json]
    next_before: int | None


def outbox_page(
    tx: Tx, actor_id: int, before: int | None, reader: Actor | None = None
) -> OutboxPage:
    """The newest public activities of an actor of ours below the entry id `before`.

    A `reader` who is known, for they have signed the request, is given nothing of whom a block
    parts them from.
    """
    rows = tx.all(
        """
        select e.id, e.body, e.actor_id, p.author_id
        from outbox_entry e left join post p on p.iri = e.object_iri
        where e.actor_id = :actor_id and e.public = 1 and e.id < :before
          and e.kind in ('Create', 'Announce') and p.deleted_at is null
          and not exists (select 1 from actor a where a.id = p.author_id
                          and (a.deleted_at is not null or a.hidden_at is not null))
          and not exists (select 1 from community c where c.actor_id = p.community_id
                          and (c.visibility <> 'public' or c.closed_at is not null))
        order by e.id desc limit :limit
        """,
        actor_id=actor_id,
        before=before or ID_MAX,
        limit=PAGE,
    )
    more = rows[-1]["id"] if len(rows) == PAGE else None
    shown = [row for row in rows if not is_kept_from(tx, reader, row)]
    return OutboxPage([read_json(row["body"]) for row in shown], more)


def is_kept_from(tx: Tx, reader: Actor | None, entry: Row) -> bool:
    """Whether a block parts the reader from who said something, or whose post it is about."""
    people = {entry["actor_id"], entry["author_id"]} - {None}
    return reader is not None and any(are_apart(tx, reader.id, one) for one in people)


def outbox_total(tx: Tx, actor_id: int) -> int:
    """How many public activities an actor of ours has made."""
    row = tx.one(
        """
        select count(*) as total from outbox_entry e left join post p on p.iri = e.object_iri
        where e.actor_id = :actor_id and e.public = 1 and e.kind in ('Create', 'Announce')
          and p.deleted_at is null
          and not exists (select 1 from actor a where a.id = p.author_id
                          and (a.deleted_at is not null or a.hidden_at is not null))
          and not exists (select 1 from community c where c.actor_id = p.community_id
                          and (c.visibility <> 'public' or c.closed_at is not null))
        """,
        actor_id=actor_id,
    )
    return int(row["total"]) if row else 0


def activity_body(tx: Tx, iri: str, reader: Actor | None = None) -> Json | None:
    """A public activity of ours as it was sent; with a deleted post, what said it is gone too, and
    so is what a block keeps from the `reader`."""
    row = tx.one(
        """
        select e.body, e.actor_id, p.author_id from outbox_entry e
            join actor said on said.id = e.actor_id
            left join post p on p.iri = e.object_iri
            left join actor wrote on wrote.id = p.author_id
        where e.iri = :iri and e.public = 1
          and said.deleted_at is null and said.hidden_at is null
          and wrote.deleted_at is null and wrote.hidden_at is null
          and not exists (select 1 from community c where c.actor_id = p.community_id
                          and (c.visibility <> 'public' or c.closed_at is not null))
          and (p.deleted_at is null or e.kind not in ('Create', 'Update', 'Announce'))
        """,
        iri=iri,
    )
    return read_json(row["body"]) if row and not is_kept_from(tx, reader, row) else None
