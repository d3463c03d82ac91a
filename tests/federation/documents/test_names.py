"""What an actor may be called: nothing that could be taken for a part of an address."""

import pytest

from federation import documents
from federation.errors import Malformed
from tests.peers.stub import person_document

USUAL = (
    *("alice", "Alice", "alice_b", "alice.b", "alice-b", "a1", "1a", "_a", "-a-", "a~b", "a+b"),
    *("valley.example", "user.bsky.social", "0", "%d0%b8%d0%b3", "josé", "müller", "ærø"),
    *("бабушка", "αλίκη", "أحمد", "राम", "田中さん", "한글", "עדי", "ทดสอบ", "e\u0301va"),
)
ODD = (
    *("alice@valley.example", "alice@127.0.0.1:26130", "@alice", "alice@", "a/b", "/", "a\\b"),
    *("a:b", "https://valley.example/alice", "a b", " a", "a\n", "a\tb", "a?b", "a#b", "a&b"),
    *("<b>a</b>", "a'b", 'a"b', "a,b", "a;b", "(a)", "[a]", "a|b", "a=b", "*", "a!b", "$a"),
    *("a\u200bb", "a\u200db", "a\u00adb", "\u202ealice", "a\u2066b", "a\u00a0b", "a\ufeffb"),
    *("alice\uff20valley", "alice\ufe6bvalley", "a\uff0fb", "a\u2044b", "a\u2215b", "a\u29f8b"),
    *("\uff41lice", "\U0001d41alice", "\u24d0lice", "\ufb01sh", "a\u2488b"),
    *(
        "alic\u0435",
        "\u0430lice",
        "p\u0430yp\u0430l",
        "\u03b1lice",
        "\u0440\u0430ul1x",
    ),
    *("b\u03bfb", "\u13aelice", "\u0561lice", "ab\u2c9f"),
    *("", ".", "...", "-", "_-.", "a🙂", "☃", "a\x00b", "a\x7fb", "a\ud800b"),
)


@pytest.mark.threat("T61")
@pytest.mark.parametrize("name", [one for one in USUAL if any(map(str.isalnum, one))])
def test_names_in_one_alphabet_are_names(name):
    assert documents.read_actor(person_document("x") | {"preferredUsername": name}).name == name


@pytest.mark.threat("T61")
@pytest.mark.threat("T147")
@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_what_could_be_taken_for_an_address_or_another_name_is_none(name):
    with pytest.raises(Malformed):
        documents.read_actor(person_document("x") | {"preferredUsername": name})
