"""Posts as one reader sees them: the single way out of the store, which asks `rules.may_see`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from node.base.errors import NotFound
from node.db.tx import Row, Tx
from node.topics.actors.store import Actor, actors_by_ids
from node.topics.posts.rules import Reading, is_kept_back, may_see, may_show_quote
from node.topics.posts.store import Post

VOTES_READ_MAX = 5_000
ANSWERS_COUNTED_MAX = 500

VISITOR = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post with all that is shown around it, for one reader.

    `by_moderator`: its author says it as one who looks after its community, and does. `is_muted`:
    the reader has muted its author or its community, and wants it in no list.
    """

    post: Post
    author: Actor
    community: Actor | None
    mentions: tuple[Actor, ...]
    parent_author_id: int | None
    favourited: bool
    boosted: bool
    bookmarked: bool
    own_votes: tuple[int, ...] = ()
    by_moderator: bool = False
    is_muted: bool = False
    hides_quote: bool = False
    quoted: "PostView | None" = None


def post_views(
    tx: Tx, ids: Sequence[int], reader: Actor | None, *, with_all_quotes: bool = False
) -> dict[int, PostView]:
    """The posts among `ids` that the reader may see, by id; None is a visitor.

    What they quote comes along as far as it may be shown; unless `with_all_quotes`, what the reader
    wants to see nothing of is left out of that. `with_all_quotes` gives what everybody sees.
    """
    views = plain_views(tx, ids, reader)
    quoting = [
        view.post.id
        for view in views.values()
        if view.post.quote_iri and (with_all_quotes or not view.hides_quote)
    ]
    shown = shown_quotes(tx, quoting) if quoting else {}
    quoted = plain_views(tx, list(shown.values()), None) if shown else {}
    found = {one: quoted[inner] for one, inner in shown.items() if inner in quoted}
    return views | {one: replace(views[one], quoted=inner) for one, inner in found.items()}


def plain_views(tx: Tx, ids: Sequence[int], reader: Actor | None) -> dict[int, PostView]:
    rows = tx.all(READ_POSTS, ids=ids, reader_id=reader.id if reader else VISITOR)
    rows = [row for row in rows if may_see(row["visibility"], reading_of(row, reader))]
    named = mentioned(tx, [row["id"] for row in rows])
    votes = votes_in(tx, [row["id"] for row in rows if row["poll"]], reader)
    answers = answers_seen(tx, rows, reader)
    wanted = {row["author_id"] for row in rows} | {row["community_id"] for row in rows}
    wanted |= {actor_id for several in named.values() for actor_id in several}
    actors = actors_by_ids(tx, [one for one in wanted if one is not None])
    views = {
        row["id"]: view_of(row, actors, named.get(row["id"], ()), votes.get(row["id"], ()))
        for row in rows
        if row["author_id"] in actors
    }
    return {
        one: replace(view, post=replace(view.post, replies_count=answers[one]))
        for one, view in views.items()
    }


def votes_in(tx: Tx, polls: Sequence[int], reader: Actor | None) -> dict[int, tuple[int, ...]]:
    """What the reader chose in each of the polls, if there are any."""
    return own_votes(tx, reader.id, polls) if polls and reader else {}


IS_APART = """
    case when exists (select 1 from block k where k.blocker_id = :reader_id
                      and k.blocked_id = p.author_id) then 1
         when not exists (select 1 from block k where k.blocker_id = p.author_id
                          and k.blocked_id = :reader_id) then 0
         when exists (select 1 from membership m where m.community_id = p.community_id
                      and m.actor_id = :reader_id and m.role in ('moderator', 'organiser')) then 0
         when exists (select 1 from account c where c.actor_id = :reader_id
                      and c.role in ('moderator', 'organiser')) then 0
         when exists (select 1 from group_moderator g join actor r on r.iri = g.actor_iri
                      where g.group_id = p.community_id and r.id = :reader_id) then 0
         else 1 end as is_apart
"""
FOR_READER = (
    """
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
         else 0 end as hides_quote,
    exists (select 1 from bookmark m where m.actor_id = :reader_id
            and m.post_id = p.id) as bookmarked
    """
)
"""What a post `p` by `a` is to a reader.

A block by its author hides nothing from those who look after its community or the node.
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
        exists (select 1 from mute m where m.muter_id = :reader_id
                and m.muted_id in (p.author_id, p.community_id)) as is_muted,
    """
    + FOR_READER
    + """
    from post p join actor a on a.id = p.author_id left join post parent on parent.id = p.parent_id
    """
    + AMONG_IDS
)
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
        left join post q on q.iri = p.quote_iri left join actor qa on qa.id = q.author_id
    """
    + AMONG_IDS
)
QUOTED = (
    "quoted_version",
    "quoted_author_version",
    "quoted_hidden_at",
    "quoted_silenced_at",
    "quoted_state",
)
"""On what it depends whether and how a quoted post is shown inside another."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """That a reader may see a post, what they did with it, and how new it and its author are.

    `quoted` is another whenever what it quotes is to be shown otherwise, or no longer (T148).
    `answers` are those that the reader may see.
    `hides_quote`: the reader wants to see nothing of whom it quotes.
    """

    version: int
    author_version: int
    quoted: tuple[int | str | None, ...]
    answers: int
    favourited: bool
    boosted: bool
    bookmarked: bool
    own_votes: tuple[int, ...] = ()
    hides_quote: bool = False


def post_glimpses(tx: Tx, ids: Sequence[int], reader: Actor | None) -> dict[int, Glimpse]:
    """The posts among `ids` that the reader may see, without their words."""
    found = tx.all(GLIMPSE_POSTS, ids=ids, reader_id=reader.id if reader else VISITOR)
    rows = [row for row in found if may_see(row["visibility"], reading_of(row, reader))]
    votes = votes_in(tx, [row["id"] for row in rows if row["kind"] == "Question"], reader)
    answers = answers_seen(tx, rows, reader)
    return {
        row["id"]: Glimpse(
            row["version"],
            row["author_version"],
            tuple(row[name] for name in QUOTED),
            answers[row["id"]],
            bool(row["favourited"]),
            bool(row["boosted"]),
            bool(row["bookmarked"]),
            votes.get(row["id"], ()),
            bool(row["hides_quote"]) and reader is not None,
        )
        for row in rows
    }


def answers_seen(tx: Tx, rows: Sequence[Row], reader: Actor | None) -> dict[int, int]:
    """How many answers to posts in rows the reader may see, by post id.

    Where there are more than 500, all count: nobody counts so far.
    """
    found = {row["id"]: max(0, row["replies_count"]) for row in rows}
    asked = [one for one, total in found.items() if 0 < total <= ANSWERS_COUNTED_MAX]
    if not asked:
        return found
    found |= dict.fromkeys(asked, 0)
    for row in tx.all(ANSWERS, ids=asked, reader_id=reader.id if reader else VISITOR):
        if may_see(row["visibility"], reading_of(row, reader)):
            found[row["parent_id"]] += row["total"]
    return found


ANSWERS = (
    """
    select p.parent_id, p.visibility,
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
    where p.parent_id in (:ids[]) and p.deleted_at is null
      and a.deleted_at is null and a.hidden_at is null
    group by 1, 2, 3, 4, 5, 6, 7, 8
    """
)
"""Answers to posts, counted by what they are to a reader."""


def reading_of(row: Row, reader: Actor | None) -> Reading:
    return Reading(
        is_author=reader is not None and row["author_id"] == reader.id,
        is_follower=reader is not None and bool(row["is_follower"]),
        is_named=reader is not None and bool(row["is_named"]),
        is_apart=reader is not None and bool(row["is_apart"]),
        is_held=is_kept_back(row["held_state"], is_silenced=row["author_silenced_at"] is not None),
    )


def view_of(
    row: Row, actors: Mapping[int, Actor], named: Sequence[int], own_votes: tuple[int, ...]
) -> PostView:
    community_id, post = row["community_id"], Post.from_row(row)
    is_silenced = row["author_silenced_at"] is not None
    return PostView(
        post=replace(post, attachments=(), emojis=()) if is_silenced else post,
        author=actors[row["author_id"]],
        community=actors.get(community_id) if community_id else None,
        mentions=tuple(actors[one] for one in named if one in actors),
        parent_author_id=row["parent_author_id"],
        favourited=bool(row["favourited"]),
        boosted=bool(row["boosted"]),
        bookmarked=bool(row["bookmarked"]),
        own_votes=own_votes,
        by_moderator=bool(row["by_moderator"]),
        is_muted=bool(row["is_muted"]),
        hides_quote=bool(row["hides_quote"]),
    )


def mentioned(tx: Tx, ids: Sequence[int]) -> dict[int, list[int]]:
    rows = tx.all(
        """
        select post_id, actor_id from post_recipient
        where post_id in (:ids[]) and mentioned = 1
        order by post_id, actor_id
        """,
        ids=ids,
    )
    named: dict[int, list[int]] = {}
    for row in rows:
        named.setdefault(row["post_id"], []).append(row["actor_id"])
    return named


def post_view(tx: Tx, post_id: int, reader: Actor | None) -> PostView:
    """One post as the reader sees it.

    Raises:
        NotFound: it is not there, or not for this reader: the two look the same.
    """
    view = post_views(tx, [post_id], reader).get(post_id)
    if view is None:
        raise NotFound
    return view


def own_votes(tx: Tx, actor_id: int, post_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """What somebody chose, by post id: the places of the choices, from 0."""
    rows = tx.all(
        """
        select post_id, choice from vote
        where post_id in (:post_ids[]) and actor_id = :actor_id
        order by post_id, choice
        limit :most
        """,
        post_ids=post_ids,
        actor_id=actor_id,
        most=VOTES_READ_MAX,
    )
    found: dict[int, tuple[int, ...]] = {}
    for row in rows:
        found[row["post_id"]] = (*found.get(row["post_id"], ()), row["choice"])
    return found


def shown_quotes(tx: Tx, quoting_ids: Sequence[int]) -> dict[int, int]:
    """The posts that some posts quote, as far as that may be shown: quoted by quoting id."""
    rows = tx.all(
        """
        select q.id as quoting_id, p.id as quoted_id, p.visibility,
            case when p.author_id = q.author_id then 1 else 0 end as is_own,
            exists (select 1 from quote_stamp s
                    where s.quoted_iri = p.iri and s.quoting_iri = q.iri
                      and s.author_id = p.author_id and s.revoked_at is null) as is_agreed
        from post q join post p on p.iri = q.quote_iri
        where q.id in (:ids[]) and p.deleted_at is null and p.id <> q.id
        """,
        ids=quoting_ids,
    )
    return {
        row["quoting_id"]: row["quoted_id"]
        for row in rows
        if may_show_quote(row["visibility"], bool(row["is_own"]), bool(row["is_agreed"]))
    }
