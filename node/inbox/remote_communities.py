"""Reads what a community elsewhere says of itself: who looks after it, how many follow it, what
stands first.

Each is read at an address that its own document names, and of its own origin (T24); how many there
are is only what it claims (T30).
"""

from contextlib import aclosing

from federation.collections import walk_collection
from federation.documents.collection import read_listing
from federation.documents.shapes import Json
from federation.errors import FetchFailed, Malformed
from federation.origin import is_same_origin
from node.inbox.fetch_run import FetchRun
from node.topics.actors.counts import put_claimed
from node.topics.actors.store import Actor
from node.topics.moderation.group_moderators import MODERATORS_MAX, put_group_moderators
from node.topics.posts.pins import replace_pins


async def read_itself(fetch_run: FetchRun, actor: Actor) -> None:
    """Read who looks after a community, and how many follow it and were written in it.

    What cannot be had is left as it is.
    """
    if not actor.is_group:
        return
    moderators = await read_moderators(fetch_run, actor)
    if moderators is not None:
        now = fetch_run.clock.now()
        await fetch_run.db.write(put_group_moderators, actor.id, moderators, now)
    followers = await total_at(fetch_run, actor, actor.followers)
    posts = fetch_run.totals.get(actor.outbox or "")
    await fetch_run.db.write(put_claimed, actor.id, followers, posts)


async def read_moderators(fetch_run: FetchRun, group: Actor) -> list[str] | None:
    """The iris that a community's collection of moderators lists; None if that cannot be had."""
    url = group.moderators
    if url is None or not is_same_origin(url, group.iri):
        return None

    async def page(address: str) -> Json:
        return (await fetch_run.version(address)).value

    found: list[str] = []
    try:
        async with aclosing(walk_collection(url, page, at=url)) as walk:
            async for each in walk:
                found.append(each.iri)
                if len(found) >= MODERATORS_MAX:
                    break
    except (FetchFailed, Malformed) as error:
        fetch_run.go_on_after(error)
        return None
    return found


async def total_at(fetch_run: FetchRun, actor: Actor, url: str | None) -> int | None:
    """How many things a collection says it has; None if it does not say."""
    if url is None or not is_same_origin(url, actor.iri):
        return None
    try:
        return read_listing((await fetch_run.version(url)).value).total
    except (FetchFailed, Malformed) as error:
        fetch_run.go_on_after(error)
        return None


async def put_first(fetch_run: FetchRun, actor: Actor, iris: list[str]) -> None:
    """Keep what somebody shows first, in their order, in place of before."""
    await fetch_run.db.write(replace_pins, actor, iris, fetch_run.clock.now())
