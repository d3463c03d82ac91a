"""How somebody who came in without a password comes back: words of their own, or five of ours.

The words are put on a card by whoever reads it; only their hash is kept, as of any password.
"""

from importlib import import_module

from node.base.errors import Conflict
from node.base.ids import new_secret
from node.db.tx import Tx

WORDS = 5
BITS_A_WORD = 11


def new_words() -> str:
    """Five words of the 2048 of BIP-39, which are 55 bits: enough against guesses at our door."""
    number = int.from_bytes(new_secret())
    words = import_module("mnemonic").Mnemonic("english").wordlist
    return " ".join(words[number >> BITS_A_WORD * at & 2**BITS_A_WORD - 1] for at in range(WORDS))


def has_way_back(tx: Tx, account_id: int) -> bool:
    """Whether an account has a password."""
    row = tx.one("select password_hash from account where id = :id", id=account_id)
    return row is not None and row["password_hash"] is not None


def put_way_back(tx: Tx, account_id: int, password_hash: str) -> None:
    """Give an account its first password.

    Raises:
        Conflict: it has one; it is changed by whoever knows that.
    """
    changed = tx.run(
        "update account set password_hash = :hash where id = :id and password_hash is null",
        id=account_id,
        hash=password_hash,
    )
    if not changed:
        raise Conflict("You have a password already. Change it under Your account.")
