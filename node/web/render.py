"""Makes pages: one set of templates, loaded once, with the headers that keep a page to itself.

Nothing is loaded from elsewhere: no script, no font, no picture of another node, so that nobody
but us learns who reads what (T61).
"""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from aiohttp import hdrs, web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from node.base.errors import NotFound, Problem, TooMany
from node.base.hashtags import hashtag_path
from node.base.instants import day, day_in_words
from node.base.markup import has_words, laid_out, opening_of
from node.http.carry_over import Carried
from node.http.csrf import OpenTooLong, SignedOut, form_token
from node.http.own_address import ElsewhereAtHome
from node.http.search_engines import FOR_THEM, NOT_FOR_THEM, ROBOTS_TAG
from node.http.security_headers import HEADERS
from node.http.services import SERVICES
from node.http.sessions import PERSON, OwnNameFirst
from node.topics.actors.store import Actor
from node.topics.communities.words import (
    CAME_BY_IN_WORDS,
    DOOR_NAMES,
    DOORS_IN_WORDS,
    JOINING_IN_WORDS,
    POSTING_IN_WORDS,
    ROLE_NAMES,
)
from node.topics.posts.parts import Attachment
from node.topics.posts.store import Post
from node.web.previews import Preview
from node.web.remote_pictures import copies_offered, copies_shown, left_as_links
from node.web.shown_pictures import banner_of, face_of, links_to, pictures_here
from node.web.times import ago, machine_time, page_time, times_in, whole_time, whose_times

TONES = 8
ATTACHMENT_WORDS = {
    "image": "Picture",
    "video": "Film",
    "audio": "Sound",
    "link": "Link",
    "page": "Link",
}
OPENING_CHARACTERS_MAX = 300
LONG_CHARACTERS = 8_000
"""Of what is longer, a list shows the first words only: no list is longer than its posts (T144)."""

BEGINNING_CHARACTERS_MAX = 1_000
STYLE = (files("node.web") / "static" / "hedgerow.css").read_bytes()
STYLE_URL = f"/static/hedgerow.css?v={sha256(STYLE).hexdigest()[:12]}"
REACH = {
    "public": "Everyone",
    "unlisted": "Everyone, but not in public lists",
    "followers": "My followers",
    "direct": "Only people I name",
}
POLL_TIMES = {
    3_600: "One hour",
    86_400: "One day",
    3 * 86_400: "Three days",
    7 * 86_400: "One week",
    30 * 86_400: "Thirty days",
}


def page_of(actor: Actor) -> str:
    """Where somebody is shown here."""
    if not actor.local:
        return f"/seen/people/{actor.id}"
    return f"/{'communities' if actor.is_group else 'people'}/{actor.name}"


def page_of_post(post: Post) -> str:
    """Where a post is shown here."""
    return f"/posts/{post.iri.rpartition('/')[2]}" if post.local else f"/seen/posts/{post.id}"


def tone_of(actor: Actor) -> int:
    """Which of eight colours somebody's initial stands on."""
    return actor.id % TONES


def attachment_word(attachment: Attachment) -> str:
    """What hangs on a post, in a word: its media type knows best, for many send all as Document."""
    kind = (attachment.media_type or "").partition("/")[0].lower()
    return ATTACHMENT_WORDS.get(kind) or ATTACHMENT_WORDS.get(attachment.kind.lower(), "File")


def safe(html: str, origin: str = "") -> Markup:
    """HTML that was cleaned when it was stored (node/base/markup.py), laid out for a page; with
    `origin`, for what is read elsewhere."""
    return Markup(laid_out(html, origin))  # noqa: S704 - the one place, and what it marks was cleaned


def opening(post: Post) -> str:
    """The first words of a post: its title where it has one."""
    return post.title or opening_of(post.content, OPENING_CHARACTERS_MAX)


def is_long(post: Post) -> bool:
    """Whether a post is too long to stand in a list whole."""
    return len(post.content) > LONG_CHARACTERS


def beginning(post: Post) -> str:
    """The first words of a long post."""
    return opening_of(post.content, BEGINNING_CHARACTERS_MAX)


environment = Environment(
    loader=PackageLoader("node.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
environment.globals |= {
    "page_of": page_of,
    "page_of_post": page_of_post,
    "hashtag_path": hashtag_path,
    "tone_of": tone_of,
    "face_of": face_of,
    "banner_of": banner_of,
    "style_url": STYLE_URL,
    "reach": REACH,
    "poll_times": POLL_TIMES,
    "door_names": DOOR_NAMES,
    "doors_in_words": DOORS_IN_WORDS,
    "joining_in_words": JOINING_IN_WORDS,
    "posting_in_words": POSTING_IN_WORDS,
    "came_by_in_words": CAME_BY_IN_WORDS,
    "role_names": ROLE_NAMES,
    "saves_data": False,
    "offers_copies": True,
    "whose_times": whose_times,
}
environment.filters |= {
    "attachment_word": attachment_word,
    "pictures_here": pictures_here,
    "links_to": links_to,
    "machine_time": machine_time,
    "ago": ago,
    "day": day,
    "day_and_hour": page_time,
    "day_hour_and_zone": whole_time,
    "day_in_words": day_in_words,
    "safe_html": safe,
    "has_words": has_words,
    "is_long": is_long,
    "beginning": beginning,
    "opening": opening,
    "copies_shown": copies_shown,
    "copies_offered": copies_offered,
    "left_as_links": left_as_links,
}


@cache
def environment_for(saves_data: bool, offers_copies: bool) -> Environment:
    """The templates for browsers that want to load little, or not, on a node that keeps copies of
    other nodes' pictures, or not."""
    made = environment.overlay()
    facts = {"saves_data": saves_data, "offers_copies": offers_copies}
    made.globals = environment.globals | facts
    return made


def page(
    request: web.Request,
    template: str,
    status: int = 200,
    *,
    is_for_search: bool = False,
    preview: Preview | None = None,
    **values: Any,
) -> web.Response:
    """A page for whoever asks; kept by no cache if somebody is signed in (T55).

    `is_for_search`: search engines may show it (`http/search_engines.py`); no other page is.
    `preview`: what other programs show of it; that is for visitors alone, as those programs are.
    """
    services, person = request.app[SERVICES], request.get(PERSON)
    now = services.clock.now()
    saves_data = request.headers.get("Save-Data", "").lower() == "on"
    kind = environment_for(saves_data, services.config.files.remote_megabytes > 0)
    with times_in(services.config.zone):
        text = kind.get_template(template).render(
            me=person,
            node_name=services.config.node.name,
            host=services.config.host,
            here=request.path,
            here_whole=request.path_qs,
            token=form_token(person),
            now=now,
            neighbours=[] if person else services.peers.circle.neighbours(),
            is_for_search=is_for_search,
            preview=None if person else preview,
            **values,
        )
    reply = web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)
    reply.headers[hdrs.CACHE_CONTROL] = "private, no-store" if person else "no-cache"
    reply.headers[ROBOTS_TAG] = FOR_THEM if is_for_search else NOT_FOR_THEM
    reply.headers[hdrs.VARY] = "Accept, Cookie, Accept-Encoding"
    reply.enable_compression()
    return reply


def sign_in_page(
    request: web.Request,
    status: int = 200,
    *,
    back: str = "/",
    name: str = "",
    wrong: str = "",
    carried: str = "",
) -> web.Response:
    """The form to sign in with; `carried` are words that come back afterwards."""
    return page(
        request,
        "accounts/sign_in.html",
        status,
        back=back,
        name=name,
        wrong=wrong,
        carried=carried,
    )


def carried_page(
    request: web.Request, carried: Carried, unsent: str, status: int = 200
) -> web.Response:
    """Words that were not taken, to be sent; or, where `unsent` says why not, to be read alone."""
    return page(request, "accounts/carried.html", status, carried=carried, unsent=unsent)


def error_page(request: web.Request, problem: Problem) -> web.Response:
    """A page that says what went wrong, and what to do."""
    if isinstance(problem, ElsewhereAtHome):
        return page(
            request, "wrong_address.html", problem.status, home=problem.home, way=problem.way
        )
    if isinstance(problem, SignedOut):
        return sign_in_page(
            request, problem.status, wrong=problem.sentence, carried=problem.carried
        )
    if isinstance(problem, OpenTooLong):
        return carried_page(request, problem.carried, problem.unsent, problem.status)
    if isinstance(problem, OwnNameFirst):
        return page(request, "names/own_first.html", problem.status, sentence=problem.sentence)
    is_absent, is_often = isinstance(problem, NotFound), isinstance(problem, TooMany)
    title = (
        "Nothing here" if is_absent else "A little too fast" if is_often else "That did not work"
    )
    return page(
        request,
        "error.html",
        problem.status,
        title=title,
        sentence=problem.sentence,
        is_absent=is_absent,
        is_often=is_often,
    )
