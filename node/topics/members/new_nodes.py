"""The first member from a new node: its keeper will be able to read the community (F14).

What that node is, as far as is known here and as it says itself, and whether the organisers agree:
two of them where there are two, else the one, who says it twice.
"""

from dataclasses import dataclass
from enum import Enum, auto

from federation.discovery.nodeinfo import NodeSaid
from node.base.errors import NotAllowed
from node.db.tx import Tx
from node.peers.rules import Policy
from node.peers.store import circle_around
from node.topics.actors.store import Actor
from node.topics.communities.announce import is_open_to_all
from node.topics.communities.permissions import who_is
from node.topics.members.rules import KEEPS_NOTHING_TO_ITSELF, can_keep_quiet
from node.topics.permissions.rules import Role

ORGANISERS_DECIDE = "Nobody of that place belongs to this community yet: its organisers decide."


class Agreement(Enum):
    """Whether the organisers agree that a node holds what is said in a community."""

    AGREED = auto()
    NEEDS_SECOND = auto()
    NEEDS_CONFIRMING = auto()


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """What is known of a node: what it says that it is (empty where it did not say), how this node
    stands to it, and since when somebody of it is known here."""

    host: str
    software: str
    version: str
    title: str
    policy: Policy
    known_since: int | None


def put_node_said(tx: Tx, host: str, said: NodeSaid, now: int) -> None:
    """Keep what a node says that it is."""
    tx.run(
        """
        insert into node_said (host, software, version, title, read_at)
        values (:host, :software, :version, :title, :now)
        on conflict (host) do update set software = excluded.software,
            version = excluded.version, title = excluded.title, read_at = excluded.read_at
        """,
        host=host,
        software=said.software,
        version=said.version,
        title=said.title,
        now=now,
    )


def node_facts(tx: Tx, host: str) -> NodeFacts:
    """What is known of a node, for whoever decides about its first member."""
    said = tx.one("select software, version, title from node_said where host = :host", host=host)
    row = tx.one("select min(created_at) as since from actor where host = :host", host=host)
    return NodeFacts(
        host,
        said["software"] if said else "",
        said["version"] if said else "",
        said["title"] if said else "",
        circle_around(tx, [host]).policy_of(host),
        row["since"] if row else None,
    )


def is_new_node(tx: Tx, group: Actor, applicant: Actor) -> bool:
    """Whether nobody of the node of somebody who asks belongs to a community of ours yet that not
    everybody may read."""
    if applicant.local or not group.local or is_open_to_all(tx, group):
        return False
    row = tx.one(
        """
        select 1 as found from community_copy
        where community_id = :group_id and host = :host and state in ('held', 'doubted')
        """,
        group_id=group.id,
        host=applicant.host,
    )
    return row is None


def agree_to_node(
    tx: Tx, group: Actor, applicant: Actor, by: Actor, now: int, *, is_confirmed: bool
) -> Agreement:
    """Note that an organiser agrees to the first member from a node; whether that is enough.

    Asking again changes nothing. Where there is one organiser they have to confirm it; where there
    are more, another one has to agree.

    Raises:
        NotAllowed: `by` does not organise the community, or what the node runs shows to everybody
            what is said behind a door.
    """
    if not can_keep_quiet(node_facts(tx, applicant.host).software):
        raise NotAllowed(KEEPS_NOTHING_TO_ITSELF)
    if not is_new_node(tx, group, applicant):
        return Agreement.AGREED
    if who_is(tx, group.id, by).role is not Role.ORGANISER:
        raise NotAllowed(ORGANISERS_DECIDE)
    tx.run(
        """
        insert into node_agreement (community_id, host, organiser_id, agreed_at)
        values (:group_id, :host, :by, :now)
        on conflict (community_id, host, organiser_id) do nothing
        """,
        group_id=group.id,
        host=applicant.host,
        by=by.id,
        now=now,
    )
    row = tx.one(
        """
        select count(*) as organisers, count(n.organiser_id) as agreed
        from membership m join actor a on a.id = m.actor_id
            left join node_agreement n on n.community_id = m.community_id and n.host = :host
                and n.organiser_id = m.actor_id
        where m.community_id = :group_id and m.role = 'organiser' and a.deleted_at is null
        """,
        group_id=group.id,
        host=applicant.host,
    )
    organisers, agreed = (row["organisers"], row["agreed"]) if row else (0, 0)
    if organisers > 1:
        return Agreement.AGREED if agreed > 1 else Agreement.NEEDS_SECOND
    return Agreement.AGREED if is_confirmed else Agreement.NEEDS_CONFIRMING
