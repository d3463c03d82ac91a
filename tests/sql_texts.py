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
NAMED_BY_NAMES_MAX = 4
WORDS_AROUND = re.compile(r"\s(from|into|set|where|values|as)\s|^select ", re.IGNORECASE)


def sql_texts() -> list[tuple[str, str]]:
    """Each statement outside of `node/db` as (place, text); a place is `path:line`.

    What is put together from fixed parts counts whole, and its parts do not count.
    """
    return [
        (f"{module.path}:{node.lineno}", text)
        for module in modules()
        if module.is_within("node") and not module.is_within(ENGINE)
        for node, text in whole_texts(module.tree)
        if STATEMENT.match(text) and WORDS_AROUND.search(text.strip())
    ]


def whole_texts(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Every text that is no part of another: written out, or added up from texts that are."""
    named = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    sums = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp)]
    parts = {id(part) for node in sums for part in (node.left, node.right)}
    used = {part.id for node in sums for part in ast.walk(node) if isinstance(part, ast.Name)}
    parts |= {id(value) for name, value in named.items() if name in used}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.BinOp) and id(node) not in parts:
            text = added_up(node, named)
            if text is not None:
                yield node, text


def added_up(node: ast.expr, named: dict[str, ast.expr]) -> str | None:
    """The text that an expression of fixed parts makes; None where it is no such thing."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        return added_up(named[node.id], named) if node.id in named else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = added_up(node.left, named), added_up(node.right, named)
        return left + right if left is not None and right is not None else None
    return None


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
    """Whether the text is written in the source: itself, by name, in parts, or as one of two."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.Name):
        return node.id in fixed
    if isinstance(node, ast.BinOp):
        is_sum = isinstance(node.op, ast.Add)
        return is_sum and is_fixed(node.left, fixed) and is_fixed(node.right, fixed)
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
