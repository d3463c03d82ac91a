"""Who goes by a handle, and by what handle somebody goes: believed if both ends agree (T71)."""

from dataclasses import dataclass, field

from federation.discovery.links import webfinger_template
from federation.discovery.webfinger import (
    MEDIA_TYPE,
    Jrd,
    Resource,
    read_jrd,
    read_resource,
    webfinger_question,
    webfinger_url,
)
from federation.errors import FetchFailed, Malformed
from federation.gate import Budget, Gate
from federation.limits import DISCOVERY_BYTES_MAX
from federation.origin import authority_of, is_iri
from federation.strictjson import read_json

ACCEPT = f"{MEDIA_TYPE}, application/json"
ACCEPT_HOST_META = "application/xrd+xml, application/xml"
HOST_META = "/.well-known/host-meta"


@dataclass(frozen=True, slots=True)
class Lead:
    """What a handle leads to: the handle that its host says is the right one, and actors' iris.

    Lemmy gives a person and a group of one name.
    """

    handle: Resource
    actors: tuple[str, ...]


@dataclass(slots=True)
class Lookup:
    """The questions about one handle or one actor; no host is asked the same twice."""

    gate: Gate
    budget: Budget
    development: bool = False
    answers: dict[str, Jrd] = field(default_factory=dict)

    async def find_actors(self, resource: Resource) -> Lead:
        """Whom a handle leads to.

        Where the answer is about another handle, that one's own host is asked, once, and must name
        the same actor.

        Raises:
            FetchFailed: the host cannot be asked.
            Malformed: the answer cannot be read, or the two ends do not agree.
        """
        found = await self.ask(resource)
        subject = subject_of(found, resource)
        if subject.is_same_handle(resource):
            return Lead(subject, found.actors)
        confirmed = await self.ask(subject)
        if not subject_of(confirmed, subject).is_same_handle(subject):
            raise Malformed("The handle leads from one host to the next.")
        both = tuple(iri for iri in found.actors if iri in confirmed.actors)
        if not both:
            raise Malformed("The two hosts do not agree on who that is.")
        return Lead(subject, both)

    async def handle_of(self, iri: str, name: str, claimed: str | None = None) -> Resource | None:
        """The handle of the actor at `iri`, whose document says `name`, and perhaps `claimed`.

        The host of the iri is asked by that name, and the host of the handle that it answers with,
        or, where it knows nobody, that of the handle which the document claims (FEP-2c59). The last
        one asked must name the actor. None where they do not agree.

        Raises:
            FetchFailed: a host cannot be asked just now.
        """
        at_home = Resource(name, authority_of(iri))
        for asked in (at_home, claimed_resource(claimed)):
            try:
                found = await self.find_actors(asked) if asked else None
            except Malformed:
                continue
            except FetchFailed as error:
                if error.is_passing:
                    raise
                continue
            if found and iri in found.actors and found.handle.user.lower() == name.lower():
                return found.handle
        return None

    async def ask(self, resource: Resource) -> Jrd:
        """One WebFinger answer, from where the host's host-meta says if it is not at the usual
        address.

        Raises:
            FetchFailed: the host cannot be asked, or does not know the handle.
            Malformed: the answer cannot be read.
        """
        handle = resource.handle.lower()
        if handle not in self.answers:
            self.answers[handle] = await self._ask(resource)
        return self.answers[handle]

    async def _ask(self, resource: Resource) -> Jrd:
        failure: FetchFailed | Malformed = FetchFailed("refused-url")
        for scheme in ("http", "https") if self.development else ("https",):
            try:
                return await self._answer_at(webfinger_url(scheme, resource))
            except (FetchFailed, Malformed) as error:
                failure = error
                if isinstance(error, FetchFailed) and error.status is None:
                    continue
            if isinstance(failure, FetchFailed) and failure.is_passing:
                break
            template = await self._template_of(f"{scheme}://{resource.host}{HOST_META}")
            if template is not None:
                return await self._answer_at(
                    template.replace("{uri}", webfinger_question(resource))
                )
            break
        raise failure

    async def _answer_at(self, url: str) -> Jrd:
        found = await self.gate.fetch(
            url, accept=ACCEPT, body_bytes_max=DISCOVERY_BYTES_MAX, budget=self.budget
        )
        return read_jrd(read_json(found.body), development=self.development)

    async def _template_of(self, url: str) -> str | None:
        """Where WebFinger answers for a host, as its host-meta says, if that is elsewhere."""
        try:
            found = await self.gate.fetch(
                url,
                accept=ACCEPT_HOST_META,
                body_bytes_max=DISCOVERY_BYTES_MAX,
                budget=self.budget,
            )
        except FetchFailed:
            return None
        template = webfinger_template(found.body.decode("utf-8", "replace"))
        return template if template and is_iri(template.partition("{")[0]) else None


def subject_of(found: Jrd, asked: Resource) -> Resource:
    """Whom an answer is about: the one that was asked for, where it names no handle."""
    return found.subject if found.subject and found.subject.user else asked


def claimed_resource(claimed: str | None) -> Resource | None:
    if claimed is None:
        return None
    try:
        found = read_resource(claimed)
    except Malformed:
        return None
    return found if found.user else None
