"""What a token may be for: `read`, or only a part such as `read:statuses`, and so on. Pure."""

CHARACTERS_MAX = 1_000
READ = frozenset(
    """accounts blocks bookmarks collections favourites filters follows lists mutes notifications
    search statuses""".split()
)
WRITE = (READ - {"search"}) | {"conversations", "media", "reports"}
WHOLE = ("read", "write", "follow", "push", "profile")
SCOPES = frozenset(
    (*WHOLE, *(f"read:{part}" for part in READ), *(f"write:{part}" for part in WRITE))
)
FOLLOW_PARTS = frozenset(("follows", "blocks", "mutes"))


def are_scopes(text: str) -> bool:
    """Whether `text` names one or more scopes that there are; those of admins there are not."""
    wanted = text.split()
    return 0 < len(text) <= CHARACTERS_MAX and bool(wanted) and SCOPES.issuperset(wanted)


def covers(held: frozenset[str], wanted: str) -> bool:
    """Whether a token with the scopes `held` may do what `wanted` (`read:statuses`) names.

    The whole covers its parts: `read`; and `follow`, of old, what is about follows.
    """
    whole, _, part = wanted.partition(":")
    is_follow = part in FOLLOW_PARTS and "follow" in held
    return wanted in held or whole in held or is_follow


def covers_all(held: str, wanted: str) -> bool:
    """Whether the scopes in one text hold all in another, whole or in part."""
    scopes = frozenset(held.split())
    return all(covers(scopes, one) for one in wanted.split())
