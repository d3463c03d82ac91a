"""Home, what everybody may read, profiles and communities."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from node.base.errors import NotFound
from node.base.hashtags import hashtag_key
from node.db.tx import Tx
from node.http.params import id_of
from node.http.redirects import see_other
from node.http.search_engines import may_index
from node.http.services import SERVICES
from node.http.sessions import PERSON, signed_in
from node.topics.actors.counts import Counts, actor_counts
from node.topics.actors.moved import new_homes
from node.topics.actors.store import Actor, actor_by_id, actors_by_ids
from node.topics.admissions.entrance import CLOSED, Entrance, entrance_of
from node.topics.communities.lookup import known_by_id, known_local
from node.topics.communities.moderators import moderators_known
from node.topics.communities.names import name_in
from node.topics.communities.store import looks_after, public_communities
from node.topics.members.store import Relation, relations
from node.topics.moderation.open_log import may_read_log
from node.topics.moderation.watch import is_unwatched
from node.topics.organising.view import CommunityView, community_view
from node.topics.posts.pins import pinned
from node.topics.posts.views import PostView, post_views
from node.topics.timelines.feeds import has_feed
from node.topics.timelines.store import (
    Item,
    Page,
    TagQuestion,
    home,
    of_actor,
    of_community,
    of_tag,
    public,
)
from node.web.caught_up import edge_of, note_newest
from node.web.posts import begins_at_home, reader_of
from node.web.previews import preview_of_actor
from node.web.render import page, page_of
from node.web.writing import Typed

POSTS = 20
COMMUNITIES_MAX = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One post as it stands in a list; `booster` passed it on. `id` is what lists are paged by."""

    view: PostView
    booster: Actor | None
    id: int


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list; `older` is what the next page begins below."""

    entries: tuple[Entry, ...]
    before: int | None
    older: int | None


def page_asked(request: web.Request) -> Page:
    """Which part of a list a page shows."""
    return Page(limit=POSTS, max_id=id_of(request.query.get("before", "")))


def listing_of(tx: Tx, items: Sequence[Item], reader: Actor | None, asked: Page) -> Listing:
    """The posts of a list that the reader may see."""
    views = post_views(tx, [item.post_id for item in items], reader)
    boosters = actors_by_ids(tx, [item.booster_id for item in items if item.booster_id])
    entries = tuple(
        Entry(
            views[item.post_id],
            boosters.get(item.booster_id) if item.booster_id else None,
            item.id,
        )
        for item in items
        if item.post_id in views and (item.booster_id is None or item.booster_id in boosters)
    )
    older = items[-1].id if len(items) == POSTS else None
    return Listing(entries, asked.max_id, older)


def views_of(listing: Listing) -> list[PostView]:
    """The posts that a list shows, with those inside of them."""
    shown = [entry.view for entry in listing.entries]
    return shown + [view.quoted for view in shown if view.quoted]


async def get_home(request: web.Request) -> web.StreamResponse:
    """`/`: what is new from those one follows; for visitors, what this place is."""
    person, services = request.get(PERSON), request.app[SERVICES]
    if person is None:
        groups = await services.db.read(public_communities, COMMUNITIES_MAX)
        is_for_search = services.config.web.search_engines
        return page(
            request, "timelines/start.html", is_for_search=is_for_search, communities=groups
        )
    listing = await services.db.read(read_home, person.actor, page_asked(request))
    begins = await services.db.read(begins_at_home, person.actor)
    text = f"{begins} " if begins else ""
    typed = Typed("/new", text, "", "", person.account.default_visibility)
    edge = edge_of(request, person.actor.id)
    reply = page(request, "timelines/home.html", listing=listing, draft=typed, edge=edge)
    newest = listing.entries[0].id if listing.entries else None
    note_newest(request, reply, person.actor.id, newest)
    return reply


def read_home(tx: Tx, reader: Actor, asked: Page) -> Listing:
    return listing_of(tx, home(tx, reader.id, asked), reader, asked)


async def get_public(request: web.Request) -> web.StreamResponse:
    """`/public`: what everybody may read; visitors see what was written here."""
    services, reader = request.app[SERVICES], reader_of(request)
    listing = await services.db.read(read_public, reader, page_asked(request))
    return page(request, "timelines/public.html", listing=listing)


def read_public(tx: Tx, reader: Actor | None, asked: Page) -> Listing:
    return listing_of(tx, public(tx, reader, asked, local_only=reader is None), reader, asked)


async def get_tag(request: web.Request) -> web.StreamResponse:
    """`/tags/NAME`: what everybody may read with a hashtag; visitors see what was written here."""
    services, reader = request.app[SERVICES], reader_of(request)
    key = hashtag_key(request.match_info["name"])
    if not key:
        raise NotFound
    listing = await services.db.read(read_tag, key, reader, page_asked(request))
    return page(request, "timelines/tag.html", tag=key, listing=listing)


def read_tag(tx: Tx, key: str, reader: Actor | None, asked: Page) -> Listing:
    question = TagQuestion(key=key, local_only=reader is None)
    return listing_of(tx, of_tag(tx, question, reader, asked), reader, asked)


@dataclass(frozen=True, slots=True)
class Profile:
    """Somebody, or a community, with what they wrote and what they are to the reader.

    `home` is who they are now, if they have moved.
    `pinned` stands first; `may_moderate`: the reader looks after the community. `moderators` look
    after one elsewhere, as far as they are known here; `view` is what one of ours says of itself.
    `is_unwatched`: nobody who looks after the
    community was seen for a week, so that it takes in nobody by itself. `other_name`: the name of
    their own under which the reader is in the community, which is shown to them alone. `has_feed`:
    it is a community that everybody may read, or somebody who wants to be found, of ours.
    """

    actor: Actor
    counts: Counts
    relation: Relation
    listing: Listing
    home: Actor | None = None
    pinned: tuple[PostView, ...] = ()
    may_moderate: bool = False
    moderators: tuple[Actor, ...] = ()
    view: CommunityView | None = None
    entrance: Entrance = CLOSED
    may_read_log: bool = False
    is_unwatched: bool = False
    other_name: Actor | None = None
    has_feed: bool = False


async def get_person(request: web.Request) -> web.StreamResponse:
    """`/people/NAME`"""
    return await local_profile(request, "people")


async def get_community(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME`"""
    return await local_profile(request, "communities")


async def local_profile(request: web.Request, folder: str) -> web.StreamResponse:
    services, name = request.app[SERVICES], request.match_info["name"]
    found = await services.db.read(
        read_local,
        folder,
        name,
        reader_of(request),
        page_asked(request),
        services.clock.now(),
    )
    return profile_page(request, found)


async def get_seen(request: web.Request) -> web.StreamResponse:
    """`/seen/people/ID`: somebody of another node as they are known here, for people of ours."""
    signed_in(request)
    services, number = request.app[SERVICES], int(request.match_info["id"])
    found = await services.db.read(
        read_seen, number, reader_of(request), page_asked(request), services.clock.now()
    )
    return see_other(page_of(found.actor)) if found.actor.local else profile_page(request, found)


def profile_page(request: web.Request, found: Profile) -> web.Response:
    config, is_person = request.app[SERVICES].config, not found.actor.is_group
    setting, origin = config.web.search_engines, config.node.url
    authors = [view.author for view in (*found.pinned, *views_of(found.listing))]
    owners = [found.actor] if is_person else []
    is_for_search = found.actor.local and may_index(setting=setting, authors=[*owners, *authors])
    return page(
        request,
        "timelines/profile.html",
        is_for_search=is_for_search,
        preview=preview_of_actor(found.actor, origin) if found.has_feed else None,
        profile=found,
        actor=found.actor,
    )


def read_local(
    tx: Tx, folder: str, name: str, reader: Actor | None, asked: Page, now: int
) -> Profile:
    return read_profile(tx, known_local(tx, folder, name, reader), reader, asked, now)


def read_seen(tx: Tx, actor_id: int, reader: Actor | None, asked: Page, now: int) -> Profile:
    return read_profile(tx, known_by_id(tx, actor_id, reader), reader, asked, now)


def read_profile(tx: Tx, actor: Actor, reader: Actor | None, asked: Page, now: int) -> Profile:
    if actor.is_our_node:
        raise NotFound
    if actor.is_group:
        items = of_community(tx, actor.id, reader, asked)
    else:
        items = of_actor(tx, actor.id, reader, asked, with_replies=False)
    relation = relations(tx, reader.id, [actor.id])[actor.id] if reader else Relation()
    return Profile(
        actor,
        actor_counts(tx, [actor.id]).get(actor.id, Counts()),
        relation,
        listing_of(tx, items, reader, asked),
        new_homes(tx, [actor]).get(actor.id),
        first_of(tx, actor, reader) if asked.max_id is None else (),
        actor.is_group and looks_after(tx, actor, reader),
        tuple(moderators_known(tx, actor.id)) if actor.is_group and not actor.local else (),
        community_view(tx, actor, reader, now),
        entrance_of(tx, actor, reader),
        actor.is_group and reader is not None and may_read_log(tx, actor, reader),
        actor.is_group and is_unwatched(tx, actor),
        other_name_in(tx, actor, reader),
        has_feed(tx, actor),
    )


def other_name_in(tx: Tx, actor: Actor, reader: Actor | None) -> Actor | None:
    """Under which other name of theirs the reader is in a community."""
    if reader is None or not actor.is_group:
        return None
    name_id = name_in(tx, actor.id, reader.id)
    return actor_by_id(tx, name_id) if name_id is not None else None


def first_of(tx: Tx, actor: Actor, reader: Actor | None) -> tuple[PostView, ...]:
    """What stands first with somebody, as far as the reader may see it."""
    ids = [post.id for post in pinned(tx, actor.id)]
    views = post_views(tx, ids, reader)
    return tuple(views[one] for one in ids if one in views)
