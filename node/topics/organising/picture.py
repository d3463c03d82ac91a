"""The picture of a community."""

from node.base.errors import Invalid
from node.db.tx import Tx
from node.topics.actors.store import Actor
from node.topics.communities.permissions import check_allowed
from node.topics.files.actions import keep_file
from node.topics.files.store import File, let_go_of_face
from node.topics.organising.actions import ORGANISERS_ONLY, known, send_update
from node.topics.organising.store import put_picture
from node.topics.permissions.rules import Act


def check_may_picture(tx: Tx, me: Actor, group: Actor, now: int) -> None:
    """Raise as `change` does unless somebody may say how a community looks."""
    check_allowed(tx, Act.ORGANISE, group, me, now, sentence=ORGANISERS_ONLY)


def show_community_picture(
    tx: Tx, me: Actor, group: Actor, file: File, bytes_max: int, now: int
) -> None:
    """Let a picture stand for a community, here and where it is known; `file` is the group's.

    Raises:
        NotFound: `me` may not know of it.
        NotAllowed: `me` does not organise it.
        Invalid: there is no more room, or the picture was made for something else.
    """
    check_may_picture(tx, me, group, now)
    if file.use != "face" or file.owner_id != group.id:
        raise Invalid("This picture was sent for something else.")
    keep_file(tx, file, bytes_max)
    put_picture(tx, group.id, file.url, now)
    let_go_of_face(tx, group.id, "face", file.url)
    tell(tx, group, now)


def show_no_community_picture(tx: Tx, me: Actor, group: Actor, now: int) -> None:
    """Let no picture stand for a community. Raises as above."""
    check_may_picture(tx, me, group, now)
    put_picture(tx, group.id, None, now)
    let_go_of_face(tx, group.id, "face", "")
    tell(tx, group, now)


def tell(tx: Tx, group: Actor, now: int) -> None:
    """Let those know how it looks now who know the community."""
    community = known(tx, group)
    send_update(tx, group, community, community, now)
