"""Reading what clients send, wherever they put it."""

import time

import pytest

from node.base.errors import Invalid
from node.http.params import Params, flattened, id_of
from tests.cpu import measured

OWN = "/api/v1/accounts/update_credentials"
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


def part(name, value):
    return f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


def test_names_with_and_without_brackets_are_one_list():
    params = Params([("id[]", "1"), ("id", "2"), ("id[]", "x")])

    assert params.numbers("id") == [1, 2]
    assert params.text("id") == "x"


@pytest.mark.parametrize("text", ["true", "True", "1", "on", "yes"])
def test_yes_is_said_in_many_ways(text):
    assert Params([("locked", text)]).flag("locked")


@pytest.mark.parametrize("text", ["false", "0", "off", "", "no"])
def test_anything_else_is_no(text):
    assert not Params([("locked", text)]).flag("locked", default=True)


def test_json_reads_as_the_form_would():
    value = {"a": [1, 2], "b": {"c": True, "d": [{"e": None, "f": "g"}]}}

    assert list(flattened("", value)) == [
        ("a", "1"),
        ("a", "2"),
        ("b[c]", "true"),
        ("b[d][0][f]", "g"),
    ]


def test_rows_are_read_by_their_index():
    params = Params([("rows[0][name]", "a"), ("rows[0][value]", "b"), ("rows[1][name]", "c")])

    assert params.nested("rows") == {"0": {"name": "a", "value": "b"}, "1": {"name": "c"}}


@pytest.mark.parametrize(
    "pairs",
    [
        [
            ("rows[0][id]", "1"),
            ("rows[0][text]", "a"),
            ("rows[1][id]", "2"),
            ("rows[1][text]", "b"),
        ],
        [("rows[][id]", "1"), ("rows[][text]", "a"), ("rows[][id]", "2"), ("rows[][text]", "b")],
    ],
    ids=["numbered", "one after the other"],
)
def test_rows_are_read_in_their_order(pairs):
    assert Params(pairs).rows("rows") == [{"id": "1", "text": "a"}, {"id": "2", "text": "b"}]


def test_rows_of_which_nobody_can_tell_what_belongs_together_are_refused():
    params = Params([("rows[][id]", "1"), ("rows[][text]", "a"), ("rows[][id]", "2")])

    with pytest.raises(Invalid, match="Say the same things in each row"):
        params.rows("rows")


@pytest.mark.parametrize(
    "pairs", [[("id[]", "")], list(flattened("", {"id": []}))], ids=["form", "JSON"]
)
def test_a_list_with_nothing_in_it_was_sent_and_is_empty(pairs):
    params = Params(pairs)

    assert (params.has("id"), params.texts("id"), params.text("id", "none")) == (True, [], "none")


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "9" * 20, str(2**63), "0x1"])
def test_what_is_no_id_is_none(text):
    assert id_of(text) is None


def test_too_many_values_are_refused():
    with pytest.raises(Invalid, match="at most 1000 values"):
        Params([("id[]", "1")] * 1_001)


async def test_multipart_fields_are_read(rosa):
    body = part("display_name", "Rosa") + part("locked", "true") + "--x--\r\n"
    account = (await rosa.must("PATCH", OWN, data=body.encode(), headers=MULTIPART)).value

    assert (account["display_name"], account["locked"]) == ("Rosa", True)


@pytest.mark.parametrize(
    ("status", "options"),
    [
        (413, {"data": {"status": "x" * 1_100_000}}),
        (413, {"json": {"status": "x" * 1_100_000}}),
        (413, {"data": part("status", "x" * 1_100_000) + "--x--\r\n", "headers": MULTIPART}),
        (400, {"data": b"{", "headers": {"Content-Type": "application/json"}}),
        (400, {"data": b'{"a":1,"a":2}', "headers": {"Content-Type": "application/json"}}),
        (
            400,
            {"data": b"a=\xff", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        ),
        (
            400,
            {
                "data": "a=1&" * 1_001,
                "headers": {"Content-Type": "application/x-www-form-urlencoded"},
            },
        ),
        (400, {"data": "no parts", "headers": MULTIPART}),
        (400, {"data": "--x\r\nno header\r\n\r\nb\r\n--x--\r\n", "headers": MULTIPART}),
        (400, {"data": "--x\r\nA: \x06\r\n\r\nb\r\n--x--\r\n", "headers": MULTIPART}),
        (422, {"data": part("a", "b") * 101 + "--x--\r\n", "headers": MULTIPART}),
        (415, {"data": b"x", "headers": {"Content-Encoding": "gzip"}}),
        (422, {"json": {}}),
        (422, {"json": []}),
    ],
    ids=range(14),
)
@pytest.mark.threat("T53")
async def test_what_cannot_be_read_is_refused_and_never_a_failure_of_ours(rosa, status, options):
    reply = await rosa.must("POST", "/api/v1/statuses", status, **options)

    assert list(reply.value) == ["error"]


@pytest.mark.threat("T53")
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (part("a", "") * 17_000, MULTIPART),
        ("a=&" * 340_000, {"Content-Type": "application/x-www-form-urlencoded"}),
        ("[" + "1," * 500_000 + "1]", {"Content-Type": "application/json"}),
        ('{"a":' * 60 + "1" + "}" * 60 + " " * 1_000_000, {"Content-Type": "application/json"}),
    ],
    ids=["parts", "form", "list", "deep"],
)
async def test_a_body_of_a_mebibyte_costs_at_most_a_quarter_of_a_second(rosa, body, headers):
    with measured(time.process_time) as cost:
        reply = await rosa.ask("POST", "/api/v1/statuses", data=body[: 2**20], headers=headers)

    assert reply.status in (400, 413, 422)
    assert cost.cpu_s < 0.25
