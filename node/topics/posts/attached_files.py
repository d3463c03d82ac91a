"""Files of our people as what hangs on their posts."""

from collections.abc import Iterable

from node.topics.files.store import File
from node.topics.posts.parts import Attachment


def attachments_of(files: Iterable[File]) -> tuple[Attachment, ...]:
    """What hangs on a post, in the order of its files."""
    return tuple(attachment_of_file(one) for one in files)


def attachment_of_file(file: File) -> Attachment:
    """A picture of somebody here as it hangs on a post."""
    return Attachment(
        kind="Image",
        url=file.url,
        media_type=file.media_type,
        description=file.description,
        width=file.width,
        height=file.height,
        blurhash=file.blurhash,
        file_id=file.id,
        preview_url=file.small_url,
        focus=(file.focus_x, file.focus_y),
    )
