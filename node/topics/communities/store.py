"""The communities stored here, and the roles people have in them."""

from dataclasses import dataclass

from node.db.tx import Row, Tx
from node.topics.actors.store import Actor
from node.topics.communities.rules import Role, Standing, may_moderate


@dataclass(frozen=True, slots=True)
class Community:
    """A community of ours; `actor_id` is the group that it is to other nodes."""

    actor_id: int
    name: str
    visibility: str
    joining: str
    posting: str
    created_at: int

    @classmethod
    def from_row(cls, row: Row) -> "Community":
        """The community in a row that has its columns."""
        return cls(
            row["actor_id"],
            row["name"],
            row["visibility"],
            row["joining"],
            row["posting"],
            row["created_at"],
        )


@dataclass(frozen=True, slots=True)
class Membership:
    """What somebody is to one community."""

    role: Role = Role.NOBODY
    banned_until: int | None = None


def community_by_actor(tx: Tx, actor_id: int) -> Community | None:
    """The community of ours that the group `actor_id` is, unless closed down."""
    row = tx.one(
        """
        select actor_id, name, visibility, joining, posting, created_at
        from community
        where actor_id = :actor_id and closed_at is null
        """,
        actor_id=actor_id,
    )
    return Community.from_row(row) if row else None


def public_communities(tx: Tx, limit: int) -> list[Actor]:
    """The public communities of this node, by name."""
    rows = tx.all(
        """
        select a.* from community c join actor a on a.id = c.actor_id
        where c.visibility = 'public' and c.closed_at is null
          and a.deleted_at is null and a.hidden_at is null
        order by c.name
        limit :limit
        """,
        limit=limit,
    )
    return [Actor.from_row(row) for row in rows]


def insert_community(tx: Tx, community: Community) -> None:
    """Store a new community."""
    tx.run(
        """
        insert into community (actor_id, name, visibility, joining, posting, created_at)
        values (:actor_id, :name, :visibility, :joining, :posting, :created_at)
        """,
        actor_id=community.actor_id,
        name=community.name,
        visibility=community.visibility,
        joining=community.joining,
        posting=community.posting,
        created_at=community.created_at,
    )


def membership(tx: Tx, community_id: int, actor_id: int) -> Membership:
    """What `actor_id` is to the community, ours or not; nobody where nothing is stored."""
    row = tx.one(
        """
        select
            (select role from membership
             where community_id = :community_id and actor_id = :actor_id) as role,
            (select until from ban
             where group_id = :community_id and person_id = :actor_id) as banned_until
        """,
        community_id=community_id,
        actor_id=actor_id,
    )
    if row is None:
        return Membership()
    return Membership(Role[(row["role"] or "nobody").upper()], row["banned_until"])


def standing_of(tx: Tx, community_id: int, actor_id: int) -> Standing:
    """What `actor_id` is to a community of ours, and to the node."""
    row = tx.one(
        """
        select
            (select role from membership
             where community_id = :community_id and actor_id = :actor_id) as role,
            (select role from account
             where actor_id = :actor_id and disabled_at is null) as node_role
        """,
        community_id=community_id,
        actor_id=actor_id,
    )
    if row is None:
        return Standing()
    looks_after_node = row["node_role"] in ("moderator", "organiser")
    return Standing(Role[(row["role"] or "nobody").upper()], looks_after_node)


def standing_in(tx: Tx, group: Actor, actor: Actor) -> Standing:
    """What somebody is to a community, ours or one elsewhere.

    Of one elsewhere only its moderators are known, as it says itself; who looks after this node is
    nobody there.
    """
    if group.local:
        return standing_of(tx, group.id, actor.id)
    row = tx.one(
        "select 1 as found from group_moderator where group_id = :group_id and actor_iri = :iri",
        group_id=group.id,
        iri=actor.iri,
    )
    return Standing(Role.MODERATOR) if row else Standing()


def put_role(tx: Tx, community_id: int, actor_id: int, role: Role, now: int) -> None:
    """Give somebody a role, whatever they were."""
    tx.run(
        """
        insert into membership (community_id, actor_id, role, since)
        values (:community_id, :actor_id, :role, :now)
        on conflict (community_id, actor_id) do update set role = excluded.role
        """,
        community_id=community_id,
        actor_id=actor_id,
        role=role.name.lower(),
        now=now,
    )


def put_member(tx: Tx, community_id: int, actor_id: int, role: Role, now: int) -> None:
    """Make somebody a member; who is one already keeps their role."""
    tx.run(
        """
        insert into membership (community_id, actor_id, role, since)
        values (:community_id, :actor_id, :role, :now)
        on conflict (community_id, actor_id) do nothing
        """,
        community_id=community_id,
        actor_id=actor_id,
        role=role.name.lower(),
        now=now,
    )


def drop_member(tx: Tx, community_id: int, actor_id: int) -> None:
    """End a membership; a ban outlives it."""
    tx.run(
        """
        delete from membership
        where community_id = :community_id and actor_id = :actor_id
        """,
        community_id=community_id,
        actor_id=actor_id,
    )


def moderators_known(tx: Tx, group_id: int) -> list[Actor]:
    """Those who look after a community elsewhere, as it says itself, and are known here."""
    rows = tx.all(
        """
        select a.* from group_moderator m join actor a on a.iri = m.actor_iri
        where m.group_id = :group_id and a.deleted_at is null and a.hidden_at is null
        order by a.id limit 50
        """,
        group_id=group_id,
    )
    return [Actor.from_row(row) for row in rows]


def moderator_iris(tx: Tx, community_id: int) -> list[str]:
    """The iris of those who moderate or organise a community, the first to come first."""
    rows = tx.all(
        """
        select a.iri from membership m join actor a on a.id = m.actor_id
        where m.community_id = :community_id and m.role in ('moderator', 'organiser')
          and a.deleted_at is null and a.hidden_at is null
        order by m.since, a.id
        limit 200
        """,
        community_id=community_id,
    )
    return [row["iri"] for row in rows]


def looks_after(tx: Tx, community: Actor | None, reader: Actor | None) -> bool:
    """Whether the reader looks after a community, ours or one elsewhere."""
    if community is None or reader is None:
        return False
    return may_moderate(standing_in(tx, community, reader))
