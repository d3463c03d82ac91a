"""Posts as one reader sees them: the single way out of the store, which asks `rules.may_see`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from node.base.errors import NotFound
from node.db.tx import Row, Tx
from node.topics.actors.store import Actor, actors_by_ids
from node.topics.permissions.clinics import CLINIC, count_told
from node.topics.permissions.kept_out import note_kept_out
from node.topics.posts.pictures import pictures_elsewhere
from node.topics.posts.readings import answers_seen, glimpses_seen, own_hidden, posts_seen, seen_by
from node.topics.posts.rules import may_show_quote
from node.topics.posts.store import Post
from node.topics.remote_pictures.store import RemotePicture, pictures_on

VOTES_READ_MAX = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post with all that is shown around it, for one reader.

    `by_moderator`: its author says it as one who looks after its community, and does. `is_muted`:
    the reader has muted its author or its community, and wants it in no list. `is_open`: a visitor
    may see it as well. `copies`: for members of ours, what is known of the pictures of another node
    that hang on it, by address.
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
    is_open: bool = False
    hides_quote: bool = False
    quoted: "PostView | None" = None
    copies: Mapping[str, RemotePicture] = field(default_factory=dict)


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
    return views_of(tx, posts_seen(tx, ids, reader), reader)


def view_of_own(tx: Tx, post_id: int, author: Actor) -> PostView:
    """A post of one's own, also where it was removed or waits, and nobody else sees it.

    Raises:
        NotFound: it is not there, or neither theirs nor for them.
    """
    rows = own_hidden(tx, post_id, author)
    found = views_of(tx, rows, author).get(post_id)
    return replace(found, is_open=False) if found else post_view(tx, post_id, author)


def views_of(tx: Tx, rows: Sequence[Row], reader: Actor | None) -> dict[int, PostView]:
    named = mentioned(tx, [row["id"] for row in rows])
    votes = votes_in(tx, [row["id"] for row in rows if row["poll"]], reader)
    answers = answers_seen(tx, rows, reader)
    wanted = {row["author_id"] for row in rows} | {row["community_id"] for row in rows}
    wanted |= {actor_id for several in named.values() for actor_id in several}
    actors = actors_by_ids(tx, [one for one in wanted if one is not None])
    open_ids = ids_open(rows)
    views = {
        row["id"]: view_of(row, actors, named.get(row["id"], ()), votes.get(row["id"], ()))
        for row in rows
        if row["author_id"] in actors
    }
    copies = copies_for(tx, views, reader)
    return {
        one: replace(
            view,
            post=replace(counted_for(reader, view.post), replies_count=answers[one]),
            is_open=one in open_ids,
            copies=copies.get(one, {}),
        )
        for one, view in views.items()
    }


def ids_open(rows: Sequence[Row]) -> set[int]:
    """The ids of those posts that a visitor may see as well."""
    return {row["id"] for row in seen_by(None, rows)}


def copies_for(
    tx: Tx, views: Mapping[int, PostView], reader: Actor | None
) -> dict[int, dict[str, RemotePicture]]:
    """What is known of other nodes' pictures on posts; visitors and other nodes are told nothing
    (T66)."""
    if reader is None or not reader.local:
        return {}
    return pictures_on(
        tx,
        [
            one
            for one, view in views.items()
            if not view.post.local and pictures_elsewhere(view.post.attachments)
        ],
    )


def counted_for(reader: Actor | None, post: Post) -> Post:
    """A post with as many likes and boosts as its reader is told."""
    if reader is None or reader.kind != CLINIC:
        return post
    return replace(
        post,
        favourites_count=count_told(reader.kind, post.favourites_count),
        boosts_count=count_told(reader.kind, post.boosts_count),
    )


def votes_in(tx: Tx, polls: Sequence[int], reader: Actor | None) -> dict[int, tuple[int, ...]]:
    """What the reader chose in each of the polls, if there are any."""
    return own_votes(tx, reader.id, polls) if polls and reader else {}


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
    `hides_quote`: the reader wants to see nothing of whom it quotes. `is_open`: a visitor may see
    the post as well.
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
    is_open: bool = False


def post_glimpses(tx: Tx, ids: Sequence[int], reader: Actor | None) -> dict[int, Glimpse]:
    """The posts among `ids` that the reader may see, without their words."""
    rows = glimpses_seen(tx, ids, reader)
    votes = votes_in(tx, [row["id"] for row in rows if row["kind"] == "Question"], reader)
    answers, open_ids = answers_seen(tx, rows, reader), ids_open(rows)
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
            row["id"] in open_ids,
        )
        for row in rows
    }


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
        if reader is not None:
            note_kept_out("read", reader.kind, reader.host)
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
