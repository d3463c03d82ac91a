"""The page on which people say whether they want to be found."""

from aiohttp import web

from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.consents import note_findable
from node.topics.accounts.store import Person
from node.topics.actors.actions import ProfileChanges, edit_profile
from node.web.render import page

HERE = "/settings/found"


async def get_found(request: web.Request) -> web.StreamResponse:
    """`/settings/found`"""
    signed_in(request)
    is_open = request.app[SERVICES].config.web.search_engines
    return page(request, "members/found.html", lets_engines_in=is_open)


async def post_found(request: web.Request) -> web.StreamResponse:
    """The form of `/settings/found`; other nodes are told."""
    person, params = await form_of(request)
    services = request.app[SERVICES]
    changes = ProfileChanges(
        discoverable=params.flag("discoverable"), indexable=params.flag("indexable")
    )
    await services.db.write(change_found, person, changes, services.clock.now())
    services.wake_sender()
    return see_other(HERE)


def change_found(tx: Tx, person: Person, changes: ProfileChanges, now: int) -> None:
    """Change whether somebody is found, and keep that they agreed to it, or do no longer."""
    edit_profile(tx, person.actor.id, changes, now)
    note_findable(
        tx,
        person.account.id,
        by_people=changes.discoverable,
        by_words=changes.indexable,
        now=now,
    )
