"""Answering those who asked to follow, or to join: yes, no, and no longer."""

from html import escape

from federation import documents
from node.arrivals.tombstones import add_tombstone
from node.base.errors import NotFound
from node.base.ids import new_id
from node.db.tx import Tx
from node.outbox.append import append_activity
from node.topics.actors.actions import new_activity_iri
from node.topics.actors.store import Actor
from node.topics.communities.join_requests import request_of, settle_request
from node.topics.communities.store import put_member
from node.topics.members.actions import end_follow
from node.topics.members.asking import forget_asking
from node.topics.members.home_timeline import clear_home_of
from node.topics.members.store import (
    Follow,
    accept_stored,
    follow_between,
    put_follow,
)
from node.topics.permissions.rules import Role


def take_in(tx: Tx, group: Actor, person: Actor, now: int, by_id: int | None = None) -> None:
    """Make somebody who asked a member of a community of ours, and tell their home; `by_id` is who
    decided it, None where members vouched.

    Raises:
        NotFound: they do not wait.
    """
    request = request_of(tx, group.id, person.id)
    if request is None or not settle_request(tx, request.id, "accepted", now, by_id=by_id):
        raise NotFound
    if follow_between(tx, person.id, group.id) is None:
        put_follow(tx, Follow(new_id(now), person.id, group.id, request.iri, "accepted", now))
    put_member(tx, group.id, person.id, Role.MEMBER, now, "approval")
    forget_asking(tx, group, person)
    append_answer(tx, "Accept", group, person, request.iri, now)


def accept_follow(tx: Tx, me: Actor, follower: Actor, now: int) -> None:
    """Say yes to somebody who asked to follow me, or to join the community that `me` is.

    Raises:
        NotFound: they did not ask.
    """
    if me.is_group:
        take_in(tx, me, follower, now)
        return
    asked = follow_between(tx, follower.id, me.id)
    if asked is None:
        raise NotFound
    accept_stored(tx, asked.id, now)
    append_answer(tx, "Accept", me, follower, asked.iri, now)


def reject_follow(tx: Tx, me: Actor, follower: Actor, now: int, *, reason: str = "") -> None:
    """Say no to somebody who asked to follow me, or end that they do; they are told the `reason`.

    From this moment on they read nothing more that is for followers (T97). The very same asking,
    should it come again, is answered no again; a new one is a new question.

    Raises:
        NotFound: they neither follow nor asked.
    """
    had_asked = me.is_group and turn_down(tx, me, follower, now, reason)
    asked = follow_between(tx, follower.id, me.id)
    if asked is None and not had_asked:
        raise NotFound
    if asked is None:
        return
    end_follow(tx, asked)
    clear_home_of(tx, follower.id, me.id)
    add_tombstone(tx, asked.iri, me.iri, "undone", now)
    append_answer(tx, "Reject", me, follower, asked.iri, now, content=reason)


def turn_down(tx: Tx, group: Actor, person: Actor, now: int, reason: str) -> bool:
    """Say no to somebody who waits to be let into a community of ours; False where they do not."""
    request = request_of(tx, group.id, person.id)
    if request is None or not settle_request(tx, request.id, "refused", now, reason=reason):
        return False
    forget_asking(tx, group, person)
    append_answer(tx, "Reject", group, person, request.iri, now, content=reason)
    return True


def append_answer(
    tx: Tx,
    kind: str,
    me: Actor,
    follower: Actor,
    follow_iri: str,
    now: int,
    *,
    content: str = "",
) -> None:
    """Answer a follow by somebody of another node; the answer holds the Follow itself, and
    `content`, plain text, if there is any."""
    if follower.local:
        return
    asked = documents.render_follow(follow_iri, follower.iri, me.iri)
    said = {"content": escape(content)} if content else {}
    render = documents.render_accept if kind == "Accept" else documents.render_reject
    append_activity(
        tx,
        actor_id=me.id,
        activity=render(new_activity_iri(me), me.iri, asked, to=[follower.iri]) | said,
        object_iri=follow_iri,
        kind=kind,
        inboxes=[follower.inbox],
        public=False,
        now=now,
    )
