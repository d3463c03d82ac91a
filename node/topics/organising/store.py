"""The rows of communities as those change them who organise them, and the lists of members."""

from collections.abc import Sequence
from dataclasses import dataclass

from node.db.tx import Row, Tx
from node.topics.actors.store import Actor, actors_by_ids
from node.topics.communities.store import Community
from node.topics.permissions.rules import Role

MEMBERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a community, since when (seconds), and how they came in."""

    actor: Actor
    role: Role
    since: int
    came_by: str


@dataclass(frozen=True, slots=True)
class MembersPage:
    """Members, the first to come first; `after` is what the next page begins behind."""

    members: tuple[Member, ...]
    after: tuple[int, int] | None = None


def put_community(tx: Tx, community: Community) -> None:
    """Store what a community of ours says of itself now; behind another door than the public one
    neighbours list it no longer."""
    tx.run(
        """
        update community set visibility = :visibility, elsewhere = :elsewhere,
            joining = :joining, posting = :posting, rules = :rules, language = :language,
            topics = :topics, shows_members = :shows_members,
            listed = case when :visibility = 'public' then listed else 0 end
        where actor_id = :actor_id
        """,
        actor_id=community.actor_id,
        visibility=community.visibility,
        elsewhere=int(community.elsewhere),
        joining=community.joining,
        posting=community.posting,
        rules=community.rules,
        language=community.language,
        topics=community.topics,
        shows_members=int(community.shows_members),
    )


def put_words(tx: Tx, group_id: int, title: str, summary: str, now: int) -> None:
    """Store the title of a community and what it is about, as HTML."""
    tx.run(
        """
        update actor set display_name = :title, summary = :summary, updated_at = :now,
            version = version + 1
        where id = :id
        """,
        id=group_id,
        title=title,
        summary=summary,
        now=now,
    )


def put_picture(tx: Tx, group_id: int, url: str | None, now: int) -> None:
    """Store which picture stands for a community; None is none."""
    tx.run(
        """
        update actor set icon_url = :url, updated_at = :now, version = version + 1
        where id = :id
        """,
        id=group_id,
        url=url,
        now=now,
    )


def put_posting_restricted(tx: Tx, group_id: int, *, is_restricted: bool) -> None:
    """Say to other nodes whether only moderators begin conversations (Lemmy)."""
    tx.run(
        "update actor set posting_restricted = :flag, version = version + 1 where id = :id",
        id=group_id,
        flag=int(is_restricted),
    )


def put_closed(tx: Tx, group_id: int, closed_at: int | None) -> None:
    """Store when a community was closed down; None opens it."""
    tx.run(
        "update community set closed_at = :closed_at where actor_id = :id",
        id=group_id,
        closed_at=closed_at,
    )


def founded_since(tx: Tx, actor_id: int, since: int) -> int:
    """How many communities somebody has made since (seconds)."""
    row = tx.one(
        """
        select count(*) as total from membership
        where actor_id = :actor_id and came_by = 'founding' and since > :since
        """,
        actor_id=actor_id,
        since=since,
    )
    return int(row["total"]) if row else 0


def members_of(
    tx: Tx, group_id: int, limit: int = MEMBERS_MAX, after: tuple[int, int] = (0, 0)
) -> MembersPage:
    """The members of a community, paged by when they came and who they are."""
    rows = tx.all(
        """
        select m.role, m.since, m.came_by, a.* from membership m join actor a on a.id = m.actor_id
        where m.community_id = :group_id and a.deleted_at is null and a.hidden_at is null
          and (m.since > :since or (m.since = :since and m.actor_id > :after_id))
        order by m.since, m.actor_id
        limit :limit
        """,
        group_id=group_id,
        since=after[0],
        after_id=after[1],
        limit=limit,
    )
    found = tuple(
        Member(Actor.from_row(row), Role[row["role"].upper()], row["since"], row["came_by"])
        for row in rows
    )
    last = found[-1] if len(found) == limit else None
    return MembersPage(found, (last.since, last.actor.id) if last else None)


def member_count(tx: Tx, group_id: int) -> int:
    """How many members a community has."""
    row = tx.one(
        """
        select count(*) as total from membership m join actor a on a.id = m.actor_id
        where m.community_id = :group_id and a.deleted_at is null
        """,
        group_id=group_id,
    )
    return int(row["total"]) if row else 0


def caretakers_of(tx: Tx, group_id: int) -> list[Member]:
    """Who moderates and organises a community of ours, organisers first; at most 200."""
    rows = tx.all(
        """
        select m.role, m.since, m.came_by, a.* from membership m join actor a on a.id = m.actor_id
        where m.community_id = :group_id and m.role in ('moderator', 'organiser')
          and a.deleted_at is null and a.hidden_at is null
        order by m.role desc, m.since, m.actor_id
        limit 200
        """,
        group_id=group_id,
    )
    return [
        Member(Actor.from_row(row), Role[row["role"].upper()], row["since"], row["came_by"])
        for row in rows
    ]


def local_member_ids(tx: Tx, group_id: int) -> list[int]:
    """The members of a community who live here."""
    rows = tx.all(
        """
        select m.actor_id from membership m join actor a on a.id = m.actor_id
        where m.community_id = :group_id and a.local = 1 and a.deleted_at is null
        """,
        group_id=group_id,
    )
    return [row["actor_id"] for row in rows]


@dataclass(frozen=True, slots=True)
class Listed:
    """A community of ours as a list shows it."""

    group: Actor
    community: Community
    members: int


def communities_after(tx: Tx, name: str, limit: int) -> list[Listed]:
    """The communities of ours by name, beyond `name`, closed ones too; for the keeper's list."""
    rows = tx.all(
        """
        select c.*, (select count(*) from membership m
                     where m.community_id = c.actor_id) as members
        from community c
        where c.name > :name
        order by c.name
        limit :limit
        """,
        name=name,
        limit=limit,
    )
    return listed(tx, rows)


def communities_with(tx: Tx, actor_id: int) -> list[Listed]:
    """The communities of ours that somebody is a member of, by name, at most 200; of those that are
    closed down, the ones they organise."""
    rows = tx.all(
        """
        select c.*, (select count(*) from membership m
                     where m.community_id = c.actor_id) as members
        from membership mine join community c on c.actor_id = mine.community_id
        where mine.actor_id = :actor_id and (mine.role = 'organiser' or c.closed_at is null)
        order by c.name
        limit 200
        """,
        actor_id=actor_id,
    )
    return listed(tx, rows)


def listed(tx: Tx, rows: Sequence[Row]) -> list[Listed]:
    """The communities in rows; those that are gone for good are left out."""
    groups = actors_by_ids(tx, [row["actor_id"] for row in rows])
    return [
        Listed(groups[row["actor_id"]], Community.from_row(row), row["members"])
        for row in rows
        if row["actor_id"] in groups
    ]
