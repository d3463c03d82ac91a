"""The follows stored here, pending and accepted."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.db.tx import Row, Tx
from node.topics.actors.store import Actor
from node.topics.blocks.store import Mute, asides
from node.topics.communities.join_requests import asked_among
from node.topics.members.rules import is_unanswered


@dataclass(frozen=True, slots=True)
class Follow:
    """One actor follows another, or has asked to; `iri` is that of the Follow activity."""

    id: int
    follower_id: int
    followed_id: int
    iri: str
    state: str
    created_at: int

    @property
    def is_accepted(self) -> bool:
        """Whether the other side has said yes."""
        return self.state == "accepted"

    @classmethod
    def from_row(cls, row: Row) -> "Follow":
        """The follow in a row that has its columns."""
        names = ("id", "follower_id", "followed_id", "iri", "state", "created_at")
        return cls(*(row[name] for name in names))


@dataclass(frozen=True, slots=True)
class Relation:
    """What somebody else is to me; `unanswered` means asked as often as we ask, for nothing.

    `blocked_by` is for me alone: nobody else is told who blocks whom (T99).
    """

    following: bool = False
    requested: bool = False
    unanswered: bool = False
    followed_by: bool = False
    requested_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    mute: Mute | None = None


def follow_between(tx: Tx, follower_id: int, followed_id: int) -> Follow | None:
    """The follow of one by the other, in whatever state."""
    row = tx.one(
        """
        select id, follower_id, followed_id, iri, state, created_at from follow
        where follower_id = :follower_id and followed_id = :followed_id
        """,
        follower_id=follower_id,
        followed_id=followed_id,
    )
    return Follow.from_row(row) if row else None


def follow_by_iri(tx: Tx, iri: str) -> Follow | None:
    """The follow that the activity at `iri` asked for."""
    row = tx.one(
        """
        select id, follower_id, followed_id, iri, state, created_at from follow
        where iri = :iri
        """,
        iri=iri,
    )
    return Follow.from_row(row) if row else None


def put_follow(tx: Tx, follow: Follow) -> None:
    """Store a follow; a second one between the same two takes the new iri and keeps its state."""
    tx.run(
        """
        insert into follow (id, follower_id, followed_id, iri, state, created_at, accepted_at,
            follower_host)
        select :id, a.id, :followed_id, :iri, :state, :created_at,
            case when :state = 'accepted' then :created_at end, a.host
        from actor a where a.id = :follower_id
        on conflict (follower_id, followed_id) do update set iri = excluded.iri
        """,
        id=follow.id,
        follower_id=follow.follower_id,
        followed_id=follow.followed_id,
        iri=follow.iri,
        state=follow.state,
        created_at=follow.created_at,
    )


def accept_stored(tx: Tx, follow_id: int, now: int) -> bool:
    """Turn a pending follow into an accepted one; whether that changed it."""
    changed = tx.run(
        """
        update follow set state = 'accepted', accepted_at = :now, ask_again_at = null
        where id = :id and state = 'pending'
        """,
        id=follow_id,
        now=now,
    )
    return changed == 1


def drop_follow(tx: Tx, follow_id: int) -> None:
    """End a follow, or take back the asking."""
    tx.run("delete from follow where id = :id", id=follow_id)


def ask_later(tx: Tx, follow_id: int, asks: int, at: int | None) -> None:
    """Remember how often a follow was asked for, and when to ask again; None for never."""
    tx.run(
        "update follow set asks = :asks, ask_again_at = :at where id = :id and state = 'pending'",
        id=follow_id,
        asks=asks,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A follow that one of ours asked for and that nobody has answered."""

    id: int
    iri: str
    inbox: str
    created_at: int
    asks: int


def due_asks(tx: Tx, now: int, limit: int) -> list[Asked]:
    """The unanswered follows that it is time to ask for again, the longest due first."""
    rows = tx.all(
        """
        select f.id, f.iri, a.inbox, f.created_at, f.asks
        from follow f join actor a on a.id = f.followed_id
        where f.ask_again_at is not null and f.ask_again_at <= :now and f.state = 'pending'
        order by f.ask_again_at
        limit :limit
        """,
        now=now,
        limit=limit,
    )
    return [Asked(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class Following:
    """A follow of an actor of another node by one of ours, who is at `follower_iri`."""

    follow: Follow
    follower_iri: str
    accepted_at: int | None


def followings_of(tx: Tx, followed_id: int) -> list[Following]:
    """Every follow of an actor of another node by people of ours, pending ones as well."""
    rows = tx.all(
        """
        select f.id, f.follower_id, f.followed_id, f.iri, f.state, f.created_at, f.accepted_at,
            a.iri as follower_iri
        from follow f join actor a on a.id = f.follower_id
        where f.followed_id = :followed_id and a.local = 1 and a.deleted_at is null
        order by f.id
        """,
        followed_id=followed_id,
    )
    return [
        Following(Follow.from_row(row), row["follower_iri"], row["accepted_at"]) for row in rows
    ]


def follows_with(tx: Tx, hosts: Sequence[str]) -> tuple[list[Follow], list[Follow]]:
    """The follows, in whatever state, of ours that lead to those hosts, and of theirs to us."""
    ours = tx.all(
        """
        select f.id, f.follower_id, f.followed_id, f.iri, f.state, f.created_at
        from actor a join follow f on f.followed_id = a.id
        where a.host in (:hosts[]) and a.local = 0
        """,
        hosts=hosts,
    )
    theirs = tx.all(
        """
        select f.id, f.follower_id, f.followed_id, f.iri, f.state, f.created_at
        from actor a join follow f on f.follower_id = a.id
        where a.host in (:hosts[]) and a.local = 0
        """,
        hosts=hosts,
    )
    return [Follow.from_row(row) for row in ours], [Follow.from_row(row) for row in theirs]


def relations(tx: Tx, me_id: int, ids: Sequence[int]) -> dict[int, Relation]:
    """What each of `ids` is to me."""
    rows = tx.all(
        """
        select follower_id, followed_id, state, asks from follow
        where (follower_id = :me and followed_id in (:ids[]))
           or (followed_id = :me and follower_id in (:ids[]))
        """,
        me=me_id,
        ids=ids,
    )
    states = {(row["follower_id"], row["followed_id"]): row["state"] for row in rows}
    apart = asides(tx, me_id, ids)
    waiting = asked_among(tx, me_id, list(ids))
    given_up = {row["followed_id"] for row in rows if is_unanswered(row["state"], row["asks"])}
    return {
        other: Relation(
            following=states.get((me_id, other)) == "accepted",
            requested=states.get((me_id, other)) == "pending" or other in waiting,
            unanswered=other in given_up,
            followed_by=states.get((other, me_id)) == "accepted",
            requested_by=states.get((other, me_id)) == "pending",
            blocking=other in apart and apart[other].blocking,
            blocked_by=other in apart and apart[other].blocked_by,
            mute=apart[other].mute if other in apart else None,
        )
        for other in ids
    }


def groups_of(tx: Tx, actor_id: int) -> list[Actor]:
    """The communities that somebody follows or is a member of, here and elsewhere, by their titles;
    at most 200."""
    rows = tx.all(
        """
        select a.* from actor a
        where a.kind = 'Group' and a.deleted_at is null and a.hidden_at is null and a.id in (
            select f.followed_id from follow f
            where f.follower_id = :actor_id and f.state = 'accepted'
            union select m.community_id from membership m where m.actor_id = :actor_id)
        order by a.display_name, a.id
        limit 200
        """,
        actor_id=actor_id,
    )
    return [Actor.from_row(row) for row in rows]


def follows_any(tx: Tx, actor_id: int) -> bool:
    """Whether somebody of this node follows that actor, or asked to: what is sent to a new follower
    may come before the yes does."""
    row = tx.one(
        """
        select 1 as found from follow f join actor a on a.id = f.follower_id
        where f.followed_id = :id and a.local = 1
        limit 1
        """,
        id=actor_id,
    )
    return row is not None


NEWEST_FOLLOWERS = """
    select f.id as follow_id, a.* from follow f join actor a on a.id = f.follower_id
    where f.followed_id = :actor_id and f.state = :state
      and a.deleted_at is null and a.hidden_at is null
      and f.id < :before_id and f.id > :after_id
    order by f.id desc
    limit :limit
"""
NEWEST_FOLLOWED = """
    select f.id as follow_id, a.* from follow f join actor a on a.id = f.followed_id
    where f.follower_id = :actor_id and f.state = :state
      and a.deleted_at is null and a.hidden_at is null
      and f.id < :before_id and f.id > :after_id
    order by f.id desc
    limit :limit
"""
ID_MAX = 2**63 - 1


def followers(
    tx: Tx, actor_id: int, limit: int, before_id: int | None = None, after_id: int | None = None
) -> list[tuple[int, Actor]]:
    """Who follows the actor, the newest first, each with the id of the follow to page by."""
    return listed(tx, NEWEST_FOLLOWERS, actor_id, "accepted", limit, before_id, after_id)


def following(
    tx: Tx, actor_id: int, limit: int, before_id: int | None = None, after_id: int | None = None
) -> list[tuple[int, Actor]]:
    """Whom the actor follows, the newest first, each with the id of the follow to page by."""
    return listed(tx, NEWEST_FOLLOWED, actor_id, "accepted", limit, before_id, after_id)


def count_follow_requests(tx: Tx, actor_id: int) -> int:
    """How many have asked to follow somebody and wait for an answer."""
    row = tx.one(
        "select count(*) as total from follow where followed_id = :id and state = 'pending'",
        id=actor_id,
    )
    return row["total"] if row else 0


def follow_requests(
    tx: Tx, actor_id: int, limit: int, before_id: int | None = None, after_id: int | None = None
) -> list[tuple[int, Actor]]:
    """Who has asked to follow the actor and waits, the newest first."""
    return listed(tx, NEWEST_FOLLOWERS, actor_id, "pending", limit, before_id, after_id)


def listed(
    tx: Tx,
    sql: str,
    actor_id: int,
    state: str,
    limit: int,
    before_id: int | None,
    after_id: int | None,
) -> list[tuple[int, Actor]]:
    rows = tx.all(
        sql,
        actor_id=actor_id,
        state=state,
        limit=limit,
        before_id=before_id or ID_MAX,
        after_id=after_id or 0,
    )
    return [(row["follow_id"], Actor.from_row(row)) for row in rows]
