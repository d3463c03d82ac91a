"""No two names of one person show the same picture, as far as that can be told."""

import pytest

from node.base.errors import Invalid
from node.pictures.forms import Picture
from node.topics.actors.store import actor_by_id
from node.topics.files.actions import Said, new_file
from node.topics.files.faces import SHOWN_BY_ANOTHER, show_no_picture, show_picture
from tests.neighbours import NOW, ORIGIN, add_person

pytestmark = pytest.mark.feature("C10")

HILL = "LEHV6nWB2yk8pyo0adR*.7kCMdnj"
HILL_SAVED_ANEW = "LEHV6nWC2yk8pyo0adR*.7kCMdnj"
DOG = "LGF5]+Yk^6#M@-5c,1J5@[or[Q6."
ROOM = 1_000_000


def picture(world, owner, blur=HILL, use="face"):
    """A picture of somebody, drawn already."""
    drawn = Picture(b"whole", "image/jpeg", b"small", "image/jpeg", 400, 400, blur)
    return new_file(owner.id, use, drawn, Said(), ORIGIN, NOW)


def show(world, owner, *args):
    show_picture(world.tx, owner, picture(world, owner, *args), ROOM, NOW)


def icon(world, actor):
    return actor_by_id(world.tx, actor.id).icon_url


@pytest.mark.parametrize("use", ["face", "banner"])
@pytest.mark.parametrize("blur", [HILL, HILL_SAVED_ANEW])
def test_another_name_does_not_show_the_picture_of_the_own_one(world, use, blur):
    birch = world.join("birch")
    show(world, world.rose)

    with pytest.raises(Invalid) as refused:
        show(world, birch, blur, use)

    assert refused.value.sentence == SHOWN_BY_ANOTHER


def test_nor_the_own_name_that_of_another_one_nor_one_of_the_others_that_of_the_next(world):
    birch, fern = world.join("birch"), world.join("fern", world.found("runners"))
    show(world, birch)

    for one in (world.rose, fern):
        with pytest.raises(Invalid):
            show(world, one)


def test_another_picture_is_shown_and_the_own_one_once_more_by_the_same_name(world):
    birch = world.join("birch")
    show(world, world.rose)

    show(world, world.rose)
    show(world, birch, DOG)

    assert icon(world, birch) is not None


def test_what_is_shown_no_longer_may_be_shown_by_another_name(world):
    birch = world.join("birch")
    show(world, world.rose)
    show_no_picture(world.tx, actor_by_id(world.tx, world.rose.id), "face", NOW)

    show(world, birch)

    assert icon(world, birch) is not None


def test_what_somebody_else_shows_is_nothing_to_a_name(world):
    birch = world.join("birch")
    show(world, add_person(world.tx, "somebody"))

    show(world, birch)

    assert icon(world, birch) is not None
