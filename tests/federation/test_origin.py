"""Whose word counts for what."""

import pytest

from federation import documents
from federation.errors import BadSignature, Malformed
from federation.origin import authority_of, check_sender, is_same_origin, origin_of, trusted_parts

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

    with pytest.raises(BadSignature) as another:
        check_sender(create(ROSE, "https://valley.example/1"), REED)
    with pytest.raises(BadSignature) as foreign:
        check_sender(create(ROSE, "x", iri="https://liar.example/1"), ROSE)
    assert another.value.reason == "signer-is-not-actor"
    assert foreign.value.reason == "foreign-activity-id"


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
    inner = create(LIAR, note("https://liar.example/notes/1", LIAR))
    passed_on = documents.Announce(iri=f"{ROSE}/a", actor=ROSE, object=inner)

    found = trusted_parts(passed_on).object

    assert isinstance(found, documents.Create)
    assert found.object == "https://liar.example/notes/1"


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


NOTE, FOREIGN = "https://valley.example/notes/1", "https://hill.example/notes/1"
FERN = "https://hill.example/people/fern"


def follow(actor: str = FERN) -> documents.Follow:
    return documents.Follow(iri=f"{actor}/follows/1", actor=actor, object=ROSE)


def tombstone(iri: str) -> documents.Tombstone:
    return documents.Tombstone(iri=iri)


@pytest.mark.threat("T16")
@pytest.mark.threat("T17")
@pytest.mark.parametrize(
    ("sent", "believed"),
    [
        (NOTE, NOTE),
        (tombstone(NOTE), tombstone(NOTE)),
        (tombstone(FOREIGN), FOREIGN),
        (note(NOTE, ROSE), note(NOTE, ROSE)),
        (note(NOTE, REED), NOTE),
        (note(FOREIGN, ROSE), FOREIGN),
        (note("nonsense", ROSE), "nonsense"),
    ],
)
@pytest.mark.parametrize("kind", [documents.Create, documents.Update])
def test_a_sender_vouches_for_what_is_theirs_alone(kind, sent, believed):
    made = kind(iri=f"{ROSE}/1", actor=ROSE, object=sent)

    assert trusted_parts(made) == kind(iri=f"{ROSE}/1", actor=ROSE, object=believed)


def inside(kind: type[documents.Activity], actor: str, thing: object) -> documents.Activity:
    return kind(iri=f"{actor}/inner", actor=actor, object=thing)  # type: ignore[call-arg]


@pytest.mark.threat("T16")
@pytest.mark.threat("T17")
@pytest.mark.parametrize(
    ("sent", "believed"),
    [
        (NOTE, NOTE),
        (note(NOTE, ROSE), NOTE),
        (create(ROSE, note(NOTE, ROSE)), create(ROSE, note(NOTE, ROSE))),
        (create(REED, note(NOTE, REED)), create(REED, note(NOTE, REED))),
        (create(REED, note(NOTE, ROSE)), create(REED, NOTE)),
        (create(FERN, note(FOREIGN, FERN)), create(FERN, FOREIGN)),
        (create(FERN, note(NOTE, ROSE)), create(FERN, NOTE)),
        (create(FERN, FOREIGN), create(FERN, FOREIGN)),
        (
            create(FERN, note(FOREIGN, FERN), iri=f"{ROSE}/1"),
            create(FERN, FOREIGN, iri=f"{ROSE}/1"),
        ),
        (create(ROSE, note(NOTE, ROSE), iri=f"{FERN}/1"), create(ROSE, NOTE, iri=f"{FERN}/1")),
        (
            inside(documents.Update, FERN, note(FOREIGN, FERN)),
            inside(documents.Update, FERN, FOREIGN),
        ),
        (
            inside(documents.Undo, FERN, create(FERN, note(FOREIGN, FERN))),
            inside(documents.Undo, FERN, create(FERN, FOREIGN)),
        ),
        (
            inside(documents.Accept, FERN, follow()),
            inside(documents.Accept, FERN, follow().iri),
        ),
        (
            inside(documents.Reject, FERN, follow()),
            inside(documents.Reject, FERN, follow().iri),
        ),
        (
            inside(documents.Announce, FERN, create(FERN, note(FOREIGN, FERN))),
            inside(documents.Announce, FERN, f"{FERN}/creates/1"),
        ),
        (inside(documents.Announce, FERN, FOREIGN), inside(documents.Announce, FERN, FOREIGN)),
        (follow(), follow()),
        (
            (create(FERN, note(FOREIGN, FERN)), note(NOTE, ROSE), NOTE),
            (create(FERN, FOREIGN), NOTE, NOTE),
        ),
    ],
)
@pytest.mark.parametrize("kind", [documents.Announce, documents.Undo])
def test_what_is_passed_on_is_a_claim_of_what_kind_it_is(kind, sent, believed):
    made = kind(iri=f"{ROSE}/1", actor=ROSE, object=sent)

    assert trusted_parts(made) == kind(iri=f"{ROSE}/1", actor=ROSE, object=believed)


@pytest.mark.threat("T17")
def test_what_its_actor_has_proven_stays_whole_and_only_that():
    proven = create(FERN, note(FOREIGN, FERN))
    other = create(FERN, note(f"{FOREIGN}2", FERN))
    passed_on = documents.Announce(iri=f"{ROSE}/1", actor=ROSE, object=(proven, other))

    found = trusted_parts(passed_on, [proven])

    assert found.object == (proven, create(FERN, f"{FOREIGN}2"))


@pytest.mark.parametrize(
    "iri",
    ["HTTP://a.example/", "https://a.example:65536/", "https://2130706433/", "https://[0:0::1]/"],
    ids=["scheme", "port", "number", "colons"],
)
def test_a_refusal_says_what_is_wrong(iri):
    with pytest.raises(Malformed) as refused:
        origin_of(iri)

    expected = {
        "HTTP://a.example/": "That is not a plain http(s) address.",
        "https://a.example:65536/": "That address names its port in an unusual way.",
    }.get(iri, "That address names its host by a number in an unusual way.")
    assert refused.value.sentence == expected
