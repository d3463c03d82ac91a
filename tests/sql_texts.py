"""Every SQL text of the tree, and where a text is made of parts instead of written."""

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

from tests.source import Module, modules

STATEMENT = re.compile(r"\s*(select|insert into|update|delete from|with)\s", re.IGNORECASE)
CLAUSE = re.compile(r"\b(select\s.+\sfrom|insert into|delete from|order by|where)\b", re.S | re.I)
ASKING = {"one", "all", "run"}
ENGINE = "node.db"
NAMED_BY_NAMES_MAX = 3
WORDS_AROUND = re.compile(r"\s(from|into|set|where|values|as)\s|^select ", re.IGNORECASE)


def sql_texts() -> list[tuple[str, str]]:
    """Each statement outside of `node/db` as (place, text); a place is `path:line`."""
    return [
        (f"{module.path}:{node.lineno}", node.value)
        for module in modules()
        if module.is_within("node") and not module.is_within(ENGINE)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and STATEMENT.match(node.value)
        and WORDS_AROUND.search(node.value.strip())
    ]


def built_sql(module: Module) -> Iterator[str]:
    """Where a module builds SQL from strings, or asks with a text that is not written out."""
    fixed = fixed_names(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.JoinedStr) and CLAUSE.search(text_of(node)):
            yield f"{module.path}:{node.lineno} builds SQL with an f-string"
        elif is_question(node) and not (node.args and is_fixed(node.args[0], fixed)):
            yield f"{module.path}:{node.lineno} asks with a text that is not fixed"


def is_question(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether this is `tx.one(…)`, `tx.all(…)` or `tx.run(…)`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    asked = node.func.value
    return node.func.attr in ASKING and isinstance(asked, ast.Name) and asked.id == "tx"


def is_fixed(node: ast.expr, fixed: set[str]) -> bool:
    """Whether the text is written in the source: itself, by name, or as one of two."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.Name):
        return node.id in fixed
    if isinstance(node, ast.IfExp):
        return is_fixed(node.body, fixed) and is_fixed(node.orelse, fixed)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_swap = node.func.attr == "replace" and is_fixed(node.func.value, fixed)
        return is_swap and all(isinstance(one, ast.Constant) for one in node.args)
    return False


def fixed_names(tree: ast.Module) -> set[str]:
    """Names that only ever stand for fixed texts; a parameter `sql` is what its callers pass."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    assigned.setdefault(target.id, []).append(node.value)
    fixed: set[str] = set()
    for _ in range(NAMED_BY_NAMES_MAX):
        fixed |= {
            name for name, given in assigned.items() if all(is_fixed(one, fixed) for one in given)
        }
    return fixed | parameters_given_fixed_texts(tree, fixed)


def parameters_given_fixed_texts(tree: ast.Module, fixed: set[str]) -> set[str]:
    """`sql`, if every call in the module to a function that takes it passes a fixed text there."""
    places: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [one.arg for one in node.args.args]
            if "sql" in names:
                places[node.name] = names.index("sql")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            place = places.get(node.func.id)
            if place is not None and not is_fixed(node.args[place], fixed):
                return set()
    return {"sql"} if places else set()


def text_of(node: ast.JoinedStr) -> str:
    return "".join(str(one.value) if isinstance(one, ast.Constant) else " " for one in node.values)
