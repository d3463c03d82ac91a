"""Everything that this node holds of one of its people, and that is theirs, part by part.

Of others there is only what they addressed to this person: messages, and who follows. Each part is
read in pages, newest first.
"""

from collections.abc import Mapping, Sequence

from node.base.instants import instant, optional_instant
from node.base.markup import plain_text
from node.db.tx import Tx
from node.topics.accounts.consents import consents_of
from node.topics.accounts.signed_in import apps_let_in, devices_of
from node.topics.actors.store import Actor
from node.topics.blocks.store import blocked_by, muted_by
from node.topics.members.store import followers, following
from node.topics.permissions.clinics import CLINIC
from node.topics.permissions.kept_out import note_kept_out
from node.topics.portability.own_words import (
    PAGE,
    Item,
    Owner,
    Page,
    Reader,
    boosted_posts,
    favoured_posts,
    kept_posts,
    last_id,
    own_messages,
    own_posts,
    received_messages,
    votes,
)


def about(owner: Owner) -> Item:
    """Who somebody is here, and how they set things."""
    actor, account = owner.actor, owner.account
    return {
        "handle": f"@{actor.handle}",
        "address": actor.iri,
        "name": actor.display_name or actor.name,
        "html": actor.summary,
        "fields": [{"name": name, "value": plain_text(value)} for name, value in actor.fields],
        "picture": actor.icon_url,
        "banner": actor.image_url,
        "old_addresses": list(actor.aliases),
        "moved_to": actor.moved_to,
        "since": instant(account.created_at),
        "role": account.role,
        "email": account.email,
        "language": account.language,
        "posts_begin_for": account.default_visibility,
        "looks_at_followers_first": actor.approves_followers,
        "found_by_people": actor.discoverable,
        "found_by_words": actor.indexable,
    }


def about_name(owner: Owner) -> Item:
    """What another name of theirs says of itself."""
    actor = owner.actor
    return {
        "handle": f"@{actor.handle}",
        "address": actor.iri,
        "name": actor.display_name or actor.name,
        "html": actor.summary,
        "picture": actor.icon_url,
        "banner": actor.image_url,
        "since": instant(actor.created_at),
    }


def followed_people(tx: Tx, owner: Owner, before_id: int) -> Page:
    """Whom they follow."""
    return handles(following(tx, owner.actor.id, PAGE, before_id))


def own_followers(tx: Tx, owner: Owner, before_id: int) -> Page:
    """Who follows them; an organisation does not learn that."""
    if owner.actor.kind == CLINIC:
        note_kept_out("export_members", CLINIC, owner.actor.host)
        return Page([], None)
    return handles(followers(tx, owner.actor.id, PAGE, before_id))


def blocked_people(tx: Tx, owner: Owner, before_id: int) -> Page:
    """Whom they blocked."""
    return handles(blocked_by(tx, owner.actor.id, PAGE, before_id))


def muted_people(tx: Tx, owner: Owner, before_id: int) -> Page:
    """Whom they muted."""
    return handles(muted_by(tx, owner.actor.id, PAGE, before_id))


def handles(found: Sequence[tuple[int, Actor]]) -> Page:
    items = [{"handle": f"@{one.handle}", "address": one.iri} for _, one in found]
    return Page(items, found[-1][0] if len(found) == PAGE else None)


def communities(tx: Tx, owner: Owner, before_id: int) -> Page:
    """The communities that they belong to, and as what."""
    rows = tx.all(
        """
        select m.community_id as id, m.role, m.since, m.came_by, a.handle, a.iri
        from membership m join actor a on a.id = m.community_id
        where m.actor_id = :id and m.community_id < :before_id
        order by m.community_id desc limit :limit
        """,
        id=owner.actor.id,
        before_id=before_id,
        limit=PAGE,
    )
    items = [
        {
            "handle": f"@{row['handle']}",
            "address": row["iri"],
            "role": row["role"],
            "since": instant(row["since"]),
            "came_by": row["came_by"],
        }
        for row in rows
    ]
    return Page(items, last_id(rows))


def reports(tx: Tx, owner: Owner, before_id: int) -> Page:
    """What they reported, in their words."""
    rows = tx.all(
        """
        select r.id, r.words, r.category, r.created_at, a.handle
        from report r left join actor a on a.id = r.about_id
        where r.reporter_id = :id and r.id < :before_id
        order by r.id desc limit :limit
        """,
        id=owner.actor.id,
        before_id=before_id,
        limit=PAGE,
    )
    items = [
        {
            "at": instant(row["created_at"]),
            "about": f"@{row['handle']}" if row["handle"] else None,
            "reason": row["category"],
            "words": row["words"],
        }
        for row in rows
    ]
    return Page(items, last_id(rows))


def consents(tx: Tx, owner: Owner, before_id: int) -> Page:
    """What they agreed to."""
    items = [
        {
            "to": one.kind,
            "by_the_words": one.wording,
            "since": instant(one.given_at),
            "until": optional_instant(one.withdrawn_at),
        }
        for one in consents_of(tx, owner.account.id)
    ]
    return Page(items, None)


def sign_ins(tx: Tx, owner: Owner, before_id: int) -> Page:
    """Where they are signed in: browsers and apps."""
    browsers = [
        {"browser": one.words, "since": instant(one.created_at), "used": instant(one.seen_at)}
        for one in devices_of(tx, owner.account.id, "", 0)
    ]
    apps = [
        {"app": one.name, "since": instant(one.created_at)}
        for one in apps_let_in(tx, owner.account.id)
    ]
    return Page([*browsers, *apps], None)


PARTS: Mapping[str, Reader] = {
    "posts": own_posts,
    "messages": own_messages,
    "received": received_messages,
    "boosts": boosted_posts,
    "favourites": favoured_posts,
    "bookmarks": kept_posts,
    "votes": votes,
    "following": followed_people,
    "followers": own_followers,
    "communities": communities,
    "blocked": blocked_people,
    "muted": muted_people,
    "reports": reports,
    "agreed": consents,
    "sign_ins": sign_ins,
}
"""Every part, in the order in which it stands in the file."""

OF_THE_ACCOUNT = ("agreed", "sign_ins")
NAME_PARTS = {name: reader for name, reader in PARTS.items() if name not in OF_THE_ACCOUNT}
"""What there is of each other name somebody has."""
