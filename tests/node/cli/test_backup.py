"""The commands about backups, as a keeper types them."""

import re

import click
import pytest
from click.testing import CliRunner

from node.base.config import read_config, render_config, write_config
from node.base.errors import Refused
from node.cli import backup as commands
from node.cli.backup import Progress, ago
from node.cli.main import hedgerow
from node.db.open import open_database
from tests.backups import every_row
from tests.neighbours import NOW, ORIGIN, add_node, add_person


@pytest.fixture
async def keeper(stores, tmp_path, monkeypatch):
    """Types commands about a node with one person; what they print, with errors raised."""
    monkeypatch.setattr(commands.os, "nice", lambda _by: 0)
    folder = tmp_path / "data"
    url = stores.new(folder)
    write_config(folder, render_config(ORIGIN, "Group", False, url))
    db = await open_database(url, folder, NOW)
    await db.write(lambda tx: (add_node(tx), add_person(tx, "ann")))
    await db.close()

    def types(*words, typed="", data="data"):
        words = ["--data", str(tmp_path / data), *words]
        result = CliRunner().invoke(
            hedgerow, words, input=typed, standalone_mode=False, obj=(None, None)
        )
        if result.exception:
            raise result.exception
        return result.output

    yield types
    stores.drop(url)


def words_in(printed):
    """The words of the recovery key with their numbers, as they are shown."""
    return " ".join(re.findall(r"^ ?\d.*$", printed, re.M))


@pytest.mark.feature("O05")
def test_a_keeper_makes_tries_and_restores_a_backup(keeper, tmp_path, stores, request):
    with pytest.raises(Refused, match="hedgerow backup key"):
        keeper("backup", str(tmp_path / "b.age"))
    key = words_in(keeper("backup", "key"))
    made = keeper("backup", str(tmp_path / "b.age"))
    tried = keeper("backup", "verify", str(tmp_path / "b.age"), typed=f"{key}\n")
    config = read_config(tmp_path / "data", {})
    place = ["--database", stores.new_empty(tmp_path / "x")] if config.database.url else []
    if place:
        request.addfinalizer(lambda: stores.drop(place[1]))
    restored = keeper(
        "restore", str(tmp_path / "b.age"), "--key-stdin", *place, typed=key, data="other"
    )

    assert len(key.split()) == 48
    assert made.startswith(f"{tmp_path}/b.age is made")
    assert f"is whole. It is of {ORIGIN} (\u201cGroup\u201d), made less than a minute ago" in tried
    assert f"Run it with: hedgerow --data {tmp_path}/other serve" in restored
    other = read_config(tmp_path / "other", {})
    assert every_row(other) == every_row(config)


def test_a_backup_goes_to_one_place(keeper, tmp_path):
    keeper("backup", "key")

    for words in ((), (str(tmp_path / "b.age"), "--to", str(tmp_path / "many"))):
        with pytest.raises(click.UsageError, match="one place"):
            keeper("backup", *words)
    settings = tmp_path / "data" / "hedgerow.toml"
    settings.write_text(f'{settings.read_text()}\n[backup]\nto = "{tmp_path}/many"\n')
    printed = keeper("backup")

    (made,) = (tmp_path / "many").iterdir()
    assert printed.startswith(f"{made} is made")
    assert made.name.startswith("hedgerow-group.example-")


@pytest.mark.parametrize("typed", ["one two three\n", "zoo " * 24, ""])
def test_a_key_that_is_mistyped_restores_nothing(keeper, tmp_path, typed):
    keeper("backup", "key")
    keeper("backup", str(tmp_path / "b.age"))

    with pytest.raises(Refused, match=r"24 words|do not belong"):
        keeper("restore", str(tmp_path / "b.age"), "--key-stdin", typed=typed, data="other")

    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "less than a minute"), (60, "1 minute"), (7_300, "2 hours"), (9 * 86_400, "9 days")],
)
def test_how_old_a_backup_is_stands_in_the_largest_unit(seconds, words):
    assert ago(seconds) == words


def test_how_far_a_long_table_is_is_said_now_and_then(capsys):
    progress = Progress()
    for rows in range(0, 160_001, 1_000):
        progress("post", rows)
        progress("account", 3)

    assert capsys.readouterr().err.splitlines() == [
        f"post: {rows} rows so far" for rows in ("50,000", "100,000", "150,000")
    ]
