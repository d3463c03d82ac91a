"""What a post of another node becomes when it is stored."""

import pytest

from node.posts.received import received_post
from tests.neighbours import NOW, add_neighbour, note


@pytest.mark.parametrize("kind", ["Note", "Question"])
def test_the_summary_of_a_note_is_a_warning_before_its_words(tx, kind):
    author = add_neighbour(tx, "reed")

    post = received_post(tx, note(author, kind=kind, summary="Snakes"), author, NOW)

    assert post.content_note == "Snakes"


@pytest.mark.parametrize("kind", ["Article", "Page", "Event", "Video"])
def test_the_summary_of_a_longer_text_hides_nothing_unless_it_is_sensitive(tx, kind):
    author = add_neighbour(tx, "reed")
    document = note(author, "Of snakes", kind=kind, summary="In short")
    sensitive = note(author, "Of snakes", kind=kind, summary="Snakes", sensitive=True)

    posts = [received_post(tx, each, author, NOW) for each in (document, sensitive)]

    assert [post.content_note for post in posts] == [None, "Snakes"]
    assert {post.content for post in posts} == {"<p>Of snakes</p>"}


def test_a_longer_text_without_words_is_its_summary(tx):
    author = add_neighbour(tx, "reed")
    document = note(author, kind="Page", summary="In <b>short</b>", content="")

    post = received_post(tx, document, author, NOW)

    assert (post.content, post.content_note) == ("In <b>short</b>", None)
