"""What a receiver should do with each kind of document: said here alone, as data, each row with its reason."""

import re

from documents import ACTORS, POSTS, iri_of, is_activity, is_open, is_web, kind_of, many, origin_of

HANDLE = re.compile(r"acct:[^@\s]+@[^@\s]+")

# verdict: accept (2xx), refuse (4xx, or 2xx and nothing shown), either (any answer below 500).
# effect: what must then be seen through the client API. The first row whose pattern fits the whole kind is used.
EXPECTED = [  # pattern over the kind, verdict, effect, reason
    (
        r"(Announce\()?Create\((Note|Page|Article|Question|Event|Video)\)\)?",
        "accept",
        "shown",
        "a follower sees what a followed actor publishes",
    ),
    (r"Create\(\[.*", "either", "", "an array of objects is unusual"),
    (
        r"(Announce\()?Create\(.*",
        "accept",
        "",
        "a type that need not be shown must still not be an error",
    ),
    (
        r"Announce\((IRI|Note|Page|Article|Question|Event|Video)\)",
        "accept",
        "shown",
        "a follower sees what a followed actor announces",
    ),
    (
        r"(Announce\()?Update\((Note|Page|Article|Question|Event|Video)\)\)?",
        "accept",
        "updated",
        "an edit by the owner replaces the text",
    ),
    (
        r"(Announce\()?Update\((Person|Group|Organization|Service)\)\)?",
        "accept",
        "renamed",
        "an actor's new profile replaces the old",
    ),
    (
        r"Delete\((IRI|Tombstone|Note|Page|Article)\)|Announce\(Delete\((IRI|Tombstone)\)\)",
        "accept",
        "gone",
        "a deleted object is no longer shown",
    ),
    (
        r"(Announce\()?Delete\(self\)\)?",
        "either",
        "",
        "an actor that is gone may also be refused: its key cannot be fetched",
    ),
    (
        r"(Announce\()?Undo\(.*",
        "accept",
        "",
        "an Undo of something unknown is accepted and changes nothing",
    ),
    (
        r"(Announce\()?(Like|Dislike|EmojiReact|Flag|Block|Add|Remove|Lock|Follow|Warn|Resolve|Move)\(.*",
        "accept",
        "",
        "well formed, from its owner",
    ),
    (
        r"(Accept|Reject|TentativeAccept)\(.*",
        "accept",
        "",
        "an answer to a question never asked is accepted and dropped",
    ),
    (
        r"(Join|Leave|Invite|Offer|Arrive|QuoteRequest|LikeApproval|ReplyApproval|AnnounceApproval|Activity|Announce)\b.*",
        "either",
        "",
        "a receiver may not know this type",
    ),
    (
        r"(Person|Group|Organization|Service|Application)",
        "resolve",
        "account",
        "an actor can be found by its address",
    ),
    (
        r"(Note|Page|Article|Question|Event|Video)",
        "resolve",
        "status",
        "a public post can be found by its address",
    ),
    (r"WebFinger", "resolve", "account", "an actor can be found by its handle"),
    (r"NodeInfo", "resolve", "account", "an actor of that host can still be found"),
    (r".*", "either", "", "nothing is promised for this type; it must not break the node"),
]
EXPECTED_LOCAL = [  # the same activities, pointed at an account, community or post of the node itself
    (
        r"Follow\(.*",
        "accept",
        "answered",
        "a follow of a local actor is answered with Accept or Reject",
    ),
    (r"Undo\(Follow.*", "accept", "unfollowed", "the follower is no longer listed"),
    (r"Like\(.*", "accept", "liked", "the post counts one more favourite"),
    (r"Undo\(Like.*", "accept", "unliked", "the favourite is taken back"),
    (r"Announce\(.*", "accept", "boosted", "the post counts one more boost"),
    (r"Accept\(Follow.*", "accept", "following", "our account's follow is now accepted"),
    (r"Reject\(Follow.*", "accept", "not following", "our account's follow is now refused"),
    (r"Create\((Note|Page|Article)\)", "accept", "shown", "the member who is addressed sees it"),
    (
        r"(Flag|Block|Dislike|EmojiReact|Undo)\b.*",
        "accept",
        "",
        "well formed, about something of ours",
    ),
    (r".*", "either", "", "nothing is promised; it must not break the node"),
]
SPECIAL = [  # pattern over the index's remarks, verdict, reason: overrides the table
    (r"under an id it does not own", "refuse", "served as an upload under another object's id"),
    (r"different origins: refuse", "refuse", "activity and actor are on different origins"),
    (r"without inbox: refuse", "refuse", "an actor without an inbox cannot be spoken to"),
    (r"INVALID document", "either", "an invalid document must not break the node"),
]
# Documents are tried in this order, so that none hides another's effect: what is made, then changed, then taken away.
ORDER = [
    "Create",
    r"Announce\((?!Update|Delete|Undo)",
    "Like|Dislike|EmojiReact|Follow|Accept|Reject|Flag|Add|Lock",
    r"(?!Undo|Update|Announce|Block|Remove|Move|Delete)",
    "Update|Announce.Update",
    r"(Announce\()?Undo\((?!Delete)",
    "Remove|Block|Move",
    r"Delete\((?!self)|Announce\(Delete\((?!self)",
    "Undo",
    "",
]


def expected_for(document, local=False):
    """(verdict, effect, reason) for a document, or for its variant that points at something of the node's own."""
    for pattern, verdict, reason in [] if local else SPECIAL:
        if re.search(pattern, document.remarks):
            return verdict, "", reason
    if document.kind == "Create(Note)" and is_ballot(document.value.get("object")):
        return "accept", "", "a vote is shown as no post"
    exempt = "" if local else exemption(document)
    if exempt:
        return "either", "", exempt
    rows = EXPECTED_LOCAL if local else EXPECTED
    verdict, effect, reason = next(row[1:] for row in rows if re.fullmatch(row[0], document.kind))
    if effect in ("shown", "updated", "status") and not local and not seen_by_followers(document):
        return ("either" if effect == "status" else verdict), "", "addressed to nobody here"
    return verdict, effect, reason


def is_ballot(value):
    """Whether a Note chooses in a poll: it answers, and has a name and no words (snac: `<br>`)."""
    return (
        isinstance(value, dict)
        and bool(value.get("name") and value.get("inReplyTo"))
        and value.get("content") in (None, "", "<br>")
    )


def exemption(document):
    """Why a receiver may also refuse or ignore this document; an empty string where it may not."""
    value = document.value
    if not isinstance(value, dict):
        return "not a JSON object"
    if document.kind == "WebFinger":
        return "" if HANDLE.fullmatch(value["subject"]) else "not about a whole handle"
    if document.kind == "NodeInfo":
        return "" if many(value.get("links")) else "served at no known host"
    if is_activity(document):
        inner = innermost(value)
        if not is_web(value.get("id")) or not is_web(iri_of(value.get("actor"))):
            return "no http id, or no actor"
        if origin_of(value["id"]) != origin_of(iri_of(value["actor"])):
            return "its id and its actor are of different origins"
        if (
            isinstance(inner, dict)
            and kind_of(inner) in ACTORS
            and "00000000-0000-4" in str(inner.get("id"))
        ):
            return "a placeholder stands for the actor's id"
        if "object" not in value or "untyped" in document.kind:
            return "incomplete"
        if not re.match(
            r"(Announce\()?(Create|Update)", document.kind
        ) and not document.kind.startswith("Announce("):
            return ""
        if isinstance(inner, dict) and kind_of(inner) in POSTS and not is_web(inner.get("id")):
            return "its object has no http id"
        if (
            isinstance(inner, dict)
            and "name" in inner
            and "inReplyTo" in inner
            and not inner.get("content")
        ):
            return "a vote is counted, not shown"
        if isinstance(inner, dict) and kind_of(inner) in POSTS and not owned(inner, value):
            return "its object does not say whose it is, or is of another origin"
        return ""
    if not is_web(value.get("id")):
        return "no http id to find it by"
    if isinstance(value.get("type"), list):
        return "more than one type"
    if value.get("type") in ACTORS:
        needed = ("inbox", "outbox", "preferredUsername", "publicKey")
        return next((f"an actor without {key}" for key in needed if not value.get(key)), "")
    return (
        ""
        if value.get("type") not in POSTS or owned(value, value)
        else "does not say whose it is, or is of another origin"
    )


def owned(post, around):
    """Whether a post names an owner on its own origin; where an activity encloses it, its actor will do."""
    owner = iri_of(post.get("attributedTo")) or (
        iri_of(around.get("actor")) if around is not post and "to" in post else None
    )
    return is_web(owner) and origin_of(owner) == origin_of(post["id"])


def innermost(value):
    """The object at the heart of an activity, through Announce, Create and Undo."""
    while isinstance(value, dict) and "object" in value:
        value = many(value["object"])[0] if many(value["object"]) else None
    return value


def seen_by_followers(document):
    inner = innermost(document.value) if is_activity(document) else document.value
    return (
        is_open(document.value)
        or isinstance(inner, dict)
        and document.kind.startswith("Announce")
        and is_open(inner)
    )
