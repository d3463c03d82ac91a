"""Rows of posts, as far as one reader may see them: each question to the store asks `may_see`."""

from collections.abc import Sequence

from node.db.tx import Row, Tx
from node.topics.actors.store import Actor
from node.topics.permissions.rules import LIMITED, Place, Reading, Role, Who, may_see
from node.topics.permissions.rules import VISITOR as NOBODY
from node.topics.posts.rules import is_kept_back

ANSWERS_COUNTED_MAX = 500

VISITOR = 0
"""Whom SQL asks for where nobody is signed in: no actor has that id."""

IS_APART = """
    case when exists (select 1 from block k where k.blocker_id = :reader_id
                      and k.blocked_id = p.author_id) then 1
         when exists (select 1 from same_person s join block k on k.blocker_id = s.other_id
                      where s.actor_id = :reader_id and k.blocked_id = p.author_id) then 1
         when not exists (select 1 from block k where k.blocker_id = p.author_id
                          and k.blocked_id = :reader_id)
          and not exists (select 1 from same_person s join block k on k.blocked_id = s.other_id
                          where s.actor_id = :reader_id and k.blocker_id = p.author_id) then 0
         when exists (select 1 from membership m where m.community_id = p.community_id
                      and m.actor_id = :reader_id and m.role in ('moderator', 'organiser')) then 0
         when exists (select 1 from account c where c.actor_id = :reader_id
                      and c.role in ('moderator', 'organiser')) then 0
         when exists (select 1 from group_moderator g join actor r on r.iri = g.actor_iri
                      where g.group_id = p.community_id and r.id = :reader_id) then 0
         else 1 end as is_apart
"""
PLACE = """
    c.visibility as door, c.elsewhere, c.closed_at as closed_down_at,
    case when p.visibility = 'members' or c.visibility <> 'public' then (
        select m.role from membership m where m.community_id = p.community_id
          and m.actor_id = :reader_id) end as role,
"""
"""What the community `c` that a post stands in is like, and what the reader is to it."""

FOR_READER = (
    PLACE
    + """
    a.silenced_at as author_silenced_at,
    (select h.state from held_post h where h.post_id = p.id) as held_state,
    exists (select 1 from follow f where f.follower_id = :reader_id
            and f.followed_id = p.author_id and f.state = 'accepted') as is_follower,
    exists (select 1 from post_recipient r where r.post_id = p.id
            and r.actor_id = :reader_id) as is_named,
    exists (select 1 from favourite f where f.actor_id = :reader_id
            and f.post_id = p.id) as favourited,
    exists (select 1 from boost b where b.actor_id = :reader_id
            and b.post_id = p.id) as boosted,
    """
    + IS_APART
    + """,
    case when p.quote_iri is null then 0
         when exists (select 1 from post q join block k on k.blocked_id = q.author_id
                      where q.iri = p.quote_iri and k.blocker_id = :reader_id) then 1
         when exists (select 1 from post q join block k on k.blocker_id = q.author_id
                      where q.iri = p.quote_iri and k.blocked_id = :reader_id) then 1
         when exists (select 1 from post q join mute m on m.muted_id = q.author_id
                      where q.iri = p.quote_iri and m.muter_id = :reader_id) then 1
         when exists (select 1 from same_person s join post q on q.iri = p.quote_iri
                          join block k on k.blocker_id = s.other_id and k.blocked_id = q.author_id
                      where s.actor_id = :reader_id) then 1
         when exists (select 1 from same_person s join post q on q.iri = p.quote_iri
                          join block k on k.blocker_id = q.author_id and k.blocked_id = s.other_id
                      where s.actor_id = :reader_id) then 1
         when exists (select 1 from same_person s join post q on q.iri = p.quote_iri
                          join mute m on m.muter_id = s.other_id and m.muted_id = q.author_id
                      where s.actor_id = :reader_id) then 1
         else 0 end as hides_quote,
    exists (select 1 from bookmark m where m.actor_id = :reader_id
            and m.post_id = p.id) as bookmarked
    """
)
"""What a post `p` by `a` is to a reader.

A block by its author hides nothing from those who look after its community or the node. Blocks and
mutes count for all names of the reader (M10).
"""

AMONG_IDS = """
    where p.id in (:ids[]) and p.deleted_at is null
      and a.deleted_at is null and a.hidden_at is null
"""
READ_POSTS = (
    """
    select p.*, parent.author_id as parent_author_id,
        case when p.distinguished = 1 and (
            exists (select 1 from group_moderator g where g.group_id = p.community_id
                    and g.actor_iri = a.iri)
            or exists (select 1 from membership m where m.community_id = p.community_id
                       and m.actor_id = a.id and m.role in ('moderator', 'organiser'))
        ) then 1 else 0 end as by_moderator,
        case when exists (select 1 from mute m where m.muter_id = :reader_id
                          and m.muted_id in (p.author_id, p.community_id)) then 1
             when exists (select 1 from same_person s join mute m on m.muter_id = s.other_id
                          where s.actor_id = :reader_id and m.muted_id in (
                              p.author_id, p.community_id)) then 1
             else 0 end as is_muted,
    """
    + FOR_READER
    + """
    from post p join actor a on a.id = p.author_id left join post parent on parent.id = p.parent_id
        left join community c on c.actor_id = p.community_id
    """
    + AMONG_IDS
)
READ_OWN_HIDDEN = READ_POSTS.replace(
    "p.deleted_at is null",
    "p.deleted_at is not null and p.removed_in is not null and p.author_id = :reader_id",
)
"""Of somebody's own posts those that were removed or wait, which nobody else sees."""

GLIMPSE_POSTS = (
    """
    select p.id, p.kind, p.version, p.author_id, p.visibility, p.replies_count,
        a.version as author_version,
        q.version as quoted_version, qa.version as quoted_author_version,
        qa.hidden_at as quoted_hidden_at, qa.silenced_at as quoted_silenced_at,
        (select h.state from held_post h where h.post_id = q.id) as quoted_state,
    """
    + FOR_READER
    + """
    from post p join actor a on a.id = p.author_id
        left join community c on c.actor_id = p.community_id
        left join post q on q.iri = p.quote_iri left join actor qa on qa.id = q.author_id
    """
    + AMONG_IDS
)
ANSWERS = (
    """
    select p.parent_id, p.visibility,
    """
    + PLACE
    + """
        case when p.author_id = :reader_id then p.author_id else 0 end as author_id,
        case when a.silenced_at is null then null else 1 end as author_silenced_at,
        (select h.state from held_post h where h.post_id = p.id) as held_state,
        exists (select 1 from follow f where f.follower_id = :reader_id
                and f.followed_id = p.author_id and f.state = 'accepted') as is_follower,
        exists (select 1 from post_recipient r where r.post_id = p.id
                and r.actor_id = :reader_id) as is_named,
    """
    + IS_APART
    + """, count(*) as total
    from post p join actor a on a.id = p.author_id
        left join community c on c.actor_id = p.community_id
    where p.parent_id in (:ids[]) and p.deleted_at is null
      and a.deleted_at is null and a.hidden_at is null
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
    """
)
"""Answers to posts, counted by what they are to a reader."""


def posts_seen(tx: Tx, ids: Sequence[int], reader: Actor | None) -> list[Row]:
    """The posts among `ids` that the reader may see, whole; None is a visitor."""
    rows = tx.all(READ_POSTS, ids=ids, reader_id=reader.id if reader else VISITOR)
    return seen_by(reader, rows)


def own_hidden(tx: Tx, post_id: int, author: Actor) -> list[Row]:
    """A post of the author's own that was removed, or waits for a look; nobody else sees it."""
    return tx.all(READ_OWN_HIDDEN, ids=[post_id], reader_id=author.id)


def glimpses_seen(tx: Tx, ids: Sequence[int], reader: Actor | None) -> list[Row]:
    """The posts among `ids` that the reader may see, without their words."""
    rows = tx.all(GLIMPSE_POSTS, ids=ids, reader_id=reader.id if reader else VISITOR)
    return seen_by(reader, rows)


def answers_seen(tx: Tx, rows: Sequence[Row], reader: Actor | None) -> dict[int, int]:
    """How many answers to posts in rows the reader may see, by post id.

    Where there are more than 500, all count: nobody counts so far.
    """
    found = {row["id"]: max(0, row["replies_count"]) for row in rows}
    asked = [one for one, total in found.items() if 0 < total <= ANSWERS_COUNTED_MAX]
    if not asked:
        return found
    found |= dict.fromkeys(asked, 0)
    answers = tx.all(ANSWERS, ids=asked, reader_id=reader.id if reader else VISITOR)
    for row in seen_by(reader, answers):
        found[row["parent_id"]] += row["total"]
    return found


def seen_by(reader: Actor | None, rows: Sequence[Row]) -> list[Row]:
    """Those of the rows that a reader may see; rows read for somebody say of a visitor as well."""
    return [row for row in rows if may_see(row["visibility"], reading_of(row, reader))]


def reading_of(row: Row, reader: Actor | None) -> Reading:
    return Reading(
        is_author=reader is not None and row["author_id"] == reader.id,
        is_follower=reader is not None and bool(row["is_follower"]),
        is_named=reader is not None and bool(row["is_named"]),
        is_apart=reader is not None and bool(row["is_apart"]),
        is_held=is_kept_back(row["held_state"], is_silenced=row["author_silenced_at"] is not None),
        who=who_reads(row, reader),
        place=place_in(row),
    )


def place_in(row: Row) -> Place | None:
    """The community of ours that a post stands in, as far as reading goes; None where that says
    nothing more than the post: in one that everybody may read, or one elsewhere."""
    door = row["door"]
    if door is None or (door == "public" and row["closed_down_at"] is None):
        return None
    return Place(
        door=row["door"],
        elsewhere=bool(row["elsewhere"]),
        is_closed_down=row["closed_down_at"] is not None,
    )


def who_reads(row: Row, reader: Actor | None) -> Who:
    """What the reader is to the community of a post, where reading depends on it."""
    is_asked = row["visibility"] in LIMITED or row["door"] not in (None, "public")
    if reader is None or not is_asked:
        return NOBODY
    return Who(
        role=Role[(row["role"] or "nobody").upper()],
        is_here=reader.local,
        is_clinic=reader.kind == "Organization",
    )
