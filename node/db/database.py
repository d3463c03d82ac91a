"""The store as async code sees it: run a plain function in a transaction."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from node.db.tx import Engine, Tx

P = ParamSpec("P")
R = TypeVar("R")


class Database(Protocol):
    """One store. Functions given to it are synchronous, take milliseconds and may be run twice."""

    engine: Engine

    @property
    def waiting(self) -> int:
        """How many functions wait to be run."""
        ...

    @property
    def may_write(self) -> bool:
        """Whether it was not opened for reading only, beside another process that writes."""
        ...

    async def read(
        self, fn: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """What `fn(tx, …)` returns, on one snapshot that cannot be written to.

        Raises:
            Busy: the store does not answer, or the reading took over five seconds.
        """
        ...

    async def write(
        self, fn: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """What `fn(tx, …)` returns, once its changes are on disk.

        An exception of `fn` is raised here, and nothing of it was written.

        Raises:
            Busy: too many functions wait, the disk is full, or the store does not answer.
        """
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of the store. Repeating it does nothing."""
        ...
