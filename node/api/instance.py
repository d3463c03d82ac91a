"""What the node says of itself to clients: name, limits, and what it does not offer."""

from html import escape

from aiohttp import web

from node.api.auth import Requester, read_as
from node.base.config import Config
from node.base.instants import instant
from node.base.version import __version__
from node.db.tx import Tx
from node.http.counted_usage import counted_usage
from node.http.responses import Entity, json_reply
from node.http.services import SERVICES
from node.pictures.forms import ACCEPTED, PIXELS_MAX, UPLOAD_BYTES_MAX
from node.topics.actors.store import instance_actor
from node.topics.files.rules import DESCRIPTION_CHARACTERS_MAX, PER_POST_MAX
from node.topics.posts.rules import (
    CHOICE_CHARACTERS_MAX,
    POLL_CHOICES_MAX,
    POLL_S_MAX,
    POLL_S_MIN,
    TEXT_CHARACTERS_MAX,
)

API_VERSION = 3
"""What clients may count on: grouped notifications (2) and PKCE (3), not yet web push (4)."""

SAID_VERSION = "4.4.0"
"""The version of Mastodon's API that is spoken; clients look at the number before our name."""

CONFIGURATION: Entity = {
    "accounts": {"max_featured_tags": 0, "max_pinned_statuses": 0, "max_profile_fields": 8},
    "statuses": {
        "max_characters": TEXT_CHARACTERS_MAX,
        "max_media_attachments": PER_POST_MAX,
        "characters_reserved_per_url": 23,
    },
    "media_attachments": {
        "supported_mime_types": list(ACCEPTED),
        "description_limit": DESCRIPTION_CHARACTERS_MAX,
        "image_size_limit": UPLOAD_BYTES_MAX,
        "image_matrix_limit": PIXELS_MAX,
        "video_size_limit": 0,
        "video_frame_rate_limit": 0,
        "video_matrix_limit": 0,
    },
    "polls": {
        "max_options": POLL_CHOICES_MAX,
        "max_characters_per_option": CHOICE_CHARACTERS_MAX,
        "min_expiration": POLL_S_MIN,
        "max_expiration": POLL_S_MAX,
    },
    "translation": {"enabled": False},
}
"""Films are not taken, so whatever is said of them is nothing."""


def said_version() -> str:
    """The version that clients read; ours without its last part, which is for operators (T103)."""
    release = ".".join(__version__.split(".")[:2])
    return f"{SAID_VERSION} (compatible; Hedgerow {release})"


def description_of(config: Config) -> str:
    return f"{config.node.name}: people and communities of one place, and their neighbours."


async def get_instance_v1(request: web.Request) -> web.Response:
    """`GET /api/v1/instance`"""
    config, counted = request.app[SERVICES].config, await counted_usage(request)
    return json_reply(
        {
            "uri": config.host,
            "title": config.node.name,
            "short_description": description_of(config),
            "description": description_of(config),
            "email": "",
            "version": said_version(),
            "urls": {"streaming_api": config.node.url.replace("http", "ws", 1)},
            "stats": {
                "user_count": counted.people,
                "status_count": counted.posts,
                "domain_count": 0,
            },
            "thumbnail": f"{config.node.url}/static/header.png",
            "languages": ["en"],
            "registrations": False,
            "approval_required": True,
            "invites_enabled": False,
            "configuration": CONFIGURATION,
            "contact_account": None,
            "rules": [],
        }
    )


async def get_instance_v2(request: web.Request) -> web.Response:
    """`GET /api/v2/instance`"""
    config, counted = request.app[SERVICES].config, await counted_usage(request)
    picture = f"{config.node.url}/static/header.png"
    return json_reply(
        {
            "domain": config.host,
            "title": config.node.name,
            "version": said_version(),
            "source_url": "",
            "description": description_of(config),
            "usage": {"users": {"active_month": counted.active_month}},
            "thumbnail": {"url": picture, "blurhash": None, "versions": {}, "description": None},
            "icon": [],
            "languages": ["en"],
            "configuration": CONFIGURATION | {"urls": urls_of(config), "vapid": {"public_key": ""}},
            "registrations": {
                "enabled": False,
                "approval_required": True,
                "message": None,
                "url": None,
                "reason_required": True,
                "min_age": config.node.minimum_age or None,
            },
            "api_versions": {"mastodon": API_VERSION},
            "contact": {"email": "", "account": None},
            "rules": [],
        }
    )


def urls_of(config: Config) -> Entity:
    return {
        "streaming": config.node.url.replace("http", "ws", 1),
        "status": None,
        "about": config.node.url,
        "privacy_policy": None,
        "terms_of_service": None,
    }


async def get_description(request: web.Request) -> web.Response:
    """`GET /api/v1/instance/extended_description`"""
    services = request.app[SERVICES]
    node = await services.db.read(instance_actor)
    text = f"<p>{escape(description_of(services.config))}</p>"
    return json_reply({"updated_at": instant(node.updated_at), "content": text})


async def get_markers(request: web.Request) -> web.Response:
    """`GET /api/v1/markers`: none are kept, so every client starts at the top."""
    return json_reply(await read_as(request, read_no_markers))


async def post_markers(request: web.Request) -> web.Response:
    """`POST /api/v1/markers`: none are kept."""
    return json_reply(await read_as(request, read_no_markers))


def read_no_markers(tx: Tx, requester: Requester) -> Entity:
    return {}
