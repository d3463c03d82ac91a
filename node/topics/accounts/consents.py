"""What members agreed to: to what, when, by which words, and until when.

Whoever asks for a consent says so here, in the transaction that acts on it. A row is never changed
but to say that it was withdrawn; all of them go with the account.
"""

from dataclasses import dataclass

from node.base.ids import new_id
from node.db.tx import Tx

LISTED_MAX = 500
KIND_CHARACTERS_MAX = 60
FOUND_BY_PEOPLE = "found by people"
FOUND_BY_WORDS = "found by words"
FOUND_WORDING = "Being found, 2"
"""The words of the page *Being found*; another number when they change their meaning."""


@dataclass(frozen=True, slots=True)
class Consent:
    """That somebody agreed to `kind` as `wording` says it; instants are seconds (UTC)."""

    id: int
    kind: str
    wording: str
    given_at: int
    withdrawn_at: int | None


def record_consent(tx: Tx, account_id: int, kind: str, wording: str, now: int) -> None:
    """Somebody agrees to `kind` (at most 60 characters); said again by the same words, it counts
    once.

    `wording` names the words that they read, with their version (at most 200 characters). It takes
    the place of words that they agreed to before and did not withdraw.
    """
    standing = tx.one(
        """
        select wording from consent
        where account_id = :account_id and kind = :kind and withdrawn_at is null
        order by id desc limit 1
        """,
        account_id=account_id,
        kind=kind,
    )
    if standing is not None and standing["wording"] == wording:
        return
    withdraw_consent(tx, account_id, kind, now)
    tx.run(
        """
        insert into consent (id, account_id, kind, wording, given_at)
        values (:id, :account_id, :kind, :wording, :now)
        """,
        id=new_id(now),
        account_id=account_id,
        kind=kind,
        wording=wording,
        now=now,
    )


def withdraw_consent(tx: Tx, account_id: int, kind: str, now: int) -> None:
    """Somebody agrees to `kind` no longer; repeating it does nothing."""
    tx.run(
        """
        update consent set withdrawn_at = :now
        where account_id = :account_id and kind = :kind and withdrawn_at is null
        """,
        account_id=account_id,
        kind=kind,
        now=now,
    )


def consents_of(tx: Tx, account_id: int) -> list[Consent]:
    """What somebody agreed to, the newest first, at most 500."""
    rows = tx.all(
        """
        select id, kind, wording, given_at, withdrawn_at from consent
        where account_id = :account_id order by id desc limit :limit
        """,
        account_id=account_id,
        limit=LISTED_MAX,
    )
    return [Consent(**row) for row in rows]


def note_findable(
    tx: Tx, account_id: int, *, by_people: bool | None, by_words: bool | None, now: int
) -> None:
    """Keep what somebody says of being found; None says nothing of it."""
    for kind, agreed in ((FOUND_BY_PEOPLE, by_people), (FOUND_BY_WORDS, by_words)):
        if agreed:
            record_consent(tx, account_id, kind, FOUND_WORDING, now)
        elif agreed is not None:
            withdraw_consent(tx, account_id, kind, now)
