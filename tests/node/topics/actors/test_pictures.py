"""Pictures of other nodes: apps are given only what is on a public host, by https."""

import pytest

from federation import documents
from node.topics.posts.store import post_by_id
from node.topics.publishing.receive import store_fetched_post
from tests.neighbours import NOW, add_neighbour, note

AT_HOME = "http://192.168.0.1/admin?reboot=1"
GOOD = "https://files.example/rose.png"


@pytest.mark.threat("T36")
def test_apps_are_given_no_picture_of_a_network_at_home(tx):
    bad = add_neighbour(
        tx,
        "bad",
        icon_url=AT_HOME,
        image_url="https://10.0.0.1/",
        emojis=(documents.Emoji("wave", "https://printer.local/wave.png"),),
    )
    attachments = tuple(
        documents.Attachment(kind=kind, url=url, media_type=media)
        for kind, url, media in (
            ("Image", AT_HOME, "image/png"),
            ("Link", AT_HOME, None),
            ("Link", "http://files.example/a.png", "image/png"),
            ("Link", "http://paper.example/news", "text/html"),
            ("Image", GOOD, "image/png"),
        )
    )
    post = post_by_id(tx, store_fetched_post(tx, note(bad, "x", attachments=attachments), NOW))

    assert (bad.icon_url, bad.image_url, bad.emojis) == (None, None, ())
    assert [one.url for one in post.attachments] == ["http://paper.example/news", GOOD]


def test_a_public_picture_is_kept(tx):
    rose = add_neighbour(tx, "rose", icon_url=GOOD, image_url=GOOD)

    assert (rose.icon_url, rose.image_url) == (GOOD, GOOD)
