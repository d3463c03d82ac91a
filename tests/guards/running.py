"""What was found on a running node: T141 to T151, and what was mended of older rows with it."""

from tests.guards.guard import guard

MARKUP, CLEANING = "node/base/test_markup.py", "node/base/markup.py"
OUTBOX, SENDER = "node/outbox/test_outbox.py", "node/outbox/sender.py"
ACCEPT, KEYS = "node/inbox/test_accept.py", "node/inbox/remote_keys.py"
REMOTE_POST, POST_STORE = "node/topics/posts/test_remote_post.py", "node/topics/posts/store.py"
RESOLVE, LOOKUP = "node/inbox/test_resolve.py", "federation/discovery/lookup.py"
NAMES, NAMING = "federation/documents/test_names.py", "federation/documents/actor.py"
QUICK = f"{MARKUP}::test_no_text_of_a_stranger_takes_more_than_fifty_milliseconds"


GUARDS = (
    guard("T142", QUICK, (CLEANING, "shallow(in_lines(", "str(in_lines(")),
    guard(
        "T142",
        QUICK,
        (CLEANING, "texts_only.clean(shallow(html))", "texts_only.clean(html)"),
        (CLEANING, "html[: characters_max * LABEL_AS_HTML_TIMES]", "html"),
    ),
    guard(
        "T142",
        f"{MARKUP}::test_what_is_nested_too_deeply_is_left_as_its_words",
        (CLEANING, "len(OPENING.findall(html)) <= TAGS_MAX and depth_of(html)", "depth_of(html)"),
        (CLEANING, "depth_of(html) <= NESTING_MAX", "depth_of(html) <= 99_999"),
    ),
    guard(
        "T115",
        f"{OUTBOX}::test_what_a_host_will_not_have_is_parked_after_three_tries_and_the_next_goes",
        (SENDER, "400 <= answer.status < 500 and", "answer.status == 402 and"),
    ),
    guard(
        "T115",
        f"{OUTBOX}::test_what_is_said_of_the_host_is_not_taken_as_said_of_the_message",
        (SENDER, " and answer.status not in NOT_NOW", ""),
    ),
    guard(
        "T115",
        f"{OUTBOX}::test_a_message_that_a_host_hangs_on_lets_the_others_pass_after_three_tries",
        ("node/outbox/deliveries.py", "now + own_s if is_hanging else now", "now"),
    ),
    guard(
        "T57",
        "node/api/test_oauth.py::test_an_app_that_cannot_be_is_not_registered",
        (
            "node/topics/accounts/redirect_uris.py",
            "return WEB_HOST.fullmatch(parts.netloc) is not None and is_safe_host(parts)",
            "return is_safe_host(parts)",
        ),
    ),
    guard(
        "T57",
        "node/api/test_oauth.py::test_an_app_that_cannot_be_is_not_registered",
        ("node/topics/accounts/redirect_uris.py", "not URI.fullmatch(uri)", "not uri"),
    ),
    guard(
        "T149",
        f"{ACCEPT}::test_a_first_message_is_not_lost_because_its_key_cannot_be_had_just_now",
        (KEYS, 'if found is None and outcome in ("failed", "later"):', "if False:"),
    ),
    guard(
        "T149",
        "node/documents/test_documents.py"
        "::test_an_actor_has_one_name_in_its_document_and_in_webfinger",
        (
            "node/topics/actors/documents.py",
            'f"{actor.name}@{actor.host}"',
            'f"{actor.host}@{actor.host}"',
        ),
    ),
    guard(
        "T27",
        "node/topics/moderation/test_theirs.py"
        "::test_what_is_removed_there_of_ours_stands_here_but_not_in_the_community",
        ("node/topics/moderation/changes.py", "if post.local]", "if not post.local]"),
    ),
    guard(
        "T147",
        f"{REMOTE_POST}::test_nothing_answers_for_the_address_of_another_host",
        (POST_STORE, ' for row in rows if is_same_origin(row["iri"], address)', " for row in rows"),
    ),
    guard(
        "T147",
        f"{REMOTE_POST}::test_what_lives_at_an_address_goes_before_what_calls_it_its_page",
        (POST_STORE, "order by case when iri = :at then 0 else 1 end", "order by id"),
    ),
    guard(
        "T71",
        f"{RESOLVE}::test_a_handle_that_is_only_claimed_is_not_shown",
        (LOOKUP, "if found and iri in found.actors and", "if found and"),
    ),
    guard(
        "T71",
        f"{RESOLVE}::test_a_handle_on_another_domain_that_names_somebody_else_is_not_believed",
        (LOOKUP, "for iri in found.actors if iri in confirmed.actors)", "for iri in found.actors)"),
    ),
    guard(
        "T71",
        f"{RESOLVE}::test_a_handle_leads_to_nobody_of_another_name",
        ("node/inbox/resolve.py", "return document.name.lower() in names and ", "return "),
    ),
    guard(
        "T71",
        f"{RESOLVE}::test_who_is_confirmed_goes_before_whoever_only_lives_there",
        (
            "node/topics/actors/handles.py",
            "order by local desc, coalesce(handle_confirmed_at, 0) desc, id desc",
            "order by id desc",
        ),
    ),
    guard(
        "T61",
        f"{NAMES}::test_what_could_be_taken_for_an_address_or_another_name_is_none",
        (NAMING, "return plain and is_clean and", "return plain and"),
    ),
    guard(
        "T61",
        f"{NAMES}::test_what_could_be_taken_for_an_address_or_another_name_is_none",
        (NAMING, "return plain and is_clean", "return is_clean"),
    ),
    guard(
        "T61",
        f"{NAMES}::test_what_could_be_taken_for_an_address_or_another_name_is_none",
        (NAMING, " and len(alphabets & ALIKE) <= 1", ""),
    ),
    guard(
        "T61",
        f"{NAMES}::test_what_could_be_taken_for_an_address_or_another_name_is_none",
        (NAMING, "is_clean and any(parts)", "is_clean"),
    ),
    guard(
        "T149",
        "test_sent.py::test_what_is_sent_is_in_our_own_words_and_needs_no_translation_here",
        ("federation/jsonld/profile.py", '        ("expires", f"{AS}endTime"),', "        "),
    ),
)
