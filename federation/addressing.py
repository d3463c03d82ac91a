"""Who a document is for, as its `to` and `cc` say."""

from collections.abc import Sequence
from typing import Literal

from federation.documents.shapes import PUBLIC

Visibility = Literal["public", "unlisted", "followers", "direct"]


def visibility_of(to: Sequence[str], cc: Sequence[str], followers: str | None) -> Visibility:
    """The visibility that an addressing means; what is unclear counts as the narrower (T90).

    Public in `to` is public, Public in `cc` is unlisted; the author's followers, without Public,
    are followers; anything else is for those who are named. `followers` is the iri of the
    author's collection, as the author's own document names it.

    Source: Mastodon documentation, ActivityPub, "Status federation".
    """
    if PUBLIC in to:
        return "public"
    if PUBLIC in cc:
        return "unlisted"
    if followers is not None and (followers in to or followers in cc):
        return "followers"
    return "direct"
