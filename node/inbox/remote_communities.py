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
from node.inbox.fetch_run import Errand
from node.topics.actors.counts import put_claimed
from node.topics.actors.store import Actor
from node.topics.moderation.store import MODERATORS_MAX, put_group_moderators
from node.topics.posts.pins import replace_pins


async def read_itself(errand: Errand, actor: Actor) -> None:
    """Read who looks after a community, and how many follow it and were written in it.

    What cannot be had is left as it is.
    """
    if not actor.is_group:
        return
    moderators = await read_moderators(errand, actor)
    if moderators is not None:
        now = errand.clock.now()
        await errand.db.write(put_group_moderators, actor.id, moderators, now)
    followers = await total_at(errand, actor, actor.followers)
    posts = errand.totals.get(actor.outbox or "")
    await errand.db.write(put_claimed, actor.id, followers, posts)


async def read_moderators(errand: Errand, group: Actor) -> list[str] | None:
    """The iris that a community's collection of moderators lists; None if that cannot be had."""
    url = group.moderators
    if url is None or not is_same_origin(url, group.iri):
        return None

    async def page(address: str) -> Json:
        return (await errand.version(address)).value

    found: list[str] = []
    try:
        async with aclosing(walk_collection(url, page, at=url)) as walk:
            async for each in walk:
                found.append(each.iri)
                if len(found) >= MODERATORS_MAX:
                    break
    except (FetchFailed, Malformed) as error:
        errand.go_on_after(error)
        return None
    return found


async def total_at(errand: Errand, actor: Actor, url: str | None) -> int | None:
    """How many things a collection says it has; None if it does not say."""
    if url is None or not is_same_origin(url, actor.iri):
        return None
    try:
        return read_listing((await errand.version(url)).value).total
    except (FetchFailed, Malformed) as error:
        errand.go_on_after(error)
        return None


async def put_first(errand: Errand, actor: Actor, iris: list[str]) -> None:
    """Keep what somebody shows first, in their order, in place of before."""
    await errand.db.write(replace_pins, actor, iris, errand.clock.now())
