"""What somebody wrote and was written, and what they did with words of others, part by part.

Of others there are only messages to this person; what they boosted, favoured or kept is a link.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from node.base.instants import instant, optional_instant
from node.db.tx import Row, Tx
from node.topics.accounts.store import Account
from node.topics.actors.store import Actor, actors_by_ids
from node.topics.posts.parts import Attachment
from node.topics.posts.store import Post
from node.topics.posts.views import PostView, own_votes, post_views
from node.topics.reactions.store import bookmarked, favourited

PAGE = 100
NEWEST = 2**63 - 1
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose things: somebody of ours and the account that they sign in to."""

    account: Account
    actor: Actor


@dataclass(frozen=True, slots=True)
class Page:
    """Some things of a part; `before_id` is where to go on, None at the end."""

    items: Sequence[Item]
    before_id: int | None


Reader = Callable[[Tx, Owner, int], Page]
"""Things of a part that are older than a number."""


def own_posts(tx: Tx, owner: Owner, before_id: int) -> Page:
    """What they wrote, but messages; what a moderator removed as well, for it is theirs."""
    return written(tx, owner, before_id, is_message=False)


def own_messages(tx: Tx, owner: Owner, before_id: int) -> Page:
    """The messages that they wrote."""
    return written(tx, owner, before_id, is_message=True)


def written(tx: Tx, owner: Owner, before_id: int, *, is_message: bool) -> Page:
    rows = tx.all(
        """
        select * from post
        where author_id = :id and id < :before_id
          and (deleted_at is null or removed_in is not null)
          and case when visibility = 'direct' then 1 else 0 end = :is_message
        order by id desc limit :limit
        """,
        id=owner.actor.id,
        before_id=before_id,
        is_message=int(is_message),
        limit=PAGE,
    )
    named = names_of(tx, [one for row in rows if (one := row["community_id"]) is not None])
    told = recipients_among(tx, [row["id"] for row in rows]) if is_message else {}
    items = [
        post_item(Post.from_row(row), named, row["removed_in"] is not None)
        | ({"to": told.get(row["id"], [])} if is_message else {})
        for row in rows
    ]
    return Page(items, last_id(rows))


def post_item(post: Post, named: Mapping[int, str], is_removed: bool) -> dict[str, Any]:
    return {
        "address": post.iri,
        "at": instant(post.published_at),
        "changed_at": optional_instant(post.edited_at),
        "for": post.visibility,
        "title": post.title,
        "warning": post.content_note,
        "language": post.language,
        "words": post.source,
        "html": post.content,
        "answers": post.parent_iri,
        "community": named.get(post.community_id) if post.community_id else None,
        "choices": [
            {"name": one.name, "votes": one.votes}
            for one in (post.poll.choices if post.poll else ())
        ],
        "attached": [attachment_item(one) for one in post.attachments],
        "removed_by_moderators": is_removed,
    }


def attachment_item(one: Attachment) -> Item:
    return {"kind": one.kind, "address": one.url, "description": one.description}


def received_messages(tx: Tx, owner: Owner, before_id: int) -> Page:
    """The messages that others addressed to them, as far as they may read them still."""
    rows = tx.all(
        """
        select r.post_id as id from post_recipient r join post p on p.id = r.post_id
        where r.actor_id = :id and r.post_id < :before_id
          and p.visibility = 'direct' and p.author_id <> :id
        order by r.post_id desc limit :limit
        """,
        id=owner.actor.id,
        before_id=before_id,
        limit=PAGE,
    )
    views = post_views(tx, [row["id"] for row in rows], owner.actor)
    items = [message_item(views[row["id"]]) for row in rows if row["id"] in views]
    return Page(items, last_id(rows))


def message_item(view: PostView) -> Item:
    post = view.post
    return {
        "from": f"@{view.author.handle}",
        "address": post.iri,
        "at": instant(post.published_at),
        "warning": post.content_note,
        "html": post.content,
        "answers": post.parent_iri,
    }


def boosted_posts(tx: Tx, owner: Owner, before_id: int) -> Page:
    """What they boosted of others, as links."""
    rows = tx.all(
        """
        select id, post_id from boost where actor_id = :id and id < :before_id
        order by id desc limit :limit
        """,
        id=owner.actor.id,
        before_id=before_id,
        limit=PAGE,
    )
    return links(tx, owner, [(row["id"], row["post_id"]) for row in rows])


def favoured_posts(tx: Tx, owner: Owner, before_id: int) -> Page:
    """What they favour, as links."""
    return links(tx, owner, favourited(tx, owner.actor.id, PAGE, before_id))


def kept_posts(tx: Tx, owner: Owner, before_id: int) -> Page:
    """What they keep, as links."""
    return links(tx, owner, bookmarked(tx, owner.actor.id, PAGE, before_id))


def links(tx: Tx, owner: Owner, found: Sequence[tuple[int, int]]) -> Page:
    """Posts of others as far as they may be seen still: whose, and where."""
    views = post_views(tx, [post_id for _, post_id in found], owner.actor)
    items = [
        {"address": views[post_id].post.iri, "by": f"@{views[post_id].author.handle}"}
        for _, post_id in found
        if post_id in views
    ]
    return Page(items, found[-1][0] if len(found) == PAGE else None)


def votes(tx: Tx, owner: Owner, before_id: int) -> Page:
    """What they chose in polls, by the names of the choices."""
    rows = tx.all(
        """
        select distinct post_id as id from vote where actor_id = :id and post_id < :before_id
        order by post_id desc limit :limit
        """,
        id=owner.actor.id,
        before_id=before_id,
        limit=PAGE,
    )
    ids = [row["id"] for row in rows]
    views, chosen = post_views(tx, ids, owner.actor), own_votes(tx, owner.actor.id, ids)
    items = [
        {
            "address": views[one].post.iri,
            "chose": [poll.choices[number].name for number in chosen.get(one, ())],
        }
        for one in ids
        if one in views and (poll := views[one].post.poll) is not None
    ]
    return Page(items, last_id(rows))


def last_id(rows: Sequence[Row]) -> int | None:
    return rows[-1]["id"] if len(rows) == PAGE else None


def names_of(tx: Tx, ids: Sequence[int]) -> dict[int, str]:
    """The handles of some people and communities."""
    return {one: f"@{actor.handle}" for one, actor in actors_by_ids(tx, ids).items()}


def recipients_among(tx: Tx, post_ids: Sequence[int]) -> dict[int, list[str]]:
    """Whom messages are addressed to, by their handles."""
    rows = tx.all(
        """
        select r.post_id, a.handle from post_recipient r join actor a on a.id = r.actor_id
        where r.post_id in (:ids[]) order by a.id
        """,
        ids=post_ids,
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["post_id"], []).append(f"@{row['handle']}")
    return found
