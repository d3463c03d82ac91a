"""How what is written here looks elsewhere: titles, warnings, links, the community it is put to."""

import json

import pytest

from federation import documents
from node.topics.posts.documents import post_document
from node.topics.posts.remote_post import received_post
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import edit, publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import NOW, add_group, add_neighbour, add_person

LEMMY = "https://lemmy.example"


@pytest.fixture
def ann(tx):
    return add_person(tx, "ann")


@pytest.fixture
def gardens(tx):
    """A community elsewhere."""
    return add_neighbour(tx, "gardens", LEMMY, kind="Group")


def written(tx, author, text, **fields):
    post = post_by_id(tx, publish(tx, author, Draft(text=text, **fields), NOW))
    return post, json.loads(json.dumps(post_document(tx, post)))


@pytest.mark.parametrize("title", [None, "Of snakes"])
def test_a_content_note_does_not_hide_a_post_as_unfit_for_work(tx, ann, title):
    """PieFed and Lemmy show what is `sensitive` to hardly anybody."""
    fields = {"content_note": "Snakes", "title": title, "sensitive": True}
    _, document = written(tx, ann, "One in the reeds.", **fields)

    assert document["summary"] == "Snakes"
    assert document["sensitive"] is False


@pytest.mark.parametrize("title", [None, "Of snakes"])
@pytest.mark.parametrize("text", ["One in the reeds.", "@gardens@lemmy.example One in the reeds."])
def test_a_content_note_is_one_on_another_node_of_our_kind(tx, ann, gardens, title, text):
    _, document = written(tx, ann, text, content_note="Snakes", title=title)

    post = received_post(tx, documents.read_post(document), ann, NOW)

    assert post.content_note == "Snakes"


@pytest.mark.parametrize("handle", ["@gardens@lemmy.example", "!gardens@lemmy.example"])
@pytest.mark.parametrize("title", [None, "Where to go"])
def test_the_community_that_a_post_is_put_to_is_named_and_not_part_of_its_words(
    tx, ann, gardens, handle, title
):
    """PieFed and NodeBB make a title of the first words of what has none."""
    post, document = written(tx, ann, f"{handle} First walk on Sunday", title=title)

    assert post.community_id == gardens.id
    assert document["content"].strip() == "<p>First walk on Sunday</p>"
    assert [tag["href"] for tag in document["tag"]] == [gardens.iri]
    assert post.source == f"{handle} First walk on Sunday"

    edit(tx, ann, post.id, Draft(text=f"{handle} Second walk", title=title), NOW + 1)
    assert "gardens" not in post_by_id(tx, post.id).content


@pytest.mark.parametrize("text", ["@gardens@lemmy.example", "Ask @gardens@lemmy.example about it"])
def test_a_community_that_is_part_of_the_words_stays(tx, ann, gardens, text):
    post, _ = written(tx, ann, text)

    assert "@gardens" in post.content


def test_somebody_whom_a_post_begins_with_stays_in_its_words(tx, ann):
    add_neighbour(tx, "rose")

    post, _ = written(tx, ann, "@rose@valley.example look at this")

    assert "@rose" in post.content


def test_an_exclamation_mark_before_a_word_names_nobody(tx, ann):
    add_group(tx, "walkers", ann)

    post, _ = written(tx, ann, "Look!walkers come. !walkers !important")

    assert post.community_id is None


@pytest.mark.feature("C05")
def test_a_link_in_a_titled_post_hangs_on_it_and_in_a_short_one_does_not(tx, ann, gardens):
    text = "@gardens@lemmy.example See [the plan](https://mill.example/plan) or https://b.example"
    _, titled = written(tx, ann, text, title="The plan")
    _, short = written(tx, ann, text)

    assert titled["attachment"] == [{"type": "Link", "href": "https://mill.example/plan"}]
    assert "image" not in titled
    assert short["attachment"] == []
    read = documents.read_post(titled)
    assert [one.url for one in read.attachments] == ["https://mill.example/plan"]


@pytest.mark.feature("C05")
def test_a_picture_that_a_titled_post_links_to_is_its_image(tx, ann, gardens):
    text = "@gardens@lemmy.example https://mill.example/wheel.PNG"
    _, document = written(tx, ann, text, title="The wheel")

    (attachment,) = document["attachment"]
    assert (attachment["type"], attachment["mediaType"]) == ("Image", "image/png")
    assert document["image"] == {"type": "Image", "url": "https://mill.example/wheel.PNG"}
