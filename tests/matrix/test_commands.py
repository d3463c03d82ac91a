"""Every command at a terminal: what it prints, and what it refuses with, holds nothing of a
community that it was not asked about.

The commands are those of the table; a new one fails until it is said here what it is asked.
"""

import pytest

from node.app import make_app
from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.errors import Problem, Refused
from node.cli.commands import TASKS
from node.cli.context import CommandContext
from node.leak_audit.ask import KnownHere
from node.leak_audit.audit import planted_node
from node.peers.policy_cache import open_policy_cache
from node.topics.actors.store import actor_by_iri
from node.topics.members.actions import Founding, follow, found_community
from node.topics.publishing.actions import publish
from node.topics.publishing.drafts import Draft
from tests.neighbours import KEYS, NOW, ORIGIN

CONFIG = Config(node=NodeSettings(url=ORIGIN, name="Group"))
MEADOW = {"name": "meadow", "by": "olive"}
MEMBER = {"community": "meadow", "handle": "otto"}
LIST = {"json": False}
FILTER = {"community": "meadow", "phrase": "boots", "site": False}
SETTINGS = dict.fromkeys(
    (
        "title",
        "about",
        "rules",
        "language",
        "topics",
        "visibility",
        "joining",
        "posting",
        "elsewhere",
        "shows_members",
    )
)
ACCOUNT = {"name": "otto", "password": "a long walk on sunday", "scopes": "read"}
HOST = {"host": "unrelated.example", "policy": "trusted", "reason": "", "json": False, "yes": False}
MAKE = MEADOW | {
    "name": "heath",
    "title": "Heath",
    "organiser": "olive",
    "visibility": "public",
    "joining": "open",
    "posting": "members",
    "elsewhere": False,
    "about": "",
}

ASKED = {
    "init": {},
    "account create": ACCOUNT | {"name": "newcomer", "email": None, "role": "member"},
    "account list": LIST,
    "account suspend": ACCOUNT,
    "account unsuspend": ACCOUNT,
    "account password": ACCOUNT,
    "account alias": {"name": "otto", "add": None, "drop": None},
    "account move": {"name": "otto", "to": "nobody@unrelated.example"},
    "account delete": ACCOUNT,
    "token create": {"name": "mona", "scopes": "read"},
    "deletion list": LIST,
    "deletion show": HOST,
    "community create": MAKE,
    "community set": MEADOW | {"settings": SETTINGS | {"title": "Wet meadow"}},
    "community close": {"name": "heath"},
    "community restore": {"name": "heath"},
    "community show": MEADOW,
    "community pin": {"post": "POST", "by": "olive", "undo": False},
    "community lock": {"post": "POST", "by": "olive", "reason": "", "undo": False},
    "community ban": MEADOW
    | {"handle": "kit", "reason": "", "days": 2, "posts": False, "undo": False},
    "community listed": MEADOW | {"undo": False},
    "community log": MEADOW | LIST,
    "community first-posts": MEADOW | {"how": "wait"},
    "community waiting": MEADOW,
    "community holders": MEADOW,
    "community let-in": MEADOW | {"handle": "flo", "confirm": False},
    "community turn-away": MEADOW | {"handle": "mona", "reason": "Enough."},
    "member list": MEMBER | LIST,
    "member add": MEMBER,
    "member role": MEMBER | {"role": "moderator"},
    "member remove": MEMBER | {"reason": ""},
    "invite create": {"community": "meadow", "by": "olive", "uses": 1, "days": 1},
    "invite list": {"community": "meadow"} | LIST,
    "invite revoke": {"number": 1},
    "filter list": {"community": "meadow", "as_json": False},
    "filter add": FILTER,
    "filter drop": FILTER,
    "filter offer": {"community": "meadow", "name": "OFFERED"},
    "report list": LIST,
    "report resolve": {"number": 1},
    "report do": {"number": 1, "deed": "leave", "by": "olive", "words": "", "days": None},
    "held list": LIST,
    "held decide": {"number": 1, "passes": True, "all": False},
    "key rotate": {"actor": "meadow", "lost": False},
    "peer policy": HOST,
    "peer forget": HOST,
    "peer confirm": HOST,
    "peer purge": HOST,
    "peer list": LIST,
    "peer show": HOST,
    "peer communities": {"refresh": False},
    "peer import": {"text": "#domain\nspam.example\n", "dry_run": True},
    "peer export": {},
    "peer introduce": HOST | {"other": "member.example", "words": ""},
    "peer introductions": LIST,
    "peer answer": {"number": 1, "yes": True},
    "peer withdraw": {"number": 1},
    "status": LIST,
    "audit note": {"at": NOW, "asked": 1, "leaks": []},
}
"""What each command is asked: about the public community meadow, somebody, or another place."""

ABOUT_ALL = ("community list",)
"""What is there to name every community to whoever keeps the machine."""


def plant_meadow(tx):
    """The public meadow of olive, of which mona is a member, with a post; the post's address."""
    olive, mona = (actor_by_iri(tx, f"{ORIGIN}/people/{name}") for name in ("olive", "mona"))
    founding = Founding(origin=ORIGIN, name="meadow", title="Meadow", visibility="public")
    follow(tx, mona, found_community(tx, founding, olive, KEYS, NOW), NOW)
    publish(tx, mona, Draft(text="@meadow Cowslips"), NOW)
    return tx.one("select iri from post order by id desc limit 1")["iri"]


@pytest.mark.threat("T82", "T88", "T94")
async def test_no_command_says_anything_of_a_community_that_it_was_not_asked_about(database):
    _, planted = await planted_node(CONFIG, database, NOW, make_app)
    post = await database.write(plant_meadow)
    peers = await open_policy_cache(CONFIG, database)
    resolver = KnownHere(database, CONFIG.host)
    context = CommandContext(CONFIG, database, FakeClock(NOW), peers, resolver)
    telling = {one.word for one in planted.secrets} | {
        one.address for one in planted.hidden if not one.address.isdigit()
    }
    told, worked = [], set()

    for name, values in ASKED.items():
        values = {key: post if one == "POST" else one for key, one in values.items()}
        try:
            printed = await TASKS[name](context, values)
            worked.add(name)
        except (Problem, Refused) as refused:
            printed = str(refused)
        told += [(name, word) for word in telling if word in printed]

    assert told == []
    assert len(worked) > 40


async def test_each_command_is_asked_something_or_is_about_all_communities():
    assert {*ASKED, *ABOUT_ALL} == {*TASKS}
