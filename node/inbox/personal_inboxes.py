"""Whose own inbox a message came to, where that tells whom it is for: lists and blind copies."""

from aiohttp import web

from federation.documents import PUBLIC, Activity, Create, Post

NAME_CHARACTERS_MAX = 64


def inbox_of(request: web.Request) -> str:
    """The name of the person of ours whose own inbox was asked; nothing for a shared one."""
    name = request.match_info.get("name", "")
    return name if request.path.startswith("/people/") and len(name) <= NAME_CHARACTERS_MAX else ""


def is_narrow(activity: Activity) -> bool:
    """Whether a message brings a post that not everybody may read, so that it matters for whom."""
    if not isinstance(activity, Create) or not isinstance(activity.object, Post):
        return False
    return PUBLIC not in (*activity.to, *activity.cc, *activity.object.to, *activity.object.cc)
