"""Whose word counts for what."""

import pytest

from federation import documents
from federation.errors import BadSignature, Malformed
from federation.origin import (
    authority_of,
    check_sender,
    is_same_origin,
    origin_of,
    trusted_parts,
)

ROSE, REED = "https://valley.example/people/rose", "https://valley.example/people/reed"
LIAR = "https://liar.example/people/liar"


def note(iri: str, author: str) -> documents.Post:
    return documents.Post(
        iri=iri, kind="Note", url=iri, author=author, to=(documents.PUBLIC,), cc=(), content="x"
    )


def create(actor: str, thing: object, iri: str = "") -> documents.Create:
    return documents.Create(iri=iri or f"{actor}/creates/1", actor=actor, object=thing)  # type: ignore[arg-type]


@pytest.mark.threat("T28")
@pytest.mark.parametrize(
    "iri",
    [
        "HTTPS://valley.example/",
        "https://Valley.example/",
        "https://valley.example:443/",
        "https://valley.example./",
        "https://rose@valley.example/",
        "https://valley.example\\@liar.example/",
        "https://valley.example/\x00",
        "https://valley.example/ a",
        "https://vålley.example/",
        "javascript:alert(1)",
        "https://valley.example:99999/",
        "https://" + "a" * 3_000,
        "",
    ],
)
def test_an_iri_in_another_form_is_refused_and_never_repaired(iri):
    with pytest.raises(Malformed):
        origin_of(iri)


def test_an_origin_is_scheme_host_and_port():
    assert origin_of("https://valley.example:8443/a?b#c") == "https://valley.example:8443"
    assert authority_of("http://127.0.0.1:8101/people/rose") == "127.0.0.1:8101"
    assert not is_same_origin("https://valley.example/", "http://valley.example/")
    assert not is_same_origin("https://valley.example.liar.example/", "https://valley.example/")


@pytest.mark.threat("T1")
def test_the_one_who_signs_is_the_one_who_acts():
    check_sender(create(ROSE, "https://valley.example/1"), ROSE)

    with pytest.raises(BadSignature):
        check_sender(create(ROSE, "https://valley.example/1"), REED)
    with pytest.raises(BadSignature):
        check_sender(create(ROSE, "x", iri="https://liar.example/1"), ROSE)


@pytest.mark.threat("T16")
def test_what_is_embedded_from_another_server_becomes_a_reference():
    foreign = note("https://hill.example/notes/1", LIAR)

    assert trusted_parts(create(LIAR, foreign)).object == foreign.iri


@pytest.mark.threat("T17")
def test_what_is_embedded_in_anothers_name_becomes_a_reference():
    theirs = note("https://valley.example/notes/1", REED)

    assert trusted_parts(create(ROSE, theirs)).object == theirs.iri


def test_what_its_author_sends_stays_whole():
    own = note("https://valley.example/notes/1", ROSE)

    assert trusted_parts(create(ROSE, own)).object == own


@pytest.mark.threat("T17")
def test_what_a_group_passes_on_of_others_is_reduced_to_its_address():
    inner = create(LIAR, note("https://hill.example/notes/1", LIAR))
    passed_on = documents.Announce(iri=f"{ROSE}/a", actor=ROSE, object=inner)

    found = trusted_parts(passed_on).object

    assert isinstance(found, documents.Create)
    assert found.object == "https://hill.example/notes/1"


@pytest.mark.threat("T18")
def test_a_profile_of_somebody_else_becomes_a_reference():
    profile = documents.Actor(
        iri=REED,
        kind="Person",
        name="reed",
        display_name="",
        summary="",
        url=REED,
        inbox=f"{REED}/inbox",
    )
    update = documents.Update(iri=f"{ROSE}/u", actor=ROSE, object=profile)

    assert trusted_parts(update).object == REED
