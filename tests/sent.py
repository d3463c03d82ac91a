"""Everything that this node sends, made by its own actions in one small world, with fixed names.

One maker a golden file; `sent_moderation.py` has the rest, `everything_sent.py` both.
`tests/golden/README.md` says what they are for.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.db.tx import Tx
from node.documents.collections import (
    featured_document,
    read_actor_collection,
    read_outbox,
    read_partial_followers,
    read_post_collection,
)
from node.documents.objects import read_post, read_stamp
from node.topics.actors.actions import (
    ProfileChanges,
    add_local_actor,
    edit_profile,
    make_reporter,
)
from node.topics.actors.documents import actor_document
from node.topics.actors.store import Actor, actor_by_id, instance_actor, reporting_actor
from node.topics.communities.actions import create_community
from node.topics.members.actions import follow, take_follow, unfollow
from node.topics.members.answers import append_answer, reject_follow
from node.topics.members.move import add_alias, move_away
from node.topics.members.store import follow_between
from node.topics.moderation.appeals import ask_again, decision_about_post
from node.topics.moderation.changes import Change, hide_post
from node.topics.moderation.member_reports import Complaint, file_report
from node.topics.polls.actions import vote
from node.topics.posts.store import Post, post_by_id, post_by_iri
from node.topics.publishing.actions import delete, edit, publish
from node.topics.publishing.backfilled import put_in_history
from node.topics.publishing.drafts import Draft, PollDraft
from node.topics.publishing.receive import store_fetched_post
from node.topics.quotes.activities import receive_quote_request
from node.topics.reactions.actions import boost, favourite, unboost, unfavourite
from tests.neighbours import NOW, ORIGIN, add_neighbour, note

LEMMY = "https://lemmy.example"
LATER = NOW + 3_600
RSA = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA8CKcAglumBuMyR/2DhSe
UgDcl4TwWCGHGmuH+WGkIJz55hjWBmXsa+3PERLDg5IxihgcJG5CM1IXqnH7nF5K
WI/xgR3AvoXVbBgHY/DVJjDnnPYwSV6y1Kbog1cBNVEqA2s1Vp7pzspr+QviPUHf
BlJBTn4gQTV5vlOn/iGNaq0IfYmx14/YL2J+u//0TOCIzeS8fG1K7YeCKEMj0zTx
QA854mCoN/1QAURDnNCPzzRO7SE7IN0imLBIRxbmG+Iyh2c+z7rwcqSvduMA7sg+
6Lz53/D6eJCNIM4kKA6HgQVF5ZUeGZB5HVPR8eHd/awvDVqorpfi+Ktc2nY73B64
6wIDAQAB
-----END PUBLIC KEY-----
"""
ED25519_PRIVATE = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
-----END PRIVATE KEY-----
"""
ED25519 = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=
-----END PUBLIC KEY-----
"""
KEYS = ("none", RSA, ED25519_PRIVATE, ED25519)
"""Fixed keys: the bytes 0 to 31 for proofs, and an RSA key whose private half nobody has."""

Json = dict[str, Any]
Maker = Callable[[Tx], Json]


@dataclass
class Names:
    """Stands for the random seam: names of public addresses that count up from 1."""

    made: int = 0

    def token_hex(self, size: int) -> str:
        self.made += 1
        return f"{self.made:0{size * 2}x}"

    def randbits(self, _: int) -> int:
        return 0


@dataclass(frozen=True)
class World:
    """Ann and her community of walkers here; rose on a Mastodon; rollators and otto on a Lemmy."""

    ann: Actor
    walkers: Actor
    rose: Actor
    rollators: Actor
    otto: Actor


def world(tx: Tx) -> World:
    ann = add_local_actor(
        tx, origin=ORIGIN, kind="Person", name="ann", display_name="Ann", keys=KEYS, now=NOW
    )
    walkers = create_community(
        tx,
        origin=ORIGIN,
        name="walkers",
        title="Walkers",
        organiser=ann,
        visibility="public",
        joining="open",
        posting="anyone",
        keys=KEYS,
        now=NOW,
    )
    rose = add_neighbour(tx, "rose")
    rollators = add_neighbour(
        tx, "rollators", LEMMY, kind="Group", iri=f"{LEMMY}/c/rollators", url=f"{LEMMY}/c/rollators"
    )
    otto = add_neighbour(tx, "otto", LEMMY)
    take_follow(tx, rose, ann, f"{rose.iri}/follows/1", NOW)
    take_follow(tx, rose, walkers, f"{rose.iri}/follows/2", NOW)
    return World(ann, walkers, rose, rollators, otto)


def said(tx: Tx, actor: Actor, number: int = -1) -> Json:
    """The newest activity of an actor, or another by its place."""
    return everything_said(tx, actor)[number]


def everything_said(tx: Tx, actor: Actor) -> list[Json]:
    """The activities of an actor, the oldest first."""
    rows = tx.all(
        "select body from outbox_entry where actor_id = :id order by id limit 100", id=actor.id
    )
    return [dict(json.loads(row["body"])) for row in rows]


def written(tx: Tx, author: Actor, text: str, **fields: Any) -> Post:
    post = post_by_id(tx, publish(tx, author, Draft(text=text, language="en", **fields), NOW))
    assert post is not None
    return post


def theirs(tx: Tx, author: Actor, number: int = 1, **changes: Any) -> Post:
    """A post of another node that is known here."""
    iri = f"{author.iri}/notes/{number}"
    store_fetched_post(tx, note(author, "The path is dry.", iri=iri, url=iri, **changes), NOW)
    post = post_by_iri(tx, iri)
    assert post is not None
    return post


def theirs_in_rollators(tx: Tx, here: World) -> Post:
    """A page that rollators has announced."""
    page = theirs(
        tx,
        here.otto,
        kind="Page",
        title="Who repairs wheels?",
        to=(here.rollators.iri, documents.PUBLIC),
        audience=here.rollators.iri,
    )
    put_in_history(tx, here.rollators, page.iri, page.iri)
    return page


def page_here(tx: Tx, here: World) -> Post:
    return written(tx, here.ann, "@walkers Bring *water*.", title="What to bring")


# what people write


def create_note(visibility: str = "public") -> Maker:
    def make(tx: Tx) -> Json:
        here = world(tx)
        text = "We walk on Sunday." if visibility != "direct" else "@rose@valley.example Coming?"
        written(tx, here.ann, text, visibility=visibility)
        return said(tx, here.ann)

    return make


def create_note_with_everything(tx: Tx) -> Json:
    here = world(tx)
    text = "@rose@valley.example We walk on #Sunday.\n\nhttps://weather.example/"
    written(tx, here.ann, text, content_note="weather")
    return said(tx, here.ann)


def create_reply(tx: Tx) -> Json:
    here = world(tx)
    parent = theirs(tx, here.rose)
    written(tx, here.ann, "@rose@valley.example Thank you.", parent_id=parent.id)
    return said(tx, here.ann)


def create_article(tx: Tx) -> Json:
    here = world(tx)
    text = "Bring **water**.\n\n" + "The path is long and the sun is high. " * 12
    written(tx, here.ann, text, title="What to bring & wear")
    return said(tx, here.ann)


def create_page_here(tx: Tx) -> Json:
    here = world(tx)
    page_here(tx, here)
    return said(tx, here.ann)


def create_page_there(tx: Tx) -> Json:
    here = world(tx)
    written(tx, here.ann, "@rollators@lemmy.example Mine squeaks.", title="Squeaking wheels")
    return said(tx, here.ann)


def create_comment_there(tx: Tx) -> Json:
    here = world(tx)
    parent = theirs_in_rollators(tx, here)
    written(tx, here.ann, "The mill does.", parent_id=parent.id)
    return said(tx, here.ann)


def update_note(tx: Tx) -> Json:
    here = world(tx)
    post = written(tx, here.ann, "We walk on Sunday.")
    edit(tx, here.ann, post.id, Draft(text="We walk on Monday."), LATER)
    return said(tx, here.ann)


def delete_note(tx: Tx) -> Json:
    here = world(tx)
    delete(tx, here.ann, written(tx, here.ann, "We walk on Sunday.").id, LATER)
    return said(tx, here.ann)


def delete_page_there(tx: Tx) -> Json:
    here = world(tx)
    post = written(tx, here.ann, "@rollators@lemmy.example Mine squeaks.", title="Squeaking")
    delete(tx, here.ann, post.id, LATER)
    return said(tx, here.ann)


def note_document(tx: Tx) -> Json:
    here = world(tx)
    return read_post(tx, written(tx, here.ann, "We walk on Sunday.").iri, None).document


def note_with_pictures(tx: Tx) -> Json:
    """Pictures cannot be posted here yet; this is how they are rendered."""
    here = world(tx)
    picture = documents.Attachment(
        kind="Image",
        url=f"{ORIGIN}/files/1.webp",
        media_type="image/webp",
        description="A gate in a hedge",
        width=1200,
        height=800,
        blurhash="UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH",
    )
    post = note(here.ann, iri=f"{ORIGIN}/posts/1", url=f"{ORIGIN}/posts/1", attachments=(picture,))
    return documents.render_post(post, with_context=True)


def tombstone(tx: Tx) -> Json:
    here = world(tx)
    post = written(tx, here.ann, "We walk on Sunday.")
    delete(tx, here.ann, post.id, LATER)
    return read_post(tx, post.iri, None).document


def create_question(tx: Tx) -> Json:
    here = world(tx)
    poll = PollDraft(choices=("Saturday", "Sunday"), lasts_s=86_400)
    written(tx, here.ann, "When do we walk?", poll=poll)
    return said(tx, here.ann)


def vote_for_sunday(tx: Tx) -> Json:
    here = world(tx)
    options = tuple(documents.PollOption(name, 0) for name in ("Saturday", "Sunday"))
    poll = documents.Poll(options=options, multiple=False, ends_at=LATER)
    post = theirs(tx, here.rose, kind="Question", poll=poll)
    vote(tx, here.ann, post.id, [1], NOW)
    return said(tx, here.ann)


# what people do


def like(tx: Tx) -> Json:
    here = world(tx)
    favourite(tx, here.ann, theirs(tx, here.rose).id, NOW)
    return said(tx, here.ann)


def undo_like(tx: Tx) -> Json:
    here = world(tx)
    post = theirs(tx, here.rose)
    favourite(tx, here.ann, post.id, NOW)
    unfavourite(tx, here.ann, post.id, LATER)
    return said(tx, here.ann)


def like_there(tx: Tx) -> Json:
    here = world(tx)
    favourite(tx, here.ann, theirs_in_rollators(tx, here).id, NOW)
    return said(tx, here.ann)


def undo_like_there(tx: Tx) -> Json:
    here = world(tx)
    post = theirs_in_rollators(tx, here)
    favourite(tx, here.ann, post.id, NOW)
    unfavourite(tx, here.ann, post.id, LATER)
    return said(tx, here.ann)


def announce_boost(tx: Tx) -> Json:
    here = world(tx)
    boost(tx, here.ann, theirs(tx, here.rose).id, NOW)
    return said(tx, here.ann)


def undo_announce(tx: Tx) -> Json:
    here = world(tx)
    post = theirs(tx, here.rose)
    boost(tx, here.ann, post.id, NOW)
    unboost(tx, here.ann, post.id, LATER)
    return said(tx, here.ann)


def follow_person(tx: Tx) -> Json:
    here = world(tx)
    follow(tx, here.ann, here.rose, NOW)
    return said(tx, here.ann)


def follow_group(tx: Tx) -> Json:
    here = world(tx)
    follow(tx, here.ann, here.rollators, NOW)
    return said(tx, here.ann)


def undo_follow(tx: Tx) -> Json:
    here = world(tx)
    follow(tx, here.ann, here.rollators, NOW)
    unfollow(tx, here.ann, here.rollators, LATER)
    return said(tx, here.ann)


def accept(tx: Tx) -> Json:
    here = world(tx)
    held = follow_between(tx, here.rose.id, here.walkers.id)
    assert held is not None
    append_answer(tx, "Accept", here.walkers, here.rose, held.iri, NOW)
    return said(tx, here.walkers)


def reject(tx: Tx) -> Json:
    here = world(tx)
    reject_follow(tx, here.walkers, here.rose, NOW)
    return said(tx, here.walkers)


def update_actor(tx: Tx) -> Json:
    here = world(tx)
    changes = ProfileChanges(summary="<p>I walk.</p>", fields=(("Home", "The valley"),))
    edit_profile(tx, here.ann.id, changes, LATER)
    return said(tx, here.ann)


# what a community of ours passes on


def announce_create(tx: Tx) -> Json:
    here = world(tx)
    page_here(tx, here)
    return said(tx, here.walkers, 0)


def announce_object(tx: Tx) -> Json:
    here = world(tx)
    page_here(tx, here)
    return said(tx, here.walkers, 1)


def announce_comment(tx: Tx) -> Json:
    here = world(tx)
    page = page_here(tx, here)
    written(tx, here.ann, "And bread.", parent_id=page.id)
    return said(tx, here.walkers)


def announce_update(tx: Tx) -> Json:
    here = world(tx)
    page = page_here(tx, here)
    edit(tx, here.ann, page.id, Draft(text="@walkers Bring *bread*."), LATER)
    return said(tx, here.walkers)


def announce_delete(tx: Tx) -> Json:
    here = world(tx)
    page = page_here(tx, here)
    delete(tx, here.ann, page.id, LATER)
    return said(tx, here.walkers)


def announce_like(tx: Tx) -> Json:
    here = world(tx)
    page = page_here(tx, here)
    favourite(tx, here.ann, page.id, NOW)
    return said(tx, here.walkers)


def announce_undo_like(tx: Tx) -> Json:
    here = world(tx)
    page = page_here(tx, here)
    favourite(tx, here.ann, page.id, NOW)
    unfavourite(tx, here.ann, page.id, LATER)
    return said(tx, here.walkers)


# what the node says itself


def flag_in_community(tx: Tx) -> Json:
    here = world(tx)
    make_reporter(tx, ORIGIN, "Group", KEYS, NOW)
    post = theirs_in_rollators(tx, here)
    complaint = Complaint(
        about_id=here.otto.id, post_ids=(post.id,), words="He is rude.", tells_home=True
    )
    file_report(tx, here.ann, complaint, NOW)
    return said(tx, reporting_actor(tx))


def appeal(tx: Tx) -> Json:
    here = world(tx)
    post = written(tx, here.ann, "@rollators@lemmy.example Mine squeaks.", title="Squeaking")
    iri = f"{here.otto.iri}/removals/1"
    change = Change(group=here.rollators, by_iri=here.otto.iri, activity_iri=iri, now=NOW)
    hide_post(tx, change, post)
    ask_again(tx, here.ann, decision_about_post(tx, here.ann, post.id), "It is not.", LATER)
    return said(tx, here.ann)


def flag(tx: Tx) -> Json:
    here = world(tx)
    make_reporter(tx, ORIGIN, "Group", KEYS, NOW)
    post = theirs(tx, here.rose)
    complaint = Complaint(
        about_id=here.rose.id, post_ids=(post.id,), words="She is rude.", tells_home=True
    )
    file_report(tx, here.ann, complaint, NOW)
    return said(tx, reporting_actor(tx))


# quotes (FEP-044f)


def asked(tx: Tx, here: World, visibility: str = "public") -> Post:
    """Rose asks to quote a post of ann."""
    post = written(tx, here.ann, "@rose@valley.example We walk on Sunday.", visibility=visibility)
    request = documents.QuoteRequest(
        iri=f"{here.rose.iri}/requests/1",
        actor=here.rose.iri,
        object=post.iri,
        instrument=f"{here.rose.iri}/notes/1",
    )
    receive_quote_request(tx, request, ApplyContext(NOW))
    return post


def accept_quote(tx: Tx) -> Json:
    here = world(tx)
    asked(tx, here)
    return said(tx, here.ann)


def reject_quote(tx: Tx) -> Json:
    here = world(tx)
    asked(tx, here, "direct")
    return said(tx, here.ann)


def quote_stamp(tx: Tx) -> Json:
    return read_stamp(tx, accept_quote(tx)["result"])[0]


def delete_stamp(tx: Tx) -> Json:
    here = world(tx)
    delete(tx, here.ann, asked(tx, here).id, LATER)
    return said(tx, here.ann, -2)


def quoting_post(here: World) -> documents.Post:
    """Quotes cannot be written here yet; this is how they are rendered."""
    iri = f"{ORIGIN}/posts/1"
    return note(
        here.ann,
        "Look",
        iri=iri,
        url=iri,
        quote=f"{here.rose.iri}/notes/1",
        quote_authorization=f"{here.rose.iri}/stamps/1",
    )


def note_quoting(tx: Tx) -> Json:
    return documents.render_post(quoting_post(world(tx)), with_context=True)


def quote_request(tx: Tx) -> Json:
    here = world(tx)
    return documents.render_quote_request(
        f"{ORIGIN}/activities/1",
        here.ann.iri,
        quoted=f"{here.rose.iri}/notes/1",
        author=here.rose.iri,
        quoting=replace(quoting_post(here), quote_authorization=None),
    )


# who we are, and what we list


def person(tx: Tx) -> Json:
    here = world(tx)
    changes = ProfileChanges(summary="<p>I walk.</p>", fields=(("Home", "The valley"),))
    return actor_document(tx, edit_profile(tx, here.ann.id, changes, NOW))


def group(tx: Tx) -> Json:
    return actor_document(tx, world(tx).walkers)


def node(tx: Tx) -> Json:
    add_local_actor(
        tx, origin=ORIGIN, kind="Application", name="actor", display_name="", keys=KEYS, now=NOW
    )
    return actor_document(tx, instance_actor(tx))


def reporter(tx: Tx) -> Json:
    make_reporter(tx, ORIGIN, "Group", KEYS, NOW)
    return actor_document(tx, reporting_actor(tx))


def collection_of(folder: str, name: str, collection: str) -> Maker:
    def make(tx: Tx) -> Json:
        world(tx)
        return read_actor_collection(tx, folder, name, collection, None)

    return make


def outbox(tx: Tx) -> Json:
    here = world(tx)
    written(tx, here.ann, "We walk on #Sunday.")
    return read_actor_collection(tx, "people", "ann", "outbox", None)


def outbox_page(tx: Tx) -> Json:
    here = world(tx)
    written(tx, here.ann, "We walk on #Sunday.")
    return read_outbox(tx, here.ann, f"{here.ann.iri}/outbox", 2**62)


def featured_of_group(tx: Tx) -> Json:
    here = world(tx)
    own = page_here(tx, here)
    return featured_document(tx, here.walkers, [own, theirs(tx, here.rose)])


def featured_of_person(tx: Tx) -> Json:
    here = world(tx)
    return featured_document(tx, here.ann, [written(tx, here.ann, "We walk on Sunday.")])


def moved(tx: Tx) -> World:
    """Ann, who was at an old address before, lives at a new one now."""
    here = world(tx)
    add_alias(tx, here.ann, add_neighbour(tx, "ann", "https://old.example"), NOW)
    new = add_neighbour(tx, "ann", "https://new.example", aliases=(here.ann.iri,))
    ann = actor_by_id(tx, here.ann.id)
    assert ann is not None
    move_away(tx, ann, new, LATER)
    return here


def move(tx: Tx) -> Json:
    return said(tx, moved(tx).ann)


def person_moved(tx: Tx) -> Json:
    ann = actor_by_id(tx, moved(tx).ann.id)
    assert ann is not None
    return actor_document(tx, ann)


def followers_of_host(tx: Tx) -> Json:
    return read_partial_followers(
        tx, "people", world(tx).ann.name, "valley.example", "https://valley.example/actor"
    )


def conversation(name: str, after: Any = None) -> Maker:
    def make(tx: Tx) -> Json:
        here = world(tx)
        first = written(tx, here.ann, "@walkers We walk on Sunday.")
        answer = written(tx, here.ann, "At ten.", parent_id=first.id)
        theirs(tx, here.rose, in_reply_to=answer.iri, published=NOW + 60)
        return read_post_collection(tx, first.iri, name, after)

    return make


POSTING: dict[str, Maker] = {
    "mastodon/person": person,
    "mastodon/create_note_public": create_note("public"),
    "mastodon/create_note_unlisted": create_note("unlisted"),
    "mastodon/create_note_followers": create_note("followers"),
    "mastodon/create_note_direct": create_note("direct"),
    "mastodon/create_note_with_everything": create_note_with_everything,
    "mastodon/create_reply": create_reply,
    "mastodon/update_note": update_note,
    "mastodon/update_person": update_actor,
    "mastodon/delete_note": delete_note,
    "mastodon/note": note_document,
    "mastodon/note_with_pictures": note_with_pictures,
    "mastodon/tombstone": tombstone,
    "mastodon/create_question": create_question,
    "mastodon/vote": vote_for_sunday,
    "mastodon/like": like,
    "mastodon/undo_like": undo_like,
    "mastodon/announce_boost": announce_boost,
    "mastodon/undo_announce": undo_announce,
    "mastodon/announce_object": announce_object,
    "mastodon/flag": flag,
    "mastodon/follow_person": follow_person,
    "mastodon/move": move,
    "mastodon/person_moved": person_moved,
    "mastodon/followers_of_host": followers_of_host,
    "mastodon/outbox": outbox,
    "mastodon/outbox_page": outbox_page,
    "mastodon/followers": collection_of("people", "ann", "followers"),
    "mastodon/following": collection_of("people", "ann", "following"),
    "mastodon/featured": featured_of_person,
    "lemmy/group": group,
    "lemmy/flag_in_community": flag_in_community,
    "lemmy/appeal": appeal,
    "lemmy/follow_group": follow_group,
    "lemmy/undo_follow": undo_follow,
    "lemmy/accept": accept,
    "lemmy/reject": reject,
    "lemmy/create_page": create_page_there,
    "lemmy/create_comment": create_comment_there,
    "lemmy/delete_page": delete_page_there,
    "lemmy/like": like_there,
    "lemmy/undo_like": undo_like_there,
    "lemmy/announce_update": announce_update,
    "lemmy/announce_delete": announce_delete,
    "lemmy/announce_like": announce_like,
    "lemmy/announce_undo_like": announce_undo_like,
    "lemmy/followers": collection_of("communities", "walkers", "followers"),
    "lemmy/moderators": collection_of("communities", "walkers", "moderators"),
    "lemmy/featured": featured_of_group,
    "piefed/create_page_here": create_page_here,
    "piefed/announce_create": announce_create,
    "piefed/announce_comment": announce_comment,
    "nodebb/create_article": create_article,
    "nodebb/context": conversation("context"),
    "nodebb/replies": conversation("replies"),
    "gotosocial/node": node,
    "piefed/reporter": reporter,
    "mastodon/accept_quote": accept_quote,
    "mastodon/reject_quote": reject_quote,
    "mastodon/quote_stamp": quote_stamp,
    "mastodon/delete_stamp": delete_stamp,
    "mastodon/quote_request": quote_request,
    "misskey/note_quoting": note_quoting,
}
