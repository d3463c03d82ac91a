"""The first page inside: what to read first, the last words, and hello, or nothing for now."""

from dataclasses import dataclass

from aiohttp import web

from node.base.errors import Invalid, NotAllowed
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.accounts.store import Person
from node.topics.accounts.way_back import has_way_back
from node.topics.actors.store import Actor, local_actor
from node.topics.admissions.settings import settings_of
from node.topics.communities.join_requests import request_of
from node.topics.communities.lookup import known_local
from node.topics.communities.store import Community, community_by_actor
from node.topics.posts.pins import pinned
from node.topics.posts.views import PostView, post_views
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.may_write import why_not_in
from node.topics.timelines.store import Page, of_community
from node.web.render import page

POSTS = 3
HELLOS = (
    "Hello, I am new here.",
    "Hello. I will read along for a while.",
    "Hello, a friend brought me here. I am glad to have found you.",
)


@dataclass(frozen=True, slots=True)
class Welcome:
    """What somebody who is new sees: `first` is to be read first, `latest` was said last.

    `barred`: why they may not write; `is_safe`: they have a way to sign in again.
    """

    group: Actor
    community: Community | None
    first: tuple[PostView, ...]
    latest: tuple[PostView, ...]
    cards: tuple[str, ...]
    barred: str
    is_safe: bool


async def get_welcome(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/welcome`"""
    person, services = signed_in(request), request.app[SERVICES]
    if await services.db.read(waits_for, request.match_info["name"], person):
        return see_other("/askings")
    found = await services.db.read(
        read_welcome, request.match_info["name"], person, services.clock.now()
    )
    return page(request, "admissions/welcome.html", welcome=found, hellos=HELLOS)


def waits_for(tx: Tx, name: str, person: Person) -> bool:
    """Whether somebody asks to join the community of that name, and waits."""
    group = local_actor(tx, "Group", name)
    asked = request_of(tx, group.id, person.actor.id) if group else None
    return asked is not None and asked.waits


def read_welcome(tx: Tx, name: str, person: Person, now: int) -> Welcome:
    me = person.actor
    group = known_local(tx, "communities", name, me)
    first_ids = [post.id for post in pinned(tx, group.id)]
    latest_ids = [item.post_id for item in of_community(tx, group.id, me, Page(limit=POSTS))]
    views = post_views(tx, [*first_ids, *latest_ids], me)
    return Welcome(
        group,
        community_by_actor(tx, group.id),
        tuple(views[one] for one in first_ids if one in views),
        tuple(views[one] for one in latest_ids if one in views and one not in first_ids),
        settings_of(tx, group.id).shown_cards,
        why_not_in(tx, me, group, now),
        has_way_back(tx, person.account.id),
    )


async def post_hello(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/hello`: say one of the ready sentences to the community."""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    chosen = params.number("hello")
    if chosen is None or chosen >= len(HELLOS):
        raise Invalid("Choose one of the sentences.")
    await services.db.write(say_hello, name, person, HELLOS[chosen], services.clock.now())
    services.wake_sender()
    return see_other(f"/communities/{name}")


def say_hello(tx: Tx, name: str, person: Person, words: str, now: int) -> None:
    group = known_local(tx, "communities", name, person.actor)
    barred = why_not_in(tx, person.actor, group, now)
    if barred:
        raise NotAllowed(barred)
    draft = Draft(text=f"@{group.acct} {words}", language="en")
    publish(tx, person.actor, draft, now)
