"""Whether two samples may be of one distribution: the two-sample test of Kolmogorov and Smirnov.

Source: N. Smirnov, "Table for estimating the goodness of fit of empirical distributions" (Annals of
Mathematical Statistics 19, 1948), with the correction for finite samples of M. A. Stephens (1970).
It is within a few per cent of the exact value from some forty measurements on.
"""

from bisect import bisect_right
from collections.abc import Sequence
from math import exp, sqrt

TERMS = 101


def p_value(first: Sequence[float], second: Sequence[float]) -> float:
    """How likely two samples of one distribution lie at least as far apart as these."""
    one, other = sorted(first), sorted(second)
    distance = max(
        abs(bisect_right(one, at) / len(one) - bisect_right(other, at) / len(other))
        for at in {*one, *other}
    )
    size = sqrt(len(one) * len(other) / (len(one) + len(other)))
    stretched = (size + 0.12 + 0.11 / size) * distance
    if stretched < 0.2:
        return 1.0
    terms = ((-1) ** (k - 1) * exp(-2 * (k * stretched) ** 2) for k in range(1, TERMS))
    return min(1.0, 2 * sum(terms))
