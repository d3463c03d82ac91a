"""Feeds of public communities and of people who want to be found (A10)."""

from aiohttp import hdrs, web

from node.http.conditional import conditional_response
from node.http.search_engines import FOR_THEM, NOT_FOR_THEM, ROBOTS_TAG, may_index
from node.http.security_headers import HEADERS
from node.http.services import SERVICES
from node.topics.timelines.feeds import Feed, feed_of
from node.web.atom import ATOM_TYPE, render_atom
from node.web.feed_entries import whole_feed
from node.web.json_feed import JSON_FEED_TYPE, render_json_feed
from node.web.times import times_in

FORMS = {"atom": (ATOM_TYPE, render_atom), "json": (JSON_FEED_TYPE, render_json_feed)}


async def get_feed(request: web.Request) -> web.StreamResponse:
    """`/communities/NAME/feed.atom`, `/people/NAME/feed.json` and the like: the same for everybody,
    to be asked for again each time, so that what was deleted is gone from the next answer."""
    services, asked = request.app[SERVICES], request.match_info
    found = await services.db.read(feed_of, asked["folder"], asked["name"])
    media_type, render = FORMS[asked["form"]]
    with times_in(services.config.zone):
        body = render(whole_feed(found, services.config.node.url, request.path))
    setting = services.config.web.search_engines
    headers = HEADERS | {
        hdrs.CACHE_CONTROL: "no-cache",
        ROBOTS_TAG: FOR_THEM if is_for_search(found, setting=setting) else NOT_FOR_THEM,
    }
    return conditional_response(request, body, media_type, headers)


def is_for_search(found: Feed, *, setting: bool) -> bool:
    """Whether search engines may show a feed: as the page of whom it is of."""
    shown = [*found.views, *(view.quoted for view in found.views if view.quoted)]
    owners = [] if found.actor.is_group else [found.actor]
    return may_index(setting=setting, authors=[*owners, *(view.author for view in shown)])
