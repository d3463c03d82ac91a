"""Who sent this: T1 to T8."""

from tests.guards.guard import guard

POLICY = "federation/signatures/test_policy.py"
ACCEPT = "node/inbox/test_accept.py"
CLAIM = "federation/signatures/claim.py"
CAVAGE = f"{POLICY}::test_a_cavage_request_is_refused_with_its_word"
RFC_9421 = f"{POLICY}::test_an_rfc_9421_request_is_refused_with_its_word"
WEAK_KEYS = f"{POLICY}::test_a_key_that_is_weak_odd_or_unreadable_is_refused"

GUARDS = (
    guard(
        "T1",
        f"{ACCEPT}::test_a_message_in_somebody_elses_name_is_refused_and_nothing_is_fetched",
        (
            "node/inbox/remote_keys.py",
            "owner is not None and not is_same_origin(key_iri, owner)",
            "False",
        ),
    ),
    guard(
        "T1",
        f"{ACCEPT}::test_a_neighbour_of_the_same_server_cannot_act_in_anothers_name",
        ("node/inbox/remote_keys.py", "owner is not None and found.owner != owner", "False"),
        ("federation/origin.py", "activity.actor != signer", "False"),
    ),
    guard(
        "T1",
        "federation/test_origin.py::test_the_one_who_signs_is_the_one_who_acts",
        ("federation/origin.py", "activity.actor != signer", "False"),
    ),
    guard(
        "T1",
        f"{ACCEPT}::test_an_activity_id_of_another_server_is_refused",
        ("federation/origin.py", "not is_same_origin(activity.iri, signer)", "False"),
    ),
    guard(
        "T1",
        "node/inbox/test_proofs.py::test_a_proven_activity_has_an_id_of_its_actors_server",
        ("node/inbox/proofs.py", "not is_same_origin(iri, actor)", "False"),
    ),
    guard(
        "T2",
        f"{ACCEPT}::test_a_key_that_its_owner_does_not_list_is_refused",
        (
            "node/topics/actors/remote_keys.py",
            "where k.iri = :key_iri and a.local",
            "where a.local",
        ),
    ),
    guard(
        "T2",
        f"{ACCEPT}::test_a_key_that_names_an_owner_on_another_server_is_not_followed_there",
        ("node/inbox/fetch.py", "owner is not None and is_same_origin(owner, iri)", "owner"),
    ),
    guard(
        "T3",
        CAVAGE,
        (CLAIM, 'request.method.upper() == "POST" and not is_checked', "False"),
    ),
    guard("T3", CAVAGE, (CLAIM, "is_checked = is_checked or name in covered", "is_checked = True")),
    guard("T3", RFC_9421, (CLAIM, "    check_body(request, set(names))\n", "")),
    guard(
        "T3",
        f"{POLICY}::test_a_body_under_a_get_is_held_to_its_digest_as_well",
        (CLAIM, "(name in covered or request.body)", "name in covered"),
    ),
    guard(
        "T3",
        f"{ACCEPT}::test_a_changed_byte_is_refused",
        (
            "federation/signatures/digests.py",
            "not hmac.compare_digest(claimed, digest)",
            "False",
        ),
    ),
    guard(
        "T3",
        f"{POLICY}::test_a_digest_holds_over_the_raw_body_or_is_refused",
        (
            "federation/signatures/digests.py",
            "if not is_checked:\n        raise",
            "if False:\n        raise",
        ),
    ),
    guard(
        "T4",
        CAVAGE,
        (CLAIM, 'not {"(request-target)", "host"} <= covered', '"host" not in covered'),
    ),
    guard(
        "T4",
        "federation/signatures/test_policy.py::test_what_a_get_asks_for_has_to_be_signed_with_its_query",
        (CLAIM, "whole + bare if is_post else whole", "whole + bare"),
    ),
    guard(
        "T4",
        "node/inbox/test_authorized_fetch.py::test_whoever_leaves_the_query_unsigned_is_a_visitor_and_nobody_where_one_must_sign",
        (
            "node/inbox/authorized_fetch.py",
            "is_public = not self._must_sign and not self._peers.circle.is_closed",
            "is_public = True",
        ),
    ),
    guard("T4", CAVAGE, (CLAIM, '{"(request-target)", "host"}', '{"(request-target)"}')),
    guard("T4", RFC_9421, (CLAIM, '"@method" not in names or not covers_target', "False")),
    guard("T4", RFC_9421, (CLAIM, '"@method" not in names or ', "")),
    guard(
        "T4",
        RFC_9421,
        (CLAIM, 'and ("@authority" in names or "host" in names)', ""),
    ),
    guard(
        "T4",
        f"{POLICY}::test_a_request_for_another_place_is_refused",
        (CLAIM, "host is not None and host.lower() != request.authority.lower()", "False"),
    ),
    guard(
        "T4",
        RFC_9421,
        ("federation/signatures/rfc9421.py", " if not PARTIAL & one.parameters.keys()", ""),
    ),
    guard(
        "T4",
        f"{ACCEPT}::test_what_was_signed_for_one_inbox_is_refused_at_another",
        (
            "node/inbox/envelope.py",
            "Request(request.method, origin + request.raw_path",
            'Request(request.method, origin + "/inbox"',
        ),
    ),
    guard(
        "T4",
        "node/inbox/test_authorized_fetch.py"
        "::test_a_signature_that_does_not_hold_is_refused_even_where_none_is_needed",
        (
            "node/inbox/authorized_fetch.py",
            "await self._keys.signer(claim, asker=asker)",
            '"somebody"',
        ),
    ),
    guard(
        "T4",
        "node/inbox/test_authorized_fetch.py"
        "::test_a_signature_that_does_not_hold_is_refused_even_where_none_is_needed",
        (
            "node/inbox/authorized_fetch.py",
            "if is_same_origin(claim.key_iri, self._origin):",
            "if False:",
        ),
        (
            "node/topics/actors/remote_keys.py",
            "k.iri = :key_iri and a.local = 0 and",
            "k.iri = :key_iri and",
        ),
    ),
    guard(
        "T5",
        f"{POLICY}::test_the_time_of_a_request_is_held_to_the_second",
        (CLAIM, "not now - AGE_S_MAX <= at <= now + AHEAD_S_MAX", "at > now + AHEAD_S_MAX"),
    ),
    guard(
        "T5",
        f"{ACCEPT}::test_only_messages_from_twelve_hours_back_to_one_ahead_are_taken",
        (CLAIM, "at <= now + AHEAD_S_MAX", "at"),
    ),
    guard(
        "T5",
        f"{POLICY}::test_a_cavage_request_is_refused_with_its_word",
        (
            CLAIM,
            'raise BadSignature("date-uncovered")\n    check_time(s',
            "pass\n    check_expiry(p",
        ),
    ),
    guard(
        "T5",
        f"{POLICY}::test_an_rfc_9421_request_is_refused_with_its_word",
        (CLAIM, "    check_time(created, now)\n", ""),
    ),
    guard(
        "T5",
        f"{POLICY}::test_a_cavage_request_is_refused_with_its_word",
        (CLAIM, "expires is not None and expires + AHEAD_S_MAX < now", "False"),
    ),
    guard(
        "T6",
        f"{ACCEPT}::test_a_replayed_message_is_answered_and_changes_nothing",
        (
            "node/arrivals/store.py",
            "(arrival.kind = 'Follow' and excluded.kind = 'Follow'\n                     and arrival.settled_at <= :answered_before)",
            "(:answered_before > 0)",
        ),
    ),
    guard(
        "T6",
        "node/topics/members/test_follow_retries.py::test_nothing_but_a_follow_by_the_same_actor_is_applied_again",
        (
            "node/arrivals/store.py",
            "where arrival.actor_iri = excluded.actor_iri and",
            "where",
        ),
    ),
    guard(
        "T6",
        "node/topics/members/test_follow_retries.py::test_nothing_but_a_follow_by_the_same_actor_is_applied_again",
        (
            "node/arrivals/store.py",
            "(arrival.kind = 'Follow' and excluded.kind = 'Follow'",
            "(true",
        ),
    ),
    guard(
        "T6",
        "node/inbox/test_proofs.py::test_a_favour_that_was_taken_back_cannot_be_brought_again",
        (
            "node/topics/reactions/activities.py",
            "post is None or is_undone(tx, like.iri, like.actor, context.signed_at)",
            "post is None",
        ),
    ),
    guard(
        "T6",
        "node/inbox/test_proofs.py::test_a_favour_that_was_taken_back_cannot_be_brought_again",
        (
            "node/topics/reactions/activities.py",
            "        context = replace(context, signed_at=0)\n",
            "        pass\n",
        ),
    ),
    guard(
        "T6",
        "node/inbox/test_proofs.py::test_what_somebody_else_brings_is_never_said_anew",
        (
            "node/inbox/accept.py",
            "signed_at=claim.signed_at if signer == activity.actor else 0",
            "signed_at=claim.signed_at",
        ),
    ),
    guard(
        "T7",
        f"{POLICY}::test_a_header_that_stands_twice_is_refused",
        (CLAIM, "    check_single(request)\n", ""),
    ),
    guard(
        "T7",
        f"{ACCEPT}::test_a_header_that_stands_twice_is_refused_before_anything_is_checked",
        ("node/inbox/accept.py", 'error.reason == "repeated-header"', "False"),
    ),
    guard(
        "T8",
        f"{POLICY}::test_a_signature_by_another_key_is_refused",
        (CLAIM, "    check_algorithm(claim, key)\n    if", "    if"),
    ),
    guard(
        "T8",
        f"{ACCEPT}::test_a_signature_by_another_key_is_refused",
        (
            CLAIM,
            '    raise BadSignature(QUERY_UNCOVERED if is_bare else "wrong-signature")\n',
            "    return\n",
        ),
    ),
    guard(
        "T8", CAVAGE, ("federation/signatures/cavage.py", "algorithm not in ALGORITHMS", "False")
    ),
    guard("T8", WEAK_KEYS, ("federation/signatures/keys.py", "len(pem) > PEM_BYTES_MAX", "False")),
    guard("T8", WEAK_KEYS, ("federation/signatures/keys.py", "not RSA_BITS <=", "not 0 <=")),
    guard("T8", WEAK_KEYS, ("federation/signatures/keys.py", " <= RSA_BITS_MAX or", " or")),
    guard("T8", WEAK_KEYS, ("federation/signatures/keys.py", " or not is_usual", "")),
    guard(
        "T8",
        WEAK_KEYS,
        ("federation/signatures/keys.py", "not isinstance(key, Ed25519PublicKey)", "False"),
    ),
    guard(
        "T8",
        "federation/signatures/test_vectors.py"
        "::test_a_key_whose_private_half_anybody_can_read_is_refused",
        ("federation/signatures/keys.py", "fingerprint_of(key) in PUBLISHED", "False"),
    ),
    guard(
        "T8",
        "federation/proofs/test_proof.py::test_a_proof_is_checked_with_ed25519_alone",
        ("federation/proofs/proof.py", 'key.algorithm != "ed25519"', "False"),
    ),
)
