"""Makes pages: one set of templates, loaded once, with the headers that keep a page to itself.

Nothing is loaded from elsewhere: no script, no font, no picture of another node, so that nobody
but us learns who reads what (T61).
"""

import hmac
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from aiohttp import hdrs, web
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from node.accounts.store import Person
from node.actors.store import Actor
from node.api.reply import day_and_hour
from node.errors import NotFound, Problem
from node.ids import new_name
from node.markup import opening_of
from node.posts.store import Attachment, Post
from node.shell import SHELL

TEMPLATES = (
    "web",
    "accounts",
    "members",
    "posts",
    "timelines",
    "moderation",
    "search",
    "neighbours",
)
TONES = 8
HANGS_AS = {"image": "Picture", "video": "Film", "audio": "Sound", "link": "Link", "page": "Link"}
OPENING_CHARACTERS_MAX = 300
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PRIVATE = HEADERS | {hdrs.CACHE_CONTROL: "private, no-store"}
PERSON: web.RequestKey[Person | None] = web.RequestKey("person", Person)
STYLE = (files("node.web") / "static" / "hedgerow.css").read_bytes()
STYLE_URL = f"/static/hedgerow.css?v={sha256(STYLE).hexdigest()[:12]}"
SECONDS = ((86_400 * 365, "year"), (86_400 * 30, "month"), (86_400, "day"), (3_600, "hour"))
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


def hangs_as(attachment: Attachment) -> str:
    """What hangs on a post, in a word: its media type knows best, for many send all as Document."""
    kind = (attachment.media_type or "").partition("/")[0].lower()
    return HANGS_AS.get(kind) or HANGS_AS.get(attachment.kind.lower(), "File")


def machine_time(at: int) -> str:
    """An instant for `<time datetime>`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(at: int, now: int) -> str:
    """How long ago something was, roughly."""
    passed_s = max(0, now - at)
    for size_s, name in SECONDS:
        if passed_s >= size_s:
            count = passed_s // size_s
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    minutes = passed_s // 60
    return f"{minutes} minute{'s' if minutes > 1 else ''} ago" if minutes else "just now"


def safe(html: str) -> Markup:
    """HTML that was cleaned when it was stored (node/markup.py)."""
    return Markup(html)  # noqa: S704 - the one place, and what it marks was cleaned


def opening(post: Post) -> str:
    """The first words of a post: its title where it has one."""
    return post.title or opening_of(post.content, OPENING_CHARACTERS_MAX)


environment = Environment(
    loader=ChoiceLoader([PackageLoader(f"node.{name}") for name in TEMPLATES]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
environment.globals |= {
    "page_of": page_of,
    "page_of_post": page_of_post,
    "tone_of": tone_of,
    "style_url": STYLE_URL,
    "reach": REACH,
    "poll_times": POLL_TIMES,
}
environment.filters |= {
    "hangs_as": hangs_as,
    "machine_time": machine_time,
    "day_and_hour": day_and_hour,
    "safe_html": safe,
    "opening": opening,
}


def page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """A page for whoever asks; kept by no cache if somebody is signed in (T55)."""
    shell, person = request.app[SHELL], request.get(PERSON)
    now = shell.clock.now()
    text = environment.get_template(template).render(
        me=person,
        node_name=shell.config.node.name,
        host=shell.config.host,
        here=request.path,
        here_whole=request.path_qs,
        token=form_token(person),
        now=now,
        **values,
    )
    reply = web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)
    reply.headers[hdrs.CACHE_CONTROL] = "private, no-store" if person else "no-cache"
    reply.headers[hdrs.VARY] = "Accept, Cookie, Accept-Encoding"
    reply.enable_compression()
    return reply


def form_token(person: Person | None) -> str:
    """What a form of the session must send back; another one on each page, so that a compressed
    page does not give it away (BREACH)."""
    if person is None:
        return ""
    salt = new_name()
    return f"{salt}.{mac_of(person.csrf, salt)}"


def is_form_token(person: Person, token: str) -> bool:
    """Whether a form came from one of our own pages, made for that session."""
    salt, _, mac = token.partition(".")
    return bool(person.csrf) and hmac.compare_digest(mac_of(person.csrf, salt), mac)


def mac_of(secret: str, salt: str) -> str:
    return hmac.new(secret.encode(), salt.encode(), sha256).hexdigest()


def error_page(request: web.Request, problem: Problem) -> web.Response:
    """A page that says what went wrong, and what to do."""
    is_absent = isinstance(problem, NotFound)
    return page(
        request,
        "error.html",
        problem.status,
        title="Nothing here" if is_absent else "That did not work",
        sentence=problem.sentence,
        is_absent=is_absent,
    )


def see_other(path: str) -> web.Response:
    """Go on to another page of ours; anything else leads home (T65)."""
    return web.Response(status=303, headers=PRIVATE | {hdrs.LOCATION: local_path(path)})


def local_path(path: str) -> str:
    """A path of this node, or `/`."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return quote(path, safe="/?&=%#:@+,;!*'()~-._") if is_local and "\\" not in path else "/"
