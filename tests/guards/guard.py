"""A row of the table: a guard, where it stands in the source, and the test that misses it."""

from dataclasses import dataclass
from pathlib import Path

from tests.source import ROOT


class Rotten(Exception):
    """A row whose text is not in the source, or not there exactly once."""


@dataclass(frozen=True, slots=True)
class Door:
    """One place where a guard stands: `text` of a file, and what stands there without the guard."""

    path: str
    text: str
    instead: str

    def taken_out(self, source: str) -> str:
        """The source of the file with that door open.

        Raises:
            Rotten: the text does not stand there exactly once.
        """
        if source.count(self.text) != 1:
            raise Rotten(f"{self.path} has {source.count(self.text)} times: {self.text!r}")
        return source.replace(self.text, self.instead)


@dataclass(frozen=True, slots=True)
class Guard:
    """What keeps a threat out, and the test with its mark that fails when all doors are open."""

    threat: str
    test: str
    doors: tuple[Door, ...]

    def without(self, root: Path = ROOT) -> dict[str, str]:
        """Each file of this guard, as it is when the guard is taken out."""
        sources = {door.path: (root / door.path).read_text() for door in self.doors}
        for door in self.doors:
            sources[door.path] = door.taken_out(sources[door.path])
        return sources


def guard(threat: str, test: str, *doors: tuple[str, str, str]) -> Guard:
    """A row; `test` is below `tests/`, each door is (file, text, what stands there instead)."""
    return Guard(threat, f"tests/{test}", tuple(Door(*door) for door in doors))
