"""The tree's own Python, read as text and syntax, for the tests that hold its rules."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
LAYERS = ("schemas", "federation", "node", "deploy")


@dataclass(frozen=True)
class Module:
    """One file: `name` is dotted, `path` is relative to the checkout."""

    name: str
    path: str
    tree: ast.Module

    def is_within(self, package: str) -> bool:
        """Whether this is `package` itself or something in it."""
        return is_within(self.name, package)


def is_within(name: str, package: str) -> bool:
    """Whether a dotted name is `package` or lies in it."""
    return name == package or name.startswith(package + ".")


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product."""
    paths = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
    return tuple(read_module(path) for path in paths)


@cache
def names() -> frozenset[str]:
    """The dotted name of every module of the product."""
    return frozenset(module.name for module in modules())


def read_module(path: Path) -> Module:
    relative = path.relative_to(ROOT)
    parts = relative.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, str(relative), ast.parse(path.read_text(), str(relative)))


def imports(module: Module) -> Iterator[tuple[str, int]]:
    """Each module or name that is imported, dotted, with its line."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def own_imports(module: Module) -> Iterator[tuple[str, int]]:
    """Each module of ours that is imported, with its line."""
    known = names()
    for name, line in imports(module):
        if name in known:
            yield name, line
        elif name.rpartition(".")[0] in known:
            yield name.rpartition(".")[0], line
