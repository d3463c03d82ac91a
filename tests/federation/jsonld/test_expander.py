"""Documents in other words come back in ours; poison costs little and hurts nobody."""

import ast
import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from federation import documents
from federation.errors import Malformed, Overloaded
from federation.jsonld import Expander, expander, is_plain, worker
from federation.jsonld.profile import terms
from federation.limits import (
    JSONLD_CPU_S_MAX,
    JSONLD_MEMORY_BYTES_MAX,
    JSONLD_SHARE_WAITING_MAX,
    JSONLD_WAITING_MAX,
)
from federation.strictjson import Json, read_json
from tests.source import imports, modules

AS2 = "https://www.w3.org/ns/activitystreams"
AS = f"{AS2}#"
OWN = Path(__file__).parents[2] / "wire"
SLACK_S = 0.25
TICKS = os.sysconf("SC_CLK_TCK")
NOTE = {
    "@context": {"a": AS},
    "@id": "https://x.example/1",
    "@type": "a:Note",
    "a:content": "Hello",
    "a:to": [{"@id": "as:Public"}],
}


@pytest.fixture
async def translator() -> AsyncIterator[Expander]:
    made = Expander()
    yield made
    await made.close()


def cpu_s(made: Expander) -> float:
    """The CPU time that the process of an expander has had."""
    assert made._process is not None
    fields = Path(f"/proc/{made._process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@pytest.mark.parametrize(
    "value",
    [
        NOTE,
        {
            "@id": "https://x.example/1",
            "@type": f"{AS}Note",
            f"{AS}content": [{"@value": "Hello"}],
            f"{AS}to": [{"@id": f"{AS}Public"}],
        },
        [
            {
                "@context": [AS2, {"words": "as:content", "kind": "@type", "iri": "@id"}],
                "iri": "https://x.example/1",
                "kind": "Note",
                "words": "Hello",
                "to": "as:Public",
            }
        ],
        {
            "@context": ["https://strange.example/", {"@vocab": AS}],
            "id": "https://x.example/1",
            "@type": "Note",
            "content": "Hello",
            "to": f"{AS}Public",
        },
    ],
)
async def test_what_is_said_in_other_words_is_read_like_what_is_said_in_ours(translator, value):
    assert await translator.plain(value) == {
        "id": "https://x.example/1",
        "type": "Note",
        "content": "Hello",
        "to": "as:Public",
    }


@pytest.mark.parametrize("path", sorted(OWN.rglob("*.json")), ids=lambda path: path.stem)
def test_what_is_read_as_it_stands_means_the_same_as_json_ld(path):
    value = read_json(path.read_bytes())

    assert documents.read_document(worker.in_own_names(value)) == documents.read_document(value)


def test_every_word_that_a_reader_asks_for_is_one_of_the_profile():
    known = {*terms(), *(f"{name}Map" for name in ("content", "name", "summary"))}
    asked = {
        str(node.args[0].value)
        for module in modules()
        if module.is_within("federation.documents")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("value.get")
        and isinstance(node.args[0], ast.Constant)
    }

    assert asked - known == set()


@pytest.mark.threat("T32")
async def test_a_translated_document_has_no_signatures_of_what_it_was(translator):
    proof = {"type": "DataIntegrityProof", "proofValue": "z1"}
    signature = {"type": "RsaSignature2017", "creator": "https://x.example/#k"}
    inner = NOTE | {"proof": proof, "sec:proof": proof, "signature": signature}
    value = {**inner, "a:object": inner}

    found = json.dumps(await translator.plain(value))

    assert "Hello" in found
    assert "roof" not in found
    assert "ignature" not in found


def clique(size: int) -> Json:
    names = [f"_:b{number}" for number in range(size)]
    return [{"@id": one, f"{AS}tag": [{"@id": other} for other in names]} for one in names]


def deep() -> Json:
    value: Json = {"as:name": "x"}
    for _ in range(60):
        value = {"@context": {"words": "as:content"}, "as:object": [value] * 1}
    return value


POISON = {
    "deep": deep(),
    "wide": {"as:to": [{"@id": f"as:{number}"} for number in range(9_000)]},
    "many contexts": {"@context": [AS2] * 2_500, "as:name": "x"},
    "long contexts": {
        "@context": [{f"t{n}": f"as:{n}" for n in range(500)} for _ in range(9)],
        "as:name": "x",
    },
    "many small contexts": [
        {"@context": {"words": "as:content", f"t{n}": "as:x"}, "words": "x"} for n in range(2_000)
    ],
    "contexts that name one another": {
        "@context": {
            "@version": 1.1,
            "a": {"@id": "as:object", "@context": {"b": {"@id": "as:tag", "@context": AS2}}},
        },
        "a": {"b": {"a": {"b": [{"@id": f"as:{n}"} for n in range(3_000)]}}},
    },
    "a clique": clique(60),
    "long words": {"as:content": "x" * 200_000, "as:tag": [{"as:name": ":" * 9_999}] * 50},
}


@pytest.mark.threat("T33")
@pytest.mark.threat("T34")
@pytest.mark.parametrize("value", POISON.values(), ids=POISON)
async def test_poison_costs_a_quarter_of_a_second_and_the_next_document_is_read(translator, value):
    await translator.plain(NOTE)
    before = cpu_s(translator)

    with suppress(Malformed):
        await translator.plain(value)

    assert cpu_s(translator) - before <= JSONLD_CPU_S_MAX + SLACK_S
    assert (await translator.plain(NOTE))["content"] == "Hello"


@pytest.mark.threat("T33")
async def test_a_document_that_takes_too_much_work_is_refused(translator):
    with pytest.raises(Malformed):
        await translator.plain(POISON["wide"])


@pytest.mark.threat("T33")
async def test_the_process_may_have_128_mebibytes(translator):
    await translator.plain(NOTE)
    assert translator._process is not None

    found, _ = resource.prlimit(translator._process.pid, resource.RLIMIT_AS)

    assert found == JSONLD_MEMORY_BYTES_MAX


@pytest.mark.threat("T33")
def test_nothing_is_ever_canonicalised():
    using = [
        module
        for module in modules()
        if any(name.split(".")[0] == "pyld" for name, _ in imports(module))
    ]

    assert [module.path for module in using] == ["federation/jsonld/worker.py"]
    used = {
        node.attr
        for node in ast.walk(using[0].tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "jsonld"
    }
    assert used == {"compact", "expand"}


def test_a_node_that_meets_no_such_document_does_not_load_the_processor():
    looks = "import sys, node.app; print([m for m in ('pyld', 'lxml') if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", looks], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.threat("T34")
@pytest.mark.parametrize(
    "context",
    [
        "https://strange.example/context.jsonld",
        ["https://strange.example/1", "http://127.0.0.1:1/2", "file:///etc/passwd"],
        {"Odd": {"@id": "https://x.example/#", "@context": "https://strange.example/3"}},
    ],
)
def test_a_context_at_an_unknown_address_is_empty_and_not_fetched(context, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was asked for on the network")

    monkeypatch.setattr("socket.socket", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    value = {"@context": context, "@type": ["as:Note", "Odd"], "as:content": "Hello"}

    assert worker.in_own_names(value)["content"] == "Hello"
    assert (
        worker.answer(json.dumps({"@context": {"@import": "https://x.example/"}}).encode()) == b""
    )


@pytest.mark.threat("T34")
async def test_the_deepest_document_that_is_read_at_all_does_not_upset_the_processor(translator):
    body = b'{"as:object":' * 63 + b"{}" + b"}" * 63

    found = await translator.plain(read_json(body))

    assert "object" in found


def test_a_text_with_a_type_is_read_as_a_text():
    value = {
        "@context": [AS2, "https://purl.archive.org/socialweb/webfinger"],
        "@type": "Person",
        "webfinger": "rose@valley.example",
    }

    assert worker.in_own_names(value)["webfinger"] == "rose@valley.example"


async def test_a_process_that_hangs_is_ended_and_the_next_document_is_read(translator, monkeypatch):
    await translator.plain(NOTE)
    assert translator._process is not None
    translator._process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(expander, "JSONLD_S_MAX", 0.05)

    with pytest.raises(Malformed):
        await translator.plain(NOTE)

    monkeypatch.undo()
    assert (await translator.plain(NOTE))["content"] == "Hello"


async def test_a_process_that_ends_by_itself_is_started_again(translator):
    await translator.plain(NOTE)
    assert translator._process is not None
    translator._process.kill()
    await translator._process.wait()

    assert (await translator.plain(NOTE))["content"] == "Hello"


async def test_each_gets_the_answer_to_its_own_document(translator):
    found = await asyncio.gather(
        *(translator.plain(NOTE | {"a:content": f"{number}"}) for number in range(20))
    )

    assert [one["content"] for one in found] == [f"{number}" for number in range(20)]


async def test_who_gives_up_waiting_leaves_no_answer_behind_for_others(translator):
    await translator.plain(NOTE)
    given_up = asyncio.create_task(translator.plain(NOTE | {"a:content": "Old"}))
    await asyncio.sleep(0)
    given_up.cancel()

    assert (await translator.plain(NOTE))["content"] == "Hello"


async def test_more_than_thirty_two_do_not_wait(translator):
    waiting = [asyncio.create_task(translator.plain(NOTE)) for _ in range(JSONLD_WAITING_MAX)]
    await asyncio.sleep(0)

    with pytest.raises(Overloaded):
        await translator.plain(NOTE)
    assert await translator.plain({"type": "Note"}) == {"type": "Note"}
    await asyncio.gather(*waiting)


async def test_the_process_ends_after_a_quiet_while():
    made = Expander(quiet_s=0.01)
    await made.plain(NOTE)
    process = made._process
    assert process is not None

    for _ in range(1_000):
        await asyncio.sleep(0.005)
        if made._process is None:
            break
    assert (await made.plain(NOTE))["content"] == "Hello"
    assert await asyncio.wait_for(process.wait(), 10) == 0
    await made.close()


def test_the_shapes_used_here_are_in_other_words():
    assert not any(is_plain(value) for name, value in POISON.items() if name != "a clique")


@pytest.mark.threat("T143")
async def test_one_domain_has_eight_that_wait_and_another_is_next_in_turn(translator):
    order: list[str] = []

    async def ask(whose: str) -> None:
        await translator.plain(NOTE, whose)
        order.append(whose)

    many = [asyncio.create_task(ask("valley.example")) for _ in range(JSONLD_SHARE_WAITING_MAX)]
    await asyncio.sleep(0)
    other = asyncio.create_task(ask("hill.example"))
    await asyncio.sleep(0)

    with pytest.raises(Overloaded):
        await translator.plain(NOTE, "valley.example")
    await asyncio.gather(*many, other)
    assert order.index("hill.example") <= 2
    assert await translator.plain(NOTE, "valley.example")


@pytest.mark.threat("T143")
@pytest.mark.parametrize("value", [NOTE | {"a:content": "x" * 2_000}, POISON["wide"]])
async def test_one_domain_has_so_much_translated_in_five_minutes_and_others_have_theirs(
    translator, monkeypatch, value
):
    monkeypatch.setattr(expander, "JSONLD_SHARE_BYTES_MAX", 1_000)
    with suppress(Malformed):
        await translator.plain(value, "valley.example")

    with pytest.raises(Overloaded):
        await translator.plain(NOTE, "valley.example")
    assert await translator.plain(NOTE, "hill.example")
    assert await translator.plain(NOTE)
    monkeypatch.setattr(expander, "SHARE_WINDOW_S", 0.0)
    assert await translator.plain(NOTE, "valley.example")
