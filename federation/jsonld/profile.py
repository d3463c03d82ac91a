"""Our own compact profile: the one name here for each thing that a document may say.

Contexts of senders never decide what a name means. ActivityStreams and the security vocabulary come
from their own contexts; the rest are the terms that servers write (protocol digest, section 8).
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from federation.documents.contexts import AS2, OURS, SECURITY
from schemas.loader import context

AS = "https://www.w3.org/ns/activitystreams#"
SEC = "https://w3id.org/security#"
SCHEMA = "http://schema.org#"
SCHEMA_SPELLINGS = tuple(
    f"{scheme}://schema.org{end}" for scheme in ("http", "https") for end in "/#"
)

EXTENSIONS: Mapping[str, str] = {
    AS: "Hashtag manuallyApprovesFollowers movedTo quoteUrl sensitive",
    SEC: "DataIntegrityProof Multikey assertionMethod authentication controller cryptosuite proof"
    " proofPurpose proofValue publicKeyMultibase verificationMethod",
    SCHEMA: "PropertyValue identifier value",
    "http://joinmastodon.org/ns#": "Emoji attributionDomains blurhash discoverable featured"
    " featuredTags focalPoint indexable memorial suspended votersCount",
    "http://ostatus.org#": "atomUri conversation inReplyToAtomUri",
    "https://gotosocial.org/ns#": "always approvalRequired automaticApproval canAnnounce canLike"
    " canQuote canReply interactingObject interactionPolicy interactionTarget manualApproval",
    "https://w3id.org/fep/044f#": "QuoteAuthorization QuoteRequest quote quoteAuthorization",
    "https://w3id.org/fep/171b/": "contextHistory",
    "https://w3id.org/fep/844e/": "implements",
    "https://purl.archive.org/socialweb/webfinger#": "webfinger",
    "https://join-lemmy.org/ns#": "distinguished matrixUserId moderators postingRestrictedToMods"
    " removeData restoreData stickied withReplies",
    "https://joinpeertube.org/ns#": "commentsEnabled",
    "http://litepub.social/ns#": "ChatMessage EmojiReact directMessage",
    "https://misskey-hub.net/ns#": "_misskey_content _misskey_quote _misskey_reaction"
    " _misskey_summary _misskey_votes isCat",
    "http://fedibird.com/ns#": "emojiReactions quoteUri",
    "https://joinmobilizon.org/ns#": "isOnline joinMode participantCount repliesModerationOption"
    " timezone",
    OURS: "receipt receiptTo",
}
"""The terms that are read or kept, by the vocabulary they are of; each vocabulary is ours here."""

PREFIXES: Mapping[str, str] = {
    "as": AS,
    "sec": SEC,
    "schema": SCHEMA,
    "sc": SCHEMA,
    "toot": "http://joinmastodon.org/ns#",
    "mastodon": "http://joinmastodon.org/ns#",
    "ostatus": "http://ostatus.org#",
    "gts": "https://gotosocial.org/ns#",
    "lemmy": "https://join-lemmy.org/ns#",
    "litepub": "http://litepub.social/ns#",
    "misskey": "https://misskey-hub.net/ns#",
    "fedibird": "http://fedibird.com/ns#",
    "mz": "https://joinmobilizon.org/ns#",
    "pt": "https://joinpeertube.org/ns#",
    "hedgerow": OURS,
    "ldp": "http://www.w3.org/ns/ldp#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dc": "http://purl.org/dc/terms/",
    "dcterms": "http://purl.org/dc/terms/",
}
"""What servers write before a colon; with any other meaning, such a name is a stranger."""

AS_SERVERS_DO = frozenset(
    (
        ("location", f"{SCHEMA}location"),  # Mobilizon, as Place
        ("Place", f"{SCHEMA}Place"),
        ("expires", f"{AS}endTime"),  # Lemmy; it is read as an end either way
        ("expires", f"{SCHEMA}expires"),  # PeerTube
        ("EncryptedMessage", "http://joinmastodon.org/ns#EncryptedMessage"),  # Mastodon up to 4.3
        ("uuid", f"{SCHEMA}identifier"),  # PeerTube
        ("Key", f"{SEC}Key"),  # Misskey; it stands for nothing that is read
        ("assertionMethod", f"{SEC}assertionMethod"),  # this software, with `@type` as in CID
        ("formerType", f"{AS}formerType"),  # this software, as a name of the vocabulary
        ("canReply", "https://joinpeertube.org/ns#canReply"),  # PeerTube
        ("inLanguage", f"{SCHEMA}inLanguage"),  # Mobilizon
    )
)
"""Names whose meaning servers in use do change, or double, without a difference to us."""


class Term(NamedTuple):
    """What a name means: its iri, and what its values are taken for."""

    iri: str
    type: str | None = None
    container: str | None = None


@lru_cache(maxsize=1)
def protected() -> Mapping[str, Term]:
    """The names of ActivityStreams and the security vocabulary, which nobody may redefine (T31)."""
    found = {
        name: term_of(definition)
        for url in (SECURITY, AS2)
        for name, definition in context(url)["@context"].items()
        if not name.startswith("@")
    }
    found |= {name: Term(f"{SEC}{name}") for name in EXTENSIONS[SEC].split()}
    return found


@lru_cache(maxsize=1)
def terms() -> Mapping[str, Term]:
    """Every name that is ours."""
    return {**{name: Term(iri) for name, iri in extensions()}, **protected()}


@lru_cache(maxsize=1)
def own_iris() -> frozenset[str]:
    """The iri of every name that is ours."""
    return frozenset(term.iri for term in terms().values())


def profile() -> list[Any]:
    """The profile as a JSON-LD context, for compaction."""
    return [AS2, SECURITY, dict(extensions())]


def extensions() -> Iterator[tuple[str, str]]:
    """The names that are neither in the ActivityStreams nor the security context, and iris."""
    for vocabulary, names in EXTENSIONS.items():
        yield from ((name, f"{vocabulary}{name}") for name in names.split())
    yield "language", f"{SCHEMA}inLanguage"


def term_of(definition: Any) -> Term:
    """A definition of one of the contexts that come with the code."""
    if isinstance(definition, str):
        return Term(in_full(definition))
    kind = definition.get("@type")
    return Term(in_full(definition["@id"]), kind and in_full(kind), definition.get("@container"))


def in_full(name: str) -> str:
    """A compact iri under the usual prefixes in full, with one spelling for schema.org."""
    prefix, colon, rest = name.partition(":")
    if colon and not rest.startswith("//") and prefix in PREFIXES:
        return PREFIXES[prefix] + rest
    for spelling in SCHEMA_SPELLINGS:
        if name.startswith(spelling):
            return SCHEMA + name.removeprefix(spelling)
    return name
