"""What we send is what stands in the golden files, has the shape it should, and means it."""

import json
from pathlib import Path

import pytest

from federation.documents import read_document
from tests.sent import SENT, Names

GOLDEN = Path(__file__).parent / "golden"


def path_of(name: str) -> Path:
    return GOLDEN / f"{name}.json"


def golden(name: str):
    return json.loads(path_of(name).read_text())


@pytest.fixture
def names(monkeypatch):
    """Public addresses are counted, so that they are the same each time."""
    monkeypatch.setattr("node.ids.secrets", Names())
    monkeypatch.setattr("node.ids.tails", type("Tails", (dict,), {"popitem": dict.clear})())


@pytest.mark.parametrize("name", SENT)
def test_what_is_sent_is_the_golden_file_to_the_last_word(tx, names, name, request):
    made = json.loads(json.dumps(SENT[name](tx)))
    if request.config.getoption("--write-golden"):
        path_of(name).parent.mkdir(parents=True, exist_ok=True)
        path_of(name).write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n")

    assert made == golden(name)


def test_no_golden_file_is_left_that_nothing_makes():
    found = {str(one.relative_to(GOLDEN).with_suffix("")) for one in GOLDEN.glob("*/*.json")}

    assert found == set(SENT)


@pytest.mark.parametrize("name", SENT)
def test_what_is_sent_can_be_read_here_too(name):
    found = read_document(golden(name))

    assert found.iri == golden(name)["id"]
