"""How documents are read, and what they are refused for: T28 to T35."""

from tests.guards.guard import guard

ADDRESSES = "federation/test_addresses.py::test_any_other_form_is_refused_and_never_repaired"
WALK, WALKING = "federation/test_collections.py", "federation/collections.py"
PLAIN, WORDS = "federation/jsonld/test_plain.py", "federation/jsonld/plain.py"
EXPANDER, WORKER = "federation/jsonld/test_expander.py", "federation/jsonld/worker.py"
PROOF, PROVING = "federation/proofs/test_proof.py", "federation/proofs/proof.py"
PROOFS = "node/inbox/test_proofs.py"
STRICT = "federation/strictjson.py"
REFUSED = "federation/test_strictjson.py::test_it_is_refused"
SAYS_WHY = "federation/test_strictjson.py::test_a_refusal_says_what_is_wrong"
ORIGIN = "federation/origin.py"
POISON = f"{EXPANDER}::test_poison_costs_a_quarter_of_a_second_and_the_next_document_is_read"

GUARDS = (
    guard("T28", ADDRESSES, (ORIGIN, "if port and int(port) > 65_535:", "if False:")),
    guard(
        "T28",
        ADDRESSES,
        (ORIGIN, "CANONICAL.fullmatch(iri) if", "CANONICAL.fullmatch(iri.lower()) if"),
    ),
    guard("T28", ADDRESSES, (ORIGIN, r"[/?#][^\s\\\x00-\x20\x7f]*", r"[/?#].*")),
    guard(
        "T28",
        "node/arrivals/test_fetch_tasks.py::test_what_has_no_plain_address_is_no_task",
        ("node/arrivals/fetch_tasks.py", "not is_iri(iri) or not has_room", "not has_room"),
    ),
    guard(
        "T29",
        "node/inbox/test_shapes.py::test_any_json_is_answered_with_2xx_or_4xx_and_applied_or_dropped",
        (
            "node/inbox/accept.py",
            "    except Malformed as error:\n        raise BadRequest(error.sentence) from error\n    if not is_iri",
            "    except ZeroDivisionError as error:\n        raise BadRequest(str(error)) from error\n    if not is_iri",
        ),
    ),
    guard(
        "T29",
        f"{WALK}::test_nonsense_in_place_of_a_collection_lists_nothing",
        (
            "federation/documents/collection.py",
            "for iri, each in found if iri]",
            "for iri, each in found]",
        ),
    ),
    guard(
        "T29",
        f"{WALK}::test_a_collection_is_walked_in_every_shape",
        ("federation/documents/collection.py", ' or listed_among(page.get("items"))', ""),
    ),
    guard(
        "T30",
        f"{WALK}::test_pages_of_another_origin_are_not_asked",
        (WALKING, " or not is_same_origin(page.next, home)", ""),
    ),
    guard("T30", f"{WALK}::test_no_page_is_asked_twice", (WALKING, " or page.next in visited", "")),
    guard(
        "T30",
        f"{WALK}::test_a_walk_ends_after_ten_pages",
        (WALKING, "len(visited) >= COLLECTION_PAGES_MAX", "len(visited) >= 20"),
    ),
    guard(
        "T30",
        f"{WALK}::test_a_walk_ends_after_a_thousand_things",
        (WALKING, "len(seen) >= COLLECTION_ITEMS_MAX", "False"),
    ),
    guard(
        "T30",
        f"{WALK}::test_a_walk_ends_when_its_time_is_over",
        (WALKING, "asyncio.timeout(left_s)", "asyncio.timeout(5)"),
    ),
    guard(
        "T31",
        f"{PLAIN}::test_a_document_that_redefines_a_word_is_refused",
        (WORDS, "name in protected() and meaning != protected()[name]", "False"),
    ),
    guard(
        "T31",
        f"{PLAIN}::test_a_document_that_redefines_a_word_is_refused",
        (WORDS, "        look_at(scoped, depth + 1)\n", "        pass\n"),
    ),
    guard(
        "T31",
        f"{PLAIN}::test_a_context_that_is_none_is_refused",
        (
            WORDS,
            '        raise Malformed("A context is an address',
            '        return False\n        raise Malformed("A context is an address',
        ),
    ),
    guard(
        "T31",
        "node/inbox/test_other_words.py::test_a_message_that_redefines_a_word_is_refused",
        ("node/inbox/accept.py", "return value, is_plain(value)", "return value, True"),
    ),
    guard(
        "T32",
        f"{EXPANDER}::test_a_translated_document_has_no_signatures_of_what_it_was",
        (WORKER, "if key not in SIGNATURES", "if True"),
    ),
    guard(
        "T32",
        f"{PROOF}::test_nothing_can_be_changed_added_or_given_another_meaning",
        (
            PROVING,
            '"@context" in proof and many(proof["@context"]) != many(document["@context"])',
            "False",
        ),
        (
            PROVING,
            'name not in ("signature", "proof")',
            'name not in ("signature", "proof", "@context")',
        ),
    ),
    guard(
        "T32",
        f"{PROOF}::test_nothing_can_be_taken_out",
        (PROVING, "hashed(options) + hashed(plain)", "hashed(options)"),
    ),
    guard(
        "T32",
        f"{PROOFS}::test_a_proof_by_somebody_else_of_the_same_server_counts_for_nobody",
        ("node/inbox/proofs.py", "known is not None and known.is_foreign", "False"),
    ),
    guard(
        "T32",
        f"{PROOFS}::test_another_activity_of_the_same_id_is_not_proven_by_its_twin",
        (
            ORIGIN,
            "is_theirs or thing in proven",
            "is_theirs or thing.iri in {one.iri for one in proven}",
        ),
    ),
    guard(
        "T32",
        f"{PROOFS}::test_a_wrong_proof_outranks_the_signature_of_its_own_actor",
        (
            "node/inbox/accept.py",
            'value.get("proof") is not None and await self._is_proven(value, activity)',
            "False",
        ),
    ),
    guard(
        "T32",
        f"{PROOFS}::test_a_message_with_a_wrong_proof_inside_is_refused",
        (
            "node/inbox/batch.py",
            '        raise NotAllowed(f"A proof inside',
            '        return ()\n        raise NotAllowed(f"A proof inside',
        ),
    ),
    guard(
        "T33", POISON, (WORKER, "signal.setitimer(signal.ITIMER_PROF, JSONLD_CPU_S_MAX)", "pass")
    ),
    guard(
        "T33",
        f"{EXPANDER}::test_the_process_may_have_128_mebibytes",
        (
            WORKER,
            "    resource.setrlimit(resource.RLIMIT_AS, (JSONLD_MEMORY_BYTES_MAX, JSONLD_MEMORY_BYTES_MAX))\n",
            "",
        ),
    ),
    guard(
        "T33",
        f"{EXPANDER}::test_nothing_is_ever_canonicalised",
        (
            WORKER,
            "expanded = jsonld.expand(",
            "jsonld.normalize(document)\n    expanded = jsonld.expand(",
        ),
    ),
    guard(
        "T33",
        "node/inbox/test_other_words.py::test_who_has_not_signed_has_nothing_translated",
        (
            "node/inbox/accept.py",
            "                await self._check_is_signed(claim, asker)\n            return await self.plain",
            "                pass\n            return await self.plain",
        ),
    ),
    guard(
        "T34",
        f"{EXPANDER}::test_a_context_at_an_unknown_address_is_empty_and_not_fetched",
        (WORKER, '"documentLoader": bundled, ', ""),
    ),
    guard(
        "T34",
        f"{PLAIN}::test_contexts_may_be_neither_long_nor_deep",
        (WORDS, "depth > CONTEXTS_DEEP_MAX", "False"),
    ),
    guard(
        "T34",
        f"{PLAIN}::test_contexts_may_be_neither_long_nor_deep",
        (WORDS, "context_bytes > CONTEXT_BYTES_MAX", "False"),
    ),
    guard(
        "T34",
        "node/inbox/test_other_words.py"
        "::test_a_message_nested_too_deeply_is_refused_before_its_words_are_looked_at",
        (STRICT, "> DEPTH_MAX and depth_of(value) > DEPTH_MAX", "> DEPTH_MAX and False"),
    ),
    guard("T35", REFUSED, (STRICT, "len(made) != len(pairs)", "False")),
    guard("T35", REFUSED, (STRICT, "len(made) > KEYS_MAX", "False")),
    guard(
        "T35", REFUSED, (STRICT, '    raise ValueError(f"{name} is not JSON")', "    return None")
    ),
    guard("T35", REFUSED, (STRICT, "not math.isfinite(number)", "False")),
    guard(
        "T35",
        REFUSED,
        (
            STRICT,
            "len(digits) > 20 or abs(number := int(digits)) > most",
            "(number := int(digits)) is None",
        ),
    ),
    guard("T35", REFUSED, (STRICT, "    check_size(body)\n", "")),
    guard("T35", SAYS_WHY, (STRICT, '        if "\\x00" in text:\n', "        if False:\n")),
    guard("T35", SAYS_WHY, (STRICT, '            text.encode("utf-8")\n', "            pass\n")),
    guard(
        "T35", SAYS_WHY, (STRICT, "if len(body) > STRING_BYTES_MAX and any(", "if False and any(")
    ),
    guard(
        "T35",
        "federation/proofs/test_jcs.py::test_what_two_readers_would_round_or_repair_is_never_signed",
        ("federation/proofs/jcs.py", "abs(value) > INTEGER_MAX", "False"),
    ),
    guard(
        "T35",
        "node/db/test_database.py::test_what_one_engine_cannot_hold_neither_takes",
        ("node/db/sqlite_tx.py", 'type(value) is str and "\\0" in value', "False"),
    ),
)
