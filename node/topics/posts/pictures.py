"""Pictures of other nodes that hang on a post, and who may see what is fetched of them."""

from collections.abc import Sequence

from federation.origin import is_iri
from node.topics.permissions.rules import OPEN
from node.topics.posts.parts import Attachment
from node.topics.remote_pictures.rules import is_picture
from node.topics.remote_pictures.store import FOR_ALL, Audience


def pictures_elsewhere(attachments: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """What hangs on a post of another node and is a picture there."""
    return tuple(
        one
        for one in attachments
        if one.file_id is None and is_iri(one.url) and is_picture(one.kind, one.media_type)
    )


def audience_of(post_id: int, visibility: str, community_id: int | None) -> Audience:
    """Who may see the pictures of a post: two posts share what is fetched only where the same may
    see both, so that nobody is shown by one what is kept from them in the other."""
    if visibility in OPEN:
        return FOR_ALL
    if visibility == "members" and community_id is not None:
        return "members", community_id
    return "few", post_id
