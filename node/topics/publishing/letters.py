"""Messages of a community or the node to one person, without the name of a moderator (T85)."""

from node.base.markup import html_of_text
from node.db.tx import Tx
from node.topics.actors.store import Actor, reporting_actor
from node.topics.posts.documents import origin_of_actor
from node.topics.posts.store import add_post
from node.topics.posts.text import ParsedText
from node.topics.publishing.actions import new_post
from node.topics.publishing.drafts import Draft
from node.topics.publishing.fanout import fan_out
from node.topics.publishing.send_create import send_create


def write_letter(tx: Tx, sender: Actor, to: Actor, text: str, now: int) -> int:
    """Send `text` to one person, here or elsewhere, and to nobody else whom it names; its id.

    It is a post to that person alone, which all software shows. For the node, the service writes
    that reports in its name: Lemmy and PieFed take nothing of the node's own actor.
    """
    sender = reporting_actor(tx) if sender.is_our_node else sender
    words = ParsedText(html_of_text(text, {}, origin_of_actor(sender)), (to,), ())
    draft = Draft(text=text, visibility="direct")
    post = new_post(sender, draft, words, None, None, "direct", now)
    add_post(tx, post, [(to.id, True)])
    fan_out(tx, sender, post, [to.id], now)
    send_create(tx, sender, post, None, now)
    return post.id
