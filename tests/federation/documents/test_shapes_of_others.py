"""Documents in each software's shape are read as what they mean."""

from pathlib import Path

import pytest

from federation import documents
from federation.addressing import visibility_of
from federation.groups import community_candidates
from federation.origin import trusted_parts
from federation.strictjson import read_json

FOLDER = Path(__file__).parents[2] / "wire"


def wire(name: str) -> documents.Activity:
    found = documents.read_document(read_json((FOLDER / name).read_bytes()))
    assert isinstance(found, documents.Activity)
    return found


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*/create_*.json")), ids=lambda one: str(one.name)
)
def test_a_post_that_its_author_sends_is_whole_and_public(path):
    create = trusted_parts(wire(f"{path.parent.name}/{path.name}"))

    assert isinstance(create, documents.Create)
    post = create.object
    assert isinstance(post, documents.Post)
    assert post.author == create.actor
    assert visibility_of(post.to, post.cc, None) == "public"
    assert post.content
    assert post.published


@pytest.mark.feature("C05")
def test_a_page_of_lemmy_names_its_community_first():
    post = trusted_parts(wire("lemmy/create_page.json")).object

    assert community_candidates(post)[0] == "https://lemmy.example/c/valley"
    assert post.title == "Who repairs rollators?"
    assert [one.url for one in post.attachments] == ["https://mill.example/wheels"]


def test_a_comment_that_a_lemmy_community_passes_on_is_of_its_author():
    announce = trusted_parts(wire("lemmy/announce_create_note.json"))

    inner = announce.object
    assert isinstance(inner, documents.Create)
    assert inner.actor == "https://lemmy.example/u/otto"


def test_a_question_of_piefed_has_its_choices():
    post = trusted_parts(wire("piefed/create_question.json")).object

    assert post.poll is not None
    assert [(one.name, one.votes) for one in post.poll.options] == [("Friday", 2), ("Sunday", 5)]


def test_a_picture_of_pleroma_has_its_description():
    post = trusted_parts(wire("pleroma/create_note.json")).object

    assert [one.description for one in post.attachments] == ["A hedge in bloom"]


def test_an_article_of_wordpress_has_its_title():
    post = trusted_parts(wire("wordpress/create_article.json")).object

    assert post.title == "Lending walking frames"
    assert [one.name for one in post.hashtags] == ["lending"]
