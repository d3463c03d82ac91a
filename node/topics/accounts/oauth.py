"""OAuth 2.0 for apps: codes with PKCE, tokens and their revocation (RFC 6749, 7636).

Codes are used once and live ten minutes; using one twice takes back what it gave.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus

from node.base.errors import BadRequest, Problem
from node.base.ids import new_token
from node.db.tx import Tx
from node.topics.accounts.apps import App, app_by_client
from node.topics.accounts.scopes import are_scopes, covers_all
from node.topics.accounts.store import hashed

CODE_S = 600
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
NO_GRANT = "The code is not known here, was used or is over, or was for somebody else."


class Denied(Problem):
    """What an app asks for is refused; `code` is the word that apps read (RFC 6749 section 5.2)."""

    type = "/problems/oauth"

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        is_client = code == "invalid_client"
        self.status = HTTPStatus.UNAUTHORIZED if is_client else HTTPStatus.BAD_REQUEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an app asks for on the page where somebody lets it in."""

    redirect_uri: str
    scopes: str
    response_type: str = "code"
    challenge: str = ""
    challenge_method: str = ""


def check_asking(app: App | None, asked: Asked) -> App:
    """The app, if it may ask for this; PKCE is S256 or nothing (RFC 9700 section 2.1.1).

    Raises:
        BadRequest: it is unknown, or asks for another address or more than it was registered for.
    """
    if app is None:
        raise BadRequest("This app is not known here. Start again in the app.")
    if asked.redirect_uri not in app.uris:
        raise BadRequest("The app wants to be led back to another place than it said before.")
    if not are_scopes(asked.scopes) or not covers_all(app.scopes, asked.scopes):
        raise BadRequest("The app asks for more than it said before.")
    if asked.response_type != "code":
        raise BadRequest("The app asks for something else than a code.")
    is_bare = not asked.challenge and not asked.challenge_method
    is_hashed = CHALLENGE.fullmatch(asked.challenge) and asked.challenge_method == "S256"
    if not is_bare and not is_hashed:
        raise BadRequest("The app protects its request in a way that is not known here.")
    return app


def give_code(
    tx: Tx,
    app: App,
    account_id: int,
    redirect_uri: str,
    scopes: str,
    challenge: str | None,
    now: int,
) -> str:
    """A code for an app that somebody let in."""
    code = new_token()
    tx.run(
        """
        insert into oauth_code (code_hash, app_id, account_id, redirect_uri, scopes, challenge,
            expires_at)
        values (:code_hash, :app_id, :account_id, :redirect_uri, :scopes, :challenge, :ends_at)
        """,
        code_hash=hashed(code),
        app_id=app.id,
        account_id=account_id,
        redirect_uri=redirect_uri,
        scopes=scopes,
        challenge=challenge or None,
        ends_at=now + CODE_S,
    )
    return code


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token that was just given."""

    text: str
    scopes: str
    created_at: int


def check_client(tx: Tx, client_id: str, secret: str) -> App:
    """The app with that id and secret.

    Raises:
        Denied: there is none, or the secret is wrong.
    """
    app = app_by_client(tx, client_id)
    if app is None or not hmac.compare_digest(app.secret_hash, hashed(secret)):
        raise Denied("invalid_client", "No app here has that name and secret.")
    return app


def exchange_code(
    tx: Tx, app: App, code: str, redirect_uri: str, verifier: str, now: int
) -> Token | None:
    """The token for a code; None if the code was used before, and then its tokens end.

    Raises:
        Denied: the code is unknown, over, for another app or address, or the verifier is wrong.
    """
    row = tx.one(
        """
        select account_id, redirect_uri, scopes, challenge, expires_at, used_at
        from oauth_code where code_hash = :code_hash and app_id = :app_id
        """,
        code_hash=hashed(code),
        app_id=app.id,
    )
    if row is not None and row["used_at"] is not None:
        revoke_of_code(tx, code, now)
        return None
    if row is None or row["redirect_uri"] != redirect_uri or row["expires_at"] <= now:
        raise Denied("invalid_grant", NO_GRANT)
    if not is_verified(row["challenge"] or "", verifier):
        raise Denied("invalid_grant", NO_GRANT)
    tx.run(
        "update oauth_code set used_at = :now where code_hash = :code_hash",
        code_hash=hashed(code),
        now=now,
    )
    return give_token(tx, app, row["account_id"], row["scopes"], now, code)


def is_verified(challenge: str, verifier: str) -> bool:
    """Whether a PKCE verifier is the one behind the challenge (RFC 7636 section 4.6, S256).

    Without a challenge there must be no verifier either: else somebody took the challenge out of
    the app's question (RFC 9700 section 4.8.2).
    """
    if not challenge or not verifier:
        return challenge == verifier
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest, challenge.encode())


def give_token(
    tx: Tx, app: App, account_id: int | None, scopes: str, now: int, code: str | None = None
) -> Token:
    """A token for an app, for somebody or (None) for the app alone."""
    text = new_token()
    tx.run(
        """
        insert into oauth_token (token_hash, app_id, account_id, code_hash, scopes, created_at)
        values (:token_hash, :app_id, :account_id, :code_hash, :scopes, :now)
        """,
        token_hash=hashed(text),
        app_id=app.id,
        account_id=account_id,
        code_hash=hashed(code) if code else None,
        scopes=scopes,
        now=now,
    )
    return Token(text, scopes, now)


def app_token(tx: Tx, app: App, scopes: str, now: int) -> Token:
    """A token for an app alone, with which it can do nothing in anybody's name.

    Raises:
        Denied: it asks for more than it was registered for.
    """
    if not are_scopes(scopes) or not covers_all(app.scopes, scopes):
        raise Denied("invalid_scope", "The app asks for more than it said before.")
    return give_token(tx, app, None, scopes, now)


def revoke_of_code(tx: Tx, code: str, now: int) -> None:
    tx.run(
        "update oauth_token set revoked_at = :now where code_hash = :code_hash",
        code_hash=hashed(code),
        now=now,
    )


def revoke(tx: Tx, app: App, token: str, now: int) -> None:
    """End a token of that app; one that is unknown is none already (RFC 7009)."""
    tx.run(
        """
        update oauth_token set revoked_at = :now
        where token_hash = :token_hash and app_id = :app_id and revoked_at is null
        """,
        token_hash=hashed(token),
        app_id=app.id,
        now=now,
    )
