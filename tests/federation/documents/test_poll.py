"""The choices of a Question, read and rendered."""

import pytest

from federation import documents

AUTHOR = "https://valley.example/people/rose"
QUESTION = {
    "id": "https://valley.example/polls/1",
    "type": "Question",
    "attributedTo": AUTHOR,
    "content": "<p>Tea or soup?</p>",
    "endTime": "2026-05-04T10:00:00Z",
}


def option(name, votes):
    return {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": votes}}


@pytest.mark.parametrize(("member", "multiple"), [("oneOf", False), ("anyOf", True)])
def test_what_is_rendered_is_read_as_the_same(member, multiple):
    poll = documents.read_post(QUESTION | {member: [option("Tea", 4), option("Soup", 1)]}).poll

    rendered = documents.render_post(
        documents.Post(
            iri=QUESTION["id"], kind="Question", url=QUESTION["id"], author=AUTHOR, poll=poll
        )
    )

    assert documents.read_post(rendered).poll == poll
    assert poll.multiple is multiple
    assert [one["name"] for one in rendered[member]] == ["Tea", "Soup"]


def test_a_choice_without_a_name_or_a_count_is_left_out_or_counts_nothing():
    listed = [option("Tea", "many"), {"type": "Note"}, "Soup", {"name": "Cake"}]

    poll = documents.read_post(QUESTION | {"oneOf": listed}).poll

    assert [(one.name, one.votes) for one in poll.options] == [("Tea", 0), ("Cake", 0)]


def test_a_note_is_no_poll_whatever_it_lists():
    assert (
        documents.read_post(QUESTION | {"type": "Note", "oneOf": [option("Tea", 1)]}).poll is None
    )


def test_of_a_thousand_choices_five_hundred_are_read():
    listed = [option(str(number), 0) for number in range(1_000)]

    assert len(documents.read_post(QUESTION | {"oneOf": listed}).poll.options) == 500
