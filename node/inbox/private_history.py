"""What was said behind the door of a community elsewhere before somebody of ours came in.

Its own home lists it, and gives it to nobody but nodes with a member. What people of that home
wrote it shows as it is; what others wrote it gives as it passed it on, with their own proof: at
their homes nobody is asked (T88).
"""

from federation import documents
from federation.documents.collection import Listed
from federation.documents.shapes import Json, iri_of, kind_of
from federation.errors import BadSignature, FetchFailed, Malformed
from federation.limits import LEVELS_MAX
from federation.origin import trusted_parts
from node.arrivals.apply_context import ApplyContext, Fetched
from node.base.errors import Missing, Problem
from node.db.tx import Tx
from node.inbox.fetch_run import FetchRun
from node.inbox.proofs import proven_parts
from node.topics.actors.store import Actor
from node.topics.publishing.receive_announce import receive_said_before


async def take_said(fetch_run: FetchRun, group: Actor, each: Listed) -> None:
    """Keep one thing that the home of a community lists; what cannot be kept is left out."""
    value = each.document
    try:
        if kind_of(value) in documents.POST_KINDS:
            await fetch_run.store(documents.read_post(value))
        elif isinstance(value, dict) and iri_of(value.get("actor")) == group.iri:
            await take_passed_on(fetch_run, group, value)
    except (FetchFailed, Malformed, BadSignature, Problem) as error:
        fetch_run.go_on_after(error)


async def take_passed_on(fetch_run: FetchRun, group: Actor, value: Json) -> None:
    """Keep what a community once passed on; whoever said it is asked who they are, if need be."""
    fetched: dict[str, Fetched] = {}
    for _ in range(LEVELS_MAX):
        now = fetch_run.clock.now()
        try:
            await fetch_run.db.write(keep_passed_on, group, value, fetched, now)
            return
        except Missing as missing:
            unknown = [iri for iri in missing.iris if iri not in fetched]
            if not unknown:
                return
            for iri in unknown:
                fetched[iri] = await fetch_run.fetch(iri)


def keep_passed_on(
    tx: Tx, group: Actor, value: Json, fetched: dict[str, Fetched], now: int
) -> None:
    """Apply a listed Announce of a community, with what in it is proven."""
    announce = documents.read_activity(value)
    if not isinstance(announce, documents.Announce):
        return
    proven = proven_parts(tx, value, fetched, now)
    context = ApplyContext(now, fetched, {}, tuple(map(trusted_parts, proven)))
    inner = trusted_parts(announce, proven).object
    if isinstance(inner, documents.Activity):
        receive_said_before(tx, group, inner, context)
