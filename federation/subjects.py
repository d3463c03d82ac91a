"""What an activity is about, as far as it matters in which order two are applied."""

from federation.documents.actor import Actor
from federation.documents.kinds import Activity, Create, Flag, Follow, Join, Leave
from federation.documents.post import Post
from federation.documents.tombstone import Tombstone


def subjects_of(activity: Activity) -> frozenset[str]:
    """The activity, everything inside it, and what that is about: of those that share nothing,
    either may be applied first.

    Who follows whom is one thing: how many follow the same community does not matter.
    """
    found = {activity.iri}
    if isinstance(activity, Follow | Join | Leave):
        return frozenset((*found, f"{activity.actor} {activity.object}"))
    if isinstance(activity, Create):
        found |= {each.iri for each in activity.also}
    if isinstance(activity, Flag):
        return frozenset((*found, *activity.objects))
    inner = getattr(activity, "object", None)
    for each in inner if isinstance(inner, tuple) else (inner,):
        if isinstance(each, str):
            found.add(each)
        elif isinstance(each, Post | Actor | Tombstone):
            found.add(each.iri)
        elif isinstance(each, Activity):
            found |= subjects_of(each)
    return frozenset(found)
