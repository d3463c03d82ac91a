"""The JSON-LD contexts we send: the well-known ones by address, our other terms inline.

Some peers refuse, or try to fetch, contexts they have not heard of (protocol digest, section 11).
"""

from typing import Any

AS2 = "https://www.w3.org/ns/activitystreams"
SECURITY = "https://w3id.org/security/v1"
MULTIKEY = "https://w3id.org/security/multikey/v1"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"

QUOTE_TERMS = {
    "quote": {"@id": "https://w3id.org/fep/044f#quote", "@type": "@id"},
    "quoteUri": {"@id": "http://fedibird.com/ns#quoteUri", "@type": "@id"},
    "_misskey_quote": {"@id": "https://misskey-hub.net/ns#_misskey_quote", "@type": "@id"},
    "quoteAuthorization": {
        "@id": "https://w3id.org/fep/044f#quoteAuthorization",
        "@type": "@id",
    },
}
POLICY_TERMS = {
    "gts": "https://gotosocial.org/ns#",
    "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
    "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
    "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
}

ACTOR_CONTEXT: list[Any] = [
    AS2,
    SECURITY,
    MULTIKEY,
    {
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
        "movedTo": {"@id": "as:movedTo", "@type": "@id"},
        "toot": "http://joinmastodon.org/ns#",
        "featured": {"@id": "toot:featured", "@type": "@id"},
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
        "schema": "http://schema.org#",
        "PropertyValue": "schema:PropertyValue",
        "value": "schema:value",
        "implements": {
            "@id": "https://w3id.org/fep/844e/implements",
            "@type": "@id",
            "@container": "@list",
        },
        "lemmy": "https://join-lemmy.org/ns#",
        "postingRestrictedToMods": "lemmy:postingRestrictedToMods",
        "assertionMethod": {"@id": "https://w3id.org/security#assertionMethod", "@type": "@id"},
        "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
    },
]
SUSPENDED_CONTEXT: list[Any] = [
    *ACTOR_CONTEXT[:3],
    ACTOR_CONTEXT[3] | {"suspended": "toot:suspended"},
]
POST_CONTEXT: list[Any] = [
    AS2,
    SECURITY,
    {
        "Hashtag": "as:Hashtag",
        "sensitive": "as:sensitive",
        "toot": "http://joinmastodon.org/ns#",
        "blurhash": "toot:blurhash",
        "votersCount": "toot:votersCount",
        "pt": "https://joinpeertube.org/ns#",
        "commentsEnabled": "pt:commentsEnabled",
        "lemmy": "https://join-lemmy.org/ns#",
        "distinguished": "lemmy:distinguished",
        **QUOTE_TERMS,
        **POLICY_TERMS,
    },
]
TOMBSTONE_CONTEXT: list[Any] = [
    AS2,
    {
        "formerType": {"@id": "as:formerType", "@type": "@vocab"},
        "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
    },
]
"""Without this, the name of a type would be read as an address next to the document's."""

OURS = "https://hedgerow.invalid/ns#"
"""The vocabulary of our own terms: a name that nobody can hold, and nothing to fetch."""

RECEIPT_TERMS = {
    "hedgerow": OURS,
    "receiptTo": {"@id": "hedgerow:receiptTo", "@type": "@id"},
    "receipt": "hedgerow:receipt",
}
RECEIPT_CONTEXT: list[Any] = [AS2, RECEIPT_TERMS]
QUOTE_REQUEST_CONTEXT: list[Any] = [
    AS2,
    {
        "QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
        "quote": QUOTE_TERMS["quote"],
    },
]
STAMP_CONTEXT: list[Any] = [
    AS2,
    {
        "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
        "gts": "https://gotosocial.org/ns#",
        "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
    },
]
