"""Finding people and communities, and the two ways between nodes: ours out, theirs in."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web

from federation.discovery.lookup import Lookup
from federation.discovery.webfinger import Resource, read_resource
from federation.errors import FetchFailed, Malformed
from federation.gate import Budget
from federation.origin import is_iri
from node.base.errors import BadRequest
from node.base.hashtags import hashtag_key, hashtag_path
from node.db.tx import Tx
from node.http.csrf import check_own_visitor
from node.http.params import Params, id_of, read_params
from node.http.redirects import see_other
from node.http.services import SERVICES, Found, Services
from node.http.sessions import signed_in
from node.topics.actors.store import Actor, actor_by_id
from node.topics.communities.permissions import is_known_to
from node.topics.communities.store import public_communities
from node.topics.posts.views import post_views
from node.topics.search.posts import PostsFound, posts_found, question_asked
from node.topics.search.store import actors_found
from node.topics.search.tags import tags_found
from node.web.render import page, page_of, page_of_post

LIMIT, TAGS, COMMUNITIES = 20, 10, 50
QUERY_CHARACTERS_MAX = 2_048
FETCHES = 4


async def get_find(request: web.Request) -> web.StreamResponse:
    """`/find`: by name, by handle, by address; what is found exactly is opened at once. Before
    anybody is asked for, the communities of this place."""
    person = signed_in(request)
    query = request.query.get("q", "").strip()[:QUERY_CHARACTERS_MAX]
    services = request.app[SERVICES]
    if not query:
        here = await services.db.read(public_communities, COMMUNITIES)
        return page(request, "search/find.html", query="", found=None, communities=here)
    if query.startswith("#") and hashtag_key(query):
        return see_other(hashtag_path(query))
    found = await services.resolver.resolve(query)
    path = await services.db.read(path_to, found, person.actor)
    if path is not None:
        return see_other(path)
    before = id_of(request.query.get("before", ""))
    listed = await services.db.read(
        read_found, query, found, person.actor, services.config.host, before
    )
    return page(request, "search/find.html", query=query, found=listed, communities=[])


@dataclass(frozen=True, slots=True)
class Listed:
    """What was found; further on (`before`), only posts are listed. `complaint` says what to type
    in place of what was typed."""

    actors: Sequence[Actor]
    tags: Sequence[str]
    posts: PostsFound
    complaint: str
    before: int | None


def read_found(
    tx: Tx, query: str, led_to: Found, reader: Actor, host: str, before: int | None
) -> Listed:
    """What a query finds for somebody of ours; an address and a whole handle find no words."""
    is_first, is_name = before is None, query.startswith(("https://", "http://", "@", "!"))
    asked = question_asked(tx, query, reader, host)
    posts = PostsFound(())
    if not is_name:
        posts = posts_found(tx, asked, reader, before_id=before, limit=LIMIT)
    return Listed(
        actors_found(tx, query, led_to.actor_id, reader, LIMIT) if is_first else [],
        tags_found(tx, query, TAGS) if is_first else [],
        posts,
        "" if is_name else asked.question.complaint,
        before,
    )


def path_to(tx: Tx, found: Found, reader: Actor) -> str | None:
    """The page of who or what was found, if the reader may see it."""
    actor = actor_by_id(tx, found.actor_id) if found.actor_id is not None else None
    if actor is not None:
        return page_of(actor) if is_known_to(tx, actor, reader) else None
    views = post_views(tx, [found.post_id], reader) if found.post_id is not None else {}
    return next((page_of_post(view.post) for view in views.values()), None)


async def get_interaction(request: web.Request) -> web.StreamResponse:
    """`/authorize_interaction?uri=`: somebody of ours comes back from another node's page."""
    uri = request.query.get("uri", "")[:QUERY_CHARACTERS_MAX]
    return see_other(f"/find?q={quote(uri.removeprefix('acct:'), safe='')}")


async def post_elsewhere(request: web.Request) -> web.StreamResponse:
    """`/elsewhere`: a visitor says where they belong, and sees its name before they go."""
    params, services = await read_params(request), request.app[SERVICES]
    check_own_visitor(request)
    target = f"{services.config.node.url}{local_target(params)}"
    typed = params.text("handle").strip()[:QUERY_CHARACTERS_MAX]
    try:
        home = read_resource(typed if "@" in typed.lstrip("@") else f"somebody@{typed}")
        address = await way_home(services, home, target, is_person="@" in typed.lstrip("@"))
    except (Malformed, FetchFailed):
        return page(
            request, "search/leaving.html", 422, typed=typed, path=local_target(params), way=""
        )
    return page(
        request, "search/leaving.html", typed=home.host, path=local_target(params), way=address
    )


def local_target(params: Params) -> str:
    """The page of ours that is meant.

    Raises:
        BadRequest: it is none.
    """
    path = params.text("path")
    if not path.startswith(("/people/", "/communities/", "/posts/")) or not path.isprintable():
        raise BadRequest("That page is not one of ours.")
    return path


async def way_home(services: Services, home: Resource, target: str, *, is_person: bool) -> str:
    """The address on the visitor's own node that opens `target` there.

    Raises:
        FetchFailed, Malformed: their node cannot be asked.
    """
    development = services.config.federation.development
    if is_person:
        found = await Lookup(services.gate, Budget(FETCHES), development).ask(home)
        if found.subscribe and is_iri(found.subscribe.partition("{")[0]):
            return found.subscribe.replace("{uri}", quote(target, safe=""))
    scheme = "http" if development else "https"
    return f"{scheme}://{home.host}/authorize_interaction?uri={quote(target, safe='')}"
