"""rose has another name, birch, in the walkers, whom ann organises."""

from dataclasses import dataclass
from typing import Any

import pytest

from node.db.tx import Tx
from node.topics.accounts.actions import create_account
from node.topics.accounts.store import Account
from node.topics.actors.store import Actor, actor_by_id
from node.topics.admissions.another_name import WantedName, join_as_another
from node.topics.members.actions import Founding, found_community
from tests.neighbours import KEYS, NOW, ORIGIN, add_node, add_person


@dataclass
class World:
    """Those people, and the community."""

    tx: Tx
    account: Account
    rose: Actor
    ann: Actor
    walkers: Actor

    def join(self, name: str, group: Actor | None = None, now: int = NOW, **fields: Any) -> Actor:
        """rose joins a community, the walkers if none is said, under another name."""
        wanted = WantedName(origin=ORIGIN, name=name, shown_name=name.title(), keys=KEYS, **fields)
        group_id = (group or self.walkers).id
        return join_as_another(self.tx, self.account, group_id, wanted, now)[0]

    def found(self, name: str, **fields: Any) -> Actor:
        """ann makes another community."""
        founding = Founding(origin=ORIGIN, name=name, title=name.title(), **fields)
        return found_community(self.tx, founding, self.ann, KEYS, NOW)


@pytest.fixture
def world(tx: Tx) -> World:
    """A public community that ann made, and rose, who is in none."""
    return make_world(tx)


def make_world(tx: Tx) -> World:
    """The same, in any transaction."""
    add_node(tx)
    account = create_account(
        tx,
        origin=ORIGIN,
        name="rose",
        email="rose@post.example",
        password_hash="hash",
        role="member",
        keys=KEYS,
        now=NOW,
        display_name="Rose",
    )
    rose, ann = actor_by_id(tx, account.actor_id), add_person(tx, "ann")
    assert rose is not None
    founding = Founding(
        origin=ORIGIN,
        name="walkers",
        title="Walkers",
        visibility="public",
        posting="anyone",
    )
    walkers = found_community(tx, founding, ann, KEYS, NOW)
    return World(tx, account, rose, ann, walkers)
