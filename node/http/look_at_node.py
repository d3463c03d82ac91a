"""What doors share that let somebody in: the node of its first member is asked what it is."""

from node.http.services import Services
from node.topics.actors.store import actor_by_id
from node.topics.members.new_nodes import put_node_said


async def look_at_node(services: Services, person_id: int | None) -> None:
    """Ask the node of somebody who asks to join what it is, and keep what it says; nothing for one
    of ours, and where it does not answer."""
    asking = await services.db.read(actor_by_id, person_id or 0)
    if asking is None or asking.local:
        return
    said = await services.resolver.read_node(asking.iri)
    if said is not None:
        await services.db.write(put_node_said, asking.host, said, services.clock.now())
