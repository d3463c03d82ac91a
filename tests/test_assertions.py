"""Tests that can fail: each compares something, itself or in a function that it calls.

A method that compares on the way (a status that must be 200) does not count: what the test is about
stands in the test.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from tests.source import ROOT

EXPECTS_ERRORS = frozenset(("raises", "warns", "fail"))
"""What of pytest fails a test."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Trees = Mapping[str, ast.Module]


def test_every_test_can_fail():
    assert blind_tests(trees_of_tests()) == []


@pytest.mark.parametrize(
    "text",
    [
        "def test_a():\n    do()",
        "async def test_a():\n    await do()",
        "class TestA:\n    def test_a(self):\n        do()",
        "def test_a():\n    assert True",
        "def test_a():\n    pytest.importorskip('x')",
        "def test_a():\n    def never():\n        assert do()",
        "def do():\n    pass\ndef test_a():\n    do()",
        "def do():\n    again()\ndef again():\n    do()\ndef test_a():\n    do()",
        "class A:\n    def get(self):\n        assert do()\ndef test_a(house):\n    house.get()",
        "class A:\n    def get(self):\n        assert do()\ndef test_a():\n    get()",
        "def house():\n    assert do()\ndef test_a(house):\n    house.get()",
    ],
)
def test_a_test_that_looks_at_nothing_is_noticed(text):
    assert blind_tests({"tests/test_a.py": ast.parse(text)}) != []


@pytest.mark.parametrize(
    "text",
    [
        "def test_a():\n    assert do() == 1",
        "def test_a():\n    with pytest.raises(ValueError):\n        do()",
        "def test_a():\n    if do():\n        pytest.fail('no')",
        "def test_a():\n    def look(one):\n        assert one\n    do(look)",
        "def check():\n    assert do()\ndef test_a():\n    check()",
        "def check():\n    look()\ndef look():\n    assert do()\ndef test_a():\n    check()",
    ],
)
def test_a_test_that_looks_is_let_be(text):
    assert blind_tests({"tests/test_a.py": ast.parse(text)}) == []


def test_a_helper_of_another_file_is_looked_into():
    helper = ast.parse("def check():\n    assert do()")
    test = ast.parse("from tests.helper import check as look\ndef test_a():\n    look()")

    assert blind_tests({"tests/helper.py": helper, "tests/test_a.py": test}) == []


def trees_of_tests() -> Trees:
    """Every Python file of the tests."""
    paths = (path for path in sorted((ROOT / "tests").rglob("*.py")))
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text())
        for path in paths
        if "node_modules" not in path.parts
    }


Name = tuple[str, str]
"""A module and what it calls a function."""


@dataclass(frozen=True)
class Look:
    """One function: whether it compares something by itself, and what it names."""

    is_looking: bool
    names: frozenset[Name]


def blind_tests(trees: Trees) -> list[str]:
    """Each test that compares nothing, as `path:line name`."""
    functions, tests = dict[Name, Look](), list[tuple[str, Look]]()
    for path, tree in trees.items():
        module, imported = dotted(path), imports_of(tree)
        for function in functions_of(tree):
            look = look_of(function, module, imported)
            if function in tree.body:
                functions[module, function.name] = look
            if function.name.startswith("test_") and "test_" in path:
                tests.append((f"{path}:{function.lineno} {function.name}", look))
    return [place for place, look in tests if not may_fail(look, functions)]


def may_fail(look: Look, functions: Mapping[Name, Look]) -> bool:
    """Whether a function compares something, or calls what does."""
    seen, waiting = {look}, [look]
    while waiting:
        one = waiting.pop()
        if one.is_looking:
            return True
        called = {functions[name] for name in one.names if name in functions}
        waiting += called - seen
        seen |= called
    return False


def dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def imports_of(tree: ast.Module) -> dict[str, Name]:
    """What each imported name is."""
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def functions_of(tree: ast.Module) -> Iterator[Function]:
    """Each function of a module and each method of its classes."""
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        yield from (one for one in inside if isinstance(one, Function))


def look_of(function: Function, module: str, imported: Mapping[str, Name]) -> Look:
    nodes = list(reached(function))
    names = {node.id for node in nodes if isinstance(node, ast.Name)} - parameters(function)
    found = frozenset(imported.get(name, (module, name)) for name in names)
    return Look(any(map(is_comparison, nodes)), found)


def parameters(function: Function) -> set[str]:
    """What a function is given; a test's fixtures are not what it is about."""
    return {one.arg for one in ast.walk(function.args) if isinstance(one, ast.arg)}


def reached(function: Function) -> Iterator[ast.AST]:
    """All of a function, without those functions inside that it never names."""
    inner = [node for node in ast.walk(function) if isinstance(node, Function)][1:]
    loaded = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    left_out = {id(part) for one in inner if one.name not in loaded for part in ast.walk(one)}
    yield from (node for node in ast.walk(function) if id(node) not in left_out)


def is_comparison(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return is_call and ast.unparse(node.func) in {f"pytest.{one}" for one in EXPECTS_ERRORS}
