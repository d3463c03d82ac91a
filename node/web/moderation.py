"""Looking after a community on pages: one for a post, one for the community with its log."""

from dataclasses import dataclass

from aiohttp import web

from node.base.errors import Invalid, NotFound
from node.db.tx import Tx
from node.http.csrf import form_of
from node.http.params import Params, days_of, id_of
from node.http.redirects import see_other
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.actors.store import Actor, actor_by_id, actor_by_iri
from node.topics.communities.lookup import known_by_handle
from node.topics.communities.moderators import moderator_iris
from node.topics.moderation import member_actions, post_actions
from node.topics.moderation.ban_store import bans_in
from node.topics.moderation.desk_store import Desk, count_cases
from node.topics.moderation.group_moderators import group_moderators
from node.topics.moderation.log_store import Entry, entries
from node.topics.moderation.looked_after import (
    moderated_community,
    moderated_elsewhere,
    moderated_post,
    removed_post,
)
from node.topics.neighbours.directory import listed_by
from node.topics.posts.pins import is_pinned
from node.topics.posts.removals import hidden_post_by_id
from node.topics.posts.views import PostView
from node.web.render import page, page_of, page_of_post

LOG_ENTRIES = 50
BANS_LISTED_MAX = 200
CASES_COUNTED_MAX = 100
VERBS = {
    "pin": "put first",
    "unpin": "no longer first",
    "lock": "closed to answers",
    "unlock": "opened to answers",
    "remove": "removed",
    "restore": "shown again",
    "ban": "shut out",
    "unban": "let in again",
    "appoint": "looks after the community now",
    "dismiss": "looks after the community no longer",
    "warn": "written to",
    "hold": "waits for a look",
    "refuse": "not taken after a look",
    "let_through": "let through after a look",
    "leave_out": "left out after a look",
}


@dataclass(frozen=True, slots=True)
class Moderated:
    """A post as those see it who look after its community."""

    view: PostView
    is_pinned: bool
    is_locked: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log, with what can be taken back of it."""

    entry: Entry
    by: Actor | None
    person: Actor | None
    words: str
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class CommunityModeration:
    """A community as those see it who look after it; `cases` wait on the desk of the reader.

    `is_listed`: neighbours show it; None where that cannot be said by whoever looks.
    """

    group: Actor
    place: str
    moderators: tuple[Actor, ...]
    banned: tuple[tuple[Actor, int], ...]
    cases: int
    log: tuple[Line, ...]
    is_listed: bool | None = None


async def get_post(request: web.Request) -> web.StreamResponse:
    """`/moderate/posts/ID`: what can be done about a post."""
    person = signed_in(request)
    found = await request.app[SERVICES].db.read(
        read_moderated, person.actor, int(request.match_info["id"])
    )
    return page(request, "moderation/moderate_post.html", found=found)


def read_moderated(tx: Tx, me: Actor, post_id: int) -> Moderated:
    """A post that `me` may look after.

    Raises:
        NotFound: there is none, or it is not for them to look after: the two look the same.
    """
    view, group = moderated_post(tx, me, post_id)
    return Moderated(view, is_pinned(tx, group.id, post_id), view.post.locked_at is not None)


async def post_post(request: web.Request) -> web.StreamResponse:
    """The buttons of `/moderate/posts/ID`."""
    person, params = await form_of(request)
    services, post_id = request.app[SERVICES], int(request.match_info["id"])
    back = await services.db.write(do_to_post, person.actor, post_id, params, services.clock.now())
    services.wake_sender()
    return see_other(back)


def do_to_post(tx: Tx, me: Actor, post_id: int, params: Params, now: int) -> str:
    """Do what was pressed; where to go on."""
    view = read_moderated(tx, me, post_id).view
    reason, deed = params.text("reason"), params.text("deed")
    back = page_of_post(view.post)
    if deed == "pin":
        post_actions.pin(tx, me, post_id, now)
    elif deed == "unpin":
        post_actions.unpin(tx, me, post_id, now)
    elif deed == "lock":
        post_actions.lock(tx, me, post_id, reason, now)
    elif deed == "unlock":
        post_actions.unlock(tx, me, post_id, now)
    elif deed == "remove":
        with_replies = bool(params.text("with_replies"))
        post_actions.remove(tx, me, post_id, reason, now, with_replies=with_replies)
        back = page_of(view.community) if view.community else "/"
    elif deed == "ban" and view.community is not None:
        member_actions.ban(
            tx,
            me,
            view.community.id,
            view.author.id,
            now,
            reason=reason,
            days=days_of(params),
            removes=bool(params.text("removes")),
        )
        back = place_of(view.community)
    else:
        raise Invalid("Choose what to do.")
    return back


async def get_community(request: web.Request) -> web.StreamResponse:
    """`/moderate/NAME`: who looks after a community, who is shut out, and what was done."""
    person = signed_in(request)
    services = request.app[SERVICES]
    found = await services.db.read(
        read_moderation, person.actor, request.match_info["name"], services.clock.now()
    )
    return page(request, "moderation/moderate_community.html", found=found)


def place_of(group: Actor) -> str:
    """Where a community is looked after."""
    return f"/moderate/{group.name}" if group.local else f"/moderate/elsewhere/{group.id}"


async def get_elsewhere(request: web.Request) -> web.StreamResponse:
    """`/moderate/elsewhere/ID`: the same of a community elsewhere that one of ours looks after."""
    person, services = signed_in(request), request.app[SERVICES]
    number = int(request.match_info["id"])
    found = await services.db.read(
        read_moderation_elsewhere, person.actor, number, services.clock.now()
    )
    return page(request, "moderation/moderate_community.html", found=found)


def read_moderation_elsewhere(tx: Tx, me: Actor, group_id: int, now: int) -> CommunityModeration:
    return moderation_of(tx, me, moderated_elsewhere(tx, me, group_id), now)


def read_moderation(tx: Tx, me: Actor, name: str, now: int) -> CommunityModeration:
    return moderation_of(tx, me, moderated_community(tx, me, name), now)


def moderation_of(tx: Tx, me: Actor, group: Actor, now: int) -> CommunityModeration:
    iris = moderator_iris(tx, group.id) if group.local else group_moderators(tx, group.id)
    moderators = (actor_by_iri(tx, iri) for iri in iris)
    banned = (
        (actor_by_id(tx, one.person_id), one.until)
        for one in bans_in(tx, group.id, now, BANS_LISTED_MAX)
    )
    return CommunityModeration(
        group,
        place_of(group),
        tuple(one for one in moderators if one is not None),
        tuple((who, until) for who, until in banned if who is not None),
        count_cases(tx, Desk(me.id, (group.id,)), CASES_COUNTED_MAX),
        tuple(line_of(tx, entry) for entry in entries(tx, group.id, LOG_ENTRIES)),
        listed_by(tx, me, group),
    )


def line_of(tx: Tx, entry: Entry) -> Line:
    return Line(
        entry,
        actor_by_iri(tx, entry.by_iri),
        actor_by_id(tx, entry.person_id) if entry.person_id else None,
        VERBS.get(entry.verb, entry.verb),
        entry.post_id is not None
        and entry.verb == "remove"
        and hidden_post_by_id(tx, entry.post_id) is not None,
    )


async def post_community(request: web.Request) -> web.StreamResponse:
    """The buttons of `/moderate/NAME`."""
    person, params = await form_of(request)
    services, name = request.app[SERVICES], request.match_info["name"]
    await services.db.write(do_in_community, person.actor, name, params, services.clock.now())
    services.wake_sender()
    return see_other(f"/moderate/{name}")


async def post_elsewhere(request: web.Request) -> web.StreamResponse:
    """The buttons of `/moderate/elsewhere/ID`."""
    person, params = await form_of(request)
    services, number = request.app[SERVICES], int(request.match_info["id"])
    await services.db.write(do_elsewhere, person.actor, number, params, services.clock.now())
    services.wake_sender()
    return see_other(f"/moderate/elsewhere/{number}")


def do_elsewhere(tx: Tx, me: Actor, group_id: int, params: Params, now: int) -> None:
    do_with(tx, me, moderated_elsewhere(tx, me, group_id), params, now)


def do_in_community(tx: Tx, me: Actor, name: str, params: Params, now: int) -> None:
    do_with(tx, me, moderated_community(tx, me, name), params, now)


def do_with(tx: Tx, me: Actor, group: Actor, params: Params, now: int) -> None:
    """Do what was pressed."""
    deed = params.text("deed")
    if deed == "restore":
        hidden = removed_post(tx, me, id_of(params.text("post")))
        post_actions.restore(tx, me, hidden.post.id, now)
    elif deed == "unban":
        restores = bool(params.text("restores"))
        person_id = needed(id_of(params.text("person")))
        member_actions.unban(tx, me, group.id, person_id, now, restores=restores)
    elif deed == "appoint":
        member_actions.add_moderator(tx, me, group.id, named(tx, group, params.text("handle")), now)
    elif deed == "dismiss":
        person_id = needed(id_of(params.text("person")))
        member_actions.remove_moderator(tx, me, group.id, person_id, now)
    else:
        raise Invalid("Choose what to do.")


def needed(found: int | None) -> int:
    if found is None:
        raise NotFound
    return found


def named(tx: Tx, group: Actor, handle: str) -> int:
    """Who goes by a handle; one without a host is of this node.

    Raises:
        Invalid: nobody known here does.
    """
    found = known_by_handle(tx, handle, group.host, None)
    if found is None:
        raise Invalid("Nobody by that name is known here. Find them first, with their address.")
    return found.id
