"""Lists of hosts that others keep: read and written as Mastodon's CSV. Pure."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from node.base.errors import Invalid
from node.peers.rules import REASON_CHARACTERS_MAX, Policy, read_host
from node.peers.store import Peer

COLUMNS = ("domain", "severity", "reject_media", "reject_reports", "public_comment", "obfuscate")
SEVERITIES = {"suspend": Policy.BLOCKED, "silence": Policy.SILENCED, "noop": Policy.OPEN}
WORDS = {Policy.BLOCKED: "suspend", Policy.SILENCED: "silence"}
CHARACTERS_MAX = 8 * 1024 * 1024
LINES_MAX = 50_000
PROBLEMS_NAMED = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list: a host, what it should be to us, and the comment beside it."""

    host: str
    policy: Policy
    reason: str


def read_blocklist(text: str) -> list[Listed]:
    """The lines of a list, a host once; a line without a severity asks for a block.

    Raises:
        Invalid: lines that cannot be read, each named by its number; then nothing counts.
    """
    if len(text) > CHARACTERS_MAX or text.count("\n") > LINES_MAX:
        raise Invalid(f"A list has at most {LINES_MAX} lines and 8 MiB.")
    rows = csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True), strict=True)
    places = {name: number for number, name in enumerate(COLUMNS)}
    found: dict[str, Listed] = {}
    problems: list[str] = []
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if rows.line_num == 1 and cells[0].lstrip("#").lower() == "domain":
                places = {cell.lstrip("#").lower(): number for number, cell in enumerate(cells)}
                continue
            try:
                one = read_line(cells, places)
            except Invalid as problem:
                problems.append(f"Line {rows.line_num}: {problem.sentence}")
                continue
            found[one.host] = stricter(one, found.get(one.host))
    except csv.Error:
        problems.append(f"Line {rows.line_num}: this is not CSV.")
    if problems:
        more = len(problems) - PROBLEMS_NAMED
        rest = [f"And {more} more lines."] if more > 0 else []
        raise Invalid("\n".join([*problems[:PROBLEMS_NAMED], *rest, "Nothing was changed."]))
    return list(found.values())


def read_line(cells: list[str], places: dict[str, int]) -> Listed:
    def cell(name: str) -> str:
        place = places.get(name, len(cells))
        return cells[place] if place < len(cells) else ""

    severity = cell("severity").lower() or "suspend"
    if severity not in SEVERITIES:
        raise Invalid(f"{severity[:50]!r} is none of {', '.join(SEVERITIES)}.")
    for name in ("reject_media", "reject_reports", "obfuscate"):
        if cell(name).lower() not in ("", "true", "false"):
            raise Invalid(f"{name} is neither TRUE nor FALSE.")
    reason = cell("public_comment")[:REASON_CHARACTERS_MAX]
    return Listed(read_host(cell("domain")), SEVERITIES[severity], reason)


def stricter(one: Listed, other: Listed | None) -> Listed:
    order = list(SEVERITIES.values())
    return one if other is None or order.index(one.policy) < order.index(other.policy) else other


def render_blocklist(peers: Iterable[Peer]) -> str:
    """What is blocked and silenced here, for others to read; who is trusted is nobody's affair."""
    rows = [
        [peer.host, WORDS[peer.policy], "TRUE", "FALSE", peer.reason, "FALSE"]
        for peer in peers
        if peer.policy in WORDS
    ]
    head = [f"#{name}" for name in COLUMNS]
    return "".join(",".join(map(quoted, row)) + "\n" for row in [head, *rows])


def quoted(cell: str) -> str:
    """A cell as CSV has it (RFC 4180)."""
    is_plain = not any(mark in cell for mark in '",\r\n')
    return cell if is_plain else '"' + cell.replace('"', '""') + '"'
