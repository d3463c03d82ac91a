"""What is of no use goes (T68): with its post, its owner, or the picture that takes its place."""

from dataclasses import replace

import pytest

from node.base.errors import Invalid
from node.pictures.forms import Picture
from node.topics.actors.store import actor_by_id
from node.topics.files.actions import Said, keep_file, new_file, take_files
from node.topics.files.faces import show_no_picture, show_picture
from node.topics.files.garbage_collection import drop_unused_files, keys_to_clear, note_cleared
from node.topics.files.rules import UNUSED_S_MAX
from node.topics.files.store import file_by_key
from node.topics.portability.deletion import delete_actor_of_ours
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import delete, edit, publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, ORIGIN, add_person

ROOM = 1_000_000
DRAWN = Picture(b"whole", "image/jpeg", b"small", "image/jpeg", 40, 30, "L2Eo[I_3")


def sent(tx, owner, use="post"):
    """A picture that somebody has sent."""
    file = new_file(owner.id, use, DRAWN, Said("a gate"), ORIGIN, NOW)
    keep_file(tx, file, ROOM)
    return file


def shown(tx, me, use):
    """A picture that somebody has sent to be seen by."""
    file = new_file(me.id, use, DRAWN, Said(), ORIGIN, NOW)
    show_picture(tx, actor_by_id(tx, me.id), file, ROOM, NOW)
    return file


def is_there(tx, file, now=NOW):
    drop_unused_files(tx, now)
    return file_by_key(tx, file.key) is not None


@pytest.mark.threat("T68")
def test_what_hangs_on_a_post_stays_as_long_as_the_post(tx):
    rosa = add_person(tx, "rosa")
    file = sent(tx, rosa)
    post_id = publish(tx, rosa, Draft(text="Look", file_ids=(file.id,)), NOW)

    assert is_there(tx, file, NOW + 10 * UNUSED_S_MAX)
    delete(tx, rosa, post_id, NOW)
    assert not is_there(tx, file)
    assert keys_to_clear(tx) == [file.key]


@pytest.mark.threat("T68")
def test_what_was_sent_and_never_used_goes_after_a_day(tx):
    file = sent(tx, add_person(tx, "rosa"))

    assert is_there(tx, file, NOW + UNUSED_S_MAX - 1)
    assert not is_there(tx, file, NOW + UNUSED_S_MAX)


def test_what_an_edit_takes_off_a_post_goes_at_once(tx):
    rosa = add_person(tx, "rosa")
    one, other = sent(tx, rosa), sent(tx, rosa)
    post_id = publish(tx, rosa, Draft(text="Look", file_ids=(one.id, other.id)), NOW)

    edit(tx, rosa, post_id, Draft(text="Look", file_ids=(other.id,)), NOW + 1)

    assert not is_there(tx, one)
    assert is_there(tx, other)
    assert [hung.file_id for hung in post_by_id(tx, post_id).attachments] == [other.id]


def test_an_edit_that_says_nothing_of_pictures_leaves_them(tx):
    rosa = add_person(tx, "rosa")
    file = sent(tx, rosa)
    post_id = publish(tx, rosa, Draft(text="Look", file_ids=(file.id,)), NOW)

    edit(tx, rosa, post_id, Draft(text="Look again"), NOW + 1)

    assert post_by_id(tx, post_id).attachments[0].file_id == file.id


@pytest.mark.parametrize("use", ["face", "banner"])
def test_a_picture_goes_when_another_takes_its_place_or_none_does(tx, use):
    rosa = add_person(tx, "rosa")
    first, second = shown(tx, rosa, use), shown(tx, rosa, use)

    assert not is_there(tx, first)
    assert is_there(tx, second)
    show_no_picture(tx, actor_by_id(tx, rosa.id), use, NOW)
    assert not is_there(tx, second)


@pytest.mark.threat("T68")
def test_with_somebody_all_their_pictures_go(tx):
    rosa = add_person(tx, "rosa")
    files = [sent(tx, rosa), shown(tx, rosa, "face"), shown(tx, rosa, "banner")]

    delete_actor_of_ours(tx, actor_by_id(tx, rosa.id), NOW, None)

    assert [one for one in files if is_there(tx, one)] == []


def test_bytes_are_named_to_be_cleared_until_they_are(tx):
    file = sent(tx, add_person(tx, "rosa"))
    drop_unused_files(tx, NOW + UNUSED_S_MAX)

    assert keys_to_clear(tx) == [file.key]
    note_cleared(tx, [file.key])
    assert keys_to_clear(tx) == []


@pytest.mark.threat("T67")
def test_nobody_has_more_files_than_there_is_room_for(tx):
    rosa = add_person(tx, "rosa")
    file = new_file(rosa.id, "post", DRAWN, Said(), ORIGIN, NOW)
    keep_file(tx, file, bytes_max=file.bytes)

    with pytest.raises(Invalid, match="room"):
        keep_file(tx, replace(file, id=file.id + 1, key="0" * 32, url="x"), bytes_max=file.bytes)


def test_a_picture_hangs_on_one_post_of_whoever_sent_it(tx):
    rosa, tilda = add_person(tx, "rosa"), add_person(tx, "tilda")
    file = sent(tx, rosa)

    with pytest.raises(Invalid, match="not there"):
        take_files(tx, tilda, [file.id], 7, NOW)
    take_files(tx, rosa, [file.id], 7, NOW)
    with pytest.raises(Invalid, match="not there"):
        take_files(tx, rosa, [file.id], 8, NOW)
