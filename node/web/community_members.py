"""The members of a community on a page: the list, roles, and letting somebody go."""

from dataclasses import dataclass

from aiohttp import web

from node.base.errors import Invalid, NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params, id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.actors.store import Actor
from node.topics.communities.lookup import known_by_id, known_local
from node.topics.organising.member_actions import give_role, let_go, list_members
from node.topics.organising.store import MembersPage
from node.topics.organising.view import CommunityView, community_view
from node.topics.permissions.rules import Role
from node.web.render import page

MEMBERS = 50


@dataclass(frozen=True, slots=True)
class ListedMembers:
    """A community with one page of its members."""

    group: Actor
    view: CommunityView
    members: MembersPage


async def get_members(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/members`: for whom the community shows them."""
    person, services = signed_in(request), request.app[SERVICES]
    found = await services.db.read(
        read_members,
        person.actor,
        request.match_info["name"],
        after_asked(request),
        services.clock.now(),
    )
    return page(request, "communities/members.html", found=found)


def after_asked(request: web.Request) -> tuple[int, int]:
    """Behind whom the page begins, as `SINCE-ID`."""
    since, _, after_id = request.query.get("after", "").partition("-")
    return id_of(since) or 0, id_of(after_id) or 0


def read_members(tx: Tx, me: Actor, name: str, after: tuple[int, int], now: int) -> ListedMembers:
    group = known_local(tx, "communities", name, me)
    members, view = list_members(tx, me, group, MEMBERS, after), community_view(tx, group, me, now)
    if view is None:
        raise NotFound
    return ListedMembers(group, view, members)


async def post_members(request: web.Request) -> web.StreamResponse:
    """The buttons of `/communities/NAME/members`."""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    await services.db.write(do_to_member, person.actor, name, params, services.clock.now())
    services.wake_sender()
    return see_other(f"/communities/{name}/members")


def do_to_member(tx: Tx, me: Actor, name: str, params: Params, now: int) -> None:
    """Do what was pressed about one member."""
    group = known_local(tx, "communities", name, me)
    person, deed = known_by_id(tx, params.number("person"), me), params.text("deed")
    if deed == "let_go":
        let_go(tx, me, group, person, now, reason=params.text("reason"))
    elif deed in ("member", "moderator", "organiser"):
        give_role(tx, me, group, person, Role[deed.upper()], now)
    else:
        raise Invalid("Choose what to do.")
