"""How a request is signed again after it was refused, and how what a host takes is remembered."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from federation.signatures import (
    Attempt,
    Forms,
    Request,
    check_claim,
    load_public_key,
    load_signing_key,
    make_keys,
    next_attempt,
    read_claim,
    sign_request,
)
from federation.signatures.negotiation import FORM_KEPT_S, FORMS_KEPT, read_asked
from federation.signatures.rfc9421 import read_inputs

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "negotiation.json").read_text())
NOW = 1_800_000_000
URL = "https://peer.example/inbox"
PRIVATE, PUBLIC, ED_PRIVATE, ED_PUBLIC = make_keys()
KEY = load_signing_key("https://a.example/u/al#main-key", PRIVATE)


def following(tried, status, asked=None, url=URL, has_body=True):
    return next_attempt(tried, status, asked, url=url, key=KEY, has_body=has_body)


def knock(forms, answers):
    """Ask a host that answers like that; the forms sent, and whether one was taken."""
    tried, left = [Attempt(forms.form_of("peer.example"))], list(answers)
    while True:
        status = left.pop(0)
        if status < 300:
            forms.learn("peer.example", tried[-1].form)
            return [one.form for one in tried], True
        how = following(tried, status)
        if how is None:
            return [one.form for one in tried], False
        tried.append(how)


@pytest.mark.parametrize("case", VECTORS["double_knock"]["cases"], ids=str)
def test_a_host_is_asked_in_the_other_form_once_as_the_vectors_say(case):
    forms = Forms(lambda: NOW)
    forms.learn("peer.example", case["memory"] or case["first_choice"])

    sent, _ = knock(forms, case["answers"])

    assert sent == case["requests"]
    assert forms.form_of("peer.example") == (case["memory_after"] or case["first_choice"])


@pytest.mark.parametrize("case", VECTORS["accept_signature"], ids=lambda one: str(one["answer"]))
def test_what_a_host_asks_for_is_made_as_the_vectors_say(case):
    answer, wanted = case["answer"], case["expect_retry"]

    how = following([Attempt("cavage")], answer["status"], answer["headers"]["Accept-Signature"])

    if wanted is None:
        assert how is None or how.asked is None
        return
    headers = sign_request("POST", URL, b"{}", KEY, NOW, how.form, asked=how.asked)
    (made,) = read_inputs(headers["Signature-Input"])
    assert made.label == wanted["label"]
    assert set(wanted.get("components", wanted.get("components_at_least"))) <= made.names
    assert {"@method", "@target-uri", "content-digest"} <= made.names
    assert set(wanted.get("must_have_params", ())) <= made.parameters.keys()
    for name in ("nonce", "tag"):
        assert made.parameters.get(name) == wanted.get(name)
    pairs = [(name.lower(), value) for name, value in headers.items()]
    check_claim(read_claim(Request("POST", URL, pairs, b"{}"), NOW), load_public_key(PUBLIC))


@pytest.mark.parametrize(
    ("asked", "has_body"),
    [
        ('sig1=("@method" "x-secret")', True),
        ('sig1=("@method" "authorization")', True),
        ('sig1=("@method";req)', True),
        ('sig1=("@status")', True),
        ('sig1=("content-digest")', False),
        ('sig1=("@method");alg="ed25519"', True),
        (f'sig1=("@method");nonce="{"x" * 257}"', True),
        ("sig1=((", True),
        ("", True),
        (None, True),
    ],
)
def test_what_we_cannot_or_will_not_sign_is_not_signed(asked, has_body):
    assert read_asked(asked, KEY, has_body) is None


def test_of_several_signatures_that_are_asked_for_the_first_that_fits_is_made():
    asked = 'no=("@method");alg="ed25519", yes=("@method" "date");alg="rsa-v1_5-sha256"'

    found = read_asked(asked, KEY, has_body=True)

    assert (found.label, found.covered, found.alg) == (
        "yes",
        ("@method", "date"),
        "rsa-v1_5-sha256",
    )


def test_a_text_that_is_asked_for_cannot_break_out_of_its_quotes():
    nonce = '\\"; keyid=\\"https://evil.example\\\\'

    found = read_asked(f'a=("@method");nonce="{nonce}"', KEY, has_body=False)
    headers = sign_request("GET", URL, None, KEY, NOW, "rfc9421", asked=found)

    (made,) = read_inputs(headers["Signature-Input"])
    assert made.parameters["nonce"] == '"; keyid="https://evil.example\\'
    assert made.parameters["keyid"] == KEY.iri


def test_a_host_that_asks_for_something_and_refuses_it_again_is_asked_three_times():
    asked = 'a=("@method")'
    first = following([Attempt("cavage")], 401, asked, url=f"{URL}?a=1")
    second = following([Attempt("cavage"), first], 401, asked, url=f"{URL}?a=1")

    assert first.asked is not None
    assert second == Attempt("cavage", with_query=False)
    assert following([Attempt("cavage"), first, second], 401, asked, url=f"{URL}?a=1") is None


def test_after_both_forms_the_query_is_left_out_of_what_is_signed():
    both = [Attempt("cavage"), Attempt("rfc9421")]

    assert following(both, 401, url=f"{URL}?a=1") == Attempt("cavage", with_query=False)
    assert following(both, 401) is None


def test_a_message_that_is_forbidden_is_signed_in_the_other_form_and_a_document_is_not():
    assert following([Attempt("cavage")], 403) == Attempt("rfc9421")
    assert following([Attempt("cavage")], 403, has_body=False) is None


@pytest.mark.parametrize("status", [404, 410, 429, 500, 503, None])
def test_an_answer_about_something_else_is_not_asked_again(status):
    assert following([Attempt("cavage")], status) is None


def test_a_signature_over_the_path_alone_leaves_the_query_out_of_what_is_signed():
    url = f"{URL}?page=2"
    headers = sign_request("GET", url, None, KEY, NOW, with_query=False)

    assert headers["Signature"] == sign_request("GET", URL, None, KEY, NOW)["Signature"]


@dataclass
class Time:
    at: int = NOW


def test_what_a_host_took_is_remembered_for_a_week():
    time = Time()
    forms = Forms(lambda: time.at)
    forms.learn("peer.example", "rfc9421")

    before, time.at = forms.form_of("peer.example"), NOW + FORM_KEPT_S

    assert (before, forms.form_of("peer.example")) == ("rfc9421", "cavage")


def test_the_memory_of_hosts_has_a_limit():
    forms = Forms(lambda: NOW)

    for number in range(FORMS_KEPT + 1):
        forms.learn(f"h{number}.example", "rfc9421")

    assert forms.form_of("h0.example") == "cavage"
    assert forms.form_of("h1.example") == "rfc9421"
