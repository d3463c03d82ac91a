"""Finding whom a text names, before it is published."""

from node.http.services import Services
from node.topics.actors.store import Actor
from node.topics.posts.text import unknown_handles


async def look_up_named(services: Services, author: Actor, text: str) -> None:
    """Find those that a text names and nobody here knows yet, so that the post reaches them."""
    for handle in await services.db.read(unknown_handles, author.host, text):
        await services.resolver.resolve(handle)
