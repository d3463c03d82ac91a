"""Completes what is known here in part: what a post hangs below, what answers it, a history.

Everything is read at its own origin, or believed only as far as it stands there (T13, T16), stored
as other fetched posts are, told to nobody, and placed in no home.
"""

from contextlib import aclosing
from dataclasses import dataclass, field

from federation import documents
from federation.collections import Around, read_around, unwrapped, walk_collection
from federation.documents.collection import Listed
from federation.documents.shapes import Json, kind_of
from federation.errors import FetchFailed, Malformed
from federation.limits import (
    ANSWERS_AGAIN_S,
    COLLECTION_ITEMS_MAX,
    CONVERSATION_AGAIN_S,
    CONVERSATION_LEVELS_MAX,
    HISTORY_ITEMS_MAX,
    LEVELS_MAX,
    PRIVATE_HISTORY_ITEMS_MAX,
)
from federation.origin import is_same_origin
from node.arrivals.fetch_tasks import Task, add_task
from node.base.errors import Problem
from node.db.tx import Tx
from node.inbox.fetch_run import FetchRun
from node.inbox.private_history import take_said
from node.inbox.remote_communities import put_first, read_itself
from node.topics.actors.handles import put_handle
from node.topics.actors.store import Actor, actor_by_iri
from node.topics.conversations.missing import is_in_conversation, missing_above
from node.topics.members.actions import is_behind_door
from node.topics.posts.store import Post, is_deleted, post_by_id, post_by_iri
from node.topics.publishing.backfilled import put_in_history


@dataclass(frozen=True, slots=True)
class Found:
    """A post that is listed somewhere: as it was read, or, if `post` is None, stored already."""

    iri: str
    post: documents.Post | None = None
    around: Around = field(default_factory=Around)


async def complete(fetch_run: FetchRun) -> None:
    """Do what a task asks for, as far as it can be done now.

    Raises:
        FetchFailed: some of it cannot be had, now or ever.
        Malformed, Problem: it is nothing that we know, or may not be stored.
    """
    if fetch_run.task.kind == "parents":
        await climb(fetch_run)
    elif fetch_run.task.kind == "answers":
        await gather(fetch_run)
    elif fetch_run.task.kind == "handle":
        await confirm(fetch_run)
    else:
        await look_back(fetch_run)
    if fetch_run.failure is not None:
        raise fetch_run.failure


async def confirm(fetch_run: FetchRun) -> None:
    """Ask by what handle somebody goes whom we know by their iri."""
    actor = await fetch_run.db.read(actor_by_iri, fetch_run.task.iri)
    if actor is not None and not actor.local:
        handle = await fetch_run.handle_of(actor, fetch_run.task.start_url)
        await fetch_run.db.write(put_handle, actor.iri, handle, fetch_run.clock.now())


async def climb(fetch_run: FetchRun) -> None:
    """Fetch what a post hangs below, one after the other up to the first; then what answers it."""
    task = fetch_run.task
    for _ in range(CONVERSATION_LEVELS_MAX):
        iri = await fetch_run.db.read(next_above, task.iri)
        if iri is None:
            break
        document = documents.read_document((await fetch_run.version(iri)).value)
        if not isinstance(document, documents.Post) or not await fetch_run.store(document):
            return
    await fetch_run.db.write(gather_later, task, fetch_run.clock.now())


def next_above(tx: Tx, iri: str) -> str | None:
    """What is missing next: the post at `iri` itself, or what its conversation hangs below."""
    post = post_by_iri(tx, iri)
    if post is None:
        return None if is_deleted(tx, iri) else iri
    return missing_above(tx, post)


def gather_later(tx: Tx, task: Task, now: int) -> None:
    """Have the whole conversation fetched whose beginning is known now."""
    post = post_by_iri(tx, task.iri)
    root = post_by_id(tx, post.root_id) if post else None
    if root is not None and not root.local:
        add_task(tx, "answers", root.iri, now, again_s=CONVERSATION_AGAIN_S, is_patient=True)


async def gather(fetch_run: FetchRun) -> None:
    """Fetch what answers a post: all of the conversation if it is listed, else level by level.

    The order is that of FEP-f228: contextHistory, context, replies.
    """
    task = fetch_run.task
    post = await fetch_run.db.read(post_by_iri, task.iri)
    if post is None or post.local:
        return
    around = Around(answers=task.start_url)
    if task.start_url is None:
        value = (await fetch_run.version(task.iri)).value
        document = documents.read_document(value)
        if not isinstance(document, documents.Post) or not await fetch_run.store(document):
            return
        around = read_around(value)
    if task.level == 0:
        for address in around.whole:
            if await gather_all(fetch_run, post, address):
                return
    if around.answers is not None:
        await gather_answers(fetch_run, post, around.answers)


async def gather_all(fetch_run: FetchRun, root: Post, address: str) -> bool:
    """Fetch the conversation that is listed at `address`; False if nothing is.

    Only what answers something in it is kept.
    """
    try:
        listed = await walked(fetch_run, address, at=address)
    except (FetchFailed, Malformed) as error:
        if isinstance(error, FetchFailed) and (error.is_passing or error.reason == "unchanged"):
            raise
        return False
    within = {each.iri for each in listed}
    for each in listed:
        found = await found_behind(fetch_run, each)
        if found is None or found.post is None:
            continue
        parent = found.post.in_reply_to
        if parent in within or await fetch_run.db.read(is_in_conversation, parent, root.root_id):
            await fetch_run.store(found.post)
    return bool(within - {root.iri})


async def gather_answers(fetch_run: FetchRun, post: Post, answers: Json) -> None:
    """Fetch what answers one post, and have the answers to those answers fetched later."""
    for each in await walked(fetch_run, answers, at=post.iri):
        found = await found_behind(fetch_run, each)
        if found is None:
            continue
        if found.post is not None:
            is_answer = found.post.in_reply_to == post.iri
            if (
                not is_answer
                or not await fetch_run.store(found.post)
                or not found.around.has_answers
            ):
                continue
        await fetch_run.db.write(descend_later, found, fetch_run.task, fetch_run.clock.now())


def descend_later(tx: Tx, found: Found, task: Task, now: int) -> None:
    """Have the answers to an answer fetched, once a day at most and 60 levels deep."""
    post = post_by_iri(tx, found.iri)
    if post is None or post.local or task.level >= CONVERSATION_LEVELS_MAX:
        return
    start_url = found.around.answers_url
    add_task(
        tx, "answers", found.iri, now, again_s=ANSWERS_AGAIN_S, cause=task, start_url=start_url
    )


async def look_back(fetch_run: FetchRun) -> None:
    """Fetch what somebody published lately, and what they show first; at most 50 posts of each.

    What a community passed on is shown among its conversations; what a person boosted is not
    theirs. What it says of itself is read as well. Of what is said behind the door of a community
    the last 500 posts are fetched, which came to nobody here before.
    """
    actor = await fetch_run.db.read(actor_by_iri, fetch_run.task.iri)
    if actor is None or actor.local:
        return
    if is_behind_door(actor):
        await look_behind(fetch_run, actor)
        return
    for source in (actor.outbox, actor.featured):
        if source is None or not is_same_origin(source, actor.iri):
            continue
        try:
            listed = await walked(fetch_run, source, at=source, most=HISTORY_ITEMS_MAX)
        except (FetchFailed, Malformed) as error:
            fetch_run.go_on_after(error)
            continue
        for each in listed:
            await take_published(fetch_run, actor, each)
        if source == actor.featured:
            await put_first(fetch_run, actor, [each.iri for each in listed])
    await read_itself(fetch_run, actor)


async def look_behind(fetch_run: FetchRun, group: Actor) -> None:
    """Fetch what was said lately behind the door of a community that somebody of ours belongs to,
    the oldest first, so that answers find what they answer; then what it says of itself."""
    source = group.outbox
    if source is None or not is_same_origin(source, group.iri):
        return
    listed = await walked(fetch_run, source, at=source, most=PRIVATE_HISTORY_ITEMS_MAX)
    for each in reversed(listed):
        await take_said(fetch_run, group, each)
    await read_itself(fetch_run, group)


async def take_published(fetch_run: FetchRun, actor: Actor, each: Listed) -> None:
    if kind_of(each.document) == "Announce" and not actor.is_group:
        return
    found = await found_behind(fetch_run, each)
    if found is None or (found.post is not None and not await fetch_run.store(found.post)):
        return
    await fetch_run.db.write(put_in_history, actor, found.iri, each.iri)
    await fetch_run.db.write(climb_later, found.iri, fetch_run.task, fetch_run.clock.now())


def climb_later(tx: Tx, iri: str, task: Task, now: int) -> None:
    """Have fetched what a post hangs below, if that is missing."""
    post = post_by_iri(tx, iri)
    above = missing_above(tx, post) if post else None
    if above is not None:
        add_task(tx, "parents", above, now, again_s=CONVERSATION_AGAIN_S, cause=task)


async def walked(
    fetch_run: FetchRun, source: Json, *, at: str, most: int = COLLECTION_ITEMS_MAX
) -> list[Listed]:
    """What is listed, at most `most`; where a later page fails, what came before it."""
    found: list[Listed] = []
    try:
        async with aclosing(walk_collection(source, fetch_run.page, at=at)) as walk:
            async for each in walk:
                found.append(each)
                if len(found) >= most:
                    break
    except (FetchFailed, Malformed) as error:
        if not found:
            raise
        fetch_run.go_on_after(error)
    return found


async def found_behind(fetch_run: FetchRun, each: Listed) -> Found | None:
    """The post that is listed, by itself or inside of an activity; None if that cannot be had."""
    listed: Listed | None = each
    try:
        for _ in range(LEVELS_MAX):
            if listed is None or await fetch_run.db.read(is_deleted, listed.iri):
                return None
            if await fetch_run.db.read(post_by_iri, listed.iri) is not None:
                return Found(listed.iri)
            value = listed.document or (await fetch_run.version(listed.iri)).value
            if kind_of(value) in documents.POST_KINDS:
                return Found(listed.iri, documents.read_post(value), read_around(value))
            listed = unwrapped(Listed(listed.iri, value))
    except (FetchFailed, Malformed, Problem) as error:
        fetch_run.go_on_after(error)
    return None
