"""What each choice about a community means, in the words of pages and commands alike."""

from collections.abc import Mapping

from node.topics.permissions.rules import Place

DOORS_IN_WORDS: Mapping[str, str] = {
    "public": "Everybody reads what is said, here and anywhere on the web.",
    "closed": "Only members read what is said. Others here see its name, its rules and what it is.",
    "node": "Whoever has an account here reads what is said. Nobody else sees that it is there.",
    "hidden": "Only members, and whom they invite, see that it is there.",
}
DOOR_NAMES: Mapping[str, str] = {
    "public": "Public",
    "closed": "Closed",
    "node": "For this place only",
    "hidden": "Hidden",
}
JOINING_IN_WORDS: Mapping[str, str] = {
    "open": "Whoever sees it can join.",
    "approval": "Those who look after it let each person in.",
    "invite": "One can join only when invited.",
}
POSTING_IN_WORDS: Mapping[str, str] = {
    "anyone": "Whoever reads it can begin a conversation.",
    "members": "Members begin conversations.",
    "moderators": "Only those who look after it begin conversations. Members answer.",
}
CAME_BY_IN_WORDS: Mapping[str, str] = {
    "founding": "made this community",
    "open": "joined",
    "approval": "was let in",
    "invitation": "was invited",
    "writing": "joined by writing",
    "appointment": "was brought in by those who look after it",
}
ROLE_NAMES: Mapping[str, str] = {
    "member": "Member",
    "moderator": "Looks after it",
    "organiser": "Organiser",
}
ABSENT = "Nothing: to them it looks as if there were no such community."


def reach_in_words(place: Place) -> str:
    """Who may be a member of a community, as far as other places go."""
    if place.door == "public" or (place.elsewhere and place.door != "node"):
        return "People of other places can be members."
    return "Only people of this place can be members."


def seen_by_strangers(place: Place) -> str:
    """What somebody without an account here sees of a community, in one sentence."""
    if place.door == "public":
        return "All of it: its name, what it is about, its rules, and all that is said."
    if place.door == "closed" and place.elsewhere:
        return "Its name, what it is about, and its rules. Nothing of what is said, and no members."
    return ABSENT
