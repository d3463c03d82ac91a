"""The command line as a stranger uses it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.journeys.processes import NodeProcess, Phone


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[NodeProcess]:
    made = NodeProcess(tmp_path / "data")
    yield made
    await made.end()


async def test_init_may_be_repeated_and_keeps_the_address(node):
    await node.make()
    settings = (node.folder / "hedgerow.toml").read_bytes()

    again = await node.run("init", "--url", node.url, "--name", "Test", "--development")
    moved = await node.run("init", "--url", "http://localhost:1", "--name", "T", "--development")

    assert again[0] == 0
    assert moved[0] == 1
    assert "never changes" in moved[2]
    assert (node.folder / "hedgerow.toml").read_bytes() == settings


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://group.example", "https://"),
        ("https://Group.Example", "small letters"),
        ("https://group.example/path", "small letters"),
        ("group", "small letters"),
    ],
)
async def test_an_address_that_cannot_be_is_refused_with_a_sentence(node, url, sentence):
    status, out, err = await node.run("init", "--url", url, "--name", "Test")

    assert (status, out) == (1, "")
    assert sentence in err
    assert not (node.folder / "hedgerow.toml").exists()


async def test_development_mode_is_refused_with_a_public_name(node):
    status, _, err = await node.run(
        "init", "--url", "https://group.org", "--name", "Test", "--development"
    )

    assert status == 1
    assert "this machine only" in err


async def test_what_is_wrongly_called_exits_2_and_what_cannot_be_done_exits_1(node):
    wrong = await node.run("frobnicate")
    nowhere = await node.run("status")
    await node.make("rose")
    taken = await node.run("account", "create", "rose")
    short = await node.run("account", "create", "reed", "--password-stdin", typed="short\n")

    assert (wrong[0], nowhere[0], taken[0], short[0]) == (2, 1, 1, 1)
    assert "hedgerow init" in nowhere[2]
    assert "taken" in taken[2]
    assert all(len(one[2].strip().splitlines()) == 1 for one in (nowhere, taken, short))


async def test_commands_reach_a_node_that_is_running(node):
    await node.make("rose")
    await node.start()

    made = await node.run("account", "create", "reed")
    token = await node.run("token", "create", "reed")
    taken = await node.run("account", "create", "reed")
    status = await node.run("status", "--json")

    assert (made[0], token[0], taken[0]) == (0, 0, 1)
    assert len(token[1].split()) == 1
    assert json.loads(status[1])["url"] == node.url


async def test_what_a_running_node_holds_can_be_looked_into_and_written_out(node, tmp_path):
    await node.make("rose")
    await node.start()

    tables = await node.run("data", "tables", "--json")
    rows = await node.run("data", "rows", "account", "--format", "json")
    nothing = await node.run("data", "rows", "nobody")
    written = await node.run("data", "export", str(tmp_path / "out"))
    again = await node.run("data", "export", str(tmp_path / "out"))
    packed = await node.run("data", "optimize")
    await node.end()
    stopped = await node.run("data", "optimize")

    assert json.loads(tables[1])["account"] == 1
    assert [one["name"] for one in json.loads(rows[1])] == ["rose"]
    assert (tmp_path / "out" / "account.jsonl").is_file()
    assert [one[0] for one in (nothing, written, again, packed, stopped)] == [1, 0, 1, 1, 0]
    assert all(len(one[2].strip().splitlines()) == 1 for one in (nothing, again, packed))


async def test_two_processes_do_not_share_a_folder(node):
    await node.make()
    await node.start()

    status, _, err = await node.run("serve", "--port", "0")

    assert status == 1
    assert "Another Hedgerow process" in err


async def test_doctor_finds_a_node_well_and_says_what_is_not(node):
    await node.make()
    before = await node.run("doctor")
    await node.start()
    running = await node.run("doctor")
    node.folder.chmod(0o755)
    open_to_all = await node.run("doctor")

    assert before[0] == 1
    assert "Nothing answers" in before[1]
    assert running[0] == 0, running
    assert "The database is whole." in running[1]
    assert open_to_all[0] == 1
    assert "chmod" in open_to_all[1]


async def test_a_new_password_lets_its_owner_in_and_everybody_else_out(node):
    await node.make()
    await node.run("account", "create", "ann", "--password-stdin", typed="a long walk on sunday\n")
    token = (await node.run("token", "create", "ann"))[1].strip()
    await node.start()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        for _ in range(10):  # somebody tries until nobody may
            assert await signs_in(browser, node, "not her password") != 303
        assert await signs_in(browser, node, "a long walk on sunday") == 429

        command = ("account", "password", "ann", "--password-stdin")
        short = await node.run(*command, typed="short\n")
        status, out, err = await node.run(*command, typed="another walk on monday\n")

        assert (short[0], status, err) == (1, 0, "")
        assert "at least 10 characters" in short[2]
        assert "apps too" in out
        assert await Phone(browser, node.url, token).ask("GET", "/api/v1/preferences") is None
        assert await signs_in(browser, node, "a long walk on sunday") == 401
        assert await signs_in(browser, node, "another walk on monday") == 303


async def signs_in(browser: aiohttp.ClientSession, node: NodeProcess, password: str) -> int:
    form = {"name": "ann", "password": password, "next": "/"}
    headers = {"Origin": node.url}
    async with browser.post(
        f"{node.url}/sign-in", data=form, headers=headers, allow_redirects=False
    ) as reply:
        return reply.status


async def test_nobody_that_is_not_there_gets_a_password(node):
    await node.make()

    status, out, err = await node.run(
        "account", "password", "nobody", "--password-stdin", typed="a long walk on sunday\n"
    )

    assert (status, out) == (1, "")
    assert "Nobody here is called nobody." in err
