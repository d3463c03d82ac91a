"""Which other node reads a document of ours, and whether it may.

In the open, documents are for everybody but hosts that are blocked, as far as they say who they
are. In a closed circle they are for trusted peers that sign; pages stay readable for browsers.
"""

import structlog
from aiohttp import hdrs, web

from federation.errors import BadSignature, Malformed
from federation.origin import authority_of
from federation.signatures import Request, read_claim
from node.clock import Clock
from node.errors import NotAllowed, Unauthorised
from node.inbox.accept import message_of
from node.inbox.keys import Keys
from node.peers.book import PeerBook

log = structlog.get_logger()


class SignedReaders:
    """Looks at the signatures of those who read."""

    def __init__(self, origin: str, keys: Keys, peers: PeerBook, clock: Clock) -> None:
        self._origin, self._keys, self._peers, self._clock = origin, keys, peers, clock

    async def check(self, request: web.Request) -> None:
        """Raise Unauthorised or NotAllowed unless whoever asks may read documents here.

        It is asked before anything is looked up, so that the answer is the same whatever exists.
        A host that is not met is refused without asking for its key.
        """
        is_signed = hdrs.AUTHORIZATION in request.headers or "Signature" in request.headers
        if not is_signed and not self._peers.circle.is_closed:
            return
        try:
            await self._check_signed(message_of(request, self._origin, b""))
        except BadSignature as error:
            if self._peers.circle.is_closed:
                log.info("reading_refused", reason=error.reason)
                raise Unauthorised("Sign the request.") from error

    async def signer(self, request: web.Request) -> str:
        """The iri of the actor who signed a request.

        Raises:
            BadSignature: nobody did, or it does not hold.
        """
        message = message_of(request, self._origin, b"")
        return await self._keys.signer(read_claim(message, self._clock.now()))

    async def _check_signed(self, message: Request) -> None:
        claim = read_claim(message, self._clock.now())
        try:
            host = authority_of(claim.key_iri)
        except Malformed as error:
            raise BadSignature("odd-key-id") from error
        if not self._peers.circle.may_meet(host):
            log.info("reading_refused", reason="host-not-met")
            raise NotAllowed("Nothing is given to there.")
        if self._peers.circle.is_closed:
            await self._keys.signer(claim)
