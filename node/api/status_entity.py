"""Posts as the client API shows them: `Status` entities, made without asking the store twice."""

from collections.abc import Iterable, Sequence
from html import escape

from federation.documents import PUBLIC
from node.api.account_entity import account_entities, emoji_entity
from node.api.accounts import visibility_name
from node.api.auth import Requester
from node.api.media_entity import media_entities
from node.api.personal_media import personal_media
from node.base.hashtags import hashtag_key, hashtag_path
from node.base.instants import day_and_hour, instant, optional_instant
from node.db.tx import Tx
from node.http.responses import Entity
from node.topics.actors.store import Actor
from node.topics.posts.parts import Poll
from node.topics.posts.rules import may_quote
from node.topics.posts.store import Post
from node.topics.posts.views import PostView
from node.topics.quotes.store import quotes_counted


def status_entities(tx: Tx, views: Sequence[PostView], requester: Requester) -> dict[int, Entity]:
    """The `Status` of each post, by post id; pictures that not everybody may see have addresses for
    the one who asks, and for a visitor those that no visitor can load."""
    quoted = [view.quoted for view in views if view.quoted]
    accounts = account_entities(tx, [view.author for view in (*views, *quoted)], requester)
    quotes = quotes_counted(tx, [view.post.iri for view in (*views, *quoted)])
    inner = {
        view.post.id: status_entity(
            view, accounts[view.author.id], requester, quotes=quotes.get(view.post.iri, 0)
        )
        for view in quoted
    }
    entities = {
        view.post.id: status_entity(
            view,
            accounts[view.author.id],
            requester,
            quotes=quotes.get(view.post.iri, 0),
            quoted=inner.get(view.quoted.post.id) if view.quoted else None,
        )
        for view in views
    }
    open_ids = [view.post.id for view in views if view.is_open]
    own = personal_media(tx, requester, entities, open_ids)
    return {one: entity | own.get(one, {}) for one, entity in entities.items()}


def status_entity(
    view: PostView,
    account: Entity,
    requester: Requester,
    *,
    quotes: int,
    quoted: Entity | None = None,
) -> Entity:
    """A `Status`; a title stands above the text, as clients know none.

    `quoted` is the status that it quotes, where that may be shown; where not, it looks like a post
    that quotes nothing, and what its author wrote about the other post is all there is.
    """
    post = view.post
    heading = heading_of(post)
    tags = {hashtag_key(tag.name): None for tag in post.tags}
    return {
        "id": str(post.id),
        "uri": post.iri,
        "url": post.url,
        "created_at": instant(post.published_at),
        "edited_at": optional_instant(post.edited_at),
        "in_reply_to_id": str(post.parent_id) if post.parent_id else None,
        "in_reply_to_account_id": str(view.parent_author_id) if view.parent_author_id else None,
        "sensitive": post.sensitive,
        "spoiler_text": post.content_note or "",
        "visibility": visibility_name(post.visibility),
        "language": post.language,
        "replies_count": max(0, post.replies_count),
        "reblogs_count": max(0, post.boosts_count),
        "favourites_count": max(0, post.favourites_count),
        "quotes_count": quotes,
        "quote_approval": quote_approval(view),
        "content": heading + post.content,
        "reblog": None,
        "application": None,
        "account": account,
        "media_attachments": media_entities(post),
        "mentions": [mention_entity(actor) for actor in view.mentions],
        "tags": [
            {"name": tag, "url": f"{requester.origin}{hashtag_path(tag)}"} for tag in tags if tag
        ],
        "emojis": [emoji_entity(one) for one in post.emojis],
        "card": None,
        "quote": {"state": "accepted", "quoted_status": quoted} if quoted else None,
        "poll": poll_entity(view, post.poll, requester.now) if post.poll else None,
        "favourited": view.favourited,
        "reblogged": view.boosted,
        "muted": False,
        "bookmarked": view.bookmarked,
        "pinned": False,
        "filtered": [],
    }


def quote_approval(view: PostView) -> Entity:
    """A `QuoteApproval`: whom the author lets quote the post, at once or after a look.

    `current_user` is denied, whoever that is: quotes cannot be written here, and apps offer none.
    """
    post, policy = view.post, view.post.policy
    if post.local:
        automatic, manual = (["public"] if may_quote(post.visibility) else []), list[str]()
    else:
        automatic = quoters(view.author, (policy and policy.quote) or ())
        manual = quoters(view.author, (policy and policy.quote_asked) or ())
    return {"automatic": automatic, "manual": manual, "current_user": "denied"}


def quoters(author: Actor, iris: Iterable[str]) -> list[str]:
    """Whom iris of a policy mean, in the words of the client API; the author alone is nobody."""
    words = {
        PUBLIC: "public",
        author.followers: "followers",
        author.following: "following",
    }
    found = (words.get(iri, "unsupported_policy") for iri in iris if iri != author.iri)
    return list(dict.fromkeys(found))


def heading_of(post: Post) -> str:
    """What stands above the text, as clients know neither titles nor events."""
    title = f"<p><strong>{escape(post.title)}</strong></p>" if post.title else ""
    facts = [day_and_hour(post.starts_at)] if post.starts_at is not None else []
    facts += [escape(post.place)] if post.place else []
    return title + (f"<p>{' · '.join(facts)}</p>" if facts else "")


def boosted_entity(
    boost_id: int, boosted_at: int, booster: Entity, inner: Entity, iri: str
) -> Entity:
    """The `Status` of a boost: the booster's, with the boosted one inside."""
    return inner | {
        "id": str(boost_id),
        "uri": iri,
        "created_at": instant(boosted_at),
        "edited_at": None,
        "account": booster,
        "reblog": inner,
    }


def mention_entity(actor: Actor) -> Entity:
    return {"id": str(actor.id), "username": actor.name, "url": actor.url, "acct": actor.acct}


def poll_entity(view: PostView, poll: Poll, now: int) -> Entity:
    """A `Poll`; it goes by the id of the post that asks."""
    return {
        "id": str(view.post.id),
        "expires_at": optional_instant(poll.ends_at),
        "expired": poll.is_over(now),
        "multiple": poll.is_multiple,
        "votes_count": sum(choice.votes for choice in poll.choices),
        "voters_count": poll.voters,
        "options": [{"title": choice.name, "votes_count": choice.votes} for choice in poll.choices],
        "emojis": [],
    } | own_part(view.own_votes)


def own_part(own_votes: Sequence[int]) -> Entity:
    """The members of a `Poll` that say what the reader chose."""
    return {"voted": bool(own_votes), "own_votes": list(own_votes)}
