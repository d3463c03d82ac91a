"""Which media types are ActivityPub, and what a client that asks wants to have."""

import re

ACTIVITY_TYPE = "application/activity+json"
LD_TYPE = "application/ld+json"
PROFILE = "https://www.w3.org/ns/activitystreams"
ACCEPT_ACTIVITY = f'{LD_TYPE}; profile="{PROFILE}", {ACTIVITY_TYPE}'
PARAMETER = re.compile(
    r""";\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^\s;,"]*)\s*"""
)
ENTRY = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*")+')
HEADER_CHARACTERS_MAX = 1_024


def parse_media_type(value: str) -> tuple[str, dict[str, str]]:
    """The type in lower case and its parameters; quotes are taken off."""
    kind, _, rest = value.partition(";")
    found = PARAMETER.finditer(";" + rest) if rest else ()
    return kind.strip().lower(), {one[1].lower(): one[2].strip("\"'") for one in found}


def is_activity_type(value: str) -> bool:
    """Whether a Content-Type is an ActivityPub document: nothing else is read as one (T14).

    `application/activity+json`, or `application/ld+json` with the ActivityStreams profile.
    """
    kind, parameters = parse_media_type(value)
    if kind == ACTIVITY_TYPE:
        return True
    return kind == LD_TYPE and PROFILE in parameters.get("profile", "").split()


def is_page(value: str) -> bool:
    """Whether a Content-Type is a page for people."""
    return parse_media_type(value)[0] in ("text/html", "application/xhtml+xml")


def wants_activity(accept: str) -> bool:
    """Whether an Accept header asks for the document rather than the page at one address.

    The document, if it or bare `application/ld+json` is liked at least as well as HTML. Nothing,
    or only `*/*`, gets the page.
    """
    best = {"activity": 0.0, "html": 0.0, "any": 0.0}
    for entry in ENTRY.findall(accept[:HEADER_CHARACTERS_MAX]):
        kind, parameters = parse_media_type(entry)
        quality = quality_of(parameters.get("q", "1"))
        group = group_of(kind, parameters)
        if group is not None:
            best[group] = max(best[group], quality)
    return best["activity"] > 0 and best["activity"] >= best["html"]


def group_of(kind: str, parameters: dict[str, str]) -> str | None:
    if kind == ACTIVITY_TYPE:
        return "activity"
    if kind == LD_TYPE:
        profile = parameters.get("profile")
        is_ours = profile is None or PROFILE in profile.replace("http://", "https://").split()
        return "activity" if is_ours else None
    if is_page(kind):
        return "html"
    return "any" if kind == "*/*" else None


def quality_of(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
