"""Posts as the client API takes them: publishing, changing and deleting one's own, and reading."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from aiohttp import web

from node.api.account_entity import account_entities
from node.api.accounts import ABSENT
from node.api.auth import Requester, read_as, read_open, write_as
from node.api.drafts import NOT_BOTH, Described, describe_own, take_draft
from node.api.media_entity import linked, links_for, media_entities
from node.api.status_entity import boosted_entity, status_entities
from node.base.errors import Invalid, NotFound
from node.base.markup import plain_text
from node.db.tx import Tx
from node.http.params import id_of, read_params
from node.http.responses import Entity, json_reply
from node.http.services import SERVICES
from node.topics.actors.store import Actor, actor_by_id
from node.topics.conversations.missing import Part, fetch_parts, missing_parts
from node.topics.conversations.threads import ANSWERS_MAX, thread
from node.topics.files.rules import ANEW_S_MAX, UNUSED_S_MAX
from node.topics.files.store import take_off_post
from node.topics.posts.store import post_by_id
from node.topics.posts.views import PostView, post_view, post_views, view_of_own
from node.topics.publishing.actions import delete, edit, publish
from node.topics.publishing.drafts import Draft
from node.topics.reactions.boosts import Boost, boost_by_id

KEY_CHARACTERS_MAX = 200
IDS_MAX = 40
ANSWERS_FOR_MEMBERS_MAX = 240
CONTEXT_CHARACTERS_MAX = 500_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a status id means: a post, or (`boost`) somebody's boost of it."""

    post_id: int
    boost: Boost | None = None


def wanted_status(tx: Tx, text: str) -> Wanted:
    """What a status id means.

    Raises:
        NotFound: it is no id.
    """
    found = id_of(text)
    if found is None:
        raise NotFound(ABSENT)
    boost = boost_by_id(tx, found)
    return Wanted(boost.post_id, boost) if boost else Wanted(found)


def visible_post(tx: Tx, requester: Requester, text: str) -> PostView:
    """The post behind a status id, boosted or not, as the asker sees it.

    Raises:
        NotFound: there is none, or not for them; the two look the same (T94).
    """
    try:
        return post_view(tx, wanted_status(tx, text).post_id, requester.reader)
    except NotFound:
        raise NotFound(ABSENT) from None


async def get_status(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses/:id`"""
    wanted = request.match_info["id"]
    return json_reply(await read_open(request, read_status, wanted))


def read_status(tx: Tx, requester: Requester, text: str) -> Entity:
    """The `Status` behind an id; NotFound where it is not the asker's to see.

    Somebody's own is there also while it waits for a look, and when it was removed.
    """
    try:
        view = visible_post(tx, requester, text)
    except NotFound:
        if requester.reader is None:
            raise
        view = own_out_of_sight(tx, requester.reader, text)
    inner = status_entities(tx, [view], requester)[view.post.id]
    boost = wanted_status(tx, text).boost
    return with_boost(tx, requester, boost, inner) if boost else inner


def own_out_of_sight(tx: Tx, me: Actor, text: str) -> PostView:
    try:
        return view_of_own(tx, wanted_status(tx, text).post_id, me)
    except NotFound:
        raise NotFound(ABSENT) from None


def with_boost(tx: Tx, requester: Requester, boost: Boost, inner: Entity) -> Entity:
    """The `Status` of a boost around that of the post."""
    booster = actor_by_id(tx, boost.actor_id)
    if booster is None:
        return inner
    account = account_entities(tx, [booster], requester)[booster.id]
    return boosted_entity(boost.id, boost.created_at, account, inner, boost.iri)


async def get_statuses(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses?id[]=`"""
    ids = (await read_params(request)).numbers("id")[:IDS_MAX]
    return json_reply(await read_open(request, read_statuses, ids))


def read_statuses(tx: Tx, requester: Requester, ids: list[int]) -> list[Entity]:
    views = post_views(tx, ids, requester.reader)
    entities = status_entities(tx, list(views.values()), requester)
    return [entities[one] for one in ids if one in entities]


async def get_context(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses/:id/context`; what is missing of it is fetched later (F10)."""
    wanted, services = request.match_info["id"], request.app[SERVICES]
    found = await read_open(request, read_context, wanted)
    parts = await read_open(request, read_missing, wanted)
    if parts:
        await services.db.write(fetch_parts, parts, services.clock.now())
    return json_reply(found)


def read_missing(tx: Tx, requester: Requester, text: str) -> list[Part]:
    """What of a conversation may be missing; nothing is fetched for visitors."""
    if requester.reader is None:
        return []
    return missing_parts(tx, visible_post(tx, requester, text).post, requester.now)


def read_context(tx: Tx, requester: Requester, text: str) -> Entity:
    """A `Context`: 60 posts above and 60 below for visitors, 240 below for members.

    It ends early where its words come to 500,000 characters (T144).
    """
    found = thread(
        tx,
        visible_post(tx, requester, text).post.id,
        requester.reader,
        answers_max=ANSWERS_FOR_MEMBERS_MAX if requester.reader else ANSWERS_MAX,
    )
    above, below = within_words(found.ancestors[::-1]), within_words(found.descendants)
    entities = status_entities(tx, [*above, *below], requester)
    return {
        "ancestors": [entities[view.post.id] for view in above[::-1]],
        "descendants": [entities[view.post.id] for view in below],
    }


def within_words(views: Sequence[PostView]) -> list[PostView]:
    """As many posts from the first as fit into one answer by their words; the first always does."""
    lengths = accumulate(len(view.post.content) for view in views)
    fitting = sum(length <= CONTEXT_CHARACTERS_MAX for length in lengths)
    return list(views[: max(1, fitting)])


async def post_status(request: web.Request) -> web.Response:
    """`POST /api/v1/statuses`; the same `Idempotency-Key` again gives the same post."""
    draft, _ = await take_draft(request)
    key = request.headers.get("Idempotency-Key", "")[:KEY_CHARACTERS_MAX]
    post_id = await write_as(request, publish_for, draft, key)
    return json_reply(await read_as(request, read_status, str(post_id)))


def publish_for(tx: Tx, requester: Requester, draft: Draft, key: str) -> int:
    """Publish; the id of a boost that is answered means the post that was boosted.

    Where the draft names no language, it is the one that its writer usually writes.
    """
    draft = replace(draft, language=draft.language or requester.me.account.language)
    if draft.parent_id is not None:
        parent = wanted_status(tx, str(draft.parent_id))
        draft = replace(draft, parent_id=parent.post_id)
    made_with = (requester.me.account.id, key) if key else None
    return publish(tx, requester.me.actor, draft, requester.now, idempotency=made_with)


async def put_status(request: web.Request) -> web.Response:
    """`PUT /api/v1/statuses/:id`; without `media_ids` its pictures stay, and an empty list takes
    them off. `media_attributes` say anew what they show."""
    (draft, described), text = await take_draft(request), request.match_info["id"]
    await write_as(request, edit_for, text, draft, described)
    return json_reply(await read_as(request, read_status, text))


def edit_for(
    tx: Tx, requester: Requester, text: str, draft: Draft, described: Sequence[Described]
) -> None:
    """Edit; where only what pictures show is said anew, the pictures are those that hang on it.

    Raises:
        Invalid: it would have pictures and a poll.
        NotFound: it is not one's own, or a picture that is described does not hang on it.
    """
    me, post_id = requester.me.actor, wanted_status(tx, text).post_id
    post = post_by_id(tx, post_id)
    if post is None or post.author_id != me.id:
        raise NotFound(ABSENT)
    if post.poll and draft.file_ids:
        raise Invalid(NOT_BOTH)
    if described and draft.file_ids is None:
        hanging = (one.file_id for one in post.attachments)
        draft = replace(draft, file_ids=tuple(one for one in hanging if one is not None))
    for said in described:
        if said.file_id not in (draft.file_ids or ()):
            raise NotFound(ABSENT)
        describe_own(tx, me, said)
    edit(tx, me, post_id, draft, requester.now)


async def delete_status(request: web.Request) -> web.Response:
    """`DELETE /api/v1/statuses/:id`; the answer holds the text, to write it anew.

    So that its pictures can hang on that as well, they stay for a day, for their owner alone.
    """
    text = request.match_info["id"]
    entity = await read_as(request, read_deletable, text)
    await write_as(request, delete_for, text)
    return json_reply(entity)


def read_deletable(tx: Tx, requester: Requester, text: str) -> Entity:
    """One's own status with its text, and with pictures as only its author may see them then.

    Raises:
        NotFound: it is not one's own. A boost is taken back, not deleted, and is none.
    """
    if wanted_status(tx, text).boost is not None:
        raise NotFound(ABSENT)
    source = read_source(tx, requester, text)
    pictures = media_entities(visible_post(tx, requester, text).post)
    return read_status(tx, requester, text) | {
        "text": source["text"],
        "media_attachments": linked(pictures, links_for(tx, requester)),
    }


def delete_for(tx: Tx, requester: Requester, text: str) -> None:
    """Delete one's own; its pictures stay an hour, for who writes it anew with them (T68)."""
    post_id = wanted_status(tx, text).post_id
    take_off_post(tx, post_id, unused_since=requester.now - UNUSED_S_MAX + ANEW_S_MAX)
    delete(tx, requester.me.actor, post_id, requester.now)


async def get_source(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses/:id/source`, for its author."""
    wanted = request.match_info["id"]
    return json_reply(await read_as(request, read_source, wanted))


def read_source(tx: Tx, requester: Requester, text: str) -> Entity:
    post = visible_post(tx, requester, text).post
    if post.author_id != requester.me.actor.id:
        raise NotFound(ABSENT)
    return {
        "id": str(post.id),
        "text": post.source if post.source is not None else plain_text(post.content),
        "spoiler_text": post.content_note or "",
    }


async def get_history(request: web.Request) -> web.Response:
    """`GET /api/v1/statuses/:id/history`: as it is now; earlier words are not kept."""
    wanted = request.match_info["id"]
    entity = await read_open(request, read_status, wanted)
    shown = entity["reblog"] or entity
    kept = ("content", "spoiler_text", "sensitive", "account", "media_attachments", "emojis")
    now = {name: shown[name] for name in kept}
    return json_reply([now | {"created_at": shown["edited_at"] or shown["created_at"]}])
