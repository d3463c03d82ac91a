"""Under which name words were written that were not sent yet: they are sent under no other."""

from node.db.tx import Tx
from node.topics.accounts.store import Person
from node.topics.actors.store import actor_by_id
from node.topics.pseudonyms.store import pseudonyms_with

NAME_GONE = "The name that this was written under is not here."


def why_unsent(tx: Tx, person: Person, actor_id: int) -> str:
    """Why words that were written as `actor_id` are not for somebody to send under the name that
    they go on under; empty where they are.

    A name is said to whoever has it alone: words of another account look as their own do.
    """
    if actor_id == person.actor.id:
        return ""
    written_as = actor_by_id(tx, actor_id)
    if written_as is None:
        return NAME_GONE
    own = {made.actor_id for made in pseudonyms_with(tx, person.account.id)}
    if actor_id not in own | {person.account.actor_id}:
        return ""
    return f"You wrote this as {written_as.title}. Go on as {written_as.title} first."
