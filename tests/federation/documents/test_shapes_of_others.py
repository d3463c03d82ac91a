"""Documents in each software's shape are read as what they mean.

What becomes of each in the node stands in tests/wire/shapes.tsv; tests/node/inbox/test_wire.py
holds that.
"""

from pathlib import Path
from typing import Any

import pytest

from federation import documents
from federation.addressing import visibility_of
from federation.groups import community_candidates
from federation.origin import trusted_parts
from federation.strictjson import read_json

FOLDER = Path(__file__).parents[2] / "wire"
NO_POSTS = {"bookwyrm/create_review.json"}
VOTES = {
    "gotosocial/create_vote.json",
    "gotosocial/create_votes.json",
    "snac/create_vote.json",
}
NOT_PUBLIC = {
    "mastodon/create_direct.json": "direct",
    "mastodon/create_followers_only.json": "followers",
    "piefed/create_chat_message.json": "direct",
    "pleroma/create_chat_message.json": "direct",
}


def wire(name: str) -> Any:
    return documents.read_document(read_json((FOLDER / name).read_bytes()))


def post_in(name: str) -> documents.Post:
    """The post that a Create of its author brings."""
    found = trusted_parts(wire(name)).object
    assert isinstance(found, documents.Post)
    return found


def names(pattern: str) -> list[str]:
    return sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob(pattern))


@pytest.mark.parametrize("name", sorted(set(names("*/create_*.json")) - NO_POSTS - VOTES))
def test_a_post_that_its_author_sends_is_whole_and_reaches_whom_it_is_for(name):
    create = trusted_parts(wire(name))

    assert isinstance(create, documents.Create)
    post = create.object
    assert isinstance(post, documents.Post)
    assert post.author == create.actor
    visibility = visibility_of(post.to, post.cc, f"{post.author}/followers")
    assert visibility == NOT_PUBLIC.get(name, "public")
    assert post.content
    assert post.published


@pytest.mark.parametrize("name", sorted(NO_POSTS))
def test_what_is_no_post_is_read_as_nothing_we_know(name):
    assert wire(name).kind == "Create"


@pytest.mark.parametrize("name", names("*/actor_*.json"))
def test_an_actor_has_a_name_an_inbox_and_a_home_of_its_own(name):
    actor = wire(name)

    assert isinstance(actor, documents.Actor)
    assert actor.name
    assert actor.inbox.startswith(actor.iri.rpartition("/")[0][:20])
    assert actor.kind.lower() == name.partition("actor_")[2].removesuffix(".json")


@pytest.mark.parametrize("name", names("*/announce_create_*.json"))
def test_what_a_community_passes_on_is_of_its_author_not_of_the_community(name):
    announce = trusted_parts(wire(name))

    inner = announce.object
    assert isinstance(inner, documents.Create)
    assert inner.actor != announce.actor


@pytest.mark.feature("C05")
def test_a_page_of_lemmy_names_its_community_first():
    post = post_in("lemmy/create_page.json")

    assert community_candidates(post)[0] == "https://lemmy.example/c/valley"
    assert post.title == "Who repairs rollators?"
    assert [one.url for one in post.attachments] == ["https://mill.example/wheels"]


def test_a_comment_that_a_lemmy_community_passes_on_is_of_its_author():
    announce = trusted_parts(wire("lemmy/announce_create_note.json"))

    inner = announce.object
    assert isinstance(inner, documents.Create)
    assert inner.actor == "https://lemmy.example/u/otto"


def test_a_post_of_nodebb_and_of_mbin_names_its_community_first():
    posts = [post_in("nodebb/create_note.json"), post_in("mbin/create_note.json")]

    assert [community_candidates(post)[0] for post in posts] == [
        "https://nodebb.example/category/3",
        "https://mbin.example/m/valley",
    ]


def test_a_question_of_piefed_has_its_choices():
    post = post_in("piefed/create_question.json")

    assert post.poll is not None
    assert [(one.name, one.votes) for one in post.poll.options] == [("Friday", 2), ("Sunday", 5)]


def test_a_question_of_mastodon_may_be_answered_more_than_once():
    poll = post_in("mastodon/create_question.json").poll

    assert poll is not None
    assert (poll.multiple, poll.voters, len(poll.options)) == (True, 4, 2)


@pytest.mark.parametrize(
    ("name", "descriptions"),
    [
        ("pleroma/create_note.json", ["A hedge in bloom"]),
        ("akkoma/create_note.json", ["Rain on a tin roof"]),
        ("pixelfed/create_note.json", ["Water over stones", None]),
        ("bookwyrm/create_note.json", ["Sam Reed: The Long Valley (2019)"]),
    ],
)
def test_a_picture_or_sound_has_its_description(name, descriptions):
    assert [one.description for one in post_in(name).attachments] == descriptions


def test_an_article_of_wordpress_has_its_title():
    post = post_in("wordpress/create_article.json")

    assert post.title == "Lending walking frames"
    assert [one.name for one in post.hashtags] == ["lending"]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("mobilizon/create_event.json", "The old school"),
        ("gancio/create_event.json", "Market hall"),
    ],
)
def test_an_event_has_its_time_and_place(name, place):
    post = post_in(name)

    assert post.kind == "Event"
    assert post.start_at is not None
    assert post.place is not None
    assert post.place.startswith(place)


def test_a_video_of_peertube_is_its_persons_and_leads_to_its_page():
    post = post_in("peertube/create_video.json")

    assert post.author == "https://peertube.example/accounts/vera"
    assert post.url == "https://peertube.example/videos/watch/1f2e"
    assert "<strong>" not in post.content


def test_a_community_of_discourse_is_named_by_an_object():
    announce = wire("discourse/announce_create_note.json")

    assert announce.actor == "https://discourse.example/ap/actor/1a2b"


def test_the_public_of_ghost_is_the_public():
    assert post_in("ghost/create_article.json").to == (documents.PUBLIC,)


def test_a_linked_data_signature_and_a_name_of_bbcode_change_nothing():
    post = post_in("friendica/create_note.json")

    assert post.in_reply_to == "https://group.example/posts/0a"
    assert [one.iri for one in post.mentions] == ["https://group.example/people/rose"]
