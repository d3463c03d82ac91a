"""Why people report something, in words of theirs, and what apps and other nodes know of it."""

from typing import Literal

Reason = Literal[
    "danger", "unkind", "medical_advice", "wrong", "sells", "spam", "violation", "legal", "other"
]
Category = Literal["spam", "legal", "violation", "other"]

OFFERED: dict[str, str] = {
    "danger": "Somebody may be in danger",
    "unkind": "It is unkind",
    "medical_advice": "This is medical advice",
    "wrong": "This is wrong",
    "sells": "It sells something",
    "spam": "It is advertising, or somebody who is not real",
    "other": "Something else",
}
"""What a page offers, the most urgent first."""

IN_WORDS: dict[str, str] = OFFERED | {
    "violation": "It breaks what we agreed on here",
    "legal": "It is against the law",
}
"""All reasons; apps have some that no page offers."""

CATEGORIES: dict[str, Category] = {
    "danger": "other",
    "unkind": "violation",
    "medical_advice": "violation",
    "wrong": "violation",
    "sells": "spam",
    "spam": "spam",
    "violation": "violation",
    "legal": "legal",
    "other": "other",
}
"""What the client API calls each of them."""

TOLD_ELSEWHERE: dict[str, str] = {
    "danger": "Somebody may be in danger",
    "unkind": "Unkind",
    "medical_advice": "Medical advice",
    "wrong": "Wrong",
    "sells": "Sells something",
    "spam": "Advertising, or not real",
    "violation": "Breaks the rules",
    "legal": "Against the law",
    "other": "Harms somebody",
}
"""What a community elsewhere is told of why; never the words of whoever reports."""


def is_urgent(reason: str) -> bool:
    """Whether it stands before all else on the desk."""
    return reason == "danger"
