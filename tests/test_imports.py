"""The arrows of the tree: every folder stands above those it imports, and what a file may lean on.

The order below is the house, top to bottom; no import runs up, without exceptions. Who adds a
folder or a topic says here where it stands.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.source import LAYERS, ROOT, Module, imports, is_within, modules, own_imports

FOLDERS = ("cli", "web", "api", "inbox", "documents", "leak_audit", "http", "topics")
GROUND = ("arrivals", "outbox", "peers", "pictures", "db", "base")
STARTERS = (
    "__main__",
    "app",
    "workers",
    "housekeeping",
    "files_at_rest",
    "scheduled_backups",
    "scheduled_audits",
)
"""Files that put the house together; nothing below imports them."""

TOPICS = (
    "portability",
    "search",
    "neighbours",
    "organising",
    "publishing",
    "moderation",
    "events",
    "touchpoints",
    "resources",
    "timelines",
    "reactions",
    "polls",
    "conversations",
    "quotes",
    "posts",
    "remote_pictures",
    "files",
    "admissions",
    "members",
    "notifications",
    "communities",
    "accounts",
    "blocks",
    "pseudonyms",
    "actors",
    "permissions",
)
"""Top to bottom: a verb that touches two topics lives in the upper one."""

ORDER = (
    *(f"node.{name}" for name in (*STARTERS, *FOLDERS[:-1])),
    *(f"node.topics.{name}" for name in TOPICS),
    *(f"node.{name}" for name in ("topics", *GROUND)),
    "node",
)
WEB_LIBRARIES = ("aiohttp", "click", "jinja2", "rich", "uvloop")
FORBIDDEN = {
    "node.topics": WEB_LIBRARIES,
    "node.arrivals": WEB_LIBRARIES,
    "node.outbox": WEB_LIBRARIES,
    "node.peers": WEB_LIBRARIES,
    "node.db": WEB_LIBRARIES,
    "node.base": WEB_LIBRARIES,
    "node.inbox": ("click", "jinja2", "rich"),
    "node.documents": ("click", "jinja2", "rich"),
    "node.api": ("click", "jinja2", "rich"),
    "node.web": ("click", "rich"),
    "node.http": ("click", "jinja2", "rich"),
    "federation": ("click", "jinja2", "rich", "sqlite3", "psycopg"),
}
"""What the files of a folder may not lean on, whatever they need it for."""

FILE_LINES_MAX = 350
SQL = ("one", "all", "run")
DOORS = tuple(f"node.{name}" for name in ("cli", "web", "api", "inbox", "documents", "http"))


def floor_of(name: str) -> int:
    """How far down a module stands; the row in `ORDER` that fits it closest.

    Raises:
        LookupError: it stands nowhere in the order.
    """
    for floor, row in enumerate(ORDER):
        if name == row or (row != "node" and name.startswith(f"{row}.")):
            return floor
    raise LookupError(f"{name} has no place in the order of tests/test_imports.py")


def nodes() -> list[Module]:
    return [module for module in modules() if module.is_within("node")]


def test_the_layers_point_one_way():
    back = [
        f"{module.path}:{line} imports {name}"
        for module in modules()
        for name, line in own_imports(module)
        if LAYERS.index(name.split(".")[0]) > LAYERS.index(module.name.split(".")[0])
    ]

    assert back == []


def test_every_module_of_the_node_has_its_place_in_the_order():
    assert [module.name for module in nodes() if floor_of(module.name) is None] == []


def test_no_import_runs_up_between_folders_or_topics():
    up = [
        f"{module.path}:{line} imports {name}"
        for module in nodes()
        for name, line in own_imports(module)
        if is_within(name, "node") and floor_of(name) < floor_of(module.name)
    ]

    assert up == []


def test_no_two_folders_import_each_other():
    """A folder and what lies in it are one house; what stands side by side leans one way only."""
    folders = {module.name: module.path.rpartition("/")[0] for module in modules()}
    pairs = {
        (folders[module.name], folders[name])
        for module in modules()
        for name, _ in own_imports(module)
    }
    apart = [(one, other) for one, other in pairs if not is_inside(one, other)]

    assert [(one, other) for one, other in apart if one < other and (other, one) in pairs] == []


def is_inside(one: str, other: str) -> bool:
    """Whether one folder lies in the other, whichever."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_a_folder_leans_on_no_library_that_is_not_for_it(folder):
    found = [
        f"{module.path}:{line} imports {name}"
        for module in modules()
        if module.is_within(folder)
        for name, line in imports(module)
        if name.split(".")[0] in FORBIDDEN[folder]
    ]

    assert found == []


@pytest.mark.parametrize("door", DOORS)
def test_a_door_asks_topics_and_never_the_store_itself(door):
    found = [
        f"{module.path}:{line}"
        for module in nodes()
        if module.is_within(door)
        for line in statements(module)
    ]

    assert found == []


def statements(module: Module) -> Iterator[int]:
    """The lines on which SQL is run."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on = node.func.value
            if node.func.attr in SQL and isinstance(on, ast.Name) and on.id == "tx":
                yield node.lineno


def test_imports_stand_at_the_top_and_dodge_nothing():
    inside = [
        f"{module.path}:{inner.lineno}"
        for module in modules()
        for outer in ast.walk(module.tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.If)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


def test_no_module_is_part_of_a_loop():
    graph = {one.name: {name for name, _ in own_imports(one)} - {one.name} for one in modules()}

    assert [name for name in graph if name in reached_from(name, graph)] == []


def reached_from(start: str, graph: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached


def test_every_folder_says_in_a_sentence_what_it_answers_for():
    folders = {module.path.rpartition("/")[0] for module in modules()}
    said = {
        module.path.removesuffix("/__init__.py"): ast.get_docstring(module.tree) or ""
        for module in modules()
        if module.path.endswith("/__init__.py")
    }

    assert [
        folder for folder in sorted(folders) if not said.get(folder, "").endswith((".", "`"))
    ] == []


def test_no_file_is_longer_than_three_hundred_and_fifty_lines():
    long = [module.path for module in modules() if line_count(module) > FILE_LINES_MAX]

    assert long == []


def line_count(module: Module) -> int:
    return (ROOT / module.path).read_text().count("\n")
