"""Inviting people: make a link, see who came in by which, take one back."""

from aiohttp import web

from node.base.errors import Invalid, NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.store import Person
from node.topics.actors.store import Actor
from node.topics.admissions.invitation_tree import Branch, invitation_tree
from node.topics.admissions.invitations import (
    Wanted,
    check_may_invite,
    make_invitation,
    revoke_invitation,
)
from node.topics.admissions.rules import DAYS_MAX, DAYS_USUAL, USES_MAX, USES_USUAL
from node.topics.communities.lookup import known_local
from node.topics.communities.permissions import is_allowed
from node.topics.permissions.rules import Act
from node.web.qr_codes import qr_code
from node.web.render import page


def inviting_in(tx: Tx, name: str, person: Person, now: int) -> Actor:
    """A community into which somebody may invite.

    Raises:
        NotFound, NotAllowed: there is none that they know of, or they may not invite into it.
    """
    group = known_local(tx, "communities", name, person.actor)
    check_may_invite(tx, group, person.actor, now)
    return group


def read_tree(tx: Tx, name: str, person: Person, now: int) -> tuple[Actor, list[Branch], bool]:
    group = inviting_in(tx, name, person, now)
    sees_all = is_allowed(tx, Act.MODERATE, group, person.actor)
    return group, invitation_tree(tx, group, person.actor), sees_all


async def get_invitations(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/invitations`"""
    return await invitations_page(request, signed_in(request), "")


async def invitations_page(request: web.Request, person: Person, wrong: str) -> web.Response:
    services = request.app[SERVICES]
    group, tree, sees_all = await services.db.read(
        read_tree, request.match_info["name"], person, services.clock.now()
    )
    return page(
        request,
        "admissions/invitations.html",
        Invalid.status if wrong else 200,
        group=group,
        tree=tree,
        sees_all=sees_all,
        wrong=wrong,
        usual=(USES_USUAL, DAYS_USUAL),
        most=(USES_MAX, DAYS_MAX),
    )


async def post_invitation(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/invitations`: make a link, which is shown this once."""
    person, params = await form_of(request)
    services = request.app[SERVICES]
    try:
        group, code = await services.db.write(
            make_typed, request.match_info["name"], person, params, services.clock.now()
        )
    except Invalid as problem:
        return await invitations_page(request, person, problem.sentence)
    link = f"{services.config.node.url}/invitation/{code}"
    return page(request, "admissions/invited.html", group=group, link=link, drawing=qr_code(link))


def make_typed(tx: Tx, name: str, person: Person, params: Params, now: int) -> tuple[Actor, str]:
    group = inviting_in(tx, name, person, now)
    wanted = Wanted(
        uses=params.number("uses") or 0,
        days=params.number("days") or 0,
        signed=params.text("signed"),
    )
    return group, make_invitation(tx, group, person.actor, wanted, now)


async def post_revoke(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/invitations/revoke`"""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    await services.db.write(
        revoke_named, name, person, params.number("invitation"), services.clock.now()
    )
    return see_other(f"/communities/{name}/invitations")


def revoke_named(tx: Tx, name: str, person: Person, number: int | None, now: int) -> None:
    group = known_local(tx, "communities", name, person.actor)
    if number is None:
        raise NotFound
    revoke_invitation(tx, group, person.actor, number, now)
