"""Whether two pictures look like one and the same, by their blurs."""

import blurhash  # type: ignore[import-untyped]

SIDE = 8
APART_MAX = 6.0
"""How far the colours of two blurs of one picture are apart, from 0 to 255, on average: saved anew,
smaller or worse, it is less than 3; another picture is more than 50."""


def are_alike(one: str, other: str) -> bool:
    """Whether two blurs (https://blurha.sh) are those of the same picture, as far as can be told.

    One that was saved anew is found, and one that was cut a little; one that was turned or cut much
    is not. Two pictures of one plain colour are taken for the same.
    """
    apart = [abs(a - b) for a, b in zip(colours(one), colours(other), strict=True)]
    return sum(apart) / len(apart) <= APART_MAX


def colours(blur: str) -> list[int]:
    """The colours of a blur, drawn 8 by 8, one after the other."""
    rows = blurhash.decode(blur, SIDE, SIDE)
    return [int(part) for row in rows for dot in row for part in dot]
