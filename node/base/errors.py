"""Failures that someone can act on: one status, one type, one sentence each.

They are raised where they are known and become an answer in one place: a problem document for our
own API, `{"error": …}` for the client API, a page for people, one line for the command line.
"""

import errno
from collections.abc import Iterable
from http import HTTPStatus


class Problem(Exception):
    """A failure with a status, a stable type and one sentence for people."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    type = "/problems/internal"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BadRequest(Problem):
    """The request cannot be understood."""

    status = HTTPStatus.BAD_REQUEST
    type = "/problems/bad-request"


class Unauthorised(Problem):
    """Nobody is signed in, or the signature or token does not hold."""

    status = HTTPStatus.UNAUTHORIZED
    type = "/problems/unauthorised"


class NotAllowed(Problem):
    """The person is known and may not do this."""

    status = HTTPStatus.FORBIDDEN
    type = "/problems/not-allowed"


class NotFound(Problem):
    """There is no such thing, or not for this reader: the two look the same."""

    status = HTTPStatus.NOT_FOUND
    type = "/problems/not-found"

    def __init__(self, sentence: str = "There is nothing here.") -> None:
        super().__init__(sentence)


class Invalid(Problem):
    """The request is understood, and something in it cannot be taken."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    type = "/problems/invalid"


class Conflict(Problem):
    """The thing is already there, or has changed meanwhile."""

    status = HTTPStatus.CONFLICT
    type = "/problems/conflict"


class TooLarge(Problem):
    """The request is larger than anything we take."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    type = "/problems/too-large"


class WrongType(Problem):
    """The request is in a form that is not taken here."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    type = "/problems/wrong-type"


class TooMany(Problem):
    """A limit is reached; `retry_after_s` says when to come back."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    type = "/problems/too-many"

    def __init__(self, sentence: str, retry_after_s: int) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class Busy(Problem):
    """The node cannot take more now; `retry_after_s` says when to come back."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    type = "/problems/busy"

    def __init__(self, sentence: str, retry_after_s: int) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class Refused(Exception):
    """A command or a start that cannot be done; the sentence goes to standard error, exit 1."""


WHY_NOT = {
    errno.ENOTDIR: "part of that path is a file, not a folder",
    errno.EEXIST: "there is something of that name already",
    errno.EISDIR: "that is a folder, not a file",
    errno.EACCES: "you have no right to",
    errno.EPERM: "you have no right to",
    errno.EROFS: "that disk can only be read",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is used up",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ENOENT: "there is no such place",
    errno.ELOOP: "links there lead in a circle",
}


def why_not(error: OSError) -> str:
    """Why the machine refused something about a file or a folder, in words for its keeper."""
    return WHY_NOT.get(error.errno or 0, error.strerror or str(error))


class Missing(Exception):
    """An inbound activity needs what is not stored here yet; nothing was written.

    Whoever called fetches `iris` within the work limits and applies the activity again.
    """

    def __init__(self, iris: Iterable[str]) -> None:
        self.iris = tuple(iris)
        super().__init__(", ".join(self.iris))
