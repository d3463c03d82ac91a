"""Reports as the client API takes them.

Source: Mastodon API, `POST /api/v1/reports`.
"""

from aiohttp import web

from node.api.account_entity import account_entities
from node.api.auth import Requester, write_as
from node.base.errors import NotFound
from node.base.instants import instant
from node.db.tx import Tx
from node.http.params import Params, read_params
from node.http.responses import Entity, json_reply
from node.topics.moderation.member_reports import Complaint, file_report
from node.topics.moderation.reasons import CATEGORIES

POSTS_MAX = 50


async def post_report(request: web.Request) -> web.Response:
    """`POST /api/v1/reports`"""
    params = await read_params(request)
    return json_reply(await write_as(request, take_report, params))


def take_report(tx: Tx, requester: Requester, params: Params) -> Entity:
    """Keep what an app reports; `rule_ids` make it a breach of rules, whatever it says else.

    The reasons of our pages count as categories as well; what is answered is Mastodon's.
    """
    about_id = params.number("account_id")
    if about_id is None:
        raise NotFound
    reason = "violation" if params.texts("rule_ids") else params.text("category", "other")
    words = params.text("comment")
    complaint = Complaint(
        about_id=about_id,
        post_ids=params.numbers("status_ids")[:POSTS_MAX],
        words=words,
        reason=reason,
        tells_home=params.flag("forward"),
    )
    filed = file_report(tx, requester.me.actor, complaint, requester.now)
    return {
        "id": str(filed.id),
        "action_taken": False,
        "action_taken_at": None,
        "category": CATEGORIES[reason],
        "comment": words,
        "forwarded": filed.is_forwarded,
        "created_at": instant(requester.now),
        "status_ids": [str(one) for one in filed.post_ids],
        "rule_ids": None,
        "target_account": account_entities(tx, [filed.about], requester)[filed.about.id],
    }
