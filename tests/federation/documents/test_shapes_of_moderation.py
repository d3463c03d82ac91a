"""What those who look after a community say, in each software's shape, is read as what it means."""

from pathlib import Path
from typing import Any

import pytest

from federation import documents
from federation.origin import trusted_parts
from federation.strictjson import read_json

FOLDER = Path(__file__).parents[2] / "wire"
PASSED_ON = {
    "add": documents.Add,
    "block": documents.Block,
    "delete": documents.Delete,
    "dislike": documents.Dislike,
    "like": documents.Like,
    "lock": documents.Lock,
    "pin": documents.Add,
    "remove": documents.Delete,
    "undo": documents.Undo,
    "unpin": documents.Remove,
    "update": documents.Update,
}
BATCHES = {
    "announce_undo_votes": {documents.Undo},
    "announce_votes": {documents.Like, documents.Dislike},
    "announce_votes_as_collection": {documents.Like, documents.Dislike},
}
ANNOUNCED = [
    path.relative_to(FOLDER).as_posix()
    for path in sorted(FOLDER.glob("*/announce_*.json"))
    if path.stem.split("_")[1] in PASSED_ON or path.stem in BATCHES
]


def wire(name: str) -> Any:
    found = documents.read_document(read_json((FOLDER / name).read_bytes()))
    assert isinstance(found, documents.Activity)
    return trusted_parts(found)


@pytest.mark.feature("C05")
@pytest.mark.parametrize("name", ANNOUNCED)
def test_what_a_community_passes_on_keeps_its_kind(name):
    inner = wire(name).object
    stem = Path(name).stem

    if stem in BATCHES:
        assert {type(one) for one in inner} == BATCHES[stem]
    elif stem == "announce_remove_moderator":
        assert type(inner) is documents.Remove
    else:
        assert type(inner) is PASSED_ON[stem.split("_")[1]]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("lemmy/flag_page", documents.Flag),
        ("lemmy/lock_page_of_ours", documents.Lock),
        ("lemmy/warn", documents.Other),
        ("lemmy/resolve_flag", documents.Other),
        ("mbin/flag", documents.Flag),
        ("mastodon/flag", documents.Flag),
        ("mastodon/add_featured", documents.Add),
        ("mobilizon/join_group", documents.Join),
        ("mobilizon/leave_group", documents.Leave),
        ("mobilizon/invite", documents.Invite),
        ("nodebb/flag", documents.Flag),
        ("nodebb/undo_flag", documents.Undo),
    ],
)
def test_what_is_said_directly_is_of_its_kind(name, kind):
    assert type(wire(f"{name}.json")) is kind


def test_a_ban_of_lemmy_says_from_where_until_when_and_why():
    block = wire("lemmy/announce_block_user_until.json").object

    assert isinstance(block, documents.Block)
    assert block.target == "https://lemmy.example/c/valley"
    assert (block.summary, block.removes, block.ends_at) == ("cool down", False, 1_911_816_000)


def test_a_removal_of_lemmy_may_mean_the_answers_as_well():
    delete = wire("lemmy/announce_remove_with_replies.json").object

    assert isinstance(delete, documents.Delete)
    assert (delete.summary, delete.with_replies) == ("off topic", True)


def test_what_is_undone_keeps_its_kind_when_a_community_passes_it_on():
    undo = wire("mbin/announce_undo_block_user.json").object

    assert isinstance(undo, documents.Undo)
    assert isinstance(undo.object, documents.Block)
    assert undo.object.target == "https://mbin.example/m/valley"


def test_a_page_of_piefed_says_that_it_is_closed():
    page = wire("piefed/update_page_closed.json").object

    assert isinstance(page, documents.Post)
    assert page.comments_enabled is False


def test_an_affiliation_of_mitra_says_who_is_what_to_which_group():
    add = wire("mitra/add_affiliation.json")

    assert isinstance(add, documents.Add)
    assert add.affiliation == documents.Affiliation(
        person="https://mitra.example/users/noa",
        group="https://mitra.example/groups/hill",
        role="moderator",
    )
