"""What a signature of RFC 9421 covers, taken from the request part by part (sections 2.1-2.5)."""

import pytest

from federation.errors import BadSignature
from federation.signatures.request import Request
from federation.signatures.rfc9421 import (
    COMPONENTS_MAX,
    read_input,
    read_inputs,
    read_signatures,
    render_input,
    signature_base,
)

REQUEST = Request(
    "post",
    "https://Group.example:8443/inbox?a=1&b=two%20words&c=&d=1&d=2",
    [
        ("host", "Group.example:8443"),
        ("x-many", "one"),
        ("x-many", "two"),
        ("x-dict", "a=1, b=2;x=y"),
        ("x-folded", "one\n two"),
    ],
)


def base_of(component: str, status: int | None = None) -> str:
    """The line of one component in the base, after its name."""
    described = read_input("sig1", f"({component});created=5")
    line, params = signature_base(REQUEST, described, status).decode().split("\n")
    assert params == f'"@signature-params": ({component});created=5'
    return line.removeprefix(f"{component}: ")


@pytest.mark.parametrize(
    ("component", "value"),
    [
        ('"@method"', "POST"),
        ('"@target-uri"', "https://Group.example:8443/inbox?a=1&b=two%20words&c=&d=1&d=2"),
        ('"@authority"', "group.example:8443"),
        ('"@scheme"', "https"),
        ('"@request-target"', "/inbox?a=1&b=two%20words&c=&d=1&d=2"),
        ('"@path"', "/inbox"),
        ('"@query"', "?a=1&b=two%20words&c=&d=1&d=2"),
        ('"@query-param";name="a"', "1"),
        ('"@query-param";name="b"', "two%20words"),
        ('"@query-param";name="c"', ""),
        ('"host"', "Group.example:8443"),
        ('"x-many"', "one, two"),
        ('"x-many";bs', ":b25l:, :dHdv:"),
        ('"x-dict";key="a"', "1"),
        ('"x-dict";key="b"', "2;x=y"),
        ('"x-dict";sf', "a=1, b=2;x=y"),
        ('"x-folded"', "one  two"),
    ],
)
def test_a_component_is_taken_as_the_standard_says(component, value):
    assert base_of(component) == value


def test_a_path_that_is_empty_is_a_slash_and_a_status_is_that_of_an_answer():
    bare = Request("GET", "https://group.example", [])

    assert signature_base(bare, read_input("s", '("@path")')).startswith(b'"@path": /\n')
    assert signature_base(bare, read_input("s", '("@query")')).startswith(b'"@query": ?\n')
    assert base_of('"@status"', 202) == "202"


@pytest.mark.parametrize(
    ("component", "reason"),
    [
        ('"@status"', "unknown-component"),
        ('"@unknown"', "unknown-component"),
        ('"@method";req', "unknown-component"),
        ('"x-many";tr', "unknown-component"),
        ('"x-none"', "covered-header-missing"),
        ('"x-dict";key="c"', "covered-header-missing"),
        ('"@query-param"', "covered-header-missing"),
        ('"@query-param";name="e"', "covered-header-missing"),
        ('"@query-param";name="d"', "covered-header-missing"),
    ],
)
def test_a_component_that_is_not_there_or_not_known_is_refused_with_its_word(component, reason):
    with pytest.raises(BadSignature) as refused:
        base_of(component)

    assert refused.value.reason == reason


def test_a_base_that_is_not_ascii_is_refused():
    odd = Request("GET", "https://group.example/", [("x-odd", "ü")])

    with pytest.raises(BadSignature) as refused:
        signature_base(odd, read_input("s", '("x-odd")'))
    assert refused.value.reason == "odd-components"


def test_at_most_forty_components_are_covered():
    def covering(number):
        return "(" + " ".join(f'"x-{one}"' for one in range(number)) + ")"

    assert len(read_input("s", covering(COMPONENTS_MAX)).covered) == 40
    with pytest.raises(BadSignature) as refused:
        read_input("s", covering(COMPONENTS_MAX + 1))
    assert refused.value.reason == "odd-components"


def test_headers_as_long_as_may_be_are_read_and_longer_ones_are_not():
    described, signature = 's=("@method");nonce="', "s=:AAEC:, t=::"

    assert read_inputs(described + "n" * (8_191 - len(described)) + '"')[0].label == "s"
    assert read_signatures(signature + " " * (8_192 - len(signature)))["s"] == b"\0\1\2"
    for read, text in (
        (read_inputs, described + "n" * (8_192 - len(described)) + '"'),
        (read_signatures, signature + " " * (8_193 - len(signature))),
        (read_signatures, "s=:AAEC:, s=:AAEC:"),
    ):
        with pytest.raises(BadSignature):
            read(text)


def test_a_description_of_ours_says_what_was_asked_for_and_nothing_else():
    plain = render_input(["@method", "host"], "https://group.example/#k", 5)
    whole = render_input(
        ["@method"], "k", 5, expires=9, alg="ed25519", nonce='a"b\\c', tag="fediverse"
    )

    assert plain == '("@method" "host");created=5;keyid="https://group.example/#k"'
    assert whole == (
        '("@method");created=5;keyid="k";expires=9;alg="ed25519";nonce="a\\"b\\\\c";tag="fediverse"'
    )
    read = read_input("s", whole)
    assert read.parameters["nonce"] == 'a"b\\c'
    assert (read.instant("created"), read.instant("expires")) == (5, 9)
