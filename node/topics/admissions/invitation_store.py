"""The invitations stored here, and who came in by each; a code is stored as its hash alone."""

from dataclasses import dataclass, fields

from node.db.tx import Row, Tx
from node.topics.accounts.store import hashed
from node.topics.actors.store import Actor


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that lets people into a community; times in seconds, `uses_left` of `uses` are left.

    `parent_id` is the invitation by which the inviter came in; `signed` is what the stranger is
    told of who invites.
    """

    id: int
    community_id: int
    inviter_id: int
    parent_id: int | None
    signed: str
    uses: int
    uses_left: int
    created_at: int
    ends_at: int
    revoked_at: int | None

    @classmethod
    def from_row(cls, row: Row) -> "Invitation":
        """The invitation in a row that has its columns."""
        return cls(**{field.name: row[field.name] for field in fields(cls)})

    def is_open(self, now: int) -> bool:
        """Whether it lets anybody in still."""
        return self.revoked_at is None and self.uses_left > 0 and now < self.ends_at


def insert_invitation(tx: Tx, invitation: Invitation, code: str) -> None:
    """Store a new invitation."""
    tx.run(
        """
        insert into invitation (id, code_hash, community_id, inviter_id, parent_id, signed, uses,
            uses_left, created_at, ends_at)
        values (:id, :code_hash, :community_id, :inviter_id, :parent_id, :signed, :uses,
            :uses_left, :created_at, :ends_at)
        """,
        id=invitation.id,
        code_hash=hashed(code),
        community_id=invitation.community_id,
        inviter_id=invitation.inviter_id,
        parent_id=invitation.parent_id,
        signed=invitation.signed,
        uses=invitation.uses,
        uses_left=invitation.uses_left,
        created_at=invitation.created_at,
        ends_at=invitation.ends_at,
    )


def invitation_by_code(tx: Tx, code: str) -> Invitation | None:
    """The invitation with that code, open or not."""
    row = tx.one("select * from invitation where code_hash = :code_hash", code_hash=hashed(code))
    return Invitation.from_row(row) if row else None


def invitation_by_id(tx: Tx, invitation_id: int) -> Invitation | None:
    """The invitation with that number."""
    row = tx.one("select * from invitation where id = :id", id=invitation_id)
    return Invitation.from_row(row) if row else None


def take_use(tx: Tx, invitation_id: int, now: int) -> bool:
    """Use an open invitation once; False if it is open no more. The one step that counts (T74)."""
    taken = tx.run(
        """
        update invitation set uses_left = uses_left - 1
        where id = :id and uses_left > 0 and revoked_at is null and ends_at > :now
        """,
        id=invitation_id,
        now=now,
    )
    return taken == 1


def open_count(tx: Tx, community_id: int, inviter_id: int, now: int) -> int:
    """How many invitations of somebody into a community are open."""
    row = tx.one(
        """
        select count(*) as total from invitation
        where inviter_id = :inviter_id and community_id = :community_id
          and uses_left > 0 and revoked_at is null and ends_at > :now
        """,
        community_id=community_id,
        inviter_id=inviter_id,
        now=now,
    )
    return int(row["total"]) if row else 0


def put_use(
    tx: Tx, invitation: Invitation, actor_id: int, now: int, ticket: str | None = None
) -> None:
    """Note that somebody came in by an invitation; the latest one counts."""
    tx.run(
        """
        insert into invitation_use (community_id, actor_id, invitation_id, used_at, ticket_hash)
        values (:community_id, :actor_id, :invitation_id, :now, :ticket_hash)
        on conflict (community_id, actor_id) do update
            set invitation_id = excluded.invitation_id, used_at = excluded.used_at
        """,
        community_id=invitation.community_id,
        actor_id=actor_id,
        invitation_id=invitation.id,
        now=now,
        ticket_hash=hashed(ticket) if ticket else None,
    )


def came_by(tx: Tx, community_id: int, actor_id: int) -> int | None:
    """The invitation by which somebody came into a community, if by one."""
    row = tx.one(
        """
        select invitation_id from invitation_use
        where community_id = :community_id and actor_id = :actor_id
        """,
        community_id=community_id,
        actor_id=actor_id,
    )
    return row["invitation_id"] if row else None


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody came into a community by an invitation, with an account that was made for it."""

    account_id: int
    community_id: int


def entry_with_ticket(tx: Tx, ticket: str, since: int) -> Entry | None:
    """Who came in with a ticket, not longer ago than `since`."""
    row = tx.one(
        """
        select a.id as account_id, u.community_id
        from invitation_use u join account a on a.actor_id = u.actor_id
        where u.ticket_hash = :ticket_hash and u.used_at >= :since and a.disabled_at is null
        """,
        ticket_hash=hashed(ticket),
        since=since,
    )
    return Entry(**row) if row else None


def is_ticket_used(tx: Tx, ticket: str) -> bool:
    """Whether somebody has come in with a ticket."""
    row = tx.one(
        "select 1 as found from invitation_use where ticket_hash = :ticket_hash",
        ticket_hash=hashed(ticket),
    )
    return row is not None


LISTED_MAX = 500


def invitations_into(tx: Tx, community_id: int) -> list[Invitation]:
    """The invitations into a community, the newest first; at most 500."""
    rows = tx.all(
        "select * from invitation where community_id = :id order by id desc limit :limit",
        id=community_id,
        limit=LISTED_MAX,
    )
    return [Invitation.from_row(row) for row in rows]


def invitations_by(tx: Tx, community_id: int, inviter_id: int) -> list[Invitation]:
    """The invitations of one person into a community, the newest first; at most 500."""
    rows = tx.all(
        """
        select * from invitation
        where inviter_id = :inviter_id and community_id = :id order by id desc limit :limit
        """,
        id=community_id,
        inviter_id=inviter_id,
        limit=LISTED_MAX,
    )
    return [Invitation.from_row(row) for row in rows]


def people_who_came_by(tx: Tx, ids: list[int]) -> list[tuple[int, Actor]]:
    """Who came in by each of some invitations, with its number, in order; at most 500."""
    rows = tx.all(
        """
        select u.invitation_id, a.* from invitation_use u join actor a on a.id = u.actor_id
        where u.invitation_id in (:ids[]) and a.deleted_at is null and a.hidden_at is null
        order by u.used_at, a.id limit :limit
        """,
        ids=ids,
        limit=LISTED_MAX,
    )
    return [(row["invitation_id"], Actor.from_row(row)) for row in rows]


def revoke_with_all_below(tx: Tx, invitation_id: int, now: int) -> int:
    """Let an invitation be good no more, nor those that hang below it; how many that changed."""
    return tx.run(
        """
        update invitation set revoked_at = :now
        where revoked_at is null and id in (
            with recursive below (id) as (
                select i.id from invitation i where i.id = :id
                union
                select i.id from below b join invitation i on i.parent_id = b.id
            )
            select id from below)
        """,
        id=invitation_id,
        now=now,
    )


def who_looks_after(tx: Tx, community_id: int) -> list[Actor]:
    """Those who look after a community of ours, the first to come first; at most 20."""
    rows = tx.all(
        """
        select a.* from membership m join actor a on a.id = m.actor_id
        where m.community_id = :id and m.role in ('moderator', 'organiser')
          and a.deleted_at is null and a.hidden_at is null
        order by m.since, a.id limit 20
        """,
        id=community_id,
    )
    return [Actor.from_row(row) for row in rows]
