"""Answers that are sent again only where they have changed: by their tag, or by since when."""

from datetime import UTC, datetime
from hashlib import sha256

from aiohttp import hdrs, web

from node.http.services import SERVICES

ANSWERS_MAX = 1_000
TAG_CHARACTERS = 32


class LastChanges:
    """Since when what is at an address is as it is, as far as this process has seen.

    What stands in a list does not say that: where something is deleted from it, all that is left is
    older than what was there before. Of a thousand addresses the last are remembered; where nothing
    is, it is taken to have changed just now.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, int]] = {}

    def since(self, path: str, tag: str, now: int) -> int | None:
        """Since when (seconds, UTC) the answer at `path` has been that of `tag`.

        None in the second in which it was another one before: by a time in whole seconds the two
        cannot be told apart.
        """
        known_tag, since = self._seen.pop(path, ("", now - 1))
        if known_tag != tag:
            since = max(now, since + 1)
        self._seen[path] = (tag, since)
        while len(self._seen) > ANSWERS_MAX:
            del self._seen[next(iter(self._seen))]
        return since if since <= now else None


LAST_CHANGES: web.AppKey[LastChanges] = web.AppKey("last_changes", LastChanges)


def conditional_response(
    request: web.Request, body: bytes, media_type: str, headers: dict[str, str]
) -> web.Response:
    """`body` with its tag and since when it is so; 304 to who has it already.

    Source: RFC 9110 sections 8.8 and 13.1: a tag that is sent counts alone.
    """
    tag = sha256(body).hexdigest()[:TAG_CHARACTERS]
    now = request.app[SERVICES].clock.now()
    since = request.app[LAST_CHANGES].since(request.path, tag, now)
    reply = web.Response(body=body, content_type=media_type, charset="utf-8", headers=headers)
    if is_known(request, tag, since):
        reply = web.Response(status=304, headers=headers)
    else:
        reply.enable_compression()
    reply.headers[hdrs.ETAG] = f'W/"{tag}"'
    reply.headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
    if since is not None:
        reply.last_modified = since
    return reply


def is_known(request: web.Request, tag: str, since: int | None) -> bool:
    """Whether whoever asks says that they have this very answer."""
    if request.if_none_match is not None:
        return any(known.value in (tag, "*") for known in request.if_none_match)
    asked = request.if_modified_since
    return since is not None and asked is not None and datetime.fromtimestamp(since, UTC) <= asked
