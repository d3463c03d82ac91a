"""Which communities stand in the directory, for whom, and for how long."""

from dataclasses import replace

import pytest

from federation import documents
from federation.documents.directory import (
    Directory,
    ListedCommunity,
    read_directory,
    render_directory,
)
from federation.errors import BadSignature
from federation.proofs import with_proof
from federation.signatures import load_signing_key, make_keys
from node.base.errors import Invalid, NotAllowed, NotFound
from node.inbox.directories import check_directory
from node.peers.rules import Policy
from node.peers.store import freeze, put_policy
from node.topics.actors.activities import store_actor
from node.topics.communities.store import put_member
from node.topics.neighbours.directory import (
    communities_here,
    directory_document,
    listed_by,
    put_listed,
)
from node.topics.neighbours.neighbour_directory import (
    ASK_AGAIN_S,
    KEPT_S,
    ask_all_again,
    forget_old_directories,
    hosts_to_ask,
    is_listed_by_neighbour,
    neighbours_communities,
    put_off,
    receive_directory,
    receive_no_directory,
)
from node.topics.neighbours.purge import purge_traffic
from node.topics.permissions.rules import Role
from tests.neighbours import NOW, THERE, actor_document, add_group, add_node, add_person

HOST = "valley.example"
OWNER = f"{THERE}/actor"
AT = f"{OWNER}/communities"
WALKERS = ListedCommunity(f"{THERE}/communities/walkers", "walkers", "Walkers", "Every Thursday")
THEIRS = Directory(AT, OWNER, NOW, (WALKERS,))


@pytest.fixture
def ann(tx):
    add_node(tx)
    return add_person(tx, "ann")


def door(tx, group, visibility, elsewhere=0):
    tx.run(
        "update community set visibility = :door, elsewhere = :elsewhere where actor_id = :id",
        door=visibility,
        elsewhere=elsewhere,
        id=group.id,
    )


def names_here(tx, reader):
    return [group.name for group in communities_here(tx, reader, "").groups]


def names_told(tx):
    document = directory_document(tx, NOW)
    found = read_directory(document, "https://group.example/actor/communities")
    return [one.name for one in found.communities]


@pytest.mark.feature("D01")
@pytest.mark.threat("T94")
def test_everybody_sees_the_communities_that_they_may_know_of(tx, ann):
    ben = add_person(tx, "ben")
    groups = {name: add_group(tx, name, ann) for name in ("a1", "b2", "c3", "d4", "e5")}
    door(tx, groups["b2"], "closed")
    door(tx, groups["c3"], "closed", elsewhere=1)
    door(tx, groups["d4"], "node")
    door(tx, groups["e5"], "hidden")

    assert names_here(tx, ann) == ["a1", "b2", "c3", "d4", "e5"]
    assert names_here(tx, ben) == ["a1", "b2", "c3", "d4"]
    assert names_here(tx, None) == ["a1", "c3"]


@pytest.mark.threat("T94")
def test_what_is_hidden_takes_no_place_on_a_page(tx, ann, monkeypatch):
    ben = add_person(tx, "ben")
    for name in ("a1", "a2", "a3"):
        door(tx, add_group(tx, name, ann), "hidden")
    add_group(tx, "b1", ann)
    add_group(tx, "b2", ann)
    monkeypatch.setattr("node.topics.neighbours.directory.PAGE_MAX", 1)

    first = communities_here(tx, ben, "")
    second = communities_here(tx, ben, first.after)

    assert [one.name for one in (*first.groups, *second.groups)] == ["b1", "b2"]


@pytest.mark.feature("D01")
def test_neighbours_are_told_only_of_what_the_organiser_agreed_to(tx, ann):
    walkers, _ = add_group(tx, "walkers", ann), add_group(tx, "singers", ann)
    assert (names_told(tx), listed_by(tx, ann, walkers)) == ([], False)

    put_listed(tx, ann, walkers, NOW, is_listed=True)
    assert (names_told(tx), listed_by(tx, ann, walkers)) == (["walkers"], True)
    put_listed(tx, ann, walkers, NOW, is_listed=False)
    assert names_told(tx) == []


@pytest.mark.threat("T91")
@pytest.mark.parametrize("visibility", ["closed", "node", "hidden"])
def test_neighbours_are_never_told_of_what_not_everybody_may_read(tx, ann, visibility):
    walkers = add_group(tx, "walkers", ann)
    put_listed(tx, ann, walkers, NOW, is_listed=True)

    door(tx, walkers, visibility, elsewhere=1)

    assert (names_told(tx), listed_by(tx, ann, walkers)) == ([], None)
    with pytest.raises(Invalid, match="everybody may read"):
        put_listed(tx, ann, walkers, NOW, is_listed=True)


def test_only_organisers_say_so(tx, ann):
    ben, walkers = add_person(tx, "ben"), add_group(tx, "walkers", ann)
    put_member(tx, walkers.id, ben.id, Role.MODERATOR, NOW)

    with pytest.raises(NotAllowed):
        put_listed(tx, ben, walkers, NOW, is_listed=True)
    assert listed_by(tx, ben, walkers) is None
    door(tx, walkers, "hidden")
    with pytest.raises(NotFound):
        put_listed(tx, add_person(tx, "carla"), walkers, NOW, is_listed=True)


@pytest.fixture
def key(tx, ann):
    """The key with which the valley's node proves what it says; we know whose it is."""
    private, public = make_keys()[2:]
    listed = documents.Key(
        iri=f"{OWNER}#ed25519-key", owner=OWNER, algorithm="ed25519", public_key=public
    )
    store_actor(tx, actor_document("actor", keys=(listed,), iri=OWNER, kind="Application"), NOW)
    return load_signing_key(listed.iri, private)


def listing(*communities):
    return render_directory(AT, OWNER, communities or (WALKERS,), NOW)


@pytest.mark.feature("D01")
@pytest.mark.threat("T13")
def test_a_list_counts_with_the_proof_of_its_own_node(tx, key):
    check_directory(tx, with_proof(listing(), key, NOW), OWNER, {}, NOW)

    tampered = with_proof(listing(), key, NOW)
    tampered["orderedItems"][0]["name"] = "Somebody else's"
    with pytest.raises(BadSignature):
        check_directory(tx, tampered, OWNER, {OWNER: "stored"}, NOW)
    with pytest.raises(BadSignature, match="unproven"):
        check_directory(tx, listing(), OWNER, {}, NOW)


@pytest.mark.threat("T13")
def test_a_list_with_the_proof_of_somebody_else_of_that_place_does_not_count(tx, ann):
    private, public = make_keys()[2:]
    rose = f"{THERE}/people/rose"
    listed = documents.Key(
        iri=f"{rose}#ed25519-key", owner=rose, algorithm="ed25519", public_key=public
    )
    store_actor(tx, actor_document("rose", keys=(listed,)), NOW)
    store_actor(tx, actor_document("actor", iri=OWNER, kind="Application"), NOW)
    value = with_proof(listing(), load_signing_key(listed.iri, private), NOW)

    with pytest.raises(BadSignature):
        check_directory(tx, value, OWNER, {OWNER: "stored"}, NOW)


def shown(tx, now=NOW):
    return [one.handle for one in neighbours_communities(tx, now)]


@pytest.fixture
def trusted(tx, ann):
    put_policy(tx, HOST, Policy.TRUSTED, "", NOW)


@pytest.mark.feature("D01")
def test_a_neighbours_list_is_shown_and_the_next_takes_its_place(tx, trusted):
    singers = replace(WALKERS, iri=f"{THERE}/communities/singers", name="singers")

    assert receive_directory(tx, HOST, THEIRS, NOW)
    assert shown(tx) == ["walkers@valley.example"]
    later = replace(THEIRS, said_at=NOW + 60, communities=(singers,))
    assert receive_directory(tx, HOST, later, NOW + 60)
    assert shown(tx) == ["singers@valley.example"]
    assert is_listed_by_neighbour(tx, singers.iri, NOW)
    assert not is_listed_by_neighbour(tx, WALKERS.iri, NOW)


@pytest.mark.threat("T13")
def test_an_old_list_brings_nothing_back(tx, trusted):
    receive_directory(tx, HOST, replace(THEIRS, communities=()), NOW)

    assert not receive_directory(tx, HOST, replace(THEIRS, said_at=NOW - 60), NOW + 60)
    assert not receive_directory(tx, HOST, replace(THEIRS, said_at=NOW + 9_999), NOW + 60)
    assert shown(tx) == []


def test_what_is_not_confirmed_for_thirty_days_goes(tx, trusted):
    receive_directory(tx, HOST, THEIRS, NOW)

    assert shown(tx, NOW + KEPT_S - 1) == ["walkers@valley.example"]
    assert shown(tx, NOW + KEPT_S) == []
    assert forget_old_directories(tx, NOW + KEPT_S - 1) == 0
    assert forget_old_directories(tx, NOW + KEPT_S) == 1
    assert tx.one("select 1 as found from neighbour_community") is None
    assert forget_old_directories(tx, NOW + KEPT_S) == 0


@pytest.mark.threat("T104")
@pytest.mark.parametrize("policy", [Policy.BLOCKED, Policy.SILENCED])
def test_whoever_is_blocked_or_silenced_is_neither_asked_nor_shown(tx, trusted, policy):
    receive_directory(tx, HOST, THEIRS, NOW)

    put_policy(tx, HOST, policy, "", NOW)

    assert (shown(tx), hosts_to_ask(tx, NOW + ASK_AGAIN_S)) == ([], [])
    assert not is_listed_by_neighbour(tx, WALKERS.iri, NOW)


def test_whoever_is_frozen_is_neither_asked_nor_shown(tx, trusted):
    receive_directory(tx, HOST, THEIRS, NOW)

    freeze(tx, HOST, "The key changed.", NOW)

    assert (shown(tx), hosts_to_ask(tx, NOW + ASK_AGAIN_S)) == ([], [])


def test_neighbours_are_asked_once_a_day_and_those_without_a_list_once_a_week(tx, trusted):
    assert hosts_to_ask(tx, NOW) == [HOST]
    receive_directory(tx, HOST, THEIRS, NOW)
    assert hosts_to_ask(tx, NOW + ASK_AGAIN_S - 1) == []
    assert hosts_to_ask(tx, NOW + ASK_AGAIN_S) == [HOST]

    receive_no_directory(tx, HOST, NOW)
    assert (shown(tx), hosts_to_ask(tx, NOW + ASK_AGAIN_S)) == ([], [])
    assert ask_all_again(tx, NOW) == 1
    assert hosts_to_ask(tx, NOW) == [HOST]
    put_off(tx, HOST, NOW + 5)
    assert hosts_to_ask(tx, NOW) == []


def test_words_of_neighbours_are_plain_text(tx, trusted):
    odd = replace(
        WALKERS, title="\u202eWalk\ners", about="<script>alert(1)</script><b>Every</b> day"
    )

    receive_directory(tx, HOST, replace(THEIRS, communities=(odd,)), NOW)

    (one,) = neighbours_communities(tx, NOW)
    assert (one.title, one.about) == ("Walk ers", "Every day")


@pytest.mark.threat("T108")
def test_a_purge_takes_what_a_host_listed(tx, trusted):
    receive_directory(tx, HOST, THEIRS, NOW)

    assert purge_traffic(tx, HOST)["neighbour_community"] == 2
    assert tx.all("select host from neighbour_directory") == []
