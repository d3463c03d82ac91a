"""Which other places keep what is said in a community, and which have removed it (F12, F14)."""

from dataclasses import dataclass

from aiohttp import web

from node.db.tx import Tx
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.actors.store import Actor
from node.topics.communities.lookup import known_local
from node.topics.communities.permissions import check_allowed
from node.topics.members.copies import Copy, copies_of
from node.topics.permissions.rules import Act
from node.web.render import page

NOT_TO_SEE = "Only those who look after this community see where it is kept."


@dataclass(frozen=True, slots=True)
class Kept:
    """A community and the places that keep what is said there, or kept it."""

    group: Actor
    copies: list[Copy]


async def get_copies(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/copies`, for who looks after it: a line for each place."""
    person, services = signed_in(request), request.app[SERVICES]
    name, now = request.match_info["name"], services.clock.now()
    kept = await services.db.read(read_copies, person.actor, name, now)
    return page(request, "communities/copies.html", kept=kept)


def read_copies(tx: Tx, me: Actor, name: str, now: int) -> Kept:
    group = known_local(tx, "communities", name, me)
    check_allowed(tx, Act.MODERATE, group, me, now, sentence=NOT_TO_SEE)
    return Kept(group, copies_of(tx, group.id))
