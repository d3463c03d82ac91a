"""Lists of hosts are read whole or not at all, and make nothing milder than it is."""

import pytest

from node.base.errors import Invalid
from node.cli.peers import every_peer
from node.peers.rules import Policy
from node.peers.store import whole_circle
from node.topics.members.store import Follow, put_follow
from node.topics.neighbours.actions import set_policy
from node.topics.neighbours.blocklist import Listed, read_blocklist, render_blocklist
from node.topics.neighbours.blocklist_import import import_list, plan_import
from tests.neighbours import add_neighbour, add_person
from tests.peers.stub import NOW

OURS = "group.example"
HEAD = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n"
LIST = (
    HEAD
    + 'bad.example,suspend,TRUE,TRUE,"spam, and worse",FALSE\n'
    + "loud.example,silence,FALSE,FALSE,,FALSE\n"
    + "meek.example,noop,TRUE,FALSE,,FALSE\n"
)


@pytest.mark.feature("F18")
def test_a_list_of_mastodons_is_read():
    assert read_blocklist(LIST) == [
        Listed("bad.example", Policy.BLOCKED, "spam, and worse"),
        Listed("loud.example", Policy.SILENCED, ""),
        Listed("meek.example", Policy.OPEN, ""),
    ]


@pytest.mark.parametrize(
    "text",
    ["bad.example\n", "\ufeff#domain\nbad.example\n", "domain,severity\nBAD.example,suspend\n\n"],
)
def test_shorter_lists_ask_for_blocks(text):
    assert read_blocklist(text) == [Listed("bad.example", Policy.BLOCKED, "")]


def test_of_a_host_that_stands_there_twice_the_stricter_line_counts():
    text = HEAD + "bad.example,silence\nbad.example,suspend\nbad.example,noop\n"

    assert [one.policy for one in read_blocklist(text)] == [Policy.BLOCKED]


@pytest.mark.feature("F18")
def test_lines_that_cannot_be_read_are_named_by_number_and_nothing_counts():
    text = (
        HEAD + "bad.example,suspend\n*.bad.example,suspend\nfine.example,shun\nx.example,,maybe\n"
    )

    with pytest.raises(Invalid) as caught:
        read_blocklist(text)

    assert [line.partition(":")[0] for line in caught.value.sentence.splitlines()] == [
        "Line 3",
        "Line 4",
        "Line 5",
        "Nothing was changed.",
    ]


@pytest.mark.parametrize("text", ["x\n" * 60_000, '"open', "a\x00b.example\n"])
def test_a_list_that_is_none_is_refused(text):
    with pytest.raises(Invalid):
        read_blocklist(text)


@pytest.mark.feature("F18")
def test_what_is_exported_is_what_was_imported_and_names_nobody_who_is_trusted(tx):
    set_policy(tx, "friend.example", Policy.TRUSTED, "met them", NOW, ours=OURS)
    import_list(tx, read_blocklist(LIST), NOW, OURS)

    text = render_blocklist(every_peer(tx))

    assert text == (
        HEAD
        + 'bad.example,suspend,TRUE,FALSE,"spam, and worse",FALSE\n'
        + "loud.example,silence,TRUE,FALSE,,FALSE\n"
    )


@pytest.mark.feature("F18")
def test_what_a_list_would_end_is_said_and_nothing_is_changed(tx):
    ann, mo = add_person(tx, "ann"), add_neighbour(tx, "mo", "https://www.bad.example")
    put_follow(tx, Follow(1, ann.id, mo.id, f"{ann.iri}/f/1", "accepted", NOW))
    before = whole_circle(tx, OURS)

    plan = plan_import(tx, read_blocklist(LIST), OURS)

    assert [one.host for one in plan.changes] == ["bad.example", "loud.example"]
    assert (plan.ending, plan.idle) == ((("bad.example", 1, 0),), 1)
    assert whole_circle(tx, OURS) == before


@pytest.mark.feature("F18")
def test_a_list_changes_nobody_who_is_trusted_not_ourselves_and_nothing_to_the_milder(tx):
    set_policy(tx, "friend.example", Policy.TRUSTED, "", NOW, ours=OURS)
    set_policy(tx, "bad.example", Policy.BLOCKED, "", NOW, ours=OURS)
    text = HEAD + "friend.example,suspend\ngroup.example,suspend\nbad.example,silence\n"

    plan = import_list(tx, read_blocklist(text), NOW, OURS)

    assert (plan.kept, plan.same, plan.changes) == (("friend.example", "group.example"), 1, ())
    assert whole_circle(tx, OURS)[1].policies == {
        "friend.example": Policy.TRUSTED,
        "bad.example": Policy.BLOCKED,
    }


def test_a_list_that_is_taken_over_twice_changes_nothing_more(tx):
    import_list(tx, read_blocklist(LIST), NOW, OURS)

    plan = import_list(tx, read_blocklist(LIST), NOW, OURS)

    assert (plan.changes, plan.same) == ((), 2)


def test_people_of_hosts_on_a_list_are_hidden(tx):
    mo = add_neighbour(tx, "mo", "https://www.bad.example")

    import_list(tx, read_blocklist(LIST), NOW, OURS)

    (row,) = tx.all("select hidden_at from actor where id = :id", id=mo.id)
    assert row["hidden_at"] == NOW
