"""Apps that people use: what one says of itself when it registers, and what is known of it."""

from dataclasses import dataclass

from federation.address_guard import is_public_url
from node.base.errors import Invalid
from node.base.ids import new_id, new_token
from node.db.tx import Tx
from node.topics.accounts.redirect_uris import URI_CHARACTERS_MAX, is_redirect
from node.topics.accounts.scopes import are_scopes
from node.topics.accounts.store import hashed

NAME_CHARACTERS_MAX = 200
URIS_MAX = 10
URIS_CHARACTERS_MAX = 8_000


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
    name = plain_name(name)
    if not 0 < len(name) <= NAME_CHARACTERS_MAX:
        raise Invalid("Validation failed: Application name can't be blank")
    is_short = len(uris) <= URIS_MAX and sum(map(len, uris)) <= URIS_CHARACTERS_MAX
    if not uris or not is_short or not all(map(is_redirect, uris)):
        raise Invalid("Validation failed: Redirect URI must be an absolute URI.")
    if not are_scopes(scopes):
        raise Invalid("Validation failed: Scopes doesn't match configured on the server.")
    secret = new_token()
    is_site = is_public_url(website, "") and len(website) <= URI_CHARACTERS_MAX
    app = App(
        id=new_id(now),
        client_id=new_token(),
        secret_hash=hashed(secret),
        name=name,
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


def plain_name(name: str) -> str:
    """An app's name on one line, without what turns or hides the letters around it."""
    seen = "".join(one if one.isprintable() or one.isspace() else "" for one in name)
    return " ".join(seen.split())


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
    """The app that a good token was given to; one that the command line gave has no app."""
    row = tx.one(
        """
        select a.id, a.client_id, a.secret_hash, a.name, a.website, a.redirect_uris, a.scopes
        from oauth_token t join oauth_app a on a.id = t.app_id
        where t.token_hash = :token_hash and t.revoked_at is null
        """,
        token_hash=hashed(token),
    )
    return App(**row) if row else None
