"""What hangs on a post and what is asked in it, as values: pictures, hashtags, polls, policies."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture, sound, film or link that hangs on a post.

    `file_id` is the file that it is, where somebody here sent it; then there is a small one at
    `preview_url`, and `focus` is what of it must be seen, from -1 to 1 to the right and up.
    """

    kind: str
    url: str
    media_type: str | None = None
    description: str | None = None
    width: int | None = None
    height: int | None = None
    blurhash: str | None = None
    file_id: int | None = None
    preview_url: str | None = None
    focus: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """A hashtag as written, without the #."""

    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen in a poll."""

    name: str
    votes: int


@dataclass(frozen=True, slots=True)
class Poll:
    """A question with choices; instants in seconds."""

    choices: tuple[Choice, ...]
    is_multiple: bool
    ends_at: int | None = None
    closed_at: int | None = None
    voters: int | None = None

    def is_over(self, now: int) -> bool:
        """Whether nobody can choose any more."""
        return self.closed_at is not None or (self.ends_at is not None and self.ends_at <= now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Whom an author lets do something with a post: iris of actors, of collections, or Public.

    None leaves it to whoever may see the post. `quote_asked` may quote once the author has agreed.
    """

    like: tuple[str, ...] | None = None
    reply: tuple[str, ...] | None = None
    announce: tuple[str, ...] | None = None
    quote: tuple[str, ...] | None = None
    quote_asked: tuple[str, ...] | None = None
