"""The key that opens backups, as people type it."""

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.base.errors import Refused
from node.db.backup.recovery_key import (
    age_text,
    identity_of,
    known_lock,
    new_recovery_key,
    wordlist,
)

SECRETS = st.binary(min_size=32, max_size=32)


@given(SECRETS)
def test_every_secret_is_a_key_that_age_takes(secret):
    words = wordlist().to_mnemonic(secret)

    assert str(identity_of(words)) == age_text(secret)
    assert str(pyrage.x25519.Identity.from_str(age_text(secret))) == age_text(secret)


def test_words_and_the_form_of_age_open_what_the_node_locks_with(tmp_path):
    words, text = new_recovery_key(tmp_path, replaces=False)
    lock = known_lock(tmp_path)

    for typed in (words, words.upper(), words.replace(" ", "\n  "), text, f" {text.lower()} "):
        assert str(identity_of(typed).to_public()) == lock


@pytest.mark.threat("T101")
def test_nothing_that_opens_a_backup_is_kept(tmp_path):
    words, text = new_recovery_key(tmp_path, replaces=False)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir()).decode()

    assert kept.startswith("age1")
    assert text not in kept
    assert [word for word in words.split() if len(word) > 4 and word in kept] == []
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}


def test_a_key_is_replaced_only_if_that_is_said(tmp_path):
    new_recovery_key(tmp_path, replaces=False)
    before = known_lock(tmp_path)

    with pytest.raises(Refused, match="already"):
        new_recovery_key(tmp_path, replaces=False)
    assert known_lock(tmp_path) == before
    new_recovery_key(tmp_path, replaces=True)
    assert known_lock(tmp_path) != before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda words: words[:23], "has 24 words; these are 23"),
        (lambda words: [*words[:4], "hedgehogs", *words[5:]], "Word 5 is not one"),
        (lambda words: [*words[:23], "zoo" if words[23] != "zoo" else "zone"], "do not belong"),
        (lambda words: [], "has 24 words; these are 0"),
        (lambda words: ["AGE-SECRET-KEY-1QQ"], "a letter is wrong or missing"),
    ],
    ids=range(5),
)
def test_what_is_mistyped_is_said_in_one_sentence(change, sentence):
    words = wordlist().to_mnemonic(bytes(range(32))).split()

    with pytest.raises(Refused, match=sentence):
        identity_of(" ".join(change(words)))


def test_without_a_key_or_with_a_damaged_one_it_is_said_what_to_do(tmp_path):
    with pytest.raises(Refused, match="hedgerow backup key"):
        known_lock(tmp_path)
    (tmp_path / "backup.pub").write_text("age1nothing")
    with pytest.raises(Refused, match="--replace"):
        known_lock(tmp_path)
