"""The key that opens backups. The node keeps the half that locks; people keep the half that opens.

The half that opens is 24 words, each one of the 2048 of BIP-39, the last of which guards against a
word that was copied wrongly. The same key in the form of `age` (age-encryption.org) opens a backup
without Hedgerow.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

from node.base.errors import Refused
from node.base.ids import new_secret
from node.db.folder import write_whole

FILE_NAME = "backup.pub"
WORDS = 24
PREFIX = "age-secret-key-"
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
CHECK_LETTERS = 6
NO_KEY = "There is no key for backups yet. Make one first: hedgerow backup key"


def new_recovery_key(folder: Path, *, replaces: bool) -> tuple[str, str]:
    """Make a key and keep its half that locks in the data folder; the other half, in words and as
    `age` takes it, which nobody can be shown again.

    Raises:
        Refused: there is a key, and it is not to be replaced.
    """
    if (folder / FILE_NAME).exists() and not replaces:
        raise Refused(
            "There is a key for backups already; its words were shown when it was made. If they"
            " are lost, make another with --replace. What was locked with the old key needs the"
            " old words."
        )
    secret = new_secret()
    words = str(wordlist().to_mnemonic(secret))
    text = age_text(secret)
    lock = str(import_module("pyrage").x25519.Identity.from_str(text).to_public())
    write_whole(folder / FILE_NAME, f"{lock}\n".encode())
    return words, text


def lock_of(folder: Path) -> str | None:
    """The half of the key that locks, as `age1…`; None where no key was made."""
    try:
        return (folder / FILE_NAME).read_text().strip()
    except FileNotFoundError:
        return None


def known_lock(folder: Path) -> str:
    """The half of the key that locks.

    Raises:
        Refused: no key was made, or it cannot be read.
    """
    lock = lock_of(folder)
    if lock is None:
        raise Refused(NO_KEY)
    recipient_of(lock)
    return lock


def recipient_of(lock: str) -> Any:
    """What encryption takes. Raises Refused for what is no such thing."""
    age = import_module("pyrage")
    try:
        return age.x25519.Recipient.from_str(lock)
    except age.RecipientError as error:
        raise Refused(
            f"{FILE_NAME} in the data folder is damaged. Make another key with"
            " `hedgerow backup key --replace`."
        ) from error


def identity_of(typed: str) -> Any:
    """What decryption takes, from 24 words, with their numbers or without, or `AGE-SECRET-KEY-1…`.

    Raises:
        Refused: that is no recovery key; the sentence says which word, where one is to blame.
    """
    age = import_module("pyrage")
    words = [one for one in typed.lower().replace(",", " ").split() if not one.isdecimal()]
    text = "".join(words) if "".join(words).startswith(PREFIX) else age_text(secret_of(words))
    try:
        return age.x25519.Identity.from_str(text.upper())
    except age.IdentityError as error:
        raise Refused("That is no recovery key: a letter is wrong or missing.") from error


def secret_of(words: list[str]) -> bytes:
    """The 32 bytes that 24 words stand for."""
    if len(words) != WORDS:
        raise Refused(f"A recovery key has {WORDS} words; these are {len(words)}.")
    known = wordlist()
    for number, word in enumerate(words, 1):
        if word not in known.wordlist:
            raise Refused(f"Word {number} is not one that a recovery key is made of. Look again.")
    try:
        return bytes(known.to_entropy(words))
    except ValueError as error:
        raise Refused(
            "These words do not belong together: one is wrong, or two have changed places."
        ) from error


def wordlist() -> Any:
    return import_module("mnemonic").Mnemonic("english")


def age_text(secret: bytes) -> str:
    """32 bytes as `age` writes a key: Bech32. Source: BIP-173; C2SP age, "X25519 recipients"."""
    bits = int.from_bytes(secret, "big") << (-len(secret) * 8) % 5
    count = -(-len(secret) * 8 // 5)
    values = [bits >> 5 * place & 31 for place in reversed(range(count))]
    spread = [ord(one) >> 5 for one in PREFIX] + [0] + [ord(one) & 31 for one in PREFIX]
    check = polymod([*spread, *values, *[0] * CHECK_LETTERS]) ^ 1
    values += [check >> 5 * place & 31 for place in reversed(range(CHECK_LETTERS))]
    return (PREFIX + "1" + "".join(LETTERS[value] for value in values)).upper()


def polymod(values: list[int]) -> int:
    """The check sum of Bech32. Source: BIP-173."""
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(GENERATORS):
            check ^= generator if top >> place & 1 else 0
    return check
