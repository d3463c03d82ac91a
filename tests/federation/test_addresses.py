"""Three hundred ways to write an address: one form is taken, every other is refused (T28)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from federation.errors import Malformed
from federation.origin import authority_of, is_iri, is_same_origin, origin_of

HOSTS = (
    "valley.example",
    "a.b.c.d.valley.example",
    "xn--vlley-zqa.example",
    "valley-1.example",
    "_dmarc.valley.example",
    "v.example",
    f"{'a' * 63}.example",
    "localhost",
    "127.0.0.1",
    "192.0.2.255",
    "[::1]",
    "[2001:db8::1]",
)
PORTS = ("", ":1", ":8443", ":65535")
RESTS = ("", "/", "/people/rose", "/a?b=c&d", "?q", "#main-key", "/ü/%2e%2E//..")
TAKEN = [
    (f"https://{host}{port}{rest}", f"https://{host}{port}")
    for host in HOSTS
    for port in PORTS
    for rest in RESTS
][:200] + [(f"http://{host}:81{rest}", f"http://{host}:81") for host in HOSTS for rest in RESTS[:1]]

SCHEMES = (
    "HTTPS://valley.example/",
    "Https://valley.example/",
    "https:/valley.example/",
    "https:valley.example/",
    "//valley.example/",
    "valley.example/",
    " https://valley.example/",
    "\thttps://valley.example/",
    "https ://valley.example/",
    "https://",
    "https:///people/rose",
    "https://?q",
    "https://#k",
    "ftp://valley.example/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/html,x",
    "mailto:rose@valley.example",
    "acct:rose@valley.example",
    "ws://valley.example/",
    "httpss://valley.example/",
    "xhttps://valley.example/",
    "did:key:z6Mk",
    "urn:uuid:0",
    "",
)
USERS = ("rose@", "rose:secret@", "@", ":@", "rose%40@", "valley.example@", "a@b@")
BAD_HOSTS = (
    "Valley.example",
    "VALLEY.EXAMPLE",
    "valley.Example",
    "valley.example.",
    "valley.example..",
    ".valley.example",
    "valley..example",
    "-valley.example",
    "valley-.example",
    "vålley.example",
    "valley\u3002example",
    "valley\uff0eexample",
    "\uff56alley.example",
    "valley\u200b.example",
    "valley\u00ad.example",
    "valley%2eexample",
    "%76alley.example",
    "valley example",
    "valley\texample",
    "valley\nexample",
    "valley\rexample",
    "valley\x00example",
    "valley\x7fexample",
    "valley\\example",
    "valley,example",
    "valley;example",
    "valley'example",
    'valley"example',
    "<valley.example>",
    "{{domain}}",
    "valley.example*",
    "$valley.example",
    "valley.example|x",
    "valley^example",
    "valley`example",
    f"{'a' * 64}.example",
    "2130706433",
    "127.1",
    "127.0.1",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "127.0.0.01",
    "127.0.0.256",
    "1.2.3.4.5",
    "valley.123",
    "valley.0x",
    "[0:0::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::01]",
    "[::FFFF]",
    "[::1%eth0]",
    "[::1%25eth0]",
    "[127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::1",
    "::1",
    "[]",
    "[v1.a]",
    "[::1]x",
    "[valley.example]",
)
BAD_PORTS = (":0", ":00", ":0443", ":65536", ":99999", ":100000", ":", ":+1", ":-1", ":8a")
BAD_RESTS = (
    "/ a",
    "/a b",
    "/\t",
    "/\n",
    "/\r\n",
    "/\x00",
    "/\x7f",
    "/\x1f",
    "\\",
    "/a\\b",
    "?\\",
    "# ",
)
REFUSED = [
    *SCHEMES,
    *(f"https://{user}valley.example{rest}" for user in USERS for rest in ("", "/", "/rose")),
    *(f"https://{host}/" for host in BAD_HOSTS),
    *(f"https://valley.example{port}{rest}" for port in BAD_PORTS for rest in ("", "/")),
    *(f"https://valley.example{rest}" for rest in BAD_RESTS),
    f"https://valley.example/{'a' * 2_048}",
    "https://valley.example@liar.example/",
    "https://valley.example\\@liar.example/",
    "https://valley.example:443@liar.example/",
    "https://liar.example\\.valley.example/",
    "https://valley.example:80:443/",
]


def test_there_are_three_hundred():
    assert len(set(TAKEN)) + len(set(REFUSED)) >= 300


@pytest.mark.threat("T28")
@pytest.mark.parametrize(("iri", "origin"), TAKEN, ids=range(len(TAKEN)))
def test_the_one_form_is_taken_as_it_stands(iri, origin):
    assert origin_of(iri) == origin
    assert origin_of(origin) == origin
    assert authority_of(iri) == origin.partition("://")[2]
    assert is_same_origin(iri, origin)


@pytest.mark.threat("T28")
@pytest.mark.threat("T38")
@pytest.mark.parametrize("iri", REFUSED, ids=range(len(REFUSED)))
def test_any_other_form_is_refused_and_never_repaired(iri):
    with pytest.raises(Malformed) as refused:
        origin_of(iri)

    assert refused.value.sentence.endswith(".")
    assert not is_iri(iri)
    assert not is_same_origin(iri, iri)


@pytest.mark.threat("T28")
@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=60),
        st.text(alphabet="htps:/.@\\[]0x1aA%#? \t", max_size=30).map("https://".__add__),
        st.sampled_from(REFUSED + [iri for iri, _ in TAKEN]).flatmap(
            lambda iri: st.integers(0, len(iri)).map(lambda at: iri[:at] + "." + iri[at:])
        ),
    )
)
def test_whatever_is_taken_is_in_its_one_form_already(iri):
    if is_iri(iri):
        origin = origin_of(iri)
        rest = iri.removeprefix(origin).removeprefix(":443" if iri[4] == "s" else ":80")
        assert rest == "" or rest[0] in "/?#"
        assert origin_of(origin) == origin


@pytest.mark.parametrize(
    ("iri", "origin"),
    [
        ("https://valley.example:443/author/rose/", "https://valley.example"),
        ("https://valley.example:443", "https://valley.example"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
        ("http://valley.example:443/", "http://valley.example:443"),
        ("https://valley.example:80/", "https://valley.example:80"),
    ],
)
def test_a_port_that_goes_without_saying_is_part_of_an_id_and_not_of_its_origin(iri, origin):
    assert is_iri(iri)
    assert origin_of(iri) == origin
    assert is_same_origin(iri, f"{origin}/")


def test_an_address_may_have_two_thousand_and_forty_eight_characters():
    start = "https://valley.example/"

    assert is_iri(start + "a" * (2_048 - len(start)))
    assert not is_iri(start + "a" * (2_049 - len(start)))


@pytest.mark.parametrize("value", [None, 3, b"https://valley.example/", ["x"], {}])
def test_what_is_no_text_is_no_address(value):
    assert not is_iri(value)
