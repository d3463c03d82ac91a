"""Keys asked for, goodbyes, those we have nothing to do with, what others bring: T9 to T12."""

from tests.guards.guard import guard

ACCEPT, ACCEPTING = "node/inbox/test_accept.py", "node/inbox/accept.py"
FAREWELLS = "node/inbox/test_gone_actors.py"
GONE, UNVERIFIED = "node/inbox/gone_actors.py", "node/arrivals/unverified_deletes.py"
PROOFS = "node/inbox/test_proofs.py"
WAYS_AROUND = "node/topics/neighbours/test_ways_around.py"
KEYS = "node/inbox/remote_keys.py"

GUARDS = (
    guard(
        "T9",
        f"{ACCEPT}::test_a_key_that_is_not_listed_at_home_is_asked_for_once_in_five_minutes",
        (KEYS, "asked is not None and self._clock.now() - asked[0] < WAIT_S[asked[1]]", "False"),
    ),
    guard(
        "T9",
        f"{ACCEPT}::test_an_origin_is_asked_for_thirty_keys_a_minute_at_most",
        (KEYS, "len(recent) >= KEY_FETCHES_PER_ORIGIN_A_MINUTE", "False"),
    ),
    guard(
        "T9",
        f"{PROOFS}::test_an_authors_new_key_is_asked_for_once_and_not_within_five_minutes",
        ("node/inbox/proofs.py", "actor not in fetched and not is_fresh", "actor not in fetched"),
    ),
    guard(
        "T9",
        "federation/test_gate.py"
        "::test_a_host_that_forgot_the_form_it_took_is_asked_three_times_as_well",
        ("federation/signatures/negotiation.py", " or len(tried) >= REQUESTS_MAX", ""),
    ),
    guard(
        "T9",
        "federation/test_gate.py::test_the_other_key_is_tried_once_and_then_the_other_form",
        (
            "federation/signatures/negotiation.py",
            " and not any(attempt.by_other for attempt in tried)",
            "",
        ),
    ),
    guard(
        "T9",
        "node/inbox/test_authorized_fetch.py::test_nobody_is_asked_for_a_key_before_they_may_read_ours",
        ("node/inbox/authorized_fetch.py", "is_lax = is_who and not", "is_lax = False and not"),
    ),
    guard(
        "T135",
        "federation/test_gate.py::test_a_host_that_doubts_our_key_is_asked_with_the_other_one_that_is_good",
        ("federation/gate.py", "(key.other if how.by_other else None) or key", "key"),
    ),
    guard(
        "T135",
        "node/topics/actors/test_key_rotation.py"
        "::test_the_node_can_fetch_with_its_old_key_for_seven_days",
        (
            "node/outbox/signing_keys.py",
            "return replace(key, other=others[0]) if others else key",
            "return key",
        ),
    ),
    guard(
        "T135",
        "node/topics/actors/test_key_rotation.py"
        "::test_the_node_can_fetch_with_its_old_key_for_seven_days",
        (
            "node/outbox/signing_keys.py",
            "when retired_at > :lately then 0",
            "when retired_at > :lately then 2",
        ),
    ),
    guard(
        "T135",
        "journeys/test_keys.py"
        "::test_new_keys_of_a_node_freeze_it_at_its_neighbours_unless_the_old_one_signs_them",
        ("node/outbox/audience.py", "union select host from destination where host > ''", ""),
    ),
    guard(
        "T10",
        f"{ACCEPT}::test_the_farewell_of_a_stranger_costs_nothing",
        (
            ACCEPTING,
            "is_self_delete(activity) and not await self.db.read",
            "False and not await self.db.read",
        ),
    ),
    guard(
        "T10",
        f"{FAREWELLS}::test_a_goodbye_without_a_key_deletes_nobody_by_itself",
        (
            UNVERIFIED,
            "        look_at=now + AGAIN_AFTER_S,\n    )\n\n\ndef due",
            "        look_at=now,\n    )\n\n\ndef due",
        ),
    ),
    guard(
        "T10",
        f"{FAREWELLS}::test_whoever_is_back_a_day_later_stays",
        (GONE, 'if found in ("gone", "absent"):', "if True:"),
    ),
    guard(
        "T10",
        f"{FAREWELLS}::test_an_address_that_cannot_be_asked_says_nothing_and_is_asked_for_two_weeks",
        (GONE, 'found in ("failed", "later") and now - delete.gone_at < GIVE_UP_S', "False"),
    ),
    guard(
        "T10",
        f"{FAREWELLS}::test_nobody_says_goodbye_for_somebody_else",
        (
            ACCEPTING,
            "isinstance(refusal.__cause__, OwnerIsGone) and is_self_delete",
            "is_self_delete",
        ),
    ),
    guard(
        "T10",
        f"{FAREWELLS}::test_nobody_says_goodbye_for_somebody_else",
        (
            ACCEPTING,
            "isinstance(activity, Delete) and activity.object == activity.actor",
            "isinstance(activity, Delete)",
        ),
    ),
    guard(
        "T11",
        f"{WAYS_AROUND}::test_nothing_signed_there_is_taken_and_its_key_is_not_asked_for",
        (ACCEPTING, "        self._check_met(signed_at)\n", ""),
        (ACCEPTING, "        self._check_met(host)\n", ""),
    ),
    guard(
        "T11",
        f"{WAYS_AROUND}::test_nothing_of_theirs_that_others_carry_is_kept",
        (ACCEPTING, " or not self._is_welcome(activity)", ""),
    ),
    guard(
        "T11",
        f"{WAYS_AROUND}::test_nothing_of_a_blocked_host_is_shown_by_any_way_out",
        (
            "node/topics/posts/readings.py",
            "    where p.id in (:ids[]) and p.deleted_at is null\n      and a.deleted_at is null and a.hidden_at is null",
            "    where p.id in (:ids[]) and p.deleted_at is null\n      and a.deleted_at is null",
        ),
    ),
    guard(
        "T11",
        f"{PROOFS}::test_the_proof_of_somebody_deleted_counts_no_more",
        ("node/inbox/proofs.py", "known is not None and known.deleted_at is not None", "False"),
    ),
    guard(
        "T11",
        "node/topics/moderation/test_ours.py::test_who_is_banned_neither_writes_nor_edits_nor_joins",
        (
            "node/topics/publishing/may_stand.py",
            "        check_may_post_in(tx, group, author, now, is_answer=post.parent_iri is not None)\n",
            "",
        ),
    ),
    guard(
        "T11",
        "node/topics/moderation/test_ours.py::test_who_is_banned_neither_writes_nor_edits_nor_joins",
        (
            "node/topics/publishing/activities.py",
            "        check_may_post_in(tx, group, author, context.now, is_answer=is_answer)\n",
            "",
        ),
    ),
    guard(
        "T12",
        f"{PROOFS}::test_what_somebody_else_brings_without_a_good_proof_is_dropped",
        (ACCEPTING, "is_proven and type(activity) in PASSED_ON", "type(activity) in PASSED_ON"),
    ),
    guard(
        "T6",
        f"{PROOFS}::test_an_old_follow_cannot_be_brought_by_somebody_else",
        (ACCEPTING, "is_proven and type(activity) in PASSED_ON", "is_proven"),
    ),
)
