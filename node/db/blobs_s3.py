"""Bytes of files in a store that speaks S3. The library for that is an extra, so `node/db/blobs.py`
loads this only where the settings name such a store.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from node.base.config import FilesSettings
from node.base.errors import Busy, Refused
from node.db.blob_names import is_blob_name

CONNECT_S, ANSWER_S, TRY_AGAIN_S, TRIES_AGAIN = 3, 10, 5, 2
AT_ONCE = 1_000
SILENT = "The store of files does not answer just now. Try again in a minute."
NO_KEYS = (
    "The store of files needs keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or [files]"
    " access_key_id and secret_access_key."
)


class S3Blobs:
    """Objects in a bucket under a prefix; what is not named as we name files is left alone.

    Raises:
        Refused: there are no keys for it.
    """

    def __init__(self, settings: FilesSettings, *, development: bool) -> None:
        place, region = urlsplit(settings.url), settings.region or "us-east-1"
        self._store = S3Store(
            place.netloc,
            prefix=place.path.strip("/") or None,
            config={
                "access_key_id": key_of(settings.access_key_id, "AWS_ACCESS_KEY_ID"),
                "secret_access_key": key_of(settings.secret_access_key, "AWS_SECRET_ACCESS_KEY"),
                "region": region,
                "endpoint": settings.endpoint or f"https://s3.{region}.amazonaws.com",
                "virtual_hosted_style_request": False,
            },
            client_options={
                "allow_http": development,
                "connect_timeout": timedelta(seconds=CONNECT_S),
                "timeout": timedelta(seconds=ANSWER_S),
            },
            retry_config={
                "max_retries": TRIES_AGAIN,
                "retry_timeout": timedelta(seconds=TRY_AGAIN_S),
            },
        )

    def put(self, name: str, body: bytes) -> None:
        """Keep bytes; the store has them when this returns."""
        with answering():
            obstore.put(self._store, name, body, use_multipart=False)

    def get(self, name: str) -> bytes | None:
        """The bytes of that name."""
        with answering():
            try:
                return bytes(obstore.get(self._store, name).bytes())
            except FileNotFoundError:
                return None

    def delete(self, names: Iterable[str]) -> None:
        """Remove what has these names."""
        wanted = list(names)
        with answering():
            for start in range(0, len(wanted), AT_ONCE):
                obstore.delete(self._store, wanted[start : start + AT_ONCE])

    def names(self) -> Iterator[str]:
        """All names that are ours."""
        with answering():
            for part in obstore.list(self._store, chunk_size=AT_ONCE):
                yield from (one["path"] for one in part if is_blob_name(one["path"]))


def key_of(setting: str, name: str) -> str:
    """A key, from the settings or from the environment, where other programs look for it too."""
    found = setting or os.environ.get(name, "")
    if not found:
        raise Refused(NO_KEYS)
    return found


@contextmanager
def answering() -> Iterator[None]:
    """What goes wrong with the store, as a sentence for people; what it says may name keys."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise Busy(SILENT, retry_after_s=60) from error
