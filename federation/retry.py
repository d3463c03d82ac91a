"""When to try again what did not reach its host: exponential, with jitter, for 90 days.

A dead host is tried at least every 6 hours for 30 days, and daily after that (threat T113).
"""

from federation.limits import RETRY_AFTER_S_MAX

GIVE_UP_S = 90 * 24 * 3_600
FIRST_S = 30
LONGEST_S = 6 * 3_600
DAILY_S = 24 * 3_600
DAILY_AFTER_S = 30 * 24 * 3_600
DEVELOPMENT_FIRST_S = 1
DEVELOPMENT_LONGEST_S = 5
DOUBLINGS_MAX = 20


def next_delay_s(
    tries: int,
    jitter: float,
    *,
    silent_s: int = 0,
    retry_after_s: int | None = None,
    development: bool = False,
) -> int:
    """Seconds to wait after `tries` failed tries in a row, at least 1.

    `jitter` is a random number from 0 to 1; `silent_s` says how long the host has not answered;
    what the host itself asked for is obeyed up to a day.
    """
    first, longest = FIRST_S, LONGEST_S
    if development:
        first, longest = DEVELOPMENT_FIRST_S, DEVELOPMENT_LONGEST_S
    elif silent_s > DAILY_AFTER_S:
        longest = DAILY_S
    ceiling = min(longest, first << min(max(tries - 1, 0), DOUBLINGS_MAX))
    delay = max(1, round(ceiling * (0.5 + jitter / 2)))
    if retry_after_s is not None:
        delay = max(delay, min(retry_after_s, RETRY_AFTER_S_MAX))
    return delay
