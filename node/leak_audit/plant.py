"""A made-up node full of secrets: communities behind every door, what is said there, and people."""

from collections.abc import Mapping
from dataclasses import replace

from federation import documents
from node.base.ids import new_id, new_name, new_token
from node.db.tx import Tx
from node.leak_audit.garden import Garden
from node.leak_audit.plant_pictures import ROOM_BYTES, new_picture, sent_picture, unused_picture
from node.leak_audit.readers import CSRF, Hidden, Link, Reader
from node.leak_audit.walk import Planted
from node.topics.accounts.actions import create_account, issue_token
from node.topics.accounts.store import add_session, any_account_by_name
from node.topics.actors.actions import Keys, make_node_actor, make_reporter, new_activity_iri
from node.topics.actors.activities import store_actor
from node.topics.actors.store import Actor, actor_by_id, update_actor
from node.topics.admissions.another_name import WantedName, join_as_another
from node.topics.admissions.invitation_store import invitations_into, revoke_with_all_below
from node.topics.admissions.invitations import Wanted, make_invitation
from node.topics.communities.join_requests import put_request
from node.topics.communities.store import put_member, put_role
from node.topics.members.actions import Founding, follow, found_community, unfollow
from node.topics.members.store import Follow, put_follow
from node.topics.moderation.ban_store import Ban, put_ban
from node.topics.organising.picture import show_community_picture
from node.topics.permissions.rules import Role
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from node.topics.search.actor_words import index_due_actors

DAY_S = 24 * 3_600
FAR = 1_000_003
"""So far behind a number stands one that nothing has."""

PEOPLE = {
    "olive": "organiser",
    "mona": "member",
    "mark": "member",
    "flo": "member",
    "otto": "member",
    "xena": "member",
    "kit": "member",
    "clinic": "clinic",
}
WHO = {
    "mona": "member",
    "mark": "moderator",
    "flo": "follower",
    "otto": "other member",
    "xena": "ex-member",
    "kit": "banned",
    "clinic": "clinic",
}
HERE = frozenset(WHO.values())
MEMBERS = frozenset(("member", "moderator"))
DOORS: Mapping[str, tuple[str, bool, frozenset[str], frozenset[str]]] = {
    "closed": ("closed", False, HERE, MEMBERS),
    "asking": ("closed", True, frozenset(("*",)), MEMBERS | {"node with a member"}),
    "node": ("node", False, HERE, HERE - {"clinic"}),
    "hidden": ("hidden", False, MEMBERS, MEMBERS),
}
"""By what each community is: its door, whether people elsewhere may be members, who may know that
it is there, and who may read it."""


def plant(tx: Tx, origin: str, host: str, keys: Keys, now: int) -> Planted:
    """Fill an empty store with a node of that origin, and with what it hides.

    Everybody agreed to be found, and neighbours are said to show every community: so that nothing
    but the doors keeps them from it.
    """
    garden = Garden(origin, host, keys, now)
    make_node_actor(tx, origin, "Audited", keys, now)
    make_reporter(tx, origin, "Audited", keys, now)
    for name, role in PEOPLE.items():
        settle(tx, garden, name, role)
    garden.readers += [Reader("visitor"), Reader("unsigned node")]
    stranger = remote_person(tx, garden, "sam", "https://unrelated.example")
    relative = remote_person(tx, garden, "rita", "https://member.example")
    garden.readers.append(Reader("unrelated node", signer=stranger.iri))
    garden.readers.append(Reader("node with a member", signer=relative.iri))
    follow(tx, garden.people["flo"], garden.people["olive"], now)
    for name, (door, elsewhere, knowing, reading) in DOORS.items():
        plant_community(tx, garden, name, door, elsewhere, knowing, reading, relative)
    plant_personal(tx, garden)
    links = [plant_another_name(tx, garden)]
    tx.run("update community set listed = 1 where actor_id > 0")
    index_due_actors(tx, now)
    return Planted(
        garden.secrets,
        garden.hidden,
        values_of(tx, garden),
        garden.readers,
        garden.host,
        links,
        garden.blobs,
    )


def settle(tx: Tx, garden: Garden, name: str, role: str) -> None:
    account = create_account(
        tx,
        origin=garden.origin,
        name=name,
        email=None,
        password_hash=None,
        role=role,
        keys=garden.keys,
        now=garden.now,
    )
    actor = actor_by_id(tx, account.actor_id)
    if actor is None:
        raise LookupError("somebody was made and is not there")
    actor = replace(actor, indexable=True, discoverable=True)
    update_actor(tx, actor)
    garden.people[name] = actor
    garden.names.append(name)
    garden.numbers.append(str(actor.id))
    if name in WHO:
        session = new_token()
        add_session(tx, session, account.id, CSRF, garden.now, garden.now + DAY_S)
        token = issue_token(tx, account.id, "read write follow push profile", garden.now)
        garden.readers.append(Reader(WHO[name], session, token))


def remote_person(tx: Tx, garden: Garden, name: str, origin: str) -> Actor:
    iri = f"{origin}/people/{name}"
    document = documents.Actor(
        iri=iri,
        kind="Person",
        name=name,
        display_name=name,
        summary="",
        url=iri,
        inbox=f"{iri}/inbox",
        shared_inbox=f"{origin}/inbox",
        outbox=f"{iri}/outbox",
        followers=f"{iri}/followers",
        following=f"{iri}/following",
        featured=None,
        moderators=None,
        icon_url=None,
        image_url=None,
        fields=(),
        aliases=(),
        moved_to=None,
        approves_followers=False,
        discoverable=True,
        keys=(),
        published=None,
    )
    return store_actor(tx, document, garden.now)


def plant_community(
    tx: Tx,
    garden: Garden,
    name: str,
    door: str,
    elsewhere: bool,
    knowing: frozenset[str],
    reading: frozenset[str],
    relative: Actor,
) -> None:
    """A community with a telling title, people in it and around it, and words said there."""
    people, now = garden.people, garden.now
    is_for_all = "*" in knowing
    address = f"c{new_name()[:20]}"
    title = "Asking" if is_for_all else garden.word(knowing, f"the title of a {name} community")
    founding = Founding(
        origin=garden.origin, name=address, title=title, visibility=door, elsewhere=elsewhere
    )
    group = found_community(tx, founding, people["olive"], garden.keys, now)
    if not is_for_all:
        twin = f"c{new_name()[:20]}"
        garden.hidden.append(Hidden(address, twin, knowing, f"a {name} community"))
        number, other = str(group.id), str(group.id + FAR)
        garden.hidden.append(Hidden(number, other, knowing, f"a {name} community"))
    for one in ("mona", "xena") if door != "node" else ("mona",):
        bring_in(tx, group, people[one], now)
    put_role(tx, group.id, people["mark"].id, Role.MODERATOR, now)
    if elsewhere:
        put_member(tx, group.id, relative.id, Role.MEMBER, now)
    put_ban(tx, group.id, Ban(people["kit"].id, now + DAY_S, None, 0), now)
    say_in(tx, garden, group, name, reading)
    if not is_for_all:
        face = new_picture(garden, group, "face", knowing, f"the picture of a {name} community")
        show_community_picture(tx, people["olive"], group, face, ROOM_BYTES, now)
    invite_into(tx, garden, group, name)
    unfollow(tx, people["xena"], group, now)
    garden.names.append(address)
    garden.numbers.append(str(group.id))
    garden.iris.append(group.iri)


def invite_into(tx: Tx, garden: Garden, group: Actor, name: str) -> None:
    """A link that is open, into a community that people of the node may know of, where one of them
    asks to join; and one that is not, into one that is hidden."""
    if name == "closed":
        garden.codes.append(make_invitation(tx, group, garden.people["mona"], Wanted(), garden.now))
        answer = garden.word(frozenset(("other member",)), "what somebody who asks to join says")
        otto = garden.people["otto"]
        iri = new_activity_iri(otto)
        put_request(tx, group.id, otto.id, iri=iri, answer=answer, now=garden.now)
    elif name == "hidden":
        code = make_invitation(tx, group, garden.people["mona"], Wanted(), garden.now)
        (made,) = invitations_into(tx, group.id)
        revoke_with_all_below(tx, made.id, garden.now)
        garden.codes.append(code)


def bring_in(tx: Tx, group: Actor, person: Actor, now: int) -> None:
    put_member(tx, group.id, person.id, Role.MEMBER, now)
    iri = new_activity_iri(person)
    put_follow(tx, Follow(new_id(now), person.id, group.id, iri, "accepted", now))


def say_in(tx: Tx, garden: Garden, group: Actor, name: str, reading: frozenset[str]) -> None:
    """A conversation in a community, begun with a title and answered."""
    lure, words = f"lure{name}", garden.word(reading, f"what is said in a {name} community")
    garden.lures.append(lure)
    olive = garden.people["olive"]
    picture = sent_picture(tx, garden, olive, reading, f"a picture in a {name} community")
    draft = Draft(
        text=f"@{group.name} {lure} {words} #tag{words}",
        title=f"{lure} {words}",
        file_ids=(picture,),
    )
    first = publish(tx, olive, draft, garden.now)
    answer = garden.word(reading, f"an answer in a {name} community")
    second = publish(
        tx, garden.people["mona"], Draft(text=f"{lure} {answer}", parent_id=first), garden.now
    )
    note_posts(tx, garden, (first, second), reading, f"a post in a {name} community")


def plant_personal(tx: Tx, garden: Garden) -> None:
    """What somebody says to followers and to one person alone, and what is for everybody."""
    olive = garden.people["olive"]
    garden.lures.append("lurepersonal")
    for visibility, readers in {
        "followers": frozenset(("follower",)),
        "direct": frozenset(("member",)),
    }.items():
        words = garden.word(readers, f"a post that is {visibility}")
        text = f"@mona lurepersonal {words}" if visibility == "direct" else f"lurepersonal {words}"
        picture = sent_picture(tx, garden, olive, readers, f"a picture that is {visibility}")
        draft = Draft(text=text, visibility=visibility, file_ids=(picture,))
        made = publish(tx, olive, draft, garden.now)
        note_posts(tx, garden, (made,), readers, f"a post that is {visibility}")
    unused_picture(tx, garden, garden.people["mona"], frozenset(("member",)))
    for visibility in ("public", "unlisted"):
        made = publish(tx, olive, Draft(text="For all", visibility=visibility), garden.now)
        note_posts(tx, garden, (made,), None, "")


def plant_another_name(tx: Tx, garden: Garden) -> Link:
    """Somebody who writes for all under their own name, and under another one in a community that
    everybody may read."""
    words = f"zq{new_name()[:20]}", f"zq{new_name()[:20]}"
    settle(tx, garden, words[0], "member")
    own, now = garden.people[words[0]], garden.now
    founding = Founding(
        origin=garden.origin,
        name=f"c{new_name()[:20]}",
        title="Open",
        visibility="public",
        posting="anyone",
    )
    group = found_community(tx, founding, garden.people["olive"], garden.keys, now)
    account = any_account_by_name(tx, words[0])
    if account is None:
        raise LookupError("somebody was made and is not there")
    wanted = WantedName(origin=garden.origin, name=words[1], shown_name="", keys=garden.keys)
    name, _ = join_as_another(tx, account, group.id, wanted, now)
    said = publish(tx, name, Draft(text=f"@{group.name} For all who walk"), now)
    publish(tx, own, Draft(text="For all", visibility="unlisted"), now)
    note_posts(tx, garden, (said,), None, "")
    garden.people[words[1]] = name
    garden.names += [words[1], group.name]
    garden.numbers += [str(name.id), str(group.id)]
    garden.iris += [own.iri, name.iri]
    one, other = (words[0], str(own.id)), (words[1], str(name.id))
    return Link(one, other, "whose another name is")


def note_posts(
    tx: Tx, garden: Garden, ids: tuple[int, ...], readers: frozenset[str] | None, what: str
) -> None:
    for one in ids:
        row = tx.one("select iri from post where id = :id", id=one)
        iri = str(row["iri"]) if row else ""
        garden.numbers.append(str(one))
        garden.iris.append(iri)
        if readers is not None:
            garden.hidden.append(Hidden(str(one), str(one + FAR), readers, what))
            tail = iri.rpartition("/")[2]
            garden.hidden.append(Hidden(tail, new_name(), readers, what))


def values_of(tx: Tx, garden: Garden) -> dict[str, list[str]]:
    ids = [actor.id for actor in garden.people.values()]
    entries = tx.all("select iri from outbox_entry where actor_id in (:ids[])", ids=ids)
    tails = [iri.rpartition("/")[2] for iri in garden.iris]
    return {
        "name": garden.names,
        "number": garden.numbers,
        "someone": [str(garden.people["olive"].id)],
        "id": tails + [str(row["iri"]).rpartition("/")[2] for row in entries],
        "code": garden.codes,
        "tag": ["tag"],
        "key": [f"ungrouped-{one}" for one in garden.numbers[:3]],
        "version": ["2.0", "2.1"],
        "iri": garden.iris,
        "lure": garden.lures,
        "host": [garden.host],
        "file": garden.files,
    }
