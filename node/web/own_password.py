"""Whether it is oneself who presses something that cannot be undone, or takes much away."""

from aiohttp import web

from node.http.params import Params
from node.http.services import SERVICES
from node.topics.accounts.sign_in import check_own_password
from node.topics.accounts.store import Person
from node.topics.accounts.way_back import has_way_back


async def has_password(request: web.Request, person: Person) -> bool:
    """Whether somebody has a password to say; who came in by an invitation may have none yet."""
    return await request.app[SERVICES].db.read(has_way_back, person.account.id)


async def check_is_oneself(request: web.Request, person: Person, params: Params) -> None:
    """Look at the password in a form. Who has none is known by this browser, and by nothing else:
    nobody is kept from deleting their words by what they never chose.

    Raises:
        Unauthorised: it is another.
        TooMany: there were ten wrong tries in 15 minutes.
    """
    services = request.app[SERVICES]
    if await has_password(request, person):
        await check_own_password(
            services.db, services.clock, person.account.id, params.text("password")
        )
