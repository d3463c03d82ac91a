"""Posts as the client API shows and takes them: `Status` entities."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from aiohttp import web

from node.accounts.store import Person
from node.actors.api import COUNTS, account_entities
from node.actors.counts import CountsKept
from node.actors.store import Actor
from node.api.auth import person_asking, person_with
from node.api.params import Params, id_of, read_params
from node.api.reply import Entity, instant, json_reply, optional_instant
from node.db.tx import Tx
from node.errors import Invalid, NotFound
from node.markup import plain_text
from node.posts.actions import Draft, delete, edit, publish
from node.posts.boosts import boost_by_id
from node.posts.store import Attachment, Poll
from node.posts.views import PostView, Thread, post_view, post_views, thread
from node.posts.words import unknown_handles
from node.shell import SHELL, Shell

VISIBILITIES = {
    "public": "public",
    "unlisted": "unlisted",
    "private": "followers",
    "followers": "followers",
    "direct": "direct",
}
NAMES = {"followers": "private"}
KEY_CHARACTERS_MAX = 200
IDS_MAX = 40
MEDIA_KINDS = {"Image": "image", "Video": "video", "Audio": "audio"}


def status_entities(
    tx: Tx, views: Sequence[PostView], kept: CountsKept, origin: str, now: int
) -> dict[int, Entity]:
    """The `Status` of each post, by post id."""
    people = [actor for view in views for actor in (view.author,)]
    accounts = account_entities(tx, people, kept, origin, now)
    return {
        view.post.id: status_entity(view, accounts[view.author.id], origin, now) for view in views
    }


def status_entity(view: PostView, account: Entity, origin: str, now: int) -> Entity:
    """A `Status`; a title stands above the text, as clients know none."""
    post = view.post
    heading = f"<p><strong>{escape(post.title)}</strong></p>" if post.title else ""
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
        "visibility": NAMES.get(post.visibility, post.visibility),
        "language": post.language,
        "replies_count": max(0, post.replies_count),
        "reblogs_count": max(0, post.boosts_count),
        "favourites_count": max(0, post.favourites_count),
        "quotes_count": 0,
        "content": heading + post.content,
        "reblog": None,
        "account": account,
        "media_attachments": [
            media_entity(post.id, index, one) for index, one in enumerate(post.attachments)
        ],
        "mentions": [mention_entity(actor) for actor in view.mentions],
        "tags": [
            {"name": tag.name.lower(), "url": f"{origin}/tags/{tag.name.lower()}"}
            for tag in post.tags
        ],
        "emojis": [],
        "card": None,
        "poll": poll_entity(post.id, post.poll, now) if post.poll else None,
        "favourited": view.favourited,
        "reblogged": view.boosted,
        "muted": False,
        "bookmarked": view.bookmarked,
        "pinned": False,
        "filtered": [],
    }


def mention_entity(actor: Actor) -> Entity:
    return {"id": str(actor.id), "username": actor.name, "url": actor.url, "acct": actor.acct}


def media_entity(post_id: int, index: int, attachment: Attachment) -> Entity:
    size = {"width": attachment.width, "height": attachment.height}
    has_size = attachment.width is not None and attachment.height is not None
    return {
        "id": f"{post_id}{index:02}",
        "type": MEDIA_KINDS.get(attachment.kind, media_kind(attachment.media_type)),
        "url": attachment.url,
        "preview_url": attachment.url,
        "remote_url": attachment.url,
        "meta": {"original": size} if has_size else {},
        "description": attachment.description,
        "blurhash": attachment.blurhash,
    }


def media_kind(media_type: str | None) -> str:
    kind = (media_type or "").partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "unknown"


def poll_entity(post_id: int, poll: Poll, now: int) -> Entity:
    return {
        "id": str(post_id),
        "expires_at": optional_instant(poll.ends_at),
        "expired": poll.closed_at is not None or (poll.ends_at is not None and poll.ends_at <= now),
        "multiple": poll.is_multiple,
        "votes_count": sum(choice.votes for choice in poll.choices),
        "voters_count": poll.voters,
        "options": [{"title": choice.name, "votes_count": choice.votes} for choice in poll.choices],
        "emojis": [],
        "voted": False,
        "own_votes": [],
    }


def boosted_entity(
    boost_id: int, boosted_at: int, booster: Entity, inner: Entity, iri: str
) -> Entity:
    """The `Status` of a boost: the booster's, with the boosted one inside."""
    return inner | {
        "id": str(boost_id),
        "uri": iri,
        "created_at": instant(boosted_at),
        "account": booster,
        "reblog": inner,
    }


def post_id_of(tx: Tx, text: str) -> int:
    """The post that a status id means: its own, or that of the post that was boosted.

    Raises:
        NotFound: it is no id.
    """
    found = id_of(text)
    if found is None:
        raise NotFound("Record not found")
    boost = boost_by_id(tx, found)
    return boost.post_id if boost else found


def read_status(
    tx: Tx, text: str, reader: Actor | None, kept: CountsKept, origin: str, now: int
) -> Entity:
    """The `Status` behind a status id, for one reader; NotFound where it is not theirs to see."""
    view = post_view(tx, post_id_of(tx, text), reader)
    return status_entities(tx, [view], kept, origin, now)[view.post.id]


async def status_for(request: web.Request, text: str, reader: Actor | None) -> Entity:
    shell = request.app[SHELL]
    return await shell.db.read(
        read_status,
        text,
        reader,
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )


async def get_status(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses/:id`"""
    person = await person_asking(request)
    reader = person.actor if person else None
    return json_reply(await status_for(request, request.match_info["id"], reader))


async def get_statuses(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses?id[]=`"""
    person = await person_asking(request)
    params = await read_params(request)
    shell = request.app[SHELL]
    found = await shell.db.read(
        read_statuses,
        params.numbers("id")[:IDS_MAX],
        person.actor if person else None,
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )
    return json_reply(found)


def read_statuses(
    tx: Tx, ids: list[int], reader: Actor | None, kept: CountsKept, origin: str, now: int
) -> list[Entity]:
    views = post_views(tx, ids, reader)
    entities = status_entities(tx, list(views.values()), kept, origin, now)
    return [entities[one] for one in ids if one in entities]


async def get_context(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses/:id/context`"""
    person = await person_asking(request)
    shell = request.app[SHELL]
    found = await shell.db.read(
        read_context,
        request.match_info["id"],
        person.actor if person else None,
        request.app[COUNTS],
        shell.config.node.url,
        shell.clock.now(),
    )
    return json_reply(found)


def read_context(
    tx: Tx, text: str, reader: Actor | None, kept: CountsKept, origin: str, now: int
) -> Entity:
    found: Thread = thread(tx, post_id_of(tx, text), reader)
    views = [*found.ancestors, *found.descendants]
    entities = status_entities(tx, views, kept, origin, now)
    return {
        "ancestors": [entities[view.post.id] for view in found.ancestors],
        "descendants": [entities[view.post.id] for view in found.descendants],
    }


def draft_of(params: Params, person: Person) -> Draft:
    """What a client wants to publish.

    Raises:
        Invalid: the visibility or the post answered is not one there is, or it needs media.
    """
    wanted = params.text("visibility") or person.account.default_visibility
    if wanted not in VISIBILITIES:
        raise Invalid("Validation failed: Visibility is not included in the list")
    if params.texts("media_ids") or params.nested("poll"):
        raise Invalid("This node does not take pictures or polls yet.")
    parent = params.text("in_reply_to_id")
    parent_id = id_of(parent) if parent else None
    if parent and parent_id is None:
        raise NotFound("Record not found")
    return Draft(
        text=params.text("status"),
        visibility=VISIBILITIES[wanted],
        content_note=params.text("spoiler_text"),
        sensitive=params.flag("sensitive"),
        language=params.text("language")[:35] or person.account.language,
        parent_id=parent_id,
        title=params.text("title") or None,
    )


async def look_up_named(shell: Shell, author: Actor, text: str) -> None:
    """Find those that a text names and nobody here knows yet, so that the post reaches them."""
    for handle in await shell.db.read(unknown_handles, author.host, text):
        await shell.resolver.resolve(handle)


async def post_status(request: web.Request) -> web.Response:
    """`POST /api/v1/statuses`; the same `Idempotency-Key` again gives the same post."""
    person = await person_with(request, "write:statuses")
    shell, draft = request.app[SHELL], draft_of(await read_params(request), person)
    key = request.headers.get("Idempotency-Key", "")[:KEY_CHARACTERS_MAX]
    await look_up_named(shell, person.actor, draft.text)
    post_id = await shell.db.write(
        publish_for,
        person.actor,
        draft,
        shell.clock.now(),
        (person.account.id, key) if key else None,
    )
    shell.wake_sender()
    return json_reply(await status_for(request, str(post_id), person.actor))


def publish_for(tx: Tx, author: Actor, draft: Draft, now: int, key: tuple[int, str] | None) -> int:
    """Publish; an id of a boost that is answered means the post that was boosted."""
    if draft.parent_id is not None:
        boost = boost_by_id(tx, draft.parent_id)
        if boost is not None:
            draft = replace(draft, parent_id=boost.post_id)
    return publish(tx, author, draft, now, idempotency=key)


async def put_status(request: web.Request) -> web.Response:
    """`PUT /api/v1/statuses/:id`"""
    person = await person_with(request, "write:statuses")
    shell, draft = request.app[SHELL], draft_of(await read_params(request), person)
    await look_up_named(shell, person.actor, draft.text)
    text = request.match_info["id"]
    await shell.db.write(edit_for, person.actor, text, draft, shell.clock.now())
    shell.wake_sender()
    return json_reply(await status_for(request, text, person.actor))


def edit_for(tx: Tx, author: Actor, text: str, draft: Draft, now: int) -> None:
    edit(tx, author, post_id_of(tx, text), draft, now)


async def delete_status(request: web.Request) -> web.Response:
    """`DELETE /api/v1/statuses/:id`; the answer holds the text, to write it anew."""
    person = await person_with(request, "write:statuses")
    shell, text = request.app[SHELL], request.match_info["id"]
    entity = await status_for(request, text, person.actor)
    source = await shell.db.read(read_source, text, person.actor)
    await shell.db.write(delete_for, person.actor, text, shell.clock.now())
    shell.wake_sender()
    return json_reply(entity | {"text": source["text"]})


def delete_for(tx: Tx, author: Actor, text: str, now: int) -> None:
    delete(tx, author, post_id_of(tx, text), now)


async def get_source(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses/:id/source`, for its author."""
    person = await person_with(request, "read:statuses")
    shell = request.app[SHELL]
    return json_reply(await shell.db.read(read_source, request.match_info["id"], person.actor))


def read_source(tx: Tx, text: str, author: Actor) -> Entity:
    post = post_view(tx, post_id_of(tx, text), author).post
    if post.author_id != author.id:
        raise NotFound("Record not found")
    return {
        "id": str(post.id),
        "text": post.source if post.source is not None else plain_text(post.content),
        "spoiler_text": post.content_note or "",
    }


async def get_history(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses/:id/history`: as it is now; earlier words are not kept."""
    person = await person_asking(request)
    reader = person.actor if person else None
    entity = await status_for(request, request.match_info["id"], reader)
    kept = ("content", "spoiler_text", "sensitive", "account", "media_attachments", "emojis")
    now = {name: entity[name] for name in kept}
    return json_reply([now | {"created_at": entity["edited_at"] or entity["created_at"]}])
