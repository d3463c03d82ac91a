"""Tables of what becomes of wire documents: `shapes.tsv` of ours, `outcomes.tsv` of real ones.

`make outcomes` writes them anew after a deliberate change; then read what `git diff` shows.
"""

import csv
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from node.db.tx import Tx
from tests.other_servers import OtherServers, other_servers
from tests.receiving import Outcome, received, settle

WIRE = Path(__file__).parent / "wire"
SHARED = Path(__file__).parents[2] / "shared" / "wire"
COLUMNS = ("document", "kind", "outcome", "reason")
IS_WRITING = bool(os.environ.get("HEDGEROW_WRITE_OUTCOMES"))


class Undone(Exception):
    """What was tried is taken back."""


@dataclass(frozen=True)
class WireFolder:
    """Documents by software, and the table that says what becomes of them."""

    folder: Path
    table: Path

    @cached_property
    def paths(self) -> Sequence[Path]:
        return sorted(self.folder.glob("*/*.json"))

    @cached_property
    def _servers(self) -> OtherServers:
        return other_servers(map(parsed, self.paths))

    async def tried(self, tx: Tx) -> dict[str, Outcome]:
        """What becomes of each document, tried by itself on a node that is otherwise fresh."""
        settle(tx)
        found: dict[str, Outcome] = {}
        for path in self.paths:
            servers = self._servers
            alone = OtherServers(servers.known, servers.actors, servers.groups)
            try:
                with tx.savepoint():
                    outcome = await received(tx, path.read_bytes(), alone)
                    raise Undone
            except Undone:
                found[path.relative_to(self.folder).as_posix()] = outcome
        return found

    def read(self) -> dict[str, Outcome]:
        """What the table says."""
        with self.table.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            return {row["document"]: Outcome(*(row[name] for name in COLUMNS[1:])) for row in rows}

    def write(self, found: dict[str, Outcome]) -> None:
        rows = ["\t".join((name, *astuple(outcome))) for name, outcome in found.items()]
        self.table.write_text("\n".join(["\t".join(COLUMNS), *rows]) + "\n", encoding="utf-8")


def astuple(outcome: Outcome) -> tuple[str, str, str]:
    return outcome.kind, outcome.outcome, outcome.reason


def parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except ValueError:
        return None


OURS = WireFolder(WIRE, WIRE / "shapes.tsv")
REAL = WireFolder(SHARED, WIRE / "outcomes.tsv")
