"""News: who named, answered, followed or liked the reader."""

from dataclasses import dataclass

from aiohttp import web

from node.db.tx import Tx
from node.http.params import id_of
from node.http.services import SERVICES
from node.http.sessions import signed_in
from node.topics.actors.store import Actor, actors_by_ids
from node.topics.notifications.store import Notification, mark_read, notifications
from node.topics.posts.views import PostView, post_views
from node.web.render import page

NEWS = 30
SENTENCES = {
    "mention": "wrote to you",
    "reblog": "passed on your post",
    "favourite": "likes your post",
    "follow": "follows you now",
    "follow_request": "asks to follow you",
    "move": "lives at a new address now, and you follow them there",
    "move_request": "has moved to a new address; open it to follow them there, if you like",
    "invite": "would like you to join",
    "join_request": "asks to join a community that you organise; see who waits on its page",
    "join_reminder": "has waited for three days to be let in; they would like to hear from you",
    "join_accepted": "has let you in",
    "join_refused": "has not let you in; see why",
    "join_waiting": "has not answered you yet; you are not forgotten, and they were reminded",
    "report": "was reported; please have a look",
    "turned_away": "did not let you in, or let you go",
    "closed_down": "was closed down by those who organise it",
    "opened_again": "is open again",
    "organising": "has you as an organiser now",
    "let_go": "has you as a member no longer",
    "refused": "did not take your post",
    "looked_at": "has looked at what you reported",
    "banned": "has shut you out",
    "unbanned": "lets you write again",
    "removed": "took your post out of its list; here it stands as before",
    "appeal": "asks you to look again at what was decided",
    "unwatched": "takes in nobody by itself now: nobody who looks after it was seen for a week",
    "watched": "takes people in by itself again",
    "waiting": "wrote something that waits for your look",
    "let_through": "has let your post through",
    "refuse": "has not taken your post",
}
REMOVED_HERE = "has removed your post"
OF_HIDDEN = ("removed", "refuse")
"""About posts that their authors alone see."""


WAYS = {
    "report": ("/desk", "Open the desk"),
    "appeal": ("/desk", "Open the desk"),
    "waiting": ("/desk", "Open the desk"),
    "looked_at": ("/reported", "What became of it"),
}
"""Where one goes on from a piece of news that is about no post."""

WHY = "Why, and what you can do"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that the reader is told."""

    notification: Notification
    actor: Actor
    sentence: str
    view: PostView | None
    way: tuple[str, str] | None


async def get_news(request: web.Request) -> web.StreamResponse:
    """`/notifications`; what is shown counts as read."""
    person, services = signed_in(request), request.app[SERVICES]
    before = id_of(request.query.get("before", ""))
    told, older = await services.db.read(read_news, person.actor, before)
    if told and before is None:
        newest = told[0].notification.id
        await services.db.write(mark_read, person.actor.id, newest, services.clock.now())
    return page(request, "timelines/news.html", told=told, before=before, older=older)


def read_news(tx: Tx, reader: Actor, before: int | None) -> tuple[list[Told], int | None]:
    """What the reader is told, and what the next page begins below."""
    found = notifications(tx, reader.id, NEWS, before_id=before, kinds=list(SENTENCES))
    actors = actors_by_ids(tx, [one.from_id for one in found])
    views = post_views(tx, [one.post_id for one in found if one.post_id], reader)
    told = [
        told_of(one, actors[one.from_id], views.get(one.post_id or 0))
        for one in found
        if one.from_id in actors
        and (one.post_id is None or one.post_id in views or one.kind in OF_HIDDEN)
    ]
    return told, found[-1].id if len(found) == NEWS else None


def told_of(one: Notification, actor: Actor, view: PostView | None) -> Told:
    """A piece of news with its sentence, and where one goes on from it."""
    sentence, way = SENTENCES[one.kind], WAYS.get(one.kind)
    if one.kind == "removed" and actor.local:
        sentence = REMOVED_HERE
    if one.kind in OF_HIDDEN:
        way = (f"/decisions/posts/{one.post_id}", WHY)
    elif one.kind == "banned":
        way = (f"/decisions/places/{actor.id}", WHY)
    return Told(one, actor, sentence, view, way)
