"""The communities stored here, and the roles people have in them."""

from dataclasses import dataclass, fields
from typing import Literal

from node.db.tx import Row, Tx
from node.topics.actors.store import Actor
from node.topics.permissions.rules import Place, Role, Standing, Who, moderates, standing_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A community of ours; `actor_id` is the group that it is to other nodes.

    `visibility` is its door; `elsewhere`: people of other nodes may be members. `question` is put
    to those who ask to join. `closed_at`: when it was closed down. `unwatched_since`: since when
    nobody who looks after it was seen, if that is a week or more.
    """

    actor_id: int
    name: str
    visibility: str
    joining: str
    posting: str
    created_at: int
    elsewhere: bool = False
    rules: str = ""
    language: str = ""
    topics: str = ""
    question: str = ""
    shows_members: bool = True
    closed_at: int | None = None
    unwatched_since: int | None = None

    @classmethod
    def from_row(cls, row: Row) -> "Community":
        """The community in a row that has its columns."""
        values = {field.name: row[field.name] for field in fields(cls)}
        values["elsewhere"] = bool(row["elsewhere"])
        values["shows_members"] = bool(row["shows_members"])
        return cls(**values)

    @property
    def place(self) -> Place:
        """What is asked of it by whoever would do something there.

        While nobody who looks after it is seen, it lets nobody in by itself.
        """
        is_left_alone = self.unwatched_since is not None and self.joining == "open"
        return Place(
            door=self.visibility,
            elsewhere=self.elsewhere,
            posting=self.posting,
            joining="approval" if is_left_alone else self.joining,
            shows_members=self.shows_members,
            is_closed_down=self.closed_at is not None,
        )


CameBy = Literal["founding", "open", "approval", "invitation", "writing", "appointment"]


@dataclass(frozen=True, slots=True)
class Membership:
    """What somebody is to one community."""

    role: Role = Role.NOBODY
    banned_until: int | None = None


def community_by_actor(tx: Tx, actor_id: int) -> Community | None:
    """The community of ours that the group `actor_id` is, unless closed down."""
    found = community_even_closed(tx, actor_id)
    return found if found is not None and found.closed_at is None else None


def community_even_closed(tx: Tx, actor_id: int) -> Community | None:
    """The community of ours that the group `actor_id` is, also if it is closed down."""
    row = tx.one("select * from community where actor_id = :actor_id", actor_id=actor_id)
    return Community.from_row(row) if row else None


def public_gone_at(tx: Tx, iri: str) -> int | None:
    """When a public community of ours at that address went for good; None for any other."""
    row = tx.one(
        """
        select a.deleted_at from actor a join community c on c.actor_id = a.id
        where a.iri = :iri and c.visibility = 'public' and a.deleted_at is not null
        """,
        iri=iri,
    )
    return row["deleted_at"] if row else None


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
        insert into community (actor_id, name, visibility, joining, posting, created_at, elsewhere)
        values (:actor_id, :name, :visibility, :joining, :posting, :created_at, :elsewhere)
        """,
        actor_id=community.actor_id,
        name=community.name,
        visibility=community.visibility,
        joining=community.joining,
        posting=community.posting,
        created_at=community.created_at,
        elsewhere=int(community.elsewhere),
    )


def put_lets_in_by_hand(tx: Tx, actor_id: int, *, is_private: bool) -> None:
    """Say to other nodes whether a community shows to its members alone what is said there, and
    whether it wants to be found: one that is hidden does not.

    Source: Lemmy 1.0, `manuallyApprovesFollowers` and `discoverable` of a group.
    """
    tx.run(
        """
        update actor set approves_followers = :flag, version = version + 1,
            discoverable = case when exists (
                select 1 from community c
                where c.actor_id = :id and c.visibility = 'hidden') then 0 else 1 end
        where id = :id
        """,
        id=actor_id,
        flag=int(is_private),
    )


def put_question(tx: Tx, actor_id: int, question: str) -> None:
    """Store what a community of ours asks those who would join it; at most 500 characters."""
    tx.run(
        "update community set question = :question where actor_id = :id",
        id=actor_id,
        question=question,
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
    """What `actor_id` is to a community of ours, and to the node; who looks after the node does so
    wherever they may read, and in what stands in no community."""
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
    is_keeper = row["node_role"] in ("moderator", "organiser")
    who = Who(
        Role[(row["role"] or "nobody").upper()],
        is_here=row["node_role"] is not None,
        looks_after_node=is_keeper,
    )
    community = community_even_closed(tx, community_id) if is_keeper else None
    return standing_at(community.place if community else None, who)


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
        insert into membership (community_id, actor_id, role, since, came_by)
        values (:community_id, :actor_id, :role, :now, 'appointment')
        on conflict (community_id, actor_id) do update set role = excluded.role
        """,
        community_id=community_id,
        actor_id=actor_id,
        role=role.name.lower(),
        now=now,
    )
    note_copies(tx, community_id, actor_id, now)


def put_member(
    tx: Tx, community_id: int, actor_id: int, role: Role, now: int, came_by: CameBy = "open"
) -> None:
    """Make somebody a member of a community, ours or not; who is one already keeps their role."""
    tx.run(
        """
        insert into membership (community_id, actor_id, role, since, came_by)
        values (:community_id, :actor_id, :role, :now, :came_by)
        on conflict (community_id, actor_id) do nothing
        """,
        community_id=community_id,
        actor_id=actor_id,
        role=role.name.lower(),
        now=now,
        came_by=came_by,
    )
    note_copies(tx, community_id, actor_id, now)


def note_copies(tx: Tx, community_id: int, actor_id: int, now: int) -> None:
    """Note that the node of a member elsewhere holds from now on what is said behind the door of a
    community of ours; `actor_id` 0 stands for every member."""
    tx.run(
        """
        insert into community_copy (community_id, host, inbox, since, state)
        select c.actor_id, a.host, min(coalesce(a.shared_inbox, a.inbox)), :now, 'held'
        from community c join membership m on m.community_id = c.actor_id
            join actor a on a.id = m.actor_id
        where c.actor_id = :community_id and c.visibility in ('closed', 'hidden')
          and :actor_id in (0, a.id) and a.local = 0 and a.deleted_at is null
        group by c.actor_id, a.host
        on conflict (community_id, host) do update
        set state = 'held', inbox = excluded.inbox, purge_iri = null, ask_again_at = null,
            since = case when community_copy.state in ('held', 'doubted')
                    then community_copy.since else excluded.since end
        """,
        community_id=community_id,
        actor_id=actor_id,
        now=now,
    )


def drop_member(tx: Tx, community_id: int, actor_id: int) -> None:
    """End a membership; a ban outlives it. Whether their node has another member is looked at."""
    tx.run(
        """
        update community_copy set state = 'doubted'
        where community_id = :community_id and state = 'held'
          and host = (select host from actor where id = :actor_id)
        """,
        community_id=community_id,
        actor_id=actor_id,
    )
    tx.run(
        """
        delete from membership
        where community_id = :community_id and actor_id = :actor_id
        """,
        community_id=community_id,
        actor_id=actor_id,
    )


def drop_members_elsewhere(tx: Tx, community_id: int) -> None:
    """End the memberships of all people of other nodes in a community of ours; of each of those
    nodes it is looked at whether it has another member."""
    tx.run(
        """
        update community_copy set state = 'doubted'
        where community_id = :community_id and state = 'held'
        """,
        community_id=community_id,
    )
    tx.run(
        """
        delete from membership where community_id = :community_id and actor_id in (
            select m.actor_id from membership m join actor a on a.id = m.actor_id
            where m.community_id = :community_id and a.local = 0)
        """,
        community_id=community_id,
    )


def drop_members_here(tx: Tx, community_id: int) -> None:
    """End the memberships of all our people in a community."""
    tx.run(
        """
        delete from membership where community_id = :community_id and actor_id in (
            select m.actor_id from membership m join actor a on a.id = m.actor_id
            where m.community_id = :community_id and a.local = 1)
        """,
        community_id=community_id,
    )


def end_memberships_of(tx: Tx, actor_id: int) -> None:
    """End every membership of somebody who is gone."""
    rows = tx.all("select community_id from membership where actor_id = :id", id=actor_id)
    for row in rows:
        drop_member(tx, row["community_id"], actor_id)


def looks_after(tx: Tx, community: Actor | None, reader: Actor | None) -> bool:
    """Whether the reader looks after a community, ours or one elsewhere."""
    if community is None or reader is None:
        return False
    return moderates(standing_in(tx, community, reader))
