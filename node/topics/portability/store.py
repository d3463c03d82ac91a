"""What went since a moment, and everything by its number: for backups, and after a restore."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from node.db.backup.gone import Kind
from node.db.tx import Tx

PAGE = 500
POSTS = """
    select deleted_at as at, id as key, iri as text, removed_in from post
    where deleted_at >= :at and (deleted_at, id) > (:at, :after)
      and not exists (select 1 from unverified_post_delete u where u.post_id = post.id)
    order by deleted_at, id limit :limit
"""
ACTORS = """
    select deleted_at as at, id as key, iri as text, null as removed_in from actor
    where deleted_at >= :at and (deleted_at, id) > (:at, :after)
    order by deleted_at, id limit :limit
"""
TOKENS = """
    select revoked_at as at, token_hash as key, token_hash as text, null as removed_in
    from oauth_token
    where revoked_at >= :at and (revoked_at, token_hash) > (:at, :after)
    order by revoked_at, token_hash limit :limit
"""


@dataclass(frozen=True, slots=True)
class Departure:
    """Something that went: when, its key in the order, and what it is known by."""

    at: int
    key: Any
    kind: Kind
    text: str


def gone_posts(tx: Tx, at: int, after: int = 0) -> list[Departure]:
    """Posts that were deleted or removed after that moment, in order; at most 500."""
    rows = tx.all(POSTS, at=at, after=after, limit=PAGE)
    return [
        Departure(
            row["at"], row["key"], "post" if row["removed_in"] is None else "removed", row["text"]
        )
        for row in rows
    ]


def gone_actors(tx: Tx, at: int, after: int = 0) -> list[Departure]:
    """People and groups that were deleted after that moment, in order; at most 500."""
    rows = tx.all(ACTORS, at=at, after=after, limit=PAGE)
    return [Departure(row["at"], row["key"], "actor", row["text"]) for row in rows]


def gone_tokens(tx: Tx, at: int, after: str = "") -> list[Departure]:
    """Tokens that were revoked after that moment, in order; at most 500."""
    rows = tx.all(TOKENS, at=at, after=after, limit=PAGE)
    return [Departure(row["at"], row["key"], "token", row["text"]) for row in rows]


def some_posts(tx: Tx, after_id: int) -> dict[int, str]:
    """Posts that are there, beyond a number, and their addresses; at most 500."""
    rows = tx.all(
        """
        select id, iri from post where id > :after_id and deleted_at is null
        order by id limit :limit
        """,
        after_id=after_id,
        limit=PAGE,
    )
    return {row["id"]: row["iri"] for row in rows}


def some_actors(tx: Tx, after_id: int) -> dict[int, str]:
    """People and groups that are there, beyond a number, and their addresses; at most 500."""
    rows = tx.all(
        """
        select id, iri from actor where id > :after_id and deleted_at is null
        order by id limit :limit
        """,
        after_id=after_id,
        limit=PAGE,
    )
    return {row["id"]: row["iri"] for row in rows}


def local_people_among(tx: Tx, ids: Sequence[int]) -> set[int]:
    """Those of some actors that are people of ours, suspended or not."""
    rows = tx.all(
        "select id from actor where id in (:ids[]) and local = 1 and kind <> 'Group'", ids=ids
    )
    return {row["id"] for row in rows}


def some_tokens(tx: Tx, after: str) -> list[str]:
    """What tokens that are good are known by, beyond one; at most 500."""
    rows = tx.all(
        """
        select token_hash from oauth_token where token_hash > :after and revoked_at is null
        order by token_hash limit :limit
        """,
        after=after,
        limit=PAGE,
    )
    return [row["token_hash"] for row in rows]
