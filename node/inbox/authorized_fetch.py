"""Which other node reads a document of ours, and whether it may.

In the open, documents are for everybody but hosts that are blocked, as far as they say who they
are; with `authorized_fetch`, posts and collections are for those who sign. In a closed circle all
are for trusted peers that sign; pages stay readable for browsers.
"""

import structlog
from aiohttp import web

from federation.errors import BadSignature, Malformed
from federation.origin import authority_of, is_same_origin
from federation.signatures import Claim, Request, read_claim
from federation.signatures.claim import QUERY_UNCOVERED
from node.base.clock import Clock
from node.base.config import WebSettings
from node.base.errors import NotAllowed, Unauthorised
from node.http.rate_limits import asker_of
from node.inbox.envelope import message_of
from node.inbox.remote_keys import RemoteKeys
from node.peers.policy_cache import PolicyCache

log = structlog.get_logger()

NO_PROXY = WebSettings(trusted_proxies=())


class AuthorizedFetch:
    """Looks at the signatures of those who read. `must_sign`: posts and collections need one."""

    def __init__(
        self,
        origin: str,
        keys: RemoteKeys,
        peers: PolicyCache,
        clock: Clock,
        *,
        must_sign: bool = False,
        web: WebSettings = NO_PROXY,
    ) -> None:
        self._origin, self._keys, self._peers, self._clock = origin, keys, peers, clock
        self._must_sign, self._web = must_sign, web

    async def check(self, request: web.Request, *, is_who: bool = False) -> str | None:
        """The actor of another node that asks, as its signature says; None for a visitor.

        It is asked before anything is looked up, so that the answer is the same whatever exists.
        Who signs all but the query, as old servers do, has not said what they ask for: where nobody
        needs to sign they are a visitor.
        A host that is not met is refused without asking for its key. A document that says who
        somebody is (`is_who`) is given unsigned, and in the open nobody is asked for a key before:
        two nodes would wait for each other's (T9).

        Raises:
            Unauthorised: there is no signature where there must be one, or it does not hold.
            NotAllowed: we have nothing to do with the host that asks.
        """
        is_lax = is_who and not self._peers.circle.is_closed
        if "Signature" not in request.headers:
            if self._peers.circle.is_closed or (self._must_sign and not is_lax):
                raise Unauthorised("Sign the request.")
            return None
        try:
            claim = self._claim(message_of(request, self._origin, b""))
            asker = asker_of(request, self._web)
            return None if is_lax else await self._keys.signer(claim, asker=asker)
        except BadSignature as error:
            is_public = not self._must_sign and not self._peers.circle.is_closed
            if is_lax or (is_public and error.reason == QUERY_UNCOVERED):
                return None
            log.info("reading_refused", reason=error.reason)
            raise Unauthorised("The signature does not hold.") from error

    def _claim(self, message: Request) -> Claim:
        claim = read_claim(message, self._clock.now())
        try:
            host = authority_of(claim.key_iri)
        except Malformed as error:
            raise BadSignature("odd-key-id") from error
        if is_same_origin(claim.key_iri, self._origin):
            raise BadSignature("one-of-ours")
        if not self._peers.circle.may_meet(host):
            log.info("reading_refused", reason="host-not-met")
            raise NotAllowed("Nothing is given to there.")
        return claim
