"""What a member wrote, before it is a post."""

from dataclasses import dataclass

from node.topics.posts.rules import check_draft


@dataclass(frozen=True, slots=True, kw_only=True)
class PollDraft:
    """What a member puts to the vote, for how many seconds from now."""

    choices: tuple[str, ...]
    lasts_s: int
    is_multiple: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a member wrote. A title makes it a long post, whose text may hold Markdown.

    `file_ids` are the author's files that hang on it. An edit without a `language` leaves the one
    that the post has, and one without `file_ids` (None) the files.
    """

    text: str
    visibility: str = "public"
    content_note: str = ""
    sensitive: bool = False
    language: str | None = None
    parent_id: int | None = None
    title: str | None = None
    poll: PollDraft | None = None
    file_ids: tuple[int, ...] | None = None


def check_words(draft: Draft, *, has_files: bool) -> None:
    """Raise Invalid unless a draft can become a post."""
    check_draft(draft.text, draft.title, draft.content_note, draft.visibility, has_files=has_files)
