"""One's things as one file: a page that opens without a network, with all of it as JSON inside.

It is made while it is read, some hundred things at a time, and kept nowhere: nothing is left lying
about (T102), and nobody waits for a lock.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec
from markupsafe import Markup

from node.base.clock import Clock
from node.base.errors import NotFound
from node.base.instants import day_and_hour, instant
from node.db.database import Database
from node.db.tx import Tx
from node.topics.accounts.store import Account
from node.topics.actors.store import actor_by_id
from node.topics.actors.suspended import suspended_actor
from node.topics.portability.names import own_names
from node.topics.portability.own_pictures import GetBytes, get_nothing, pictures_of
from node.topics.portability.own_things import NAME_PARTS, PARTS, about, about_name
from node.topics.portability.own_words import NEWEST, Item, Owner, Reader

FORMAT = "hedgerow-things/1"
write_json = msgspec.json.Encoder().encode
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
POLICY = Markup("default-src 'none'; style-src 'unsafe-inline'; img-src data:")
"""The file loads nothing, from nowhere, whatever stands in it."""

STYLE = Markup("""
body { font: 1.0625rem/1.55 system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 1rem }
h1, p { overflow-wrap: anywhere }
article { border-top: 1px solid; padding: .5rem 0; overflow-wrap: anywhere }
small { opacity: .75 }
img { max-width: 100%; height: auto }
@media (prefers-color-scheme: dark) {
  body { background: #151a16; color: #e9efe8 }
  a { color: #9fd4a5 }
}
""")
HEAD = Markup(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<title>The things of {handle}</title>
<style>{style}</style>
</head>
<body>
<h1>The things of <bdi>{handle}</bdi></h1>
<p>Taken from <bdi>{home}</bdi> on {day}. This file needs no network. Keep it where only you read
it: it holds private words.</p>
"""
)
TITLES = {
    "posts": "What you wrote",
    "messages": "Messages you wrote",
    "received": "Messages to you",
    "boosts": "What you passed on",
    "favourites": "What you liked",
    "bookmarks": "What you kept",
    "votes": "How you voted",
    "following": "Whom you follow",
    "followers": "Who follows you",
    "communities": "Your communities",
    "blocked": "Whom you blocked",
    "muted": "Whom you muted",
    "reports": "What you reported",
    "agreed": "What you agreed to",
    "sign_ins": "Where you are signed in",
}
TITLE = Markup("<h2>{title}</h2>\n")
NOTHING = Markup("<p><small>Nothing.</small></p>\n")
FACT = Markup("{name}: <bdi>{value}</bdi>")
LINK = Markup(
    '{name}: <a href="{value}" rel="noreferrer noopener"><bdi dir="ltr">{value}</bdi></a>'
)
ARTICLE = Markup("<article>\n{words}\n<p><small>{facts}</small></p>\n</article>\n")
TEXT = Markup('<p dir="auto">{words}</p>')
SHOWN_AS_WORDS = ("title", "warning", "html", "words")


def name_owners(tx: Tx, account: Account) -> list[Owner]:
    """Somebody's other names, each with what is theirs under it."""
    found = [name.actor for name in own_names(tx, account.id)]
    return [Owner(account, actor) for actor in found]


def owner_of(tx: Tx, account: Account) -> Owner:
    """Somebody of ours with all that is theirs, suspended or not.

    Raises:
        NotFound: they have left.
    """
    actor = actor_by_id(tx, account.actor_id) or suspended_actor(tx, account.actor_id)
    if actor is None:
        raise NotFound
    return Owner(account, actor)


async def archive_page(
    db: Database,
    clock: Clock,
    account: Account,
    get: GetBytes = get_nothing,
    *,
    has_names: bool = True,
) -> AsyncIterator[str]:
    """The file, piece by piece: a page for people, and the same as JSON at its end. `get` gives the
    bytes of their pictures, which stand in the page. Unless it `has_names` it is the same for those
    who have other names and who have none.

    Raises:
        NotFound: they have left.
        Busy: the store does not answer; what there is of the file is worth nothing.
    """
    owner, now = await db.read(owner_of, account), clock.now()
    facts = about(owner)
    yield HEAD.format(
        policy=POLICY,
        style=STYLE,
        handle=facts["handle"],
        home=owner.actor.host,
        day=day_and_hour(now),
    )
    yield TITLE.format(title="Who you are here") + as_article(facts)
    async for piece in pictures_of(db, owner, facts, get):
        yield piece
    async for piece in shown_parts(db, owner, PARTS, get):
        yield piece
    for other in await db.read(name_owners, account) if has_names else ():
        facts = about_name(other)
        yield TITLE.format(title="Another name of yours") + as_article(facts)
        async for piece in pictures_of(db, other, facts, get):
            yield piece
        async for piece in shown_parts(db, other, NAME_PARTS, get):
            yield piece
    yield Markup('<script type="application/json" id="things">')
    async for piece in archive_json(db, clock, account, has_names=has_names):
        yield harmless(piece)
    yield Markup("</script>\n</body>\n</html>\n")


async def shown_parts(
    db: Database, owner: Owner, parts: Mapping[str, Reader], get: GetBytes
) -> AsyncIterator[str]:
    """Everything that is theirs under one name, as people read it."""
    for name, reader in parts.items():
        yield TITLE.format(title=TITLES[name])
        is_empty = True
        async for item in things(db, owner, reader):
            is_empty = False
            yield as_article(item)
            async for piece in pictures_of(db, owner, item, get):
                yield piece
        if is_empty:
            yield NOTHING


def as_article(item: Item) -> str:
    """One thing as people read it: its words, then what is known of it."""
    html = item.get("html")
    words = [TEXT.format(words=item[one]) for one in ("title", "warning") if item.get(one)]
    if html:
        words.append(Markup(html))  # noqa: S704 - it was cleaned when it was stored
    elif item.get("words"):
        words.append(TEXT.format(words=item["words"]))
    facts = [fact for name, value in item.items() if (fact := as_fact(name, value))]
    return ARTICLE.format(words=Markup("\n").join(words), facts=Markup(" · ").join(facts))


def as_fact(name: str, value: Any) -> str:
    """One thing that is known of another, in a few words; empty where there is nothing to say."""
    if name in SHOWN_AS_WORDS or value in (None, "", [], False):
        return ""
    label = name.replace("_", " ")
    if name in ("address", "answers") and str(value).startswith(("https://", "http://")):
        return LINK.format(name=label, value=value)
    if isinstance(value, list):
        value = ", ".join(
            ": ".join(str(part) for part in one.values() if part) if isinstance(one, dict) else one
            for one in value
        )
    return FACT.format(name=label, value="yes" if value is True else value)


async def archive_json(
    db: Database, clock: Clock, account: Account, *, has_names: bool = True
) -> AsyncIterator[str]:
    """The same as JSON, piece by piece."""
    owner = await db.read(owner_of, account)
    head = {"format": FORMAT, "made_at": instant(clock.now()), "account": about(owner)}
    yield write_json(head).decode()[:-1]
    async for piece in parts_json(db, owner, PARTS):
        yield piece
    yield ',"names":['
    comma = ""
    for other in await db.read(name_owners, account) if has_names else ():
        yield comma + write_json({"account": about_name(other)}).decode()[:-1]
        async for piece in parts_json(db, other, NAME_PARTS):
            yield piece
        yield "}"
        comma = ","
    yield "]}"


async def parts_json(db: Database, owner: Owner, parts: Mapping[str, Reader]) -> AsyncIterator[str]:
    """Everything that is theirs under one name, as members of a JSON object that has begun."""
    for name, reader in parts.items():
        yield f',"{name}":['
        comma = ""
        async for item in things(db, owner, reader):
            yield comma + write_json(item).decode()
            comma = ","
        yield "]"


async def things(db: Database, owner: Owner, reader: Reader) -> AsyncIterator[Item]:
    """Everything of one part, read a page at a time."""
    before_id: int | None = NEWEST
    while before_id is not None:
        page = await db.read(reader, owner, before_id)
        for item in page.items:
            yield item
        before_id = page.before_id


def harmless(json: str) -> str:
    """JSON that ends no element of a page it stands in."""
    for letter, escape in ESCAPES.items():
        json = json.replace(letter, escape)
    return json
