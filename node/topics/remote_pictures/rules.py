"""What is fetched of other nodes' pictures, how often, and how much of it is kept."""

FETCHED_BYTES_MAX = 10 * 1_048_576
TRIES_MAX = 3
RETRY_S = (600, 6 * 3_600)
PER_HOST_AN_HOUR = 120
HELD_S = 300
DELAY_S_MIN, DELAY_S_MAX = 20, 300
HOST_BYTES_MIN = 20_000_000
DAY_S = 86_400


def delay_s(chance: float) -> int:
    """How long after a post came its pictures are fetched; `chance` is from 0 to 1.

    It is no time at which anybody reads, so that nobody learns when that is (T65).
    """
    return DELAY_S_MIN + int(chance * (DELAY_S_MAX - DELAY_S_MIN))


def host_bytes_max(bytes_max: int) -> int:
    """How much of what may be kept may be of one host: a tenth, and 20 MB where that is more."""
    return min(bytes_max, max(bytes_max // 10, HOST_BYTES_MIN))


def is_picture(kind: str, media_type: str | None) -> bool:
    """Whether what hangs on a post is a picture; its media type knows best."""
    first = (media_type or "").partition("/")[0].lower()
    return first == "image" or (not first and kind == "Image")
