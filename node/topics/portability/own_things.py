"""Everything that this node holds of one of its people, and that is theirs, part by part.

Of others there is only what they addressed to this person: messages, and who follows. What somebody
boosted, favoured or kept of others is a link. Each part is read in pages, newest first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from node.base.instants import instant, optional_instant
from node.base.markup import plain_text
from node.db.tx import Row, Tx
from node.topics.accounts.consents import consents_of
from node.topics.accounts.signed_in import apps_let_in, devices_of
from node.topics.accounts.store import Account
from node.topics.actors.store import Actor, actors_by_ids
from node.topics.blocks.store import blocked_by, muted_by
from node.topics.members.store import followers, following
from node.topics.posts.store import Attachment, Post
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


def about(owner: Owner) -> Item:
    """Who somebody is here, and how they set things."""
    actor, account = owner.actor, owner.account
    return {
        "handle": f"@{actor.handle}",
        "address": actor.iri,
        "name": actor.display_name or actor.name,
        "html": actor.summary,
        "fields": [{"name": name, "value": plain_text(value)} for name, value in actor.fields],
        "picture": actor.icon_url,
        "old_addresses": list(actor.aliases),
        "moved_to": actor.moved_to,
        "since": instant(account.created_at),
        "role": account.role,
        "email": account.email,
        "language": account.language,
        "posts_begin_for": account.default_visibility,
        "looks_at_followers_first": actor.approves_followers,
        "found_by_people": actor.discoverable,
        "found_by_words": actor.indexable,
    }


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


def followed_people(tx: Tx, owner: Owner, before_id: int) -> Page:
    """Whom they follow."""
    return handles(following(tx, owner.actor.id, PAGE, before_id))


def own_followers(tx: Tx, owner: Owner, before_id: int) -> Page:
    """Who follows them."""
    return handles(followers(tx, owner.actor.id, PAGE, before_id))


def blocked_people(tx: Tx, owner: Owner, before_id: int) -> Page:
    """Whom they blocked."""
    return handles(blocked_by(tx, owner.actor.id, PAGE, before_id))


def muted_people(tx: Tx, owner: Owner, before_id: int) -> Page:
    """Whom they muted."""
    return handles(muted_by(tx, owner.actor.id, PAGE, before_id))


def handles(found: Sequence[tuple[int, Actor]]) -> Page:
    items = [{"handle": f"@{one.handle}", "address": one.iri} for _, one in found]
    return Page(items, found[-1][0] if len(found) == PAGE else None)


def communities(tx: Tx, owner: Owner, before_id: int) -> Page:
    """The communities that they belong to, and as what."""
    rows = tx.all(
        """
        select m.community_id as id, m.role, m.since, m.came_by, a.handle, a.iri
        from membership m join actor a on a.id = m.community_id
        where m.actor_id = :id and m.community_id < :before_id
        order by m.community_id desc limit :limit
        """,
        id=owner.actor.id,
        before_id=before_id,
        limit=PAGE,
    )
    items = [
        {
            "handle": f"@{row['handle']}",
            "address": row["iri"],
            "role": row["role"],
            "since": instant(row["since"]),
            "came_by": row["came_by"],
        }
        for row in rows
    ]
    return Page(items, last_id(rows))


def reports(tx: Tx, owner: Owner, before_id: int) -> Page:
    """What they reported, in their words."""
    rows = tx.all(
        """
        select r.id, r.words, r.category, r.created_at, a.handle
        from report r left join actor a on a.id = r.about_id
        where r.reporter_id = :id and r.id < :before_id
        order by r.id desc limit :limit
        """,
        id=owner.actor.id,
        before_id=before_id,
        limit=PAGE,
    )
    items = [
        {
            "at": instant(row["created_at"]),
            "about": f"@{row['handle']}" if row["handle"] else None,
            "reason": row["category"],
            "words": row["words"],
        }
        for row in rows
    ]
    return Page(items, last_id(rows))


def consents(tx: Tx, owner: Owner, before_id: int) -> Page:
    """What they agreed to."""
    items = [
        {
            "to": one.kind,
            "by_the_words": one.wording,
            "since": instant(one.given_at),
            "until": optional_instant(one.withdrawn_at),
        }
        for one in consents_of(tx, owner.account.id)
    ]
    return Page(items, None)


def sign_ins(tx: Tx, owner: Owner, before_id: int) -> Page:
    """Where they are signed in: browsers and apps."""
    browsers = [
        {"browser": one.words, "since": instant(one.created_at), "used": instant(one.seen_at)}
        for one in devices_of(tx, owner.account.id, "", 0)
    ]
    apps = [
        {"app": one.name, "since": instant(one.created_at)}
        for one in apps_let_in(tx, owner.account.id)
    ]
    return Page([*browsers, *apps], None)


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


PARTS: Mapping[str, Reader] = {
    "posts": own_posts,
    "messages": own_messages,
    "received": received_messages,
    "boosts": boosted_posts,
    "favourites": favoured_posts,
    "bookmarks": kept_posts,
    "votes": votes,
    "following": followed_people,
    "followers": own_followers,
    "communities": communities,
    "blocked": blocked_people,
    "muted": muted_people,
    "reports": reports,
    "agreed": consents,
    "sign_ins": sign_ins,
}
"""Every part, in the order in which it stands in the file."""
