"""Every form of a page, and all that apps send: about what is hidden it is answered as if there
were no such thing, to the byte; and what is for others to do changes nothing.

The forms are those of the routing tables: a new one fails until `node/leak_audit/forms.py` says
what it sends.
"""

import re
from dataclasses import replace

import pytest

from node.app import make_app
from node.base.config import Config, NodeSettings
from node.leak_audit.addresses import patterns
from node.leak_audit.ask import ask
from node.leak_audit.audit import planted_node
from node.leak_audit.forms import APPS, NAMES_NOTHING, PAGES, forms
from node.leak_audit.readers import NODES, OTHERS, STRANGERS
from node.leak_audit.walk import CHANGING, Walk, change_all
from tests.neighbours import NOW, ORIGIN
from tests.schema import tables

CONFIG = Config(node=NodeSettings(url=ORIGIN, name="Group"))
SENDERS = sorted({*STRANGERS, *OTHERS} - set(NODES))
USED = "oauth_token"
"""It says when an app was used last."""

FOR_CARETAKERS = re.compile(
    r"""
    /(organise|moderate)/.*
    | /communities/\{name\}/(coming-in|members|waiting)
    | /(desk|held|waits)\b.*
    | /api/hedgerow/v1/(desk|posts)/.*
    | /api/hedgerow/v1/communities/\{name\}
      (/(close|restore|members|waiting|coming-in|bans|waits)\b.*)?
    """,
    re.VERBOSE,
)
"""What those do who organise a community, or look after it or the node."""

pytestmark = pytest.mark.feature("V02")


def everything(tx):
    """Every row of every table but `USED`, as text."""
    return {
        name: sorted(str(dict(row)) for row in tx.all(f"select * from {name}"))
        for name in tables(tx) - {USED}
    }


def changed(before, after):
    return [table for table in before if before[table] != after[table]]


@pytest.mark.threat("T62", "T82", "T88", "T94")
@pytest.mark.parametrize("name", SENDERS)
async def test_a_form_about_what_is_hidden_is_answered_as_about_nothing_and_changes_nothing(
    database, name
):
    app, planted = await planted_node(CONFIG, database, NOW, make_app)
    reader = next(one for one in planted.readers if one.name == name)
    before, found = await database.read(everything), Walk()

    await change_all(app, replace(planted, readers=[reader]), found)

    assert found.leaks == []
    assert changed(before, await database.read(everything)) == []
    assert found.asked > 100


@pytest.mark.threat("T82")
@pytest.mark.parametrize("name", [one for one in SENDERS if one != "moderator"])
async def test_what_is_for_those_who_look_after_a_community_is_refused_to_everybody_else(
    database, name
):
    app, planted = await planted_node(CONFIG, database, NOW, make_app)
    reader = next(one for one in planted.readers if one.name == name)
    before, taken, tried = await database.read(everything), set(), 0

    for method in CHANGING:
        for pattern in filter(FOR_CARETAKERS.fullmatch, patterns(app, method)):
            for sent in forms(pattern, planted.values):
                answer = await ask(app, method, sent.path, reader, planted.host, sent.form)
                is_led_to_sign_in = answer.status == 303 and "/sign-in" in answer.text
                if answer.status not in (401, 403, 404, 422) and not is_led_to_sign_in:
                    taken.add((method, pattern, answer.status))
                tried += 1

    assert taken == set()
    assert changed(before, await database.read(everything)) == []
    assert tried > 300


async def test_each_form_that_is_named_is_one_of_the_routing_tables(database):
    app, planted = await planted_node(CONFIG, database, NOW, make_app)
    known = {one for method in CHANGING for one in patterns(app, method)}

    assert {*PAGES, *NAMES_NOTHING, *APPS} - known == set()
    with pytest.raises(LookupError, match="/new-form"):
        list(forms("/new-form", planted.values))
