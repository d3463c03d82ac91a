"""The log of each community, who may not write in it, and who looks after those elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.base.ids import new_id
from node.db.tx import Row, Tx
from node.topics.actors.store import Actor

ID_MAX = 2**63 - 1
MODERATORS_MAX = 200
GROUPS_MAX = 200
TEXT_CHARACTERS_MAX = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that was done in a community: by whom, with what, and why."""

    id: int
    group_id: int
    verb: str
    by_iri: str
    activity_iri: str
    post_id: int | None
    person_id: int | None
    reason: str | None
    created_at: int
    post_iri: str | None = None
    person_iri: str | None = None

    @classmethod
    def from_row(cls, row: Row) -> "Entry":
        """The entry in a row that has its columns."""
        return cls(**{name: row[name] for name in cls.__slots__})


def add_entry(tx: Tx, entry: Entry) -> None:
    """Write down what was done."""
    reason = entry.reason[:TEXT_CHARACTERS_MAX] if entry.reason else None
    tx.run(
        """
        insert into moderation_entry (id, group_id, verb, by_iri, activity_iri, post_id, person_id,
            reason, created_at)
        values (:id, :group_id, :verb, :by_iri, :activity_iri, :post_id, :person_id, :reason,
            :created_at)
        """,
        id=entry.id,
        group_id=entry.group_id,
        verb=entry.verb,
        by_iri=entry.by_iri,
        activity_iri=entry.activity_iri,
        post_id=entry.post_id,
        person_id=entry.person_id,
        reason=reason,
        created_at=entry.created_at,
    )


def entries(tx: Tx, group_id: int, limit: int, before_id: int | None = None) -> list[Entry]:
    """What was done in a community, the newest first."""
    rows = tx.all(
        """
        select e.id, e.group_id, e.verb, e.by_iri, e.activity_iri, e.post_id, e.person_id, e.reason,
            e.created_at, p.iri as post_iri, a.iri as person_iri
        from moderation_entry e left join post p on p.id = e.post_id
        left join actor a on a.id = e.person_id
        where e.group_id = :group_id and e.id < :before_id
        order by e.id desc limit :limit
        """,
        group_id=group_id,
        before_id=before_id or ID_MAX,
        limit=limit,
    )
    return [Entry.from_row(row) for row in rows]


def entry_of_activity(tx: Tx, activity_iri: str) -> Entry | None:
    """What the activity at that iri did."""
    row = tx.one(
        """
        select e.id, e.group_id, e.verb, e.by_iri, e.activity_iri, e.post_id, e.person_id, e.reason,
            e.created_at, p.iri as post_iri, a.iri as person_iri
        from moderation_entry e left join post p on p.id = e.post_id
        left join actor a on a.id = e.person_id
        where e.activity_iri = :activity_iri
        order by e.id limit 1
        """,
        activity_iri=activity_iri,
    )
    return Entry.from_row(row) if row else None


def last_entry_about_post(tx: Tx, group_id: int, post_id: int, verb: str) -> Entry | None:
    """The last time that `verb` was done to a post in a community."""
    row = tx.one(
        """
        select e.id, e.group_id, e.verb, e.by_iri, e.activity_iri, e.post_id, e.person_id, e.reason,
            e.created_at, p.iri as post_iri, a.iri as person_iri
        from moderation_entry e left join post p on p.id = e.post_id
        left join actor a on a.id = e.person_id
        where e.post_id = :post_id and e.group_id = :group_id and e.verb = :verb
        order by e.id desc limit 1
        """,
        post_id=post_id,
        group_id=group_id,
        verb=verb,
    )
    return Entry.from_row(row) if row else None


def entry_by_id(tx: Tx, entry_id: int) -> Entry | None:
    """The entry with that id."""
    row = tx.one(
        """
        select e.id, e.group_id, e.verb, e.by_iri, e.activity_iri, e.post_id, e.person_id, e.reason,
            e.created_at, p.iri as post_iri, a.iri as person_iri
        from moderation_entry e left join post p on p.id = e.post_id
        left join actor a on a.id = e.person_id
        where e.id = :id
        """,
        id=entry_id,
    )
    return Entry.from_row(row) if row else None


@dataclass(frozen=True, slots=True)
class Ban:
    """Somebody may not write in a community until then; `entry_id` is what did it."""

    person_id: int
    until: int
    reason: str | None
    entry_id: int


def put_ban(tx: Tx, group_id: int, ban: Ban, now: int) -> bool:
    """Ban somebody, or change until when; False if it stood just so.

    The entry stays that of the first ban, so that one unban shows all that was hidden.
    """
    changed = tx.run(
        """
        insert into ban (group_id, person_id, until, reason, entry_id, created_at)
        values (:group_id, :person_id, :until, :reason, :entry_id, :now)
        on conflict (group_id, person_id) do update
        set until = excluded.until, reason = excluded.reason
        where ban.until <> excluded.until
        """,
        group_id=group_id,
        person_id=ban.person_id,
        until=ban.until,
        reason=ban.reason[:TEXT_CHARACTERS_MAX] if ban.reason else None,
        entry_id=ban.entry_id,
        now=now,
    )
    return changed == 1


def drop_ban(tx: Tx, group_id: int, person_id: int) -> bool:
    """End a ban; False if there was none."""
    changed = tx.run(
        "delete from ban where group_id = :group_id and person_id = :person_id",
        group_id=group_id,
        person_id=person_id,
    )
    return changed == 1


def ban_of(tx: Tx, group_id: int, person_id: int) -> Ban | None:
    """The ban of somebody in a community, over or not."""
    row = tx.one(
        """
        select person_id, until, reason, entry_id from ban
        where group_id = :group_id and person_id = :person_id
        """,
        group_id=group_id,
        person_id=person_id,
    )
    return Ban(**row) if row else None


def bans_in(tx: Tx, group_id: int, now: int, limit: int) -> list[Ban]:
    """Who may not write in a community now."""
    rows = tx.all(
        """
        select person_id, until, reason, entry_id from ban
        where group_id = :group_id and until > :now
        order by person_id limit :limit
        """,
        group_id=group_id,
        now=now,
        limit=limit,
    )
    return [Ban(**row) for row in rows]


def put_group_moderator(tx: Tx, group_id: int, actor_iri: str, now: int) -> bool:
    """Note that somebody looks after a community elsewhere; False if that is known, or 200 do."""
    changed = tx.run(
        """
        insert into group_moderator (group_id, actor_iri, since)
        select :group_id, :actor_iri, :now
        from (select count(*) as total from group_moderator where group_id = :group_id) as held
        where held.total < :most
        on conflict do nothing
        """,
        group_id=group_id,
        actor_iri=actor_iri,
        now=now,
        most=MODERATORS_MAX,
    )
    return changed == 1


def drop_group_moderator(tx: Tx, group_id: int, actor_iri: str) -> bool:
    """Note that somebody looks after a community elsewhere no longer."""
    changed = tx.run(
        "delete from group_moderator where group_id = :group_id and actor_iri = :actor_iri",
        group_id=group_id,
        actor_iri=actor_iri,
    )
    return changed == 1


def put_group_moderators(tx: Tx, group_id: int, iris: Sequence[str], now: int) -> None:
    """Keep who looks after a community elsewhere, as its own collection says, in place of before.

    The caller has read the collection at the address that the group's document names.
    """
    tx.run("delete from group_moderator where group_id = :group_id", group_id=group_id)
    for iri in iris[:MODERATORS_MAX]:
        put_group_moderator(tx, group_id, iri, now)


def groups_of_host(tx: Tx, host: str) -> list[Actor]:
    """The communities of another node that are known here, at most 200."""
    rows = tx.all(
        """
        select * from actor
        where host = :host and kind = 'Group' and local = 0 and deleted_at is null
        order by id limit :limit
        """,
        host=host,
        limit=GROUPS_MAX,
    )
    return [Actor.from_row(row) for row in rows]


def group_moderators(tx: Tx, group_id: int) -> list[str]:
    """The iris of those who look after a community elsewhere."""
    rows = tx.all(
        """
        select actor_iri from group_moderator where group_id = :group_id
        order by actor_iri limit :limit
        """,
        group_id=group_id,
        limit=MODERATORS_MAX,
    )
    return [row["actor_iri"] for row in rows]


def new_entry_id(now: int) -> int:
    """The id of an entry that is about to be written."""
    return new_id(now)
