"""The arrows of the tree: which layer, topic and table may import which.

What is allowed against a rule stands here by name, with its reason.
"""

import ast
from collections.abc import Callable

from tests.source import LAYERS, Module, is_within, modules, own_imports

TOPICS = (
    "actors",
    "accounts",
    "communities",
    "notifications",  # before members: who is followed or asked is told so
    "members",
    "files",
    "posts",
    "polls",
    "resources",
    "touchpoints",
    "events",
    "reactions",
    "timelines",
    "moderation",
    "neighbours",
    "search",
    "portability",
)
TABLES = ("node.inbox.handlers", "node.web.routes", "node.api.routes", "node.cli.commands")
STARTERS = ("node.app", "node.workers", "node.cli", "node.http.listener")
"""What puts the house together: it may import the tables."""

MACHINERY = ("node.db", "node.outbox", "node.inbox", "node.peers")
MACHINERY_THAT_KNOWS_TOPICS = {
    "node.inbox.handlers": "the table of what is applied",
    "node.inbox.fetch": "stores what was fetched",
    "node.inbox.backfill": "hangs what was fetched where it belongs",
    "node.inbox.remote_communities": "keeps what a community elsewhere says of itself",
    "node.inbox.gone_actors": "deletes whoever is gone",
    "node.inbox.resolve": "finds what is stored before it asks elsewhere",
}
UNDER_THE_STORE = ("node.db", "node.base.errors", "node.base.clock", "node.base.ids")
"""All that `node/db` may know of the node."""


def topic_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "node" and len(parts) > 1 and parts[1] in TOPICS else None


def offending(
    is_wrong: Callable[[Module, str], bool], among: Callable[[Module], bool] = lambda module: True
) -> list[str]:
    """Each import of ours that is wrong, as `path:line imports name`."""
    return [
        f"{module.path}:{line} imports {name}"
        for module in modules()
        if among(module)
        for name, line in own_imports(module)
        if is_wrong(module, name)
    ]


def test_the_layers_point_one_way():
    def points_back(module: Module, name: str) -> bool:
        return LAYERS.index(name.split(".")[0]) > LAYERS.index(module.name.split(".")[0])

    assert offending(points_back) == []


def test_a_topic_imports_only_the_topics_before_it():
    def is_later(module: Module, name: str) -> bool:
        own, other = topic_of(module.name), topic_of(name)
        return own is not None and other is not None and TOPICS.index(other) > TOPICS.index(own)

    assert offending(is_later) == []


def test_only_what_starts_the_node_imports_the_tables():
    def is_neither(module: Module) -> bool:
        return not any(module.is_within(one) for one in (*STARTERS, *TABLES))

    def is_table(module: Module, name: str) -> bool:
        return any(is_within(name, table) for table in TABLES)

    assert offending(is_table, among=is_neither) == []


def test_the_machinery_knows_no_topic():
    def is_machinery(module: Module) -> bool:
        return module.name not in MACHINERY_THAT_KNOWS_TOPICS and any(
            module.is_within(one) for one in MACHINERY
        )

    assert offending(lambda module, name: topic_of(name) is not None, among=is_machinery) == []


def test_the_store_leans_on_errors_clock_and_ids_alone():
    def is_above(module: Module, name: str) -> bool:
        return not any(is_within(name, one) for one in UNDER_THE_STORE)

    assert offending(is_above, among=lambda module: module.is_within("node.db")) == []


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
