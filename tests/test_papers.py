"""The papers say what is true now: settings, commands and handled activities are named."""

from pathlib import Path

import click
import msgspec
import pytest

from node.cli.commands import COMMANDS
from node.config import Config
from node.inbox.handlers import HANDLERS

ROOT = Path(__file__).parent.parent


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


def test_the_licence_is_whole():
    text = (ROOT / "LICENSE").read_text()

    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/cli.md"])
def test_every_make_target_that_a_paper_names_is_there(name):
    targets = (ROOT / "Makefile").read_text()
    words = (ROOT / name).read_text().split("`make ")[1:]

    assert [word for word in words if f"\n{word.split('`')[0].split()[0]}:" not in targets] == []
