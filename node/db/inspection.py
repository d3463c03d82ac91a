"""Looking into a store for whoever keeps the machine: tables, counts and rows. It only reads.

What opens doors (private keys, and what passwords, tokens and codes are known by) is shown to
nobody, nor from which addresses people tried to sign in, nor whose another name is. Only tables of
ours are looked at: what others have put beside them may hold anything, under any name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from node.base.errors import Refused
from node.db.migrate import migrations
from node.db.tx import Engine

Cells = Mapping[str, Any]
Key = tuple[Any, ...]
ROWS_A_PAGE = 1_000
NEVER_SHOWN = frozenset(
    (
        "account.password_hash",
        "actor_key.private_key",
        "idempotency.key",
        "invitation.code_hash",
        "invitation_use.ticket_hash",
        "deletion.token_hash",
        "known_device.token_hash",
        "login_try.key",
        "oauth_app.secret_hash",
        "oauth_code.challenge",
        "oauth_code.code_hash",
        "oauth_token.code_hash",
        "oauth_token.token_hash",
        "session.csrf",
        "session.token_hash",
        "take_out.session_hash",
        "take_out.token_hash",
    )
)
"""Columns that stay in the store, as `table.column`."""

SAYS_WHOSE = frozenset(
    (
        "account.no_names_until",
        "pseudonym.account_id",
        "pseudonym.created_at",
        "pseudonym.ended_at",
        "pseudonym.stopped_at",
        "same_person.actor_id",
        "same_person.other_id",
        "session.acting_id",
    )
)
"""So do those that say whose another name of somebody is, or when they did something to it; of the
pairs of names nothing is shown, for how often one stands there says with which others it goes."""

CREATED = re.compile(r"^create table (\w+) \(", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Table:
    """A table, the columns of it that may be shown, its key, and how many rows it has."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a table, and the key of the last of them; None where there is none."""

    rows: list[Cells]
    last: Key | None


class Inspector(Protocol):
    """What reads a store a page at a time, so that no reading holds up whoever writes."""

    def tables(self) -> list[Table]:
        """Every table, by name."""
        ...

    def page(self, table: Table, limit: int, before: Key | None = None) -> Page:
        """The last rows of a table by its key, those below `before`, the last one first.

        Raises:
            Refused: they cannot be read.
        """
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


@cache
def our_tables(engine: Engine) -> frozenset[str]:
    """The tables that our migrations make, and the one that notes them."""
    return frozenset(name for _, text in migrations(engine) for name in CREATED.findall(text)) | {
        "migration"
    }


def page_of(table: Table, rows: list[dict[str, Any]]) -> Page:
    """A page of rows that have all that may be shown, and the key, which may perhaps not."""
    last = tuple(rows[-1][column] for column in table.key) if rows else None
    return Page([{column: row[column] for column in table.columns} for row in rows], last)


def shown(table: str, columns: list[str]) -> tuple[str, ...]:
    """The columns of a table that may be shown."""
    return tuple(one for one in columns if f"{table}.{one}" not in NEVER_SHOWN | SAYS_WHOSE)


def every_row(inspector: Inspector, table: Table) -> Iterator[Cells]:
    """The rows of a table, page by page, the last by its key first; none if nothing of them may be
    shown."""
    if not table.columns:
        return
    page = inspector.page(table, ROWS_A_PAGE)
    while page.rows:
        yield from page.rows
        page = inspector.page(table, ROWS_A_PAGE, page.last)


def table_called(inspector: Inspector, name: str) -> Table:
    """The table of that name.

    Raises:
        Refused: there is none.
    """
    for table in inspector.tables():
        if table.name == name:
            return table
    raise Refused("There is no table of that name. `hedgerow data tables` lists them.")
