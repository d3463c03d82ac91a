"""Tables of what becomes of wire documents: `shapes.tsv` of ours, `outcomes.tsv` of real ones.

`make outcomes` writes them anew after a deliberate change; then read what `git diff` shows.
"""

import csv
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from federation.jsonld import Expander
from node.db.tx import Tx
from tests.other_servers import AS2, OtherServers, other_servers
from tests.receiving import Outcome, received, settle

WIRE = Path(__file__).parent / "wire"
SHARED = Path(__file__).parents[2] / "shared" / "wire"
LEMMY = "https://join-lemmy.org/context.json"
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
        expander, found = Expander(), dict[str, Outcome]()
        for path in self.paths:
            servers = replace(self._servers, instead={}, owners={}, gone=set())
            servers.plain = expander.plain
            try:
                with tx.savepoint():
                    outcome = await received(tx, as_sent(path), servers)
                    raise Undone
            except Undone:
                found[path.relative_to(self.folder).as_posix()] = outcome
        await expander.close()
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


def as_sent(path: Path) -> bytes:
    """The bytes of a document; with the context that its software sends, where that was trimmed."""
    value = parsed(path)
    is_trimmed = isinstance(value, dict) and b'"@context"' not in path.read_bytes()
    return json.dumps(value).encode() if is_trimmed else path.read_bytes()


def parsed(path: Path) -> Any:
    try:
        value = json.loads(path.read_bytes())
    except ValueError:
        return None
    if isinstance(value, dict) and "type" in value and "@context" not in value:
        return {"@context": [LEMMY, AS2] if path.parent.name == "lemmy" else AS2} | value
    return value


OURS = WireFolder(WIRE, WIRE / "shapes.tsv")
REAL = WireFolder(SHARED, WIRE / "outcomes.tsv")
