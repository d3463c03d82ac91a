"""Somebody's face, and the banner across their page."""

from typing import Literal

from node.base.errors import Invalid
from node.db.tx import Tx
from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.actors.store import Actor
from node.topics.files.actions import keep_file
from node.topics.files.store import File, let_go_of_face

Shown = Literal["face", "banner"]


def show_picture(tx: Tx, me: Actor, file: File, bytes_max: int, now: int) -> None:
    """Show a picture that somebody sent as their face or banner; the one before goes soon after.

    Raises:
        Invalid: there is no more room for them, or the picture was made for something else.
    """
    keep_file(tx, file, bytes_max)
    if file.use == "face":
        edit_profile(tx, me.id, ProfileChanges(face=file.url), now)
    elif file.use == "banner":
        edit_profile(tx, me.id, ProfileChanges(banner=file.url), now)
    else:
        raise Invalid("This picture was sent for a post.")
    let_go_of_face(tx, me.id, file.use, file.url)


def show_no_picture(tx: Tx, me: Actor, which: Shown, now: int) -> None:
    """Show no face, or no banner; the picture goes soon after. Repeating it changes nothing."""
    if (me.icon_url if which == "face" else me.image_url) is None:
        return
    changes = ProfileChanges(face="") if which == "face" else ProfileChanges(banner="")
    edit_profile(tx, me.id, changes, now)
    let_go_of_face(tx, me.id, which, "")
