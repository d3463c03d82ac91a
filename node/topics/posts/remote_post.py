"""A post of another node, made ready to be stored: cleaned, cut to size, hung where it belongs."""

from collections.abc import Iterable, Mapping, Sequence

from federation import documents
from federation.address_guard import is_public_url
from federation.addressing import visibility_of
from federation.groups import community_candidates
from federation.origin import authority_of, is_iri, own_page
from node.base.ids import new_id
from node.base.markup import clean_html, one_line, plain_text
from node.db.tx import Tx
from node.peers.rules import Policy as HostPolicy
from node.peers.store import circle_around
from node.topics.actors.activities import emojis_of
from node.topics.actors.store import Actor, actors_by_iris, local_actor, ours_among
from node.topics.actors.suspended import ours_suspended
from node.topics.communities.announce import followers_of
from node.topics.permissions.rules import OPEN, Visibility
from node.topics.posts.parts import Attachment, Choice, Policy, Poll, Tag
from node.topics.posts.rules import HASHTAGS_MAX, MENTIONS_MAX
from node.topics.posts.store import Post, post_by_iri
from node.topics.posts.withdrawals import restored_id

ATTACHMENTS_MAX = 16
LINKS = ("Link", "Page")
LOADED = ("image", "video", "audio")
DESCRIPTION_CHARACTERS_MAX = 1_500
CHOICES_MAX = 20
PLACE_CHARACTERS_MAX = 500
AHEAD_S_MAX = 3_600
WARNED_BY_SUMMARY = frozenset(("Note", "Question"))
POLICY_IRI_MAX = 200


def received_post(
    tx: Tx, document: documents.Post, author: Actor, now: int, *, in_its_place: bool = False
) -> Post:
    """The row for a post of another node by `author`, who is stored here.

    It stands above all that is here, or `in_its_place`, among what was published when it was.
    """
    parent = post_by_iri(tx, document.in_reply_to) if document.in_reply_to else None
    group = group_named(tx, document)
    visibility = reach_of(document, author, group)
    published = document.published if document.published is not None else now
    post_id = restored_id(tx, document.iri) or new_id(min(published, now) if in_its_place else now)
    note = note_of(document)
    return Post(
        id=post_id,
        iri=document.iri,
        url=own_page(document.url, document.iri),
        kind=document.kind[:30],
        author_id=author.id,
        community_id=community_named(group, parent, visibility),
        parent_id=parent.id if parent else None,
        parent_iri=document.in_reply_to,
        root_id=parent.root_id if parent else post_id,
        title=title_of(document),
        content=clean_html(document.content or ("" if note else document.summary or "")),
        source=None,
        content_note=note,
        sensitive=document.sensitive,
        language=document.language[:35] if document.language else None,
        visibility=visibility,
        attachments=attachments_kept(tx, document, author),
        tags=tuple(Tag(tag.name[:200]) for tag in document.hashtags[:HASHTAGS_MAX]),
        poll=poll_of(document.poll) if document.poll else None,
        replies_count=0,
        favourites_count=0,
        boosts_count=0,
        version=1,
        local=False,
        published_at=min(max(published, 0), now + AHEAD_S_MAX),
        edited_at=document.updated if document.updated != document.published else None,
        deleted_at=None,
        distinguished=document.distinguished,
        locked_at=now if document.comments_enabled is False else None,
        starts_at=document.start_at if document.kind == "Event" else None,
        ends_at=document.end_at if document.kind == "Event" else None,
        place=plain_text(document.place, PLACE_CHARACTERS_MAX) if document.place else None,
        emojis=emojis_of(document.emojis, document.iri),
        quote_iri=document.quote if document.quote and is_iri(document.quote) else None,
        policy=policy_of(document.policy) if document.policy else None,
    )


def reach_of(document: documents.Post, author: Actor, group: Actor | None) -> Visibility:
    """Who may see a post; a message is for those it is addressed to, whatever else it says.

    What is addressed to the community `group` that it names, and to its followers, and to nobody
    else, is for its members (Lemmy 1.0, private communities).
    """
    if document.kind == documents.MESSAGE_KIND:
        return "direct"
    reach = visibility_of(document.to, document.cc, author.followers)
    if reach != "direct" or group is None:
        return reach
    is_for_members = {group.iri, followers_of(group)} <= {*document.to, *document.cc}
    return "members" if is_for_members else reach


def title_of(document: documents.Post) -> str | None:
    """The title; an answer has none: NodeBB repeats that of the conversation in its `name`."""
    if not document.title or document.in_reply_to:
        return None
    return one_line(document.title) or None


def note_of(document: documents.Post) -> str | None:
    """What readers are told before the words: the summary of a note, or of anything sensitive.

    Articles, pages, events and films are summed up by it, which hides nothing.
    """
    is_short = document.kind in WARNED_BY_SUMMARY
    is_warning = is_short or document.sensitive or document.is_warned
    return plain_text(document.summary) if document.summary and is_warning else None


def policy_of(document: documents.InteractionPolicy) -> Policy:
    """What an author lets others do; what they look at afterwards may be done as well."""
    like, reply, announce = map(approved, (document.like, document.reply, document.announce))
    return Policy(
        like=like,
        reply=reply,
        announce=announce,
        quote=short(document.quote.automatic) if document.quote else None,
        quote_asked=short(document.quote.manual) if document.quote else None,
    )


def approved(part: documents.Approval | None) -> tuple[str, ...] | None:
    if part is None:
        return None
    return short((*part.automatic, *part.manual))


def short(iris: Iterable[str]) -> tuple[str, ...]:
    return tuple(iri for iri in iris if len(iri) <= POLICY_IRI_MAX)


def community_named(group: Actor | None, parent: Post | None, visibility: str) -> int | None:
    """The community stored here that a post belongs to, or None; `group` is the one it names.

    A conversation that everybody may read is begun in a community elsewhere only once that has
    announced it (T109); what answers in it belongs with it. What is for the members of one belongs
    there, whatever it answers.
    """
    if visibility == "members":
        return group.id if group is not None else None
    if visibility not in OPEN:
        return None
    if parent is not None and parent.community_id is not None:
        return parent.community_id
    return group.id if group is not None and group.local else None


def group_named(tx: Tx, document: documents.Post) -> Actor | None:
    """The community stored here that a post says it is for, or None."""
    candidates = community_candidates(document)
    groups = actors_by_iris(tx, candidates) if candidates else {}
    found = (groups[iri] for iri in candidates if iri in groups)
    return next((actor for actor in found if actor.is_group), None)


def readers_named(
    tx: Tx, document: documents.Post, author: Actor, inboxes: Iterable[str] = ()
) -> Mapping[int, tuple[Actor, bool]]:
    """The actors stored here whom a post names or is addressed to: (actor, mentioned), by id.

    One of ours who is named in a tag and not addressed is not among them: a tag alone makes
    nobody a reader. All of ours are among them, the suspended too, who read it once they are let in
    again, and of others the first 50 that are named and the
    first 100 that are addressed. What is for single people is for those of ours as well whose own
    `inboxes` (by their names) its author sent it to: of lists and blind copies nothing else tells.
    """
    mentioned = with_all_ours(tx, [one.iri for one in document.mentions], MENTIONS_MAX)
    addressed = with_all_ours(tx, [*document.to, *document.cc], MENTIONS_MAX * 2)
    wanted = list({*mentioned, *addressed} - {documents.PUBLIC, author.followers})
    found = actors_by_iris(tx, wanted) | ours_suspended(tx, wanted) if wanted else {}
    readers = {
        actor.id: (actor, iri in mentioned)
        for iri, actor in found.items()
        if iri in addressed or not actor.local
    }
    owners = [local_actor(tx, "Person", name) for name in inboxes]
    if reach_of(document, author, group_named(tx, document)) == "direct":
        readers |= {one.id: (one, False) for one in owners if one and one.id not in readers}
    return readers


def with_all_ours(tx: Tx, iris: Sequence[str], most: int) -> frozenset[str]:
    """The first of the iris, at most so many, and whatever else among them is somebody of ours."""
    first, others = iris[:most], iris[most:]
    return frozenset((*first, *(ours_among(tx, others) if others else ())))


def attachments_kept(tx: Tx, document: documents.Post, author: Actor) -> tuple[Attachment, ...]:
    """What hangs on a post, but what lies at a blocked host, whoever shows it (T104); of a silenced
    host's people only the words are kept."""
    hung = document.attachments[:ATTACHMENTS_MAX]
    if author.silenced_at is not None or not hung:
        return ()
    hosts = {one.url: authority_of(one.url) for one in hung if is_iri(one.url)}
    circle = circle_around(tx, set(hosts.values()))
    blocked = {url for url, host in hosts.items() if circle.policy_of(host) is HostPolicy.BLOCKED}
    return tuple(
        attachment_of(one)
        for one in hung
        if one.url not in blocked and is_public_url(web_link(one), document.iri)
    )


def web_link(attachment: documents.Attachment) -> str:
    """The address of what hangs on a post; a link that is only opened may be http as well."""
    kind = (attachment.media_type or "").partition("/")[0].lower()
    is_link = attachment.kind in LINKS and kind not in LOADED
    return attachment.url.replace("http://", "https://", 1) if is_link else attachment.url


def attachment_of(document: documents.Attachment) -> Attachment:
    return Attachment(
        kind=document.kind[:30],
        url=document.url[:2048],
        media_type=document.media_type[:100] if document.media_type else None,
        description=(document.description or "")[:DESCRIPTION_CHARACTERS_MAX] or None,
        width=document.width,
        height=document.height,
        blurhash=document.blurhash[:200] if document.blurhash else None,
    )


def poll_of(document: documents.Poll) -> Poll:
    return Poll(
        choices=tuple(
            Choice(one_line(option.name, 500), option.votes)
            for option in document.options[:CHOICES_MAX]
        ),
        is_multiple=document.multiple,
        ends_at=document.ends_at,
        closed_at=document.closed_at,
        voters=document.voters,
    )
