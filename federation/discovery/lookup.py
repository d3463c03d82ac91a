"""Who goes by a handle: asked of its host, and believed only if both ends agree (T71)."""

from federation.discovery.webfinger import MEDIA_TYPE, Jrd, Resource, read_jrd, webfinger_url
from federation.errors import FetchFailed, Malformed
from federation.gate import Budget, Gate
from federation.limits import DISCOVERY_BYTES_MAX
from federation.strictjson import read_json

ACCEPT = f"{MEDIA_TYPE}, application/json"


async def find_actors(
    gate: Gate, resource: Resource, budget: Budget, *, development: bool = False
) -> tuple[str, ...]:
    """The iris of the actors that go by a handle; Lemmy gives a person and a group of one name.

    Where the answer is about another handle, that one's own host is asked, once, and must name
    the same actor.

    Raises:
        FetchFailed: the host cannot be asked.
        Malformed: the answer cannot be read, or the two ends do not agree.
    """
    found = await ask(gate, resource, budget, development)
    subject = found.subject
    if subject is None or is_same_handle(subject, resource):
        return found.actors
    confirmed = await ask(gate, subject, budget, development)
    if confirmed.subject is None or not is_same_handle(confirmed.subject, subject):
        raise Malformed("The handle leads from one host to the next.")
    both = tuple(iri for iri in found.actors if iri in confirmed.actors)
    if not both:
        raise Malformed("The two hosts do not agree on who that is.")
    return both


async def ask(gate: Gate, resource: Resource, budget: Budget, development: bool) -> Jrd:
    """One WebFinger answer.

    Raises:
        FetchFailed: the host cannot be asked, or does not know the handle.
        Malformed: the answer cannot be read.
    """
    schemes = ("http", "https") if development else ("https",)
    failure = FetchFailed("refused-url")
    for scheme in schemes:
        url = webfinger_url(scheme, resource)
        try:
            found = await gate.fetch(
                url, accept=ACCEPT, body_bytes_max=DISCOVERY_BYTES_MAX, budget=budget
            )
        except FetchFailed as error:
            failure = error
            if error.status is not None:
                break
            continue
        return read_jrd(read_json(found.body), development=development)
    raise failure


def is_same_handle(one: Resource, other: Resource) -> bool:
    return one.handle.lower() == other.handle.lower()
