"""What peers send to our polls: votes."""

from federation import documents
from node.arrivals.apply_context import ApplyContext
from node.db.tx import Tx
from node.topics.actors.store import known_actor
from node.topics.polls.actions import count
from node.topics.polls.rules import counted, is_ballot, may_count
from node.topics.polls.store import add_vote
from node.topics.posts.store import post_by_iri
from node.topics.posts.views import post_views


def take_vote(tx: Tx, create: documents.Create, context: ApplyContext) -> bool:
    """Count the votes in a poll of ours that a Create brings; whether it was of votes, counted or
    not.

    One counts if the voter may see the poll, the poll is not over, and the choice is one of its
    own by name; in a poll for one choice the first counts (T119). Nobody is told who voted.

    Raises:
        Missing: the voter is not stored here yet.

    Source: Mastodon documentation, ActivityPub, "Poll specific properties"; FEP-9967.
    """
    ballots = [one for one in (create.object, *create.also) if isinstance(one, documents.Post)]
    taken = [take_ballot(tx, ballot, create.actor, context) for ballot in ballots]
    return any(taken)


def take_ballot(tx: Tx, ballot: documents.Post, actor_iri: str, context: ApplyContext) -> bool:
    post = post_by_iri(tx, ballot.in_reply_to or "")
    if post is None or not post.local or post.poll is None:
        return False
    names = [choice.name for choice in post.poll.choices]
    if not is_ballot(ballot, names):
        return False
    voter = known_actor(tx, actor_iri)
    view = post_views(tx, [post.id], voter).get(post.id)
    if view is None or voter.local or ballot.title not in names or ballot.author != voter.iri:
        return True
    choice = names.index(ballot.title)
    if may_count(post.poll, choice, view.own_votes, context.now):
        add_vote(tx, post.id, voter.id, choice, context.now)
        count(
            tx,
            post,
            counted(post.poll, [choice], is_new_voter=not view.own_votes),
            context.now,
        )
    return True
