"""How many files somebody has here, how large, and for how long what is used for nothing stays."""

from node.base.errors import Invalid

PER_POST_MAX = 4
DESCRIPTION_CHARACTERS_MAX = 1_500
UNUSED_S_MAX = 24 * 3_600
ANEW_S_MAX = 3_600
"""For how long pictures of a post that an app deleted can be hung on the one written anew."""

TOO_MANY = f"A post has at most {PER_POST_MAX} pictures."
TOO_LONG = f"Say what a picture shows in at most {DESCRIPTION_CHARACTERS_MAX} characters."
NO_ROOM = (
    "You have sent as many pictures as there is room for here. Delete some of your posts with"
    " pictures, or ask whoever looks after this place for more room."
)


def check_description(text: str) -> str | None:
    """What a picture shows, as it is kept; nothing said is None.

    Raises:
        Invalid: it is too long.
    """
    bare = text.strip()
    if len(bare) > DESCRIPTION_CHARACTERS_MAX:
        raise Invalid(TOO_LONG)
    return bare or None


def check_room(kept_bytes: int, more_bytes: int, bytes_max: int) -> None:
    """Raise Invalid unless there is room for somebody's next file."""
    if kept_bytes + more_bytes > bytes_max:
        raise Invalid(NO_ROOM)


def focus_in(text: str) -> tuple[float, float]:
    """Where in a picture that is which must be seen, from `x,y`; the middle where nothing is said.

    Raises:
        Invalid: it is something else, or outside of the picture.
    """
    if not text.strip():
        return 0.0, 0.0
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid(
            "The focus of a picture is two numbers from -1 to 1, such as 0.5,0."
        ) from None
    if not (-1 <= x <= 1 and -1 <= y <= 1):
        raise Invalid("The focus of a picture is two numbers from -1 to 1, such as 0.5,0.")
    return x, y
