"""Somebody's face, and the banner across their page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from node.base.errors import Invalid
from node.db.tx import Tx
from node.pictures.alike import are_alike
from node.topics.actors.actions import ProfileChanges, edit_profile
from node.topics.actors.store import Actor
from node.topics.files.actions import keep_file
from node.topics.files.store import File, let_go_of_face

Shown = Literal["face", "banner"]

SHOWN_BY_ANOTHER = (
    "Another name of yours shows this very picture: who sees it twice knows that both are yours."
    " Use another picture."
)


def show_picture(tx: Tx, me: Actor, file: File, bytes_max: int, now: int) -> None:
    """Show a picture that somebody sent as their face or banner; the one before goes soon after.

    Raises:
        Invalid: there is no more room for them, another name of theirs shows it, or the picture
            was made for something else.
    """
    change_look(tx, me, ProfileChanges(), [file], bytes_max, now)


def change_look(
    tx: Tx, me: Actor, changes: ProfileChanges, files: Sequence[File], bytes_max: int, now: int
) -> None:
    """Change at once what somebody says of themselves and how they look; a picture in `files` is
    shown as what it was made for, in place of what `changes` say. Others are told once.

    Raises:
        Invalid: as `show_picture`, or something is longer than it may be.
    """
    for file in files:
        check_no_other_name_shows(tx, me, file)
        keep_file(tx, file, bytes_max)
        if file.use == "face":
            changes = replace(changes, face=file.url)
        elif file.use == "banner":
            changes = replace(changes, banner=file.url)
        else:
            raise Invalid("This picture was sent for a post.")
    edit_profile(tx, me.id, changes, now)
    if changes.face is not None:
        let_go_of_face(tx, me.id, "face", changes.face)
    if changes.banner is not None:
        let_go_of_face(tx, me.id, "banner", changes.banner)


def check_no_other_name_shows(tx: Tx, me: Actor, file: File) -> None:
    """Raise Invalid for a picture that another name of the same person shows as face or banner, as
    far as can be told (`pictures.alike`). It is no proof that nobody takes the two for one."""
    rows = tx.all(
        """
        select f.blurhash from same_person s
        join actor a on a.id = s.other_id
        join file f on f.owner_id = a.id and f.url in (a.icon_url, a.image_url)
        where s.actor_id = :me
        """,
        me=me.id,
    )
    if any(are_alike(file.blurhash, row["blurhash"]) for row in rows):
        raise Invalid(SHOWN_BY_ANOTHER)


def show_no_picture(tx: Tx, me: Actor, which: Shown, now: int) -> None:
    """Show no face, or no banner; the picture goes soon after. Repeating it changes nothing."""
    if (me.icon_url if which == "face" else me.image_url) is None:
        return
    changes = ProfileChanges(face="") if which == "face" else ProfileChanges(banner="")
    change_look(tx, me, changes, [], 0, now)
