"""An account is deleted: all who know it are told, and no row or word of it is left."""

import pytest

from node.base.errors import Conflict
from node.db.backup.gone import mark_of
from node.outbox.deliveries import settle_delivered, waiting_deliveries
from node.topics.accounts.actions import create_account, issue_token
from node.topics.accounts.apps import register_app
from node.topics.accounts.oauth import give_code
from node.topics.accounts.sign_in import Attempt, SignedIn, count_attempt, start_session
from node.topics.accounts.store import any_account_by_name
from node.topics.accounts.suspension import suspend
from node.topics.actors.store import actor_by_id
from node.topics.members.actions import follow, take_follow
from node.topics.moderation.report_store import NewReport, add_report
from node.topics.notifications.store import notify
from node.topics.portability import deletion
from node.topics.portability.actions import take_out_actors
from node.topics.portability.deletion import delete_account, forget_departed
from node.topics.posts.store import post_by_id
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.publishing.receive import store_fetched_post
from node.topics.reactions.actions import bookmark, boost, favourite
from tests.neighbours import KEYS, NOW, ORIGIN, add_group, add_neighbour, add_node, add_person, note
from tests.schema import columns, references

CANARY = "canarybird"
LEFT = {("actor", "iri"), ("actor", "name"), ("actor", "handle"), ("actor", "url")} | {
    ("actor", name) for name in ("inbox", "outbox", "followers", "following", "featured")
}
LEFT |= {("deletion", "object_iri")}
"""What is left of a name: the tombstone at its address, and, for half a year, what became of it at
each place that knew it."""
OF_OTHERS = {("post", "content"), ("post", "source"), ("outbox_entry", "body")}
"""What ann wrote to them is ann's own."""


def make(tx, name):
    return create_account(
        tx,
        origin=ORIGIN,
        name=name,
        email=f"{name}@post.example",
        password_hash="hash",
        role="member",
        keys=KEYS,
        now=NOW,
    )


@pytest.fixture
def leaving(tx):
    """Somebody who has left a trace wherever a member can."""
    add_node(tx)
    account = make(tx, CANARY)
    me = actor_by_id(tx, account.actor_id)
    ann, rose = add_person(tx, "ann"), add_neighbour(tx, "rose")
    walkers = add_group(tx, "walkers", ann)
    take_follow(tx, rose, me, f"{rose.iri}/follows/1", NOW)
    follow(tx, me, walkers, NOW)
    follow(tx, me, ann, NOW)
    store_fetched_post(tx, note(rose, "Theirs", iri=f"{rose.iri}/1", url=f"{rose.iri}/1"), NOW)
    theirs = publish(tx, ann, Draft(text=f"Hello @{CANARY}"), NOW)
    mine = publish(tx, me, Draft(text=f"{CANARY} sings @walkers@group.example"), NOW)
    publish(tx, me, Draft(text=f"{CANARY} in secret @ann", visibility="direct"), NOW)
    publish(tx, ann, Draft(text="An answer", parent_id=mine), NOW)
    for do in (favourite, boost, bookmark):
        do(tx, me, theirs, NOW)
    favourite(tx, ann, mine, NOW)
    notify(tx, ann.id, "follow", me.id, 0, NOW)
    report = NewReport(
        iri=f"{me.iri}/r",
        reporter_id=me.id,
        about_id=ann.id,
        group_id=None,
        words=CANARY,
        post_ids=(theirs,),
    )
    add_report(tx, report, NOW)
    app = register_app(tx, "App", "", ["https://app.example/back"], "read", NOW).app
    give_code(tx, app, account.id, app.redirect_uris, "read", None, NOW)
    issue_token(tx, account.id, "read", NOW)
    attempt = Attempt(name_or_email=CANARY, password="x", client="192.0.2.7", network="192.0.2.0")
    tried = count_attempt(tx, attempt, NOW)
    start_session(tx, tried, attempt, SignedIn("session", "device"), NOW)
    count_attempt(tx, attempt, NOW)
    return account, me, mine, ann, theirs


def traces(tx):
    """Each (table, column) in which the canary's name or words still stand."""
    found = set()
    for column in columns(tx):
        if column.kind == "text":
            rows = tx.all(f"select {column.name} as text from {column.table}")
            if any(CANARY in (row["text"] or "") for row in rows):
                found.add((column.table, column.name))
    return found


def told(tx):
    """Each host with what waits to be delivered there: who said it, what kind, of what."""
    rows = tx.all("select distinct host from delivery order by host")
    return [
        (row["host"], one.kind, one.object_iri)
        for row in rows
        for one in waiting_deliveries(tx, row["host"], 0)
    ]


def deliver_all(tx):
    for delivery in waiting_deliveries(tx, "valley.example", 0):
        settle_delivered(tx, delivery, "cavage", NOW)


def tidy(tx):
    while forget_departed(tx, NOW):
        continue


@pytest.mark.feature("F11")
def test_no_row_and_no_word_of_whoever_left_is_anywhere(tx, leaving):
    account, me, _, ann, _ = leaving
    before = traces(tx)

    delete_account(tx, account, NOW)
    deliver_all(tx)
    tidy(tx)

    assert {("post", "content"), ("account", "email"), ("report", "words")} <= before
    assert traces(tx) - LEFT == OF_OTHERS
    assert {row["author_id"] for row in naming(tx, "post", "content")} == {ann.id}
    said = [row["body"] for row in naming(tx, "outbox_entry", "body")]
    assert [one for one in said if "sings" in one or "in secret" in one] == []
    for table, column in references(tx, "account") | references(tx, "actor"):
        meant = account.id if (table, column) in references(tx, "account") else me.id
        rows = tx.all(f"select 1 from {table} where {column} = {meant}")
        assert (table, column, len(rows)) in ((table, column, 0), ("post", "author_id", 2))


def naming(tx, table, column):
    return tx.all(f"select * from {table} where {column} like '%{CANARY}%'")


@pytest.mark.feature("F11")
def test_everybody_elsewhere_who_knows_them_is_told_once_and_nothing_older_goes_out(tx, leaving):
    account, me, *_ = leaving

    before = {row["iri"] for row in tx.all("select iri from post where author_id = :id", id=me.id)}
    waited = {iri for _, _, iri in told(tx)}

    delete_account(tx, account, NOW)
    tidy(tx)

    assert before & waited
    assert [one for one in told(tx) if one[2] in before | {me.iri}] == [
        ("valley.example", "Delete", me.iri)
    ]


def test_the_keys_stay_until_the_goodbye_is_delivered(tx, leaving):
    account, me, *_ = leaving
    delete_account(tx, account, NOW)
    tidy(tx)
    waiting = tx.all("select iri from actor_key where actor_id = :id", id=me.id)

    deliver_all(tx)
    tidy(tx)

    assert len(waiting) == 2
    assert tx.all("select iri from actor_key where actor_id = :id", id=me.id) == []


def test_others_count_no_longer_what_whoever_left_liked(tx, leaving):
    account, _, _, _, theirs = leaving
    before = post_by_id(tx, theirs)

    delete_account(tx, account, NOW)
    tidy(tx)

    after = post_by_id(tx, theirs)
    assert (before.favourites_count, before.boosts_count) == (1, 1)
    assert (after.favourites_count, after.boosts_count) == (0, 0)


def test_a_name_is_never_given_again(tx, leaving):
    account, *_ = leaving
    delete_account(tx, account, NOW)
    deliver_all(tx)
    tidy(tx)

    assert any_account_by_name(tx, CANARY) is None
    with pytest.raises(Conflict):
        make(tx, CANARY)


def test_whoever_is_suspended_can_be_deleted(tx, leaving):
    account, me, *_ = leaving
    suspend(tx, account, NOW)

    delete_account(tx, any_account_by_name(tx, CANARY), NOW)

    assert ("valley.example", "Delete", me.iri) in told(tx)


def test_who_left_after_a_backup_is_gone_again_once_it_is_restored(tx, leaving):
    account, me, *_ = leaving
    suspend(tx, account, NOW)
    nothing: frozenset[str] = frozenset()
    marks = {"post": nothing, "removed": nothing, "token": nothing}

    take_out_actors(tx, marks | {"actor": frozenset({mark_of(me.iri)})}, 0, NOW)
    tidy(tx)

    assert any_account_by_name(tx, CANARY) is None
    assert [one for one in told(tx) if one[2] == me.iri] == []
    rows = tx.all("select content from post where author_id = :id", id=me.id)
    assert [row["content"] for row in rows] == ["", ""]


def test_many_posts_go_part_by_part(tx, leaving, monkeypatch):
    account, me, *_ = leaving
    monkeypatch.setattr(deletion, "POSTS_AT_ONCE", 1)
    delete_account(tx, account, NOW)

    assert forget_departed(tx, NOW) == 1
    tidy(tx)
    rows = tx.all("select content from post where author_id = :id", id=me.id)
    assert [row["content"] for row in rows] == ["", ""]
