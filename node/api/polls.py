"""Polls as the client API has them: looking, and choosing."""

from collections.abc import Sequence

from aiohttp import web

from node.api.accounts import ABSENT
from node.api.auth import Requester, read_open, write_as
from node.api.status_entity import poll_entity
from node.base.errors import NotFound
from node.db.tx import Tx
from node.http.params import id_of, read_params
from node.http.responses import Entity, json_reply
from node.topics.polls.actions import vote
from node.topics.posts.views import post_view


async def get_poll(request: web.Request) -> web.Response:
    """`GET /api/v1/polls/:id`"""
    wanted = request.match_info["id"]
    return json_reply(await read_open(request, read_poll, wanted))


def read_poll(tx: Tx, requester: Requester, text: str) -> Entity:
    """The `Poll` of a post; NotFound where it is not the asker's to see."""
    found = id_of(text)
    try:
        view = post_view(tx, found if found is not None else 0, requester.reader)
    except NotFound:
        raise NotFound(ABSENT) from None
    if view.post.poll is None:
        raise NotFound(ABSENT)
    return poll_entity(view, view.post.poll, requester.now)


async def post_votes(request: web.Request) -> web.Response:
    """`POST /api/v1/polls/:id/votes`"""
    choices = (await read_params(request)).numbers("choices")
    wanted = request.match_info["id"]
    return json_reply(await write_as(request, vote_for, wanted, choices))


def vote_for(tx: Tx, requester: Requester, text: str, choices: Sequence[int]) -> Entity:
    found = id_of(text)
    try:
        vote(tx, requester.me.actor, found if found is not None else 0, choices, requester.now)
    except NotFound:
        raise NotFound(ABSENT) from None
    return read_poll(tx, requester, text)
