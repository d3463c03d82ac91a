"""Who asks to join a community of ours: one row for each who ever asked, with what became of it."""

from dataclasses import dataclass, fields
from typing import Literal

from node.base.ids import new_id
from node.db.tx import Row, Tx
from node.topics.actors.store import Actor

State = Literal["waiting", "accepted", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """Somebody asks to join a community; `iri` is that of the message which asked.

    `answer` is for its organisers alone, `reason` for whoever asks. `noted_at`: when those who wait
    and those who have not answered were told so.
    """

    id: int
    community_id: int
    actor_id: int
    iri: str
    answer: str
    state: State
    reason: str
    asked_at: int
    decided_at: int | None
    decided_by: int | None
    noted_at: int | None

    @property
    def waits(self) -> bool:
        """Whether nobody has decided yet."""
        return self.state == "waiting"

    @classmethod
    def from_row(cls, row: Row) -> "JoinRequest":
        """The request in a row that has its columns."""
        return cls(**{field.name: row[field.name] for field in fields(cls)})


def request_of(tx: Tx, community_id: int, actor_id: int) -> JoinRequest | None:
    """What somebody asked of a community last, in whatever state."""
    row = tx.one(
        """
        select * from join_request
        where community_id = :community_id and actor_id = :actor_id
        """,
        community_id=community_id,
        actor_id=actor_id,
    )
    return JoinRequest.from_row(row) if row else None


def requests_of_others(tx: Tx, community_id: int, actor_id: int) -> list[JoinRequest]:
    """What somebody asked of a community under other names of theirs."""
    rows = tx.all(
        """
        select j.* from same_person s join join_request j on j.actor_id = s.other_id
        where s.actor_id = :actor_id and j.community_id = :community_id
        """,
        actor_id=actor_id,
        community_id=community_id,
    )
    return [JoinRequest.from_row(row) for row in rows]


def request_by_iri(tx: Tx, iri: str) -> JoinRequest | None:
    """The request that the message at `iri` made."""
    row = tx.one("select * from join_request where iri = :iri", iri=iri)
    return JoinRequest.from_row(row) if row else None


def put_request(
    tx: Tx, community_id: int, actor_id: int, *, iri: str, answer: str, now: int
) -> None:
    """Store that somebody asks; whoever asked before asks anew."""
    tx.run(
        """
        insert into join_request (id, community_id, actor_id, iri, answer, state, asked_at)
        values (:id, :community_id, :actor_id, :iri, :answer, 'waiting', :now)
        on conflict (community_id, actor_id) do update set id = excluded.id, iri = excluded.iri,
            answer = excluded.answer, state = 'waiting', reason = '', asked_at = excluded.asked_at,
            decided_at = null, decided_by = null, noted_at = null
        """,
        id=new_id(now),
        community_id=community_id,
        actor_id=actor_id,
        iri=iri,
        answer=answer,
        now=now,
    )


def ask_under(tx: Tx, request_id: int, *, iri: str, answer: str) -> None:
    """Let somebody who waits wait under another iri, and with another answer if there is one."""
    tx.run(
        """
        update join_request
        set iri = :iri, answer = case when :answer = '' then answer else :answer end
        where id = :id and state = 'waiting'
        """,
        id=request_id,
        iri=iri,
        answer=answer,
    )


def settle_request(
    tx: Tx, request_id: int, state: State, now: int, *, by_id: int | None = None, reason: str = ""
) -> bool:
    """Say what became of a request that waits; False if it waited no more."""
    changed = tx.run(
        """
        update join_request
        set state = :state, reason = :reason, decided_at = :now, decided_by = :by_id
        where id = :id and state = 'waiting'
        """,
        id=request_id,
        state=state,
        reason=reason,
        now=now,
        by_id=by_id,
    )
    return changed == 1


def waiting_in(
    tx: Tx, community_id: int, limit: int, after_id: int = 0
) -> list[tuple[JoinRequest, Actor]]:
    """Who waits to be let into a community, the longest first, those after a number."""
    rows = tx.all(
        """
        select * from join_request
        where community_id = :community_id and state = 'waiting' and id > :after_id
        order by id limit :limit
        """,
        community_id=community_id,
        after_id=after_id,
        limit=limit,
    )
    found = [JoinRequest.from_row(row) for row in rows]
    actors = tx.all(
        """
        select * from actor
        where id in (:ids[]) and deleted_at is null and hidden_at is null
        """,
        ids=[one.actor_id for one in found],
    )
    people = {row["id"]: Actor.from_row(row) for row in actors}
    return [(one, people[one.actor_id]) for one in found if one.actor_id in people]


def requests_by(tx: Tx, actor_id: int, limit: int) -> list[JoinRequest]:
    """What somebody has asked of communities of ours, and did not take back, the newest first."""
    rows = tx.all(
        """
        select * from join_request
        where actor_id = :actor_id and state <> 'withdrawn'
        order by asked_at desc, id desc limit :limit
        """,
        actor_id=actor_id,
        limit=limit,
    )
    return [JoinRequest.from_row(row) for row in rows]


def asked_among(tx: Tx, actor_id: int, ids: list[int]) -> set[int]:
    """Those of some communities of ours that somebody asks to join, and waits for."""
    rows = tx.all(
        """
        select community_id from join_request
        where actor_id = :actor_id and community_id in (:ids[]) and state = 'waiting'
        """,
        actor_id=actor_id,
        ids=ids,
    )
    return {row["community_id"] for row in rows}


def unanswered_since(tx: Tx, asked_before: int, limit: int) -> list[JoinRequest]:
    """Who has waited since before a moment, and was not told so, the longest first."""
    rows = tx.all(
        """
        select * from join_request
        where state = 'waiting' and noted_at is null and asked_at <= :asked_before
        order by asked_at limit :limit
        """,
        asked_before=asked_before,
        limit=limit,
    )
    return [JoinRequest.from_row(row) for row in rows]


def note_told(tx: Tx, request_id: int, now: int) -> None:
    """Remember that those whom a request concerns were told that it waits."""
    tx.run("update join_request set noted_at = :now where id = :id", id=request_id, now=now)


def organiser_ids(tx: Tx, community_id: int) -> list[int]:
    """Those who organise a community of ours, here and elsewhere."""
    rows = tx.all(
        """
        select actor_id from membership
        where community_id = :community_id and role = 'organiser' order by since, actor_id
        """,
        community_id=community_id,
    )
    return [row["actor_id"] for row in rows]
