"""While an attack runs, honest messages are shown, nothing waits long, and memory stays bounded.

Each attack has a short form, a few seconds, and a long one in `make soak`, which runs alone and is
held to stricter bounds.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
import pytest_asyncio

from tests.attacks.siege import Siege, check_bounds, elsewhere, note, said, serving, siege

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]
SHORT_S, LONG_S, PAUSE_S = 3.0, 30.0, 0.02
AT_ONCE, MANY_AT_ONCE = 8, 16
IN_OTHER_WORDS = {"@context": ["https://www.w3.org/ns/activitystreams", {"nr": "@id"}]}
HINTS = b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" * 2_000
Attack = Callable[[Siege], Coroutine[Any, Any, None]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def besieged(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Siege]:
    async with siege(tmp_path_factory.mktemp("siege")) as made:
        yield made


async def again_and_again(
    attack: Callable[[int], Coroutine[Any, Any, Any]], at_once: int = AT_ONCE
) -> None:
    """Do it several at a time until told to end."""

    async def one(lane: int) -> None:
        number = lane
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                await attack(number)
            number += at_once
            await asyncio.sleep(PAUSE_S)

    await asyncio.gather(*(one(lane) for lane in range(at_once)))


async def endless_heads(at: Siege) -> None:
    """Keys are served behind heads without end."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while True:
                writer.write(HINTS)
                await writer.drain()

    async with serving(serve) as host:

        async def ask(number: int) -> None:
            actor = f"http://{host}/people/{number}"
            await at.send(actor, said("Like", actor, "http://x.example/1"))

        await again_and_again(ask)


async def chunks_of_one_byte(at: Siege) -> None:
    """A body that is mostly chunk sizes."""
    head = b"POST /inbox HTTP/1.1\r\nHost: a\r\nContent-Type: application/activity+json\r\n"
    body = head + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 200_000

    async def send(_number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", at.node.port)
        try:
            writer.write(body)
            await writer.drain()
            await reader.read()
        finally:
            writer.close()

    await again_and_again(send)


async def nested_names(at: Siege) -> None:
    """Everything that is text in a profile and a poll is tags in one another."""
    async with elsewhere() as there:
        deep = "<ul>" * 60_000

        async def send(number: int) -> None:
            fields = [{"type": "PropertyValue", "name": deep, "value": deep}]
            actor = there.person(f"n{number}", name=deep, summary=deep, attachment=fields)
            options = [{"type": "Note", "name": "<ul>" * 2_000} for _ in range(20)]
            poll = note(actor, deep, type="Question", oneOf=options, cc=[at.rose_iri])
            await at.send(actor, said("Create", actor, poll))

        await again_and_again(send)


async def long_answers(at: Siege) -> None:
    """Many long answers stand below a post, which many visitors open."""
    post = await at.rose.ask("POST", "/api/v1/statuses", status="Who walks?")
    async with elsewhere() as there:
        actor = there.person("long")
        for _ in range(80):
            answer = note(actor, "<br>" * 16_000 + "x", inReplyTo=post["uri"])
            await at.send(actor, said("Create", actor, answer))

        async def read(number: int) -> None:
            path = f"/api/v1/statuses/{post['id']}/context"
            url = post["uri"] if number % 2 else at.node.url + path
            headers = {"X-Forwarded-For": f"203.0.113.{number % 200}", "Accept": "text/html"}
            async with at.session.get(url, headers=headers) as reply:
                assert len(await reply.read()) < 2_000_000
            await asyncio.sleep(0.3)

        await again_and_again(read)


async def other_words(at: Siege) -> None:
    """Whoever signs has all translators translate for them."""
    async with elsewhere() as there:
        actor = there.person("words")
        tags = [
            {"type": "Hashtag", "name": f"#t{n}", "href": f"https://x.example/{n}"}
            for n in range(3_000)
        ]
        words = IN_OTHER_WORDS | {"tag": tags}

        body, headers = at.signed(actor, said("Create", actor, note(actor, "x"), **words))

        async def send(_number: int) -> None:
            await at.deliver(body, headers)

        await again_and_again(send, MANY_AT_ONCE)


async def invented_names(at: Siege) -> None:
    """Each message is signed with a key of another host, which is none."""

    async def send(number: int) -> None:
        actor = f"http://n{number}.invalid/people/x"
        await at.send(actor, said("Like", actor, "http://x.example/1"))

    await again_and_again(send)


async def silent_names(at: Siege) -> None:
    """Nobody answers what addresses those hosts have."""

    async def send(number: int) -> None:
        actor = f"http://n{number}.silent.example/people/x"
        address = f"203.0.113.{number % 200}"
        await at.send(actor, said("Like", actor, "http://x.example/1"), address=address)

    await again_and_again(send)


async def silent_hosts(at: Siege) -> None:
    """Seventy neighbours each send something that must be fetched where nobody answers."""
    hanging = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hanging.wait()
        writer.close()

    async with serving(hang, *(f"127.0.5.{n}" for n in range(1, 71))) as first:
        port = first.rpartition(":")[2]
        try:
            async with elsewhere() as there:
                for number in range(1, 71):
                    actor = there.person(f"s{number}")
                    above = f"http://127.0.5.{number}:{port}/above"
                    answer = note(actor, "x", inReplyTo=above, cc=[at.rose_iri])
                    await at.send(actor, said("Create", actor, answer))
                await asyncio.sleep(3_600)
        finally:
            hanging.set()


async def rubbish(at: Siege) -> None:
    """Large bodies that are well-formed JSON and nothing else."""
    body = json.dumps({"id": "http://x.example/1", "object": ["x" * 40] * 15_000}).encode()

    body, headers = at.signed("http://rubbish.invalid/people/x", body)

    async def send(_number: int) -> None:
        await at.deliver(body, headers)

    await again_and_again(send)


ATTACKS: tuple[Attack, ...] = (
    endless_heads,
    chunks_of_one_byte,
    nested_names,
    long_answers,
    other_words,
    invented_names,
    silent_names,
    silent_hosts,
    rubbish,
)


async def hold_out(besieged: Siege, attack: Attack) -> None:
    """The short form of an attack."""
    report = await besieged.under(attack(besieged), SHORT_S)
    check_bounds(report, is_alone=False)


@pytest.mark.threat("T141")
@pytest.mark.promise("R9")
async def test_everybody_is_served_while_keys_stand_behind_heads_without_end(besieged):
    await hold_out(besieged, endless_heads)


@pytest.mark.threat("T141")
@pytest.mark.promise("R9")
async def test_everybody_is_served_while_bodies_come_in_chunks_of_one_byte(besieged):
    await hold_out(besieged, chunks_of_one_byte)


@pytest.mark.threat("T142")
@pytest.mark.promise("R9")
async def test_everybody_is_served_while_names_are_tags_in_one_another(besieged):
    await hold_out(besieged, nested_names)


@pytest.mark.threat("T144")
@pytest.mark.promise("R9")
async def test_everybody_is_served_while_a_page_of_long_answers_is_read(besieged):
    await hold_out(besieged, long_answers)


@pytest.mark.threat("T143")
@pytest.mark.promise("R9")
async def test_everybody_is_served_while_one_signer_has_everything_translated(besieged):
    await hold_out(besieged, other_words)


@pytest.mark.threat("T143")
@pytest.mark.promise("R9")
async def test_everybody_is_served_while_names_are_invented(besieged):
    await hold_out(besieged, invented_names)


@pytest.mark.threat("T143")
@pytest.mark.promise("R9")
async def test_everybody_is_served_while_names_are_looked_up_that_nobody_answers_for(besieged):
    await hold_out(besieged, silent_names)


@pytest.mark.threat("T143")
@pytest.mark.promise("R9")
async def test_everybody_is_served_while_much_waits_for_hosts_that_are_silent(besieged):
    await hold_out(besieged, silent_hosts)


@pytest.mark.promise("R9")
async def test_everybody_is_served_while_rubbish_comes(besieged):
    await hold_out(besieged, rubbish)


@pytest.mark.slow
@pytest.mark.promise("R9")
@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.__name__ for attack in ATTACKS])
async def test_the_bounds_hold_for_as_long_as_an_attack_goes_on(besieged, attack):
    report = await besieged.under(attack(besieged), LONG_S)

    check_bounds(report, is_alone=True)
