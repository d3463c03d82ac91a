"""What is held for a look: what those who look after the node see of it, and how they decide."""

from dataclasses import dataclass

from aiohttp import web

from node.accounts.store import Person
from node.actors.store import Actor, actor_by_id, actors_by_ids
from node.api.params import id_of
from node.db.tx import Tx
from node.errors import Invalid, NotFound
from node.markup import opening_of
from node.moderation.holding import decide_all, leave_out, let_through
from node.posts.held import Held, decided_lately, waiting
from node.posts.store import Post, posts_by_ids
from node.shell import SHELL
from node.web.render import page, see_other
from node.web.session import form_of, signed_in

POSTS = 20
WORDS_CHARACTERS_MAX = 2_000
LOOKING_AFTER = ("organiser", "moderator")
PAGE = "/held"
OPEN = ("public", "unlisted")
REASONS = {
    "silenced": "Their place is silenced.",
    "stranger": "Nobody here has to do with their place.",
}


@dataclass(frozen=True, slots=True)
class Look:
    """One post that is or was held, as it is shown: as text, and without what is private.

    `words` is None for what only some may read: it is nobody else's, whoever looks after things.
    """

    held: Held
    post: Post
    author: Actor
    community: Actor | None
    words: str | None
    reason: str
    decided_by: Actor | None


@dataclass(frozen=True, slots=True)
class Tray:
    """What stands on the page; `older` is the post that the next page begins below."""

    waiting: list[Look]
    decided: list[Look]
    before: int | None
    older: int | None


def looking_after(person: Person) -> Person:
    """Somebody who looks after this node.

    Raises:
        NotFound: they do not; to others there is nothing here.
    """
    if person.account.role not in LOOKING_AFTER:
        raise NotFound
    return person


async def get_held(request: web.Request) -> web.StreamResponse:
    """`/held`"""
    looking_after(signed_in(request))
    before = id_of(request.query.get("before", ""))
    tray = await request.app[SHELL].db.read(read_tray, before)
    return page(request, "held.html", tray=tray)


def read_tray(tx: Tx, before: int | None) -> Tray:
    """What waits, below a post, and on the first page what was decided lately."""
    found = waiting(tx, POSTS, before)
    older = found[-1].post_id if len(found) == POSTS else None
    decided = [] if before else decided_lately(tx)
    return Tray(looks(tx, found), looks(tx, decided), before, older)


def looks(tx: Tx, found: list[Held]) -> list[Look]:
    """Each with its post, author and community, and with who decided."""
    posts = posts_by_ids(tx, [one.post_id for one in found])
    wanted = {one.author_id for one in found} | {one.decided_by for one in found}
    wanted |= {post.community_id for post in posts.values()}
    actors = actors_by_ids(tx, [one for one in wanted if one is not None])
    return [
        Look(
            one,
            posts[one.post_id],
            actors[one.author_id],
            actors.get(posts[one.post_id].community_id or 0),
            words_of(posts[one.post_id]),
            REASONS[one.reason],
            actors.get(one.decided_by or 0),
        )
        for one in found
        if one.post_id in posts and one.author_id in actors
    ]


def words_of(post: Post) -> str | None:
    """What a post says, as plain text; None where it is not for everybody."""
    if post.visibility not in OPEN:
        return None
    parts = [post.title, post.content_note, opening_of(post.content, WORDS_CHARACTERS_MAX)]
    return "\n".join(part for part in parts if part)


async def post_decision(request: web.Request) -> web.StreamResponse:
    """The buttons of `/held`."""
    person, params = await form_of(request)
    looking_after(person)
    shell, post_id = request.app[SHELL], id_of(params.text("post"))
    if post_id is None:
        raise NotFound
    everything = bool(params.text("all"))
    await shell.db.write(
        decide, person.actor.id, post_id, params.text("deed"), shell.clock.now(), everything
    )
    shell.wake_sender()
    return see_other(PAGE)


def decide(tx: Tx, by_id: int, post_id: int, deed: str, now: int, everything: bool) -> None:
    """Do what was pressed."""
    by = actor_by_id(tx, by_id)
    if deed not in ("pass", "drop"):
        raise Invalid("Choose what to do.")
    if everything:
        decide_all(tx, by, post_id, now, passes=deed == "pass")
    elif deed == "pass":
        let_through(tx, by, post_id, now)
    else:
        leave_out(tx, by, post_id, now)
