"""Pictures in a made-up node, each with a word in its bytes that only some may read."""

from node.base.ids import new_name
from node.db.tx import Tx
from node.leak_audit.garden import Garden
from node.leak_audit.readers import Hidden
from node.pictures.forms import Picture, Use
from node.topics.actors.store import Actor
from node.topics.files.actions import Said, keep_file, new_file
from node.topics.files.store import SMALL, File

ROOM_BYTES = 1_000_000
UNSAID = Said()


def new_picture(
    garden: Garden,
    owner: Actor,
    use: Use,
    readers: frozenset[str],
    what: str,
    said: Said = UNSAID,
) -> File:
    """A picture of somebody's, whose row is still to be kept, with its bytes lying ready."""
    words = [garden.word(readers, one).encode() for one in (what, f"{what}, made small")]
    picture = Picture(words[0], "image/jpeg", words[1], "image/jpeg", 4, 3, "LEHV6nWB2yk8")
    file = new_file(owner.id, use, picture, said, garden.origin, garden.now)
    for name, word in zip((file.key, f"{file.key}{SMALL}"), words, strict=True):
        garden.blobs[name] = word
        garden.files.append(f"{name}.jpg")
    garden.hidden.append(Hidden(file.key, new_name(), readers, what))
    return file


def sent_picture(tx: Tx, garden: Garden, owner: Actor, readers: frozenset[str], what: str) -> int:
    """A picture that somebody sent for a post; its number."""
    said = Said(garden.word(readers, f"what is said of {what}"))
    file = new_picture(garden, owner, "post", readers, what, said)
    keep_file(tx, file, ROOM_BYTES)
    return file.id


def unused_picture(tx: Tx, garden: Garden, owner: Actor, readers: frozenset[str]) -> None:
    """A picture that hangs on nothing yet."""
    keep_file(tx, new_picture(garden, owner, "post", readers, "a picture not used yet"), ROOM_BYTES)
