"""What the commands about communities and their members do and print."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from node.base.clock import FakeClock
from node.base.config import Config, NodeSettings
from node.base.errors import NotAllowed, Refused
from node.cli import communities, members
from node.cli.context import CommandContext
from node.cli.run_task import Folder
from node.peers.policy_cache import open_policy_cache
from node.topics.accounts.actions import create_account
from tests.neighbours import KEYS, NOW, ORIGIN, add_neighbour

NOTHING = dict.fromkeys(
    ("title", "about", "rules", "language", "topics", "visibility", "joining", "posting")
) | {"elsewhere": None, "shows_members": None}
MAKE = {
    "name": "hollow",
    "title": "The \x1b hollow",
    "organiser": "ann",
    "visibility": "closed",
    "joining": "open",
    "posting": "members",
    "elsewhere": False,
    "about": "Quiet words.",
}


def fill(tx):
    for name in ("ann", "ben"):
        create_account(
            tx,
            origin=ORIGIN,
            name=name,
            email=None,
            password_hash=None,
            role="member",
            keys=KEYS,
            now=NOW,
        )
    add_neighbour(tx, "rose")


@pytest.fixture
async def context(database):
    config = Config(node=NodeSettings(url=ORIGIN), data=Path())
    await database.write(fill)
    return CommandContext(
        config, database, FakeClock(NOW), await open_policy_cache(config, database)
    )


@pytest.fixture
async def made(context):
    """What is printed when ann's hollow is made."""
    return await communities.create_community_task(context, MAKE)


async def shown(context):
    return await communities.show_community_task(context, {"name": "hollow"})


async def listed(context):
    printed = await members.list_members_task(context, {"community": "hollow", "json": True})
    return {one["handle"]: one["role"] for one in msgspec.json.decode(printed)}


async def test_making_one_says_what_its_choices_mean(made):
    assert "@hollow@group.example is open." in made
    assert "Only members read what is said." in made
    assert "What strangers see: Nothing" in made


async def test_what_is_shown_of_one_cannot_steer_a_terminal(context, made):
    printed = await shown(context)

    assert "The   hollow" in printed
    assert "Quiet words." in printed
    assert "ann@group.example  organiser" in printed


async def test_one_is_changed_and_what_is_not_named_stays(context, made):
    settings = NOTHING | {"visibility": "hidden", "rules": "Be kind."}

    printed = await communities.set_community_task(
        context, {"name": "hollow", "settings": settings}
    )

    assert "Only members, and whom they invite" in printed
    assert "Be kind." in await shown(context)
    assert "Quiet words." in await shown(context)


async def test_one_is_closed_down_and_opened_again(context, made):
    await communities.close_community_task(context, {"name": "hollow"})
    (closed,) = (await communities.list_communities_task(context, {"json": False})).splitlines()
    await communities.restore_community_task(context, {"name": "hollow"})
    (opened,) = msgspec.json.decode(
        await communities.list_communities_task(context, {"json": True})
    )

    assert "closed down on 2027-01-15" in closed
    assert opened["closed_at"] is None


async def test_members_are_added_given_a_role_and_let_go(context, made):
    ben = {"community": "hollow", "handle": "ben"}

    await members.add_task(context, ben)
    await members.role_task(context, ben | {"role": "moderator"})
    assert await listed(context) == {
        "ann@group.example": "organiser",
        "ben@group.example": "moderator",
    }
    await members.remove_task(context, ben | {"reason": "Moved away."})

    assert await listed(context) == {"ann@group.example": "organiser"}
    assert "made this community" in await members.list_members_task(
        context, {"community": "hollow", "json": False}
    )


@pytest.mark.feature("C16")
async def test_the_last_organiser_is_not_removed(context, made):
    ann = {"community": "hollow", "handle": "ann"}

    with pytest.raises(NotAllowed, match="Name another organiser first"):
        await members.remove_task(context, ann | {"reason": ""})
    with pytest.raises(NotAllowed, match="Name another organiser first"):
        await members.role_task(context, ann | {"role": "member"})


async def test_people_of_other_places_join_by_themselves(context, made):
    with pytest.raises(NotAllowed):
        await members.add_task(context, {"community": "hollow", "handle": "rose@valley.example"})


@pytest.mark.parametrize(("community", "handle"), [("never", "ann"), ("hollow", "nobody")])
async def test_what_is_not_there_is_said_to_be_not_there(context, made, community, handle):
    with pytest.raises(Refused):
        await members.add_task(context, {"community": community, "handle": handle})


@pytest.mark.parametrize(
    ("group", "words", "task", "said"),
    [
        ("community", "create x --title X --organiser ann", "community create", "ann"),
        ("community", "set x --visibility closed --only-here", "community set", "closed"),
        ("community", "close x --yes", "community close", "x"),
        ("community", "restore x", "community restore", "x"),
        ("community", "list --json", "community list", "True"),
        ("community", "show x", "community show", "x"),
        ("member", "list x", "member list", "x"),
        ("member", "add x ben", "member add", "ben"),
        ("member", "role x ben organiser", "member role", "organiser"),
        ("member", "remove x ben --reason Moved", "member remove", "Moved"),
    ],
)
def test_what_is_typed_reaches_the_task(monkeypatch, group, words, task, said):
    asked = []
    for module in (communities, members):
        monkeypatch.setattr(
            module, "run_task", lambda folder, name, doing, values: asked.append((name, values))
        )

    done = CliRunner().invoke(
        {"community": communities.community, "member": members.member}[group],
        words.split(),
        obj=Folder(Path(), serve=None, audit=None),
    )

    assert done.exit_code == 0, done.output
    ((name, values),) = asked
    assert name == task
    assert said in str(values)
