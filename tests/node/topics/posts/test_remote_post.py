"""What a post of another node becomes when it is stored."""

import pytest

from federation import documents
from node.peers.rules import Policy
from node.topics.neighbours.actions import set_policy
from node.topics.posts.remote_post import readers_named, received_post
from node.topics.posts.store import post_id_at
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, add_neighbour, add_person, note


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


@pytest.mark.threat("T57")
def test_of_what_hangs_on_a_post_only_so_much_is_kept(tx):
    author = add_neighbour(tx, "reed")
    named = [add_neighbour(tx, f"n{number}") for number in range(60)]
    picture = documents.Attachment(
        kind="image", url="https://valley.example/1.png", description="d" * 1_501
    )
    document = note(
        author,
        mentions=tuple(documents.Mention(one.iri, one.name) for one in named),
        hashtags=tuple(documents.Hashtag(f"tag{number}") for number in range(110)),
        attachments=(picture,) * 17,
        poll=documents.Poll(
            options=tuple(documents.PollOption(f"choice {number}", 0) for number in range(21)),
            multiple=False,
        ),
    )

    post = received_post(tx, document, author, NOW)

    assert len(readers_named(tx, document, author)) == 50
    assert (len(post.tags), len(post.attachments), len(post.poll.choices)) == (100, 16, 20)
    assert len(post.attachments[0].description) == 1_500


@pytest.mark.threat("T104")
def test_a_picture_at_a_blocked_host_hangs_on_nobodys_post(tx):
    bert = add_neighbour(tx, "bert")
    set_policy(tx, "bad.example", Policy.BLOCKED, "", NOW, ours="group.example")
    urls = ("https://cdn.bad.example/1.png", "https://valley.example/2.png", "ipfs:3")
    hung = tuple(documents.Attachment(kind="Image", url=url) for url in urls)

    post = received_post(tx, note(bert, attachments=hung), bert, NOW)

    assert [one.url for one in post.attachments] == [urls[1]]


OTHERS = "https://liar.example/notes/1"


@pytest.mark.threat("T13")
@pytest.mark.threat("T147")
@pytest.mark.parametrize(
    ("said", "page"),
    [
        ("https://valley.example/@reed/1", "https://valley.example/@reed/1"),
        ("https://valley.example:443/@reed/1", "https://valley.example:443/@reed/1"),
        ("https://liar.example/notes/1", None),
        ("http://valley.example/@reed/1", None),
        ("https://valley.example.liar.example/@reed/1", None),
        ("https://valley.example@liar.example/@reed/1", None),
        ("javascript:alert(1)", None),
    ],
)
def test_the_page_of_a_post_is_at_home_with_the_post(tx, said, page):
    author = add_neighbour(tx, "reed")
    document = note(author, url=said)

    assert received_post(tx, document, author, NOW).url == (page or document.iri)


@pytest.mark.threat("T147")
def test_nothing_answers_for_the_address_of_another_host(tx):
    author = add_neighbour(tx, "reed")
    post_id = store_fetched_post(tx, note(author), NOW)
    tx.run("update post set url = :url where id = :id", url=OTHERS, id=post_id)

    assert post_id_at(tx, OTHERS) is None
    assert post_id_at(tx, note(author).iri) == post_id


@pytest.mark.threat("T147")
def test_what_lives_at_an_address_goes_before_what_calls_it_its_page(tx):
    liar, author = add_neighbour(tx, "liar"), add_neighbour(tx, "reed")
    real = note(author, "real")
    store_fetched_post(tx, note(liar, "false", url=real.iri), NOW)
    real_id = store_fetched_post(tx, real, NOW)

    assert post_id_at(tx, real.iri) == real_id


def test_everybody_of_ours_whom_a_post_names_is_among_its_readers_wherever_they_stand(tx):
    author = add_neighbour(tx, "reed")
    strangers = [f"https://m{number}.example/people/x" for number in range(300)]
    ours = [add_person(tx, f"ann{number}").iri for number in range(60)]
    everybody = (*strangers, *ours)
    document = note(
        author,
        mentions=tuple(documents.Mention(iri, "@x") for iri in everybody),
        cc=everybody,
    )

    readers = readers_named(tx, document, author).values()

    assert sorted(actor.iri for actor, is_named in readers if is_named) == sorted(ours)
