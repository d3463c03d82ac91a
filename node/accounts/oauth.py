"""OAuth 2.0 for apps: registration, codes with PKCE, tokens and their revocation (RFC 6749, 7636).

Codes are used once and live ten minutes; using one twice takes back what it gave.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from node.accounts.actions import SCOPES
from node.accounts.store import hashed
from node.db.tx import Tx
from node.errors import BadRequest, Invalid, Unauthorised
from node.ids import new_id, new_token

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
CODE_S = 600
NAME_CHARACTERS_MAX = 200
URIS_MAX = 10
URI_CHARACTERS_MAX = 2_000
FORBIDDEN_SCHEMES = frozenset(("javascript", "data", "vbscript", "file", "about", "blob"))


@dataclass(frozen=True, slots=True)
class App:
    """A registered app; `redirect_uris` are compared whole."""

    id: int
    client_id: str
    secret_hash: str
    name: str
    website: str | None
    redirect_uris: str
    scopes: str

    @property
    def uris(self) -> list[str]:
        """Where the app may be led back to."""
        return self.redirect_uris.split("\n")


@dataclass(frozen=True, slots=True)
class Registered:
    """A new app with the secret that is shown once."""

    app: App
    secret: str


def register_app(
    tx: Tx, name: str, website: str, redirect_uris: list[str], scopes: str, now: int
) -> Registered:
    """Store an app that asks to be known.

    Raises:
        Invalid: it lacks a name, or names an address or scope that cannot be.
    """
    uris = [uri.strip() for text in redirect_uris for uri in text.split("\n") if uri.strip()]
    if not 0 < len(name.strip()) <= NAME_CHARACTERS_MAX:
        raise Invalid("Validation failed: Application name can't be blank")
    if not 0 < len(uris) <= URIS_MAX or not all(map(is_redirect, uris)):
        raise Invalid("Validation failed: Redirect URI must be an absolute URI.")
    check_scopes(scopes)
    secret = new_token()
    is_site = website.startswith(("https://", "http://")) and len(website) <= URI_CHARACTERS_MAX
    app = App(
        id=new_id(now),
        client_id=new_token(),
        secret_hash=hashed(secret),
        name=name.strip(),
        website=website if is_site else None,
        redirect_uris="\n".join(uris),
        scopes=scopes,
    )
    tx.run(
        """
        insert into oauth_app (id, client_id, secret_hash, name, website, redirect_uris, scopes,
            created_at)
        values (:id, :client_id, :secret_hash, :name, :website, :redirect_uris, :scopes, :now)
        """,
        id=app.id,
        client_id=app.client_id,
        secret_hash=app.secret_hash,
        name=app.name,
        website=app.website,
        redirect_uris=app.redirect_uris,
        scopes=app.scopes,
        now=now,
    )
    return Registered(app, secret)


def is_redirect(uri: str) -> bool:
    """Whether an app may be led back there: an absolute address without a fragment."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    is_known = uri == OUT_OF_BAND or bool(parts.scheme)
    is_harmless = parts.scheme.lower() not in FORBIDDEN_SCHEMES and not parts.fragment
    return is_known and is_harmless and len(uri) <= URI_CHARACTERS_MAX and uri.isprintable()


def check_scopes(scopes: str) -> None:
    """Raise Invalid unless every scope is one there is."""
    wanted = scopes.split()
    if not wanted or any(scope.partition(":")[0] not in SCOPES for scope in wanted):
        raise Invalid("The requested scope is invalid, unknown, or malformed.")


def app_by_client(tx: Tx, client_id: str) -> App | None:
    """The app of that client id."""
    row = tx.one(
        """
        select id, client_id, secret_hash, name, website, redirect_uris, scopes
        from oauth_app where client_id = :client_id
        """,
        client_id=client_id,
    )
    return App(**row) if row else None


def app_of_token(tx: Tx, token: str) -> App | None:
    """The app that a token was given to."""
    row = tx.one(
        """
        select a.id, a.client_id, a.secret_hash, a.name, a.website, a.redirect_uris, a.scopes
        from oauth_token t join oauth_app a on a.id = t.app_id
        where t.token_hash = :token_hash and t.revoked_at is null
        """,
        token_hash=hashed(token),
    )
    return App(**row) if row else None


def check_asking(app: App | None, redirect_uri: str, scopes: str, challenge_method: str) -> App:
    """The app, if it may ask for this.

    Raises:
        BadRequest: it is unknown, or asks for another address or more than it was registered for.
    """
    if app is None:
        raise BadRequest("This app is not known here. Start again in the app.")
    if redirect_uri not in app.uris:
        raise BadRequest("The app wants to be led back to another place than it said before.")
    if not set(scopes.split()) <= with_parts(app.scopes, scopes):
        raise BadRequest("The app asks for more than it said before.")
    if challenge_method not in ("", "S256"):
        raise BadRequest("The app protects its request in a way that is not known here.")
    check_scopes(scopes)
    return app


def with_parts(registered: str, wanted: str) -> set[str]:
    """Registered scopes with their parts: `read` holds `read:statuses`."""
    held = set(registered.split())
    return held | {scope for scope in wanted.split() if scope.partition(":")[0] in held}


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
        Unauthorised: there is none, or the secret is wrong.
    """
    app = app_by_client(tx, client_id)
    if app is None or not hmac.compare_digest(app.secret_hash, hashed(secret)):
        raise Unauthorised("Client authentication failed due to unknown client")
    return app


def exchange_code(
    tx: Tx, app: App, code: str, redirect_uri: str, verifier: str, now: int
) -> Token | None:
    """The token for a code; None if the code was used before, and then its tokens end.

    Raises:
        BadRequest: the code is unknown, over, for another app or address, or the verifier is wrong.
    """
    row = tx.one(
        """
        select account_id, redirect_uri, scopes, challenge, expires_at, used_at
        from oauth_code where code_hash = :code_hash and app_id = :app_id
        """,
        code_hash=hashed(code),
        app_id=app.id,
    )
    if row is None or row["redirect_uri"] != redirect_uri or row["expires_at"] <= now:
        raise BadRequest("The provided authorization grant is invalid or expired.")
    if row["used_at"] is not None:
        revoke_of_code(tx, code, now)
        return None
    if row["challenge"] and not is_verified(row["challenge"], verifier):
        raise BadRequest("The provided authorization grant is invalid or expired.")
    tx.run(
        "update oauth_code set used_at = :now where code_hash = :code_hash",
        code_hash=hashed(code),
        now=now,
    )
    return give_token(tx, app, row["account_id"], row["scopes"], now, code)


def is_verified(challenge: str, verifier: str) -> bool:
    """Whether a PKCE verifier is the one behind the challenge (RFC 7636 section 4.6, S256)."""
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
