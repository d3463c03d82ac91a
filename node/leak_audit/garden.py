"""What is planted in a made-up node, while it grows."""

from dataclasses import dataclass, field

from node.base.ids import new_name
from node.leak_audit.readers import Hidden, Reader, Secret
from node.topics.actors.actions import Keys
from node.topics.actors.store import Actor


@dataclass
class Garden:
    """What is planted, while it grows."""

    origin: str
    host: str
    keys: Keys
    now: int
    people: dict[str, Actor] = field(default_factory=dict)
    readers: list[Reader] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    iris: list[str] = field(default_factory=list)
    lures: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    blobs: dict[str, bytes] = field(default_factory=dict)

    def word(self, readers: frozenset[str], what: str) -> str:
        """A new word that only some may read, noted as such."""
        made = f"zq{new_name()}"
        self.secrets.append(Secret(made, readers, what))
        return made
