"""The buttons under a post: like it, pass it on, and take that back."""

from collections.abc import Callable

from aiohttp import web

from node.actors.store import Actor
from node.api.params import id_of
from node.db.tx import Tx
from node.errors import NotFound
from node.reactions.actions import boost, favourite, unboost, unfavourite
from node.shell import SHELL
from node.web.render import see_other
from node.web.session import form_of

Doing = Callable[[Tx, Actor, int, int], object]


async def press(request: web.Request, doing: Doing) -> web.StreamResponse:
    """Do something with the post that the form names, and go back to where it was pressed."""
    person, params = await form_of(request)
    post_id = id_of(params.text("post"))
    if post_id is None:
        raise NotFound
    shell = request.app[SHELL]
    await shell.db.write(doing, person.actor, post_id, shell.clock.now())
    shell.wake_sender()
    return see_other(f"{params.text('next', '/')}#p{post_id}")


async def post_favourite(request: web.Request) -> web.StreamResponse:
    """`/favourite`"""
    return await press(request, favourite)


async def post_unfavourite(request: web.Request) -> web.StreamResponse:
    """`/unfavourite`"""
    return await press(request, unfavourite)


async def post_boost(request: web.Request) -> web.StreamResponse:
    """`/boost`"""
    return await press(request, boost)


async def post_unboost(request: web.Request) -> web.StreamResponse:
    """`/unboost`"""
    return await press(request, unboost)
