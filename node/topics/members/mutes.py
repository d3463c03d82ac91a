"""What our members do about people whom they want to read nothing of; nobody is told (T99)."""

from node.base.errors import Invalid
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.blocks.store import Mute, drop_mute, put_mute
from node.topics.members.home_timeline import clear_home_about
from node.topics.pseudonyms.store import other_names

MUTE_S_MAX = 10 * 365 * 24 * 3_600


def mute(tx: Tx, me: Actor, other: Actor, wanted: Mute, now: int) -> None:
    """Read nothing more of somebody, or of a community, in lists; follows stay as they are.

    What stands in one's home goes, and does not come back when the mute ends. A second one replaces
    the first. It counts for all names of `me`.

    Raises:
        Invalid: that is oneself.
    """
    if me.id == other.id:
        raise Invalid("You cannot mute yourself.")
    put_mute(tx, me.id, other.id, wanted, now)
    for name_id in (me.id, *other_names(tx, me.id)):
        clear_home_about(tx, name_id, other.id)


def mute_of(seconds: int, now: int, *, hides_notifications: bool) -> Mute:
    """The mute that somebody asks for; 0 seconds is for good, and ten years are the most."""
    until = now + min(seconds, MUTE_S_MAX) if seconds > 0 else None
    return Mute(hides_notifications, until)


def unmute(tx: Tx, me: Actor, other: Actor, now: int) -> None:
    """End a mute. Repeating it changes nothing; `now` changes nothing."""
    drop_mute(tx, me.id, other.id)
