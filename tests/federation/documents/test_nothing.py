"""What says nothing: `null` and absence mean the same, and what stands inside needs no id."""

from pathlib import Path
from typing import Any

import pytest

from federation import documents
from federation.documents import read_activity
from federation.errors import Malformed
from federation.strictjson import read_json

FOLDER = Path(__file__).parents[2] / "wire"
NAMES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*.json"))
SPOKEN = """@context id href type actor object target to cc bto bcc audience published updated name
summary content source url attributedTo inReplyTo sensitive contentMap nameMap mediaType attachment
image icon tag context contextHistory replies comments quote quoteUri quoteUrl oneOf anyOf endTime
startTime closed votersCount totalItems items orderedItems first next partOf proof signature result
instrument location language commentsEnabled distinguished interactionPolicy expires removeData
withReplies restoreData endpoints publicKey assertionMethod followers following featured outbox
moderators alsoKnownAs movedTo discoverable indexable preview generator""".split()


def with_nulls(value: Any) -> Any:
    """The same, with every word that is not said said to be nothing."""
    if isinstance(value, list):
        return [with_nulls(each) for each in value]
    if not isinstance(value, dict):
        return value
    said = {
        name: {"tlh": None} | each if name.endswith("Map") else with_nulls(each)
        for name, each in value.items()
    }
    return dict.fromkeys(SPOKEN) | said


def read(value: Any) -> Any:
    try:
        return documents.read_document(value)
    except Malformed as refused:
        return refused.sentence


@pytest.mark.parametrize("name", NAMES)
def test_null_and_absence_mean_the_same(name):
    value = read_json((FOLDER / name).read_bytes())

    assert read(with_nulls(value)) == read(value)


ROSE, ANN = "https://valley.example/people/rose", "https://group.example/people/ann"


@pytest.mark.parametrize("kind", ["Accept", "Reject"])
@pytest.mark.parametrize("nothing", [{}, {"id": None}])
def test_a_follow_inside_of_an_answer_needs_no_id(kind, nothing):
    inner = {"type": "Follow", "actor": ANN, "object": ROSE} | nothing
    answer = read_activity({"id": f"{ROSE}/1", "type": kind, "actor": ROSE, "object": inner})

    assert isinstance(answer.object, documents.Follow)
    assert (answer.object.actor, answer.object.object) == (ANN, ROSE)


@pytest.mark.parametrize("outer", ["Undo", "Announce"])
@pytest.mark.parametrize("nothing", [{}, {"id": None, "actor": None}])
def test_what_is_undone_or_passed_on_needs_no_id(outer, nothing):
    inner = {"type": "Like", "object": f"{ANN}/posts/1"} | nothing
    said = read_activity({"id": f"{ROSE}/1", "type": outer, "actor": ROSE, "object": inner})

    assert isinstance(said.object, documents.Like)
    assert (said.object.actor, said.object.object) == (ROSE, f"{ANN}/posts/1")
