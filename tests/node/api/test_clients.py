"""Apps that people use, as they come from the package index, against a node that runs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from mastodon import Mastodon
from toot.api import get_browser_login_url
from toot.auth import get_or_create_app, login_auth_code
from toot.cli import cli as toot_command

from tests.node.running import RunningNode, running_node
from tests.pictures import a_picture, opened

SCOPES = ["read", "write", "follow", "push"]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    with running_node(tmp_path_factory.mktemp("node"), ("rosa", "tilda")) as node:
        yield node


@pytest.fixture(scope="module")
def rosa(node: RunningNode) -> Mastodon:
    """Rosa in an app that is written with Mastodon.py."""
    client_id, secret = Mastodon.create_app("Walker", scopes=SCOPES, api_base_url=node.url)
    app = Mastodon(client_id, secret, api_base_url=node.url, ratelimit_method="throw")
    question = app.auth_request_url(scopes=SCOPES, allow_http=True)
    app.log_in(code=node.let_in("rosa", question), scopes=SCOPES, allow_http=True)
    return app


class Toot:
    """Tilda at a terminal with toot, whose settings are in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._runner = CliRunner(env={"XDG_CONFIG_HOME": str(folder)})

    def sign_in(self, node: RunningNode) -> None:
        """Do what `toot login` does, and what it asks people to do."""
        with self._runner.isolation():
            app = get_or_create_app(node.url)
            login_auth_code(app, node.let_in("tilda", get_browser_login_url(app)))

    def __call__(self, *words: str) -> str:
        """What toot says."""
        done = self._runner.invoke(toot_command, ["--no-color", *words], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output


@pytest.fixture(scope="module")
def tilda(node: RunningNode, tmp_path_factory: pytest.TempPathFactory) -> Toot:
    toot = Toot(tmp_path_factory.mktemp("toot"))
    toot.sign_in(node)
    return toot


def test_mastodon_py_reads_who_we_are_and_who_it_is_for(rosa):
    assert rosa.instance().title == "Group"
    assert rosa.instance_v2().configuration.statuses.max_characters == 10_000
    assert rosa.account_verify_credentials().acct == "rosa"
    assert rosa.app_verify_credentials().name == "Walker"
    assert rosa.preferences()["posting:default:visibility"] == "public"
    assert rosa.retrieve_mastodon_version() == "4.4.0"
    for asked in (rosa.filters_v2, rosa.lists, rosa.announcements, rosa.custom_emojis, rosa.blocks):
        assert list(asked()) == []


def test_mastodon_py_posts_edits_and_deletes(rosa):
    status = rosa.status_post(
        "Hello #hedges", visibility="unlisted", spoiler_text="greeting", idempotency_key="walk-1"
    )
    again = rosa.status_post("Hello", idempotency_key="walk-1")
    edited = rosa.status_update(status.id, "Hello again")

    assert (status.visibility, status.spoiler_text, status.tags[0].name) == (
        "unlisted",
        "greeting",
        "hedges",
    )
    assert again.id == status.id
    assert (edited.content, edited.edited_at is not None) == ("<p>Hello again</p>", True)
    assert rosa.status_source(status.id).text == "Hello again"
    assert len(rosa.status_history(status.id)) == 1
    assert rosa.status_delete(status.id).text == "Hello again"
    assert rosa.timeline_home() == []


@pytest.mark.parametrize("visibility", ["public", "private"])
def test_mastodon_py_posts_a_picture_and_says_later_what_it_shows(rosa, visibility):
    sent = rosa.media_post(a_picture(), "image/jpeg", description="A hege", focus=(0.5, 0))
    described = rosa.media_update(sent, description="A hedge")
    status = rosa.status_post("Look", media_ids=[sent], visibility=visibility)
    picture = status.media_attachments[0]
    told = rosa.generate_media_edit_attributes(picture.id, description="A gate")
    edited = rosa.status_update(status.id, "Look here", media_attributes=[told])

    assert (described.description, picture.description) == ("A hedge", "A hedge")
    assert edited.media_attachments[0].description == "A gate"
    assert (picture.meta.focus.x, picture.meta.original.width) == (0.5, 640)
    loaded = requests.get(edited.media_attachments[0].url, timeout=9)
    assert opened(loaded.content).size == (640, 480)
    rosa.status_delete(status.id)


def test_mastodon_py_deletes_and_writes_anew_with_the_same_picture(rosa):
    sent = rosa.media_post(a_picture(), "image/jpeg")
    deleted = rosa.status_delete(rosa.status_post("Lok", media_ids=[sent]).id)
    again = rosa.status_post("Look", media_ids=deleted.media_attachments)

    assert [one.id for one in again.media_attachments] == [sent.id]
    rosa.status_delete(again.id)


def test_mastodon_py_shows_a_face_and_a_banner(rosa):
    own = rosa.account_update_credentials(
        avatar=a_picture(),
        avatar_mime_type="image/jpeg",
        header=a_picture("PNG"),
        header_mime_type="image/png",
    )

    shown = requests.get(own.avatar, timeout=9), requests.get(own.header, timeout=9)
    assert [opened(one.content).size for one in shown] == [(400, 400), (1_500, 500)]
    assert rosa.account_delete_avatar().avatar.endswith("/static/avatar.png")


def test_mastodon_py_pages_through_a_timeline(rosa):
    said = [rosa.status_post(f"Number {number}").id for number in range(5)]
    newest = rosa.timeline_home(limit=2)
    older = rosa.fetch_next(newest)
    everything = rosa.fetch_remaining(rosa.timeline_home(limit=2))

    assert [one.id for one in (*newest, *older)] == said[:0:-1]
    assert [one.id for one in everything] == said[::-1]
    assert [one.id for one in rosa.fetch_previous(older)] == [one.id for one in newest]
    for status_id in said:
        rosa.status_delete(status_id)


def test_people_with_two_apps_meet_talk_and_are_told_of_each_other(rosa, tilda):
    tilda("follow", "rosa")
    asked = rosa.status_post("Who walks on Sunday?")
    assert "Who walks on Sunday?" in tilda("timelines", "home")
    tilda("post", "@rosa I do", "--reply-to", asked.id)
    tilda("favourite", asked.id)
    tilda("reblog", asked.id)
    answer = rosa.status_context(asked.id).descendants[0]
    rosa.status_favourite(answer)

    told = [one.type for one in rosa.notifications(exclude_types=["follow"])]
    assert told == ["reblog", "favourite", "mention"]
    assert [one.account.acct for one in rosa.notifications(types=["follow"])] == ["tilda"]
    assert rosa.status(asked.id).replies_count == 1
    assert [one.acct for one in rosa.status_reblogged_by(asked.id)] == ["tilda"]
    assert [one.acct for one in rosa.account_followers(rosa.me())] == ["tilda"]
    assert "rosa favourited" in tilda("notifications")
    assert "I do" in tilda("thread", asked.id)


def test_mastodon_py_finds_follows_and_leaves(rosa, tilda):
    tilda("follow", "rosa")
    found = rosa.account_lookup("tilda")
    followed = rosa.account_follow(found)
    relation = rosa.account_relationships([found.id])[0]

    assert (followed.following, relation.following, relation.followed_by) == (True, True, True)
    assert [one.acct for one in rosa.account_search("til")] == ["tilda"]
    assert [one.acct for one in rosa.search_v2("@tilda").accounts] == ["tilda"]
    assert rosa.account_unfollow(found).following is False
    assert rosa.account_remove_from_followers(found).followed_by is False


def test_toot_shows_who_one_is_and_changes_it(node, tilda):
    tilda("update-account", "--display-name", "Tilda Hill", "--note", "I walk.")
    host = node.url.removeprefix("http://")

    assert "Tilda Hill" in tilda("whoami")
    assert "@rosa" in tilda("whois", "rosa")
    assert f"tilda@{host}" in tilda("auth")
    assert "Group" in tilda("instance")
    assert "rosa" in tilda("search", "rosa")


def test_toot_posts_bookmarks_and_deletes(rosa, tilda):
    said = tilda("post", "From the hill", "--visibility", "public", "--json")
    status_id = json.loads(said)["id"]
    tilda("bookmark", status_id)

    assert "From the hill" in tilda("bookmarks")
    assert "From the hill" in tilda("timelines", "public", "--local")
    assert rosa.status(status_id).account.acct == "tilda"
    tilda("delete", status_id)
    assert "From the hill" not in tilda("bookmarks")
