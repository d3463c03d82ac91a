"""The browsers with which somebody has signed in before, and what to call one.

Each is given a secret of its own that outlives its sessions; only its SHA-256 is stored.
"""

from node.db.tx import Tx
from node.topics.accounts.store import ENDED_AT_ONCE, hashed

COOKIE = "hedgerow_device"
KNOWN_S = 400 * 24 * 3_600
"""As long as browsers keep a cookie (RFC 6265bis section 5.5)."""
DEVICES_MAX = 20
TOKEN_CHARACTERS_MAX = 200

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Windows", "Windows"),
    ("CrOS", "a Chromebook"),
    ("Mac OS X", "a Mac"),
    ("Linux", "Linux"),
)
"""By which words of its User-Agent each is known; the first that fits, for many name others too."""


def device_words(user_agent: str) -> str:
    """What people would call a browser: `Firefox on Android`. Nothing else of it is kept."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def is_known_device(tx: Tx, device: str, account_id: int) -> bool:
    """Whether that device has signed in to the account before."""
    row = tx.one(
        """
        select 1 as found from known_device
        where token_hash = :token_hash and account_id = :account_id
        """,
        token_hash=hashed(device),
        account_id=account_id,
    )
    return row is not None


def remember_device(tx: Tx, shown: str, fresh: str, account_id: int, now: int) -> str:
    """Note that a device has signed in; the secret that it is to have from now on.

    It keeps the one it showed if that is one of ours. An account knows at most 20, the latest.
    """
    known = tx.one(
        "select 1 as found from known_device where token_hash = :token_hash limit 1",
        token_hash=hashed(shown),
    )
    device = shown if known else fresh
    tx.run(
        """
        insert into known_device (token_hash, account_id, seen_at)
        values (:token_hash, :account_id, :now)
        on conflict (token_hash, account_id) do update set seen_at = :now
        """,
        token_hash=hashed(device),
        account_id=account_id,
        now=now,
    )
    tx.run(
        """
        delete from known_device where account_id = :account_id and token_hash not in (
            select token_hash from known_device where account_id = :account_id
            order by seen_at desc, token_hash limit :limit)
        """,
        account_id=account_id,
        limit=DEVICES_MAX,
    )
    return device


def forget_devices(tx: Tx, account_id: int) -> None:
    """Know no device of the account any more."""
    tx.run("delete from known_device where account_id = :id", id=account_id)


def forget_old_devices(tx: Tx, now: int) -> int:
    """Forget devices that have not signed in for 400 days; how many."""
    return tx.run(
        """
        delete from known_device where (token_hash, account_id) in (
            select token_hash, account_id from known_device where seen_at < :before limit :limit)
        """,
        before=now - KNOWN_S,
        limit=ENDED_AT_ONCE,
    )
