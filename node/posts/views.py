"""Posts as one reader sees them: the single way out of the store, which asks `rules.may_see`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from node.actors.store import Actor, actors_by_ids
from node.communities.rules import may_moderate
from node.communities.store import standing_in
from node.db.tx import Row, Tx
from node.errors import NotFound
from node.posts.moderated import is_closed
from node.posts.quotes import shown_quotes
from node.posts.rules import Reading, is_kept_back, may_see
from node.posts.store import Post
from node.posts.votes import own_votes

THREAD_MAX = 400
ANCESTORS_MAX = 60
VISITOR = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post with all that is shown around it, for one reader.

    `by_moderator`: its author says it as one who looks after its community, and does.
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
    quoted: "PostView | None" = None


@dataclass(frozen=True, slots=True)
class Thread:
    """A post between what it answers (the first post first) and what answers it (in order).

    `is_closed`: it takes no answers. `may_moderate`: the reader looks after its community.
    """

    ancestors: tuple[PostView, ...]
    post: PostView
    descendants: tuple[PostView, ...]
    is_closed: bool = False
    may_moderate: bool = False


def post_views(tx: Tx, ids: Sequence[int], reader: Actor | None) -> dict[int, PostView]:
    """The posts among `ids` that the reader may see, by id; None is a visitor.

    What they quote comes along as far as it may be shown, the same for every reader.
    """
    views = plain_views(tx, ids, reader)
    quoting = [view.post.id for view in views.values() if view.post.quote_iri]
    shown = shown_quotes(tx, quoting) if quoting else {}
    quoted = plain_views(tx, list(shown.values()), None) if shown else {}
    found = {one: quoted[inner] for one, inner in shown.items() if inner in quoted}
    return views | {one: replace(views[one], quoted=inner) for one, inner in found.items()}


def plain_views(tx: Tx, ids: Sequence[int], reader: Actor | None) -> dict[int, PostView]:
    rows = tx.all(READ_POSTS, ids=ids, reader_id=reader.id if reader else VISITOR)
    rows = [row for row in rows if may_see(row["visibility"], reading_of(row, reader))]
    named = mentioned(tx, [row["id"] for row in rows])
    votes = votes_in(tx, [row["id"] for row in rows if row["poll"]], reader)
    wanted = {row["author_id"] for row in rows} | {row["community_id"] for row in rows}
    wanted |= {actor_id for several in named.values() for actor_id in several}
    actors = actors_by_ids(tx, [one for one in wanted if one is not None])
    return {
        row["id"]: view_of(row, actors, named.get(row["id"], ()), votes.get(row["id"], ()))
        for row in rows
        if row["author_id"] in actors
    }


def votes_in(tx: Tx, polls: Sequence[int], reader: Actor | None) -> dict[int, tuple[int, ...]]:
    """What the reader chose in each of the polls, if there are any."""
    return own_votes(tx, reader.id, polls) if polls and reader else {}


READ_POSTS = """
    select p.*, parent.author_id as parent_author_id, a.silenced_at as author_silenced_at,
        (select h.state from held_post h where h.post_id = p.id) as held_state,
        exists (select 1 from follow f where f.follower_id = :reader_id
                and f.followed_id = p.author_id and f.state = 'accepted') as is_follower,
        exists (select 1 from post_reader r where r.post_id = p.id
                and r.actor_id = :reader_id) as is_named,
        exists (select 1 from favourite f where f.actor_id = :reader_id
                and f.post_id = p.id) as favourited,
        exists (select 1 from boost b where b.actor_id = :reader_id
                and b.post_id = p.id) as boosted,
        exists (select 1 from bookmark m where m.actor_id = :reader_id
                and m.post_id = p.id) as bookmarked,
        case when p.distinguished = 1 and (
            exists (select 1 from group_moderator g where g.group_id = p.community_id
                    and g.actor_iri = a.iri)
            or exists (select 1 from membership m where m.community_id = p.community_id
                       and m.actor_id = a.id and m.role in ('moderator', 'organiser'))
        ) then 1 else 0 end as by_moderator
    from post p join actor a on a.id = p.author_id left join post parent on parent.id = p.parent_id
    where p.id in (:ids[]) and p.deleted_at is null
      and a.deleted_at is null and a.hidden_at is null
"""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """That a reader may see a post, what they did with it, and how new it and its author are."""

    version: int
    author_version: int
    favourited: bool
    boosted: bool
    bookmarked: bool
    own_votes: tuple[int, ...] = ()


def post_glimpses(tx: Tx, ids: Sequence[int], reader: Actor | None) -> dict[int, Glimpse]:
    """The posts among `ids` that the reader may see, without their words."""
    rows = tx.all(GLIMPSE_POSTS, ids=ids, reader_id=reader.id if reader else VISITOR)
    votes = votes_in(tx, [row["id"] for row in rows if row["kind"] == "Question"], reader)
    return {
        row["id"]: Glimpse(
            row["version"],
            row["author_version"],
            bool(row["favourited"]),
            bool(row["boosted"]),
            bool(row["bookmarked"]),
            votes.get(row["id"], ()),
        )
        for row in rows
        if may_see(row["visibility"], reading_of(row, reader))
    }


GLIMPSE_POSTS = """
    select p.id, p.kind, p.version, p.author_id, p.visibility, a.version as author_version,
        a.silenced_at as author_silenced_at,
        (select h.state from held_post h where h.post_id = p.id) as held_state,
        exists (select 1 from follow f where f.follower_id = :reader_id
                and f.followed_id = p.author_id and f.state = 'accepted') as is_follower,
        exists (select 1 from post_reader r where r.post_id = p.id
                and r.actor_id = :reader_id) as is_named,
        exists (select 1 from favourite f where f.actor_id = :reader_id
                and f.post_id = p.id) as favourited,
        exists (select 1 from boost b where b.actor_id = :reader_id
                and b.post_id = p.id) as boosted,
        exists (select 1 from bookmark m where m.actor_id = :reader_id
                and m.post_id = p.id) as bookmarked
    from post p join actor a on a.id = p.author_id
    where p.id in (:ids[]) and p.deleted_at is null
      and a.deleted_at is null and a.hidden_at is null
"""


def reading_of(row: Row, reader: Actor | None) -> Reading:
    return Reading(
        is_author=reader is not None and row["author_id"] == reader.id,
        is_follower=reader is not None and bool(row["is_follower"]),
        is_named=reader is not None and bool(row["is_named"]),
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
    )


def mentioned(tx: Tx, ids: Sequence[int]) -> dict[int, list[int]]:
    rows = tx.all(
        """
        select post_id, actor_id from post_reader
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


def thread(tx: Tx, post_id: int, reader: Actor | None) -> Thread:
    """The conversation around a post: at most 60 posts above it and 400 in all.

    Raises:
        NotFound: the post is not there, or not for this reader.
    """
    here = post_view(tx, post_id, reader)
    rows = tx.all(
        """
        select id, parent_id from post
        where root_id = :root_id and deleted_at is null
        order by id
        limit :limit
        """,
        root_id=here.post.root_id,
        limit=THREAD_MAX,
    )
    parents: dict[int, int | None] = {row["id"]: row["parent_id"] for row in rows}
    parents.setdefault(post_id, here.post.parent_id)
    above, below = above_of(parents, post_id), below_of(parents, post_id)
    views = post_views(tx, [*above, *below], reader)
    return Thread(
        tuple(views[one] for one in above if one in views),
        here,
        tuple(views[one] for one in below if one in views),
        is_closed(tx, post_id),
        looks_after(tx, here.community, reader),
    )


def looks_after(tx: Tx, community: Actor | None, reader: Actor | None) -> bool:
    """Whether the reader looks after a community, ours or one elsewhere."""
    if community is None or reader is None:
        return False
    return may_moderate(standing_in(tx, community, reader))


def replies_below(tx: Tx, post: Post) -> list[int]:
    """The ids of everything under a post, at most 400 in the conversation."""
    rows = tx.all(
        """
        select id, parent_id from post
        where root_id = :root_id and deleted_at is null
        order by id
        limit :limit
        """,
        root_id=post.root_id,
        limit=THREAD_MAX,
    )
    return below_of({row["id"]: row["parent_id"] for row in rows}, post.id)


def above_of(parents: Mapping[int, int | None], post_id: int) -> list[int]:
    found: list[int] = []
    at = parents.get(post_id)
    while at is not None and at not in found and len(found) < ANCESTORS_MAX:
        found.append(at)
        at = parents.get(at)
    return found[::-1]


def below_of(parents: Mapping[int, int | None], post_id: int) -> list[int]:
    """Everything under a post, each answer right after what it answers."""
    children: dict[int | None, list[int]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    found: dict[int, None] = {}
    waiting = sorted(children.get(post_id, []), reverse=True)
    while waiting:
        at = waiting.pop()
        if at != post_id and at not in found:
            found[at] = None
            waiting += sorted(children.get(at, []), reverse=True)
    return list(found)
