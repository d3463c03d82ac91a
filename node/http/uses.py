"""When sessions and tokens were used last, to a day: one write a day for each, after the answer.

So people see what they may end, and what nobody uses any more can go.
"""

from collections import OrderedDict

from aiohttp import web

from node.base.errors import Busy
from node.http.bearer_tokens import token_in
from node.http.problems import Handler
from node.http.rate_limits import account_asking
from node.http.services import SERVICES
from node.http.sessions import PERSON
from node.topics.accounts.sign_in import COOKIE
from node.topics.accounts.signed_in import DAY_S, note_session_used, note_token_used
from node.topics.accounts.store import hashed

NOTED_MAX = 10_000


class Uses:
    """What was noted today already; it is forgotten with the process, and noted once more then."""

    def __init__(self) -> None:
        self._noted: OrderedDict[str, int] = OrderedDict()

    def is_first(self, key: str, now: int) -> bool:
        """Whether that is the first use of today, which then is noted."""
        day = now // DAY_S
        if self._noted.get(key) == day:
            return False
        self._noted[key] = day
        while len(self._noted) > NOTED_MAX:
            self._noted.popitem(last=False)
        return True


USES: web.AppKey[Uses] = web.AppKey("uses", Uses)


@web.middleware
async def note_use(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer, and note what was used to ask; what was made up is nobody's and costs nothing."""
    reply = await handler(request)
    services, now = request.app[SERVICES], request.app[SERVICES].clock.now()
    uses, session, token = request.app[USES], request.cookies.get(COOKIE, ""), token_in(request)
    is_token = token is not None and await account_asking(request) is not None
    try:
        if request.get(PERSON) and uses.is_first(hashed(session), now):
            await services.db.write(note_session_used, session, now)
        if is_token and uses.is_first(hashed(token or ""), now):
            await services.db.write(note_token_used, token or "", now)
    except Busy:
        return reply
    return reply
