"""The directory: communities of this place and of its neighbours, and joining one with a tap."""

from dataclasses import dataclass

from aiohttp import web

from node.base.errors import NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import PERSON
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.lookup import known_local
from node.topics.members.actions import follow
from node.topics.neighbours.directory import DirectoryPage, communities_here, put_listed
from node.topics.neighbours.neighbour_directory import (
    SHOWN_MAX,
    NeighbourCommunity,
    is_listed_by_neighbour,
    neighbours_communities,
)
from node.web.render import page, page_of

KEY_CHARACTERS_MAX = 300
NOT_THERE = "Their place does not answer just now. Try again later, or look at its own page."


@dataclass(frozen=True, slots=True)
class Shown:
    """One part of the directory; `theirs` comes once ours are through, and goes on at its last."""

    ours: DirectoryPage
    theirs: list[NeighbourCommunity]
    has_more: bool


async def get_directory(request: web.Request) -> web.StreamResponse:
    """`/directory`: what the reader may know of; visitors see what everybody may."""
    person, services = request.get(PERSON), request.app[SERVICES]
    names = ("after", "host", "name")
    after, host, name = (request.query.get(one, "")[:KEY_CHARACTERS_MAX] for one in names)
    reader = person.actor if person else None
    shown = await services.db.read(
        read_directory, reader, after, (host, name), services.clock.now()
    )
    return page(request, "directory/directory.html", shown=shown, wrong="")


def read_directory(
    tx: Tx, reader: Actor | None, after: str, beyond: tuple[str, str], now: int
) -> Shown:
    """The part after a community of ours, or beyond one of a neighbour."""
    ours = DirectoryPage((), None) if beyond[0] else communities_here(tx, reader, after)
    theirs = neighbours_communities(tx, now, beyond) if ours.after is None else []
    return Shown(ours, theirs, has_more=len(theirs) == SHOWN_MAX)


async def post_join(request: web.Request) -> web.StreamResponse:
    """`/directory/join`: somebody joins a community that stands in the directory; one elsewhere is
    asked for, as by hand."""
    person, params = await form_of(request)
    services, iri = request.app[SERVICES], params.text("community")
    now = services.clock.now()
    if not await services.db.read(is_listed_by_neighbour, iri, now):
        raise NotFound
    found = await services.resolver.resolve(iri)
    if found.actor_id is None:
        shown = await services.db.read(read_directory, person.actor, "", ("", ""), now)
        return page(request, "directory/directory.html", 422, shown=shown, wrong=NOT_THERE)
    group = await services.db.write(join, person.actor, found.actor_id, now)
    services.wake_sender()
    return see_other(page_of(group))


def join(tx: Tx, me: Actor, group_id: int, now: int) -> Actor:
    """Follow the community that was found, or ask to join it.

    Raises:
        NotFound: it is no community.
    """
    group = actor_by_id(tx, group_id)
    if group is None or not group.is_group:
        raise NotFound
    follow(tx, me, group, now)
    return group


async def post_listed(request: web.Request) -> web.StreamResponse:
    """`/directory/listed`: an organiser says whether neighbours show their community."""
    person, params = await form_of(request)
    services = request.app[SERVICES]
    await services.db.write(
        change_listed,
        person.actor,
        params.text("community"),
        params.flag("listed"),
        services.clock.now(),
    )
    return see_other(f"/moderate/{params.text('community')}")


def change_listed(tx: Tx, me: Actor, name: str, is_listed: bool, now: int) -> None:
    group = known_local(tx, "communities", name, me)
    put_listed(tx, me, group, now, is_listed=is_listed)
