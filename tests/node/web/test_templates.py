"""What holds for every template: no name of one hides what a page is given, and none is missing."""

import ast
from functools import cache

import pytest
from jinja2 import meta, nodes

from node.web.render import environment
from tests.source import modules

NAMES = environment.list_templates(extensions=["html"])
GIVEN_TO_ALL = frozenset(
    (
        *("me", "node_name", "host", "here", "here_whole", "token", "now", "is_for_search"),
        *("neighbours", "preview"),
    )
)
NAMING = (nodes.Macro, nodes.Import, nodes.FromImport, nodes.Assign, nodes.AssignBlock)


@cache
def parsed(name: str) -> nodes.Template:
    assert environment.loader is not None
    return environment.parse(environment.loader.get_source(environment, name)[0])


def made_in(template: nodes.Template) -> set[str]:
    """The names of the macros and imports of a template, and of what it sets."""
    found: set[str] = set()
    for one in template.find_all(NAMING):
        if isinstance(one, nodes.Macro):
            found.add(one.name)
        elif isinstance(one, nodes.Import):
            found.add(one.target)
        else:
            found |= {word.name for word in one.find_all(nodes.Name) if word.ctx == "store"}
    return found


def read_in(template: nodes.Template) -> set[str]:
    """The names that a template reads and that must come from outside."""
    return meta.find_undeclared_variables(template) - made_in(template) - set(environment.globals)


def others(name: str, kind: type[nodes.Node]) -> set[str]:
    """The templates that one extends, imports or includes, itself or in what it includes."""
    found = {node.template.value for node in parsed(name).find_all(kind)}
    for part in {node.template.value for node in parsed(name).find_all(nodes.Include)}:
        found |= others(part, kind)
    return found


@cache
def given_to() -> dict[str, frozenset[str]]:
    """What each page is given, by its template, as `page(…)` is called in the code."""
    found: dict[str, frozenset[str]] = {}
    calls = (node for module in modules() for node in ast.walk(module.tree))
    for call in calls:
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id == "page"
        ):
            template = call.args[1]
            if isinstance(template, ast.Constant):
                values = frozenset(word.arg for word in call.keywords if word.arg)
                found[template.value] = found.get(template.value, values) & values
    return found


EXTENDED = sorted({one for name in NAMES for one in others(name, nodes.Extends)})
IMPORTED = sorted({one for name in NAMES for one in others(name, nodes.Import)})


@pytest.mark.parametrize("name", EXTENDED)
def test_what_others_extend_names_nothing_that_could_hide_a_value_of_theirs(name):
    assert made_in(parsed(name)) == set()


@pytest.mark.parametrize("name", IMPORTED)
def test_what_others_import_reads_nothing_from_outside(name):
    assert read_in(parsed(name)) == set()


@pytest.mark.parametrize("name", sorted(given_to()))
def test_a_page_names_nothing_that_it_is_given(name):
    assert made_in(parsed(name)) & (given_to()[name] | GIVEN_TO_ALL) == set()


@pytest.mark.parametrize("name", sorted(given_to()))
def test_a_page_is_given_all_that_it_and_its_parts_read(name):
    parts = [name, *others(name, nodes.Extends), *others(name, nodes.Include)]
    read = {word for part in parts for word in read_in(parsed(part))}

    assert read - made_in(parsed(name)) - given_to()[name] - GIVEN_TO_ALL == set()


@pytest.mark.parametrize(
    "text", ["{% macro way(a) %}{% endmacro %}", "{% set way = 1 %}", "{% import 'x' as way %}"]
)
def test_a_name_that_could_hide_a_value_is_noticed(text):
    assert made_in(environment.parse(text)) == {"way"}
