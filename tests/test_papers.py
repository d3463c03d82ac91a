"""The papers say what is true now: settings, commands and handled activities are named."""

import ast
import json
import re
from pathlib import Path

import click
import msgspec
import pytest

from federation import documents
from node.base.config import Config
from node.cli.commands import COMMANDS
from node.inbox.handlers import HANDLERS
from node.outbox.destinations import DESTINATIONS_MAX, SILENT_S
from node.topics.actors.activities import KEYS_MAX
from node.topics.actors.garbage_collection import STRANGERS_MAX, UNSEEN_S
from node.topics.actors.key_rotation import OLD_KEYS_S
from tests.everything_sent import SENT
from tests.source import modules
from tests.test_imports import FOLDERS, GROUND, TOPICS

ROOT = Path(__file__).parent.parent
DAY_S = 24 * 3_600


def commands(group: tuple[click.Command, ...], before: str = "") -> list[tuple[str, click.Command]]:
    found = []
    for one in group:
        name = f"{before}{one.name}"
        inner = tuple(one.commands.values()) if isinstance(one, click.Group) else ()
        found += commands(inner, f"{name} ") if inner else [(name, one)]
    return found


def settings() -> list[str]:
    return [
        f"[{section.name}] {field.name}"
        for section in msgspec.structs.fields(Config)
        if isinstance(section.type, type) and issubclass(section.type, msgspec.Struct)
        for field in msgspec.structs.fields(section.type)
    ]


@pytest.mark.parametrize("setting", settings())
def test_each_setting_is_explained(setting):
    assert f"`{setting}`" in (ROOT / "docs" / "configuration.md").read_text()


@pytest.mark.parametrize(("name", "command"), commands(COMMANDS), ids=lambda one: str(one))
def test_each_command_is_explained_with_its_options(name, command):
    (row,) = [
        line
        for line in (ROOT / "docs" / "cli.md").read_text().splitlines()
        if line.startswith((f"| `{name}`", f"| `{name} "))
    ]
    options = [option for one in command.params for option in one.opts if option.startswith("--")]

    assert [option for option in options if option not in row] == []


@pytest.mark.parametrize("kind", HANDLERS, ids=lambda kind: kind.__name__)
def test_each_activity_that_is_handled_is_named(kind):
    received = (ROOT / "FEDERATION.md").read_text().partition("## Received")[2].partition("## ")[0]

    assert kind.__name__ in received


def section(name: str) -> str:
    return (ROOT / "FEDERATION.md").read_text().partition(f"## {name}\n")[2].partition("\n## ")[0]


def sent_examples() -> list[list[str]]:
    """The rows that say how what is sent is addressed: example, activity, to, cc."""
    rows = [line.strip("| ").split(" | ") for line in section("Sent").splitlines()]
    return [[row[0].strip("`"), *row[1:]] for row in rows if row[0].startswith("`")]


def whom(iri: str, actor: str) -> str:
    """An address of a golden file, in the words of the paper."""
    if iri == documents.PUBLIC:
        return "everybody"
    if iri == f"{actor}/followers":
        return "own followers"
    if iri.endswith("/circle/followers"):
        return "its followers"
    groups = ("/walkers", "/rollators", "/circle")
    return "the community" if iri.endswith(groups) else "the person"


def test_each_activity_that_is_sent_is_addressed_as_the_paper_says():
    expected = []
    for name in sorted(SENT):
        activity = json.loads((ROOT / "tests" / "golden" / f"{name}.json").read_text())
        if "actor" in activity:
            inner = activity["object"]
            what = f" of {inner['type']}" if isinstance(inner, dict) else ""
            lists = [
                ", ".join(whom(iri, activity["actor"]) for iri in activity[field]) or "-"
                for field in ("to", "cc")
            ]
            expected.append([name, activity["type"] + what, *lists])

    assert sent_examples() == expected


def kinds_sent() -> set[str]:
    """Every kind of activity that is rendered or appended anywhere, as it is written there."""
    calls = (
        node
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )
    return {
        one.value
        for call in calls
        for one in (*call.args[1:2], *(word.value for word in call.keywords if word.arg == "kind"))
        if isinstance(one, ast.Constant)
        and call.func.id in ("render_activity", "append_activity")
        and isinstance(one.value, str)
    }


def test_each_kind_of_activity_that_is_sent_is_named():
    named = section("Sent").partition("How each is addressed")[0]
    kinds = kinds_sent()

    assert {"Create", "Delete", "Follow", "Undo", "Like", "Announce"} <= kinds
    assert [
        kind for kind in sorted(kinds) if not re.search(rf"^\|[^|]*\b{kind}\b", named, re.M)
    ] == []


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("keys of an actor", f"{KEYS_MAX}, at its own origin"),
        ("an old key of ours beside the new one", f"{OLD_KEYS_S // DAY_S} days"),
        (
            "actors that nothing here refers to",
            f"kept {UNSEEN_S // DAY_S} days after they were read; beyond {STRANGERS_MAX:,} actors",
        ),
        (
            "hosts that were sent to, where nobody is known any more",
            f"kept {SILENT_S // DAY_S} days; beyond {DESTINATIONS_MAX:,} hosts",
        ),
    ],
)
def test_how_long_keys_actors_and_hosts_are_kept_stands_in_the_paper(what, words):
    assert f"| {what} | {words}" in section("Limits")


def test_the_licence_is_whole():
    text = (ROOT / "LICENSE").read_text()

    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/cli.md"])
def test_every_make_target_that_a_paper_names_is_there(name):
    targets = (ROOT / "Makefile").read_text()
    words = (ROOT / name).read_text().split("`make ")[1:]

    assert [word for word in words if f"\n{word.split('`')[0].split()[0]}:" not in targets] == []


def files_named(page: str) -> list[str]:
    """Every file and folder of ours that a page names in code."""
    text = (ROOT / "docs" / page).read_text()
    return sorted(set(re.findall(r"\b(?:node|federation|schemas|tests)/[\w/]*(?:\.py)?", text)))


def test_the_page_about_the_house_names_what_is_there():
    named = files_named("architecture.md")

    assert len(named) > 40
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_the_page_about_the_house_shows_every_folder_and_every_topic_in_its_order():
    text = (ROOT / "docs" / "architecture.md").read_text()
    picture = text.partition("```")[2].partition("```")[0]
    folders = [f"node/{one}/" for one in (*FOLDERS, *GROUND)]
    topics = [one for one in TOPICS if (ROOT / "node" / "topics" / one).is_dir()]

    assert [one for one in folders if one not in picture] == []
    assert sorted(folders, key=picture.index) == folders
    assert " > ".join(topics) in " ".join(picture.split())
