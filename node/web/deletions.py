"""Where it was: what became, at each place that had it, of what somebody deleted (F12)."""

from dataclasses import dataclass

from aiohttp import web

from node.base.errors import NotFound
from node.db.tx import Tx
from node.http.params import id_of
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.outbox.deletions import (
    PAGE,
    Deletion,
    Line,
    deletion_by_token,
    deletion_of,
    deletions_of,
    lines_of,
)
from node.topics.accounts.store import hashed
from node.web.render import page

NEWEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Where:
    """A deletion and what each place says of it."""

    deletion: Deletion
    lines: list[Line]


async def get_deletions(request: web.Request) -> web.StreamResponse:
    """`/deleted`: what somebody deleted, the newest first."""
    person = signed_in(request)
    before = id_of(request.query.get("before", "")) or NEWEST
    found = await request.app[SERVICES].db.read(deletions_of, person.actor.id, before)
    further = found[-1].id if len(found) == PAGE else None
    return page(request, "portability/deleted.html", deletions=found, further=further)


async def get_deletion(request: web.Request) -> web.StreamResponse:
    """`/deleted/ID`: a line for each place that had it."""
    person, number = signed_in(request), int(request.match_info["id"])
    where = await request.app[SERVICES].db.read(where_it_was, person.actor.id, number)
    return page(request, "portability/where.html", where=where)


def where_it_was(tx: Tx, actor_id: int, deletion_id: int) -> Where:
    """A deletion of somebody's.

    Raises:
        NotFound: it is not theirs, or longer ago than half a year.
    """
    deletion = deletion_of(tx, actor_id, deletion_id)
    if deletion is None:
        raise NotFound
    return Where(deletion, lines_of(tx, deletion.id))


async def get_gone(request: web.Request) -> web.StreamResponse:
    """`/gone/KEY`: the same for somebody who left, and was given that key when they did."""
    key = request.match_info["key"]
    where = await request.app[SERVICES].db.read(where_they_were, key)
    return page(request, "portability/where.html", where=where)


def where_they_were(tx: Tx, key: str) -> Where:
    """The leaving that a key is for.

    Raises:
        NotFound: there is none, or it is longer ago than half a year.
    """
    deletion = deletion_by_token(tx, hashed(key))
    if deletion is None:
        raise NotFound
    return Where(deletion, lines_of(tx, deletion.id))
