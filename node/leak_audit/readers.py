"""Who asks, and what must not be told to whom."""

from dataclasses import dataclass

STRANGERS = (
    "visitor",
    "other member",
    "ex-member",
    "clinic",
    "unsigned node",
    "unrelated node",
)
"""The six kinds of stranger: what is behind a door is for none of them."""

OTHERS = ("member", "moderator", "follower", "banned", "node with a member")
"""Who asks beside them in the matrix of the tests: some of it is for these."""

CSRF = "c"
"""The secret of each of their sessions, of which the forms on pages carry a word."""

NODES = ("unsigned node", "unrelated node", "node with a member")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who asks: by a browser's session, an app's token, or as another node's actor."""

    name: str
    session: str = ""
    token: str = ""
    signer: str = ""

    @property
    def is_node(self) -> bool:
        """Whether it is another node, which asks for documents."""
        return self.name in NODES


@dataclass(frozen=True, slots=True)
class Secret:
    """A word that stands in something, who may read it, and what it is in words."""

    word: str
    readers: frozenset[str]
    what: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """Something by whose `address` (a name or a number) one may ask; `twin` is one like it that
    never was. To all but `readers` both must look the same, to the byte (T94)."""

    address: str
    twin: str
    readers: frozenset[str]
    what: str


@dataclass(frozen=True, slots=True)
class Link:
    """Two names of one person, each as the words by which it may be known; no answer to anybody
    holds words of both, unless it was asked by them."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    what: str


@dataclass(frozen=True, slots=True)
class Leak:
    """What somebody was told who should not have been, and where they asked."""

    reader: str
    path: str
    what: str
