"""What one stranger can make everybody pay for: bytes, pages, shares, what is set aside (T141 to
T145), and what only reports (T151)."""

from tests.guards.guard import guard

KEYS = "node/inbox/remote_keys.py"
RATES_TEST, HOST_RATES = "node/arrivals/test_host_rates.py", "node/arrivals/host_rates.py"
ASIDE, QUARANTINE = "node/arrivals/test_quarantine.py", "node/arrivals/quarantine.py"
LOOKUPS = "federation/test_name_lookups.py"
KEY_SHARES = "node/inbox/test_key_shares.py"
ATTACKS = "attacks/test_attacks.py"
TRANSLATING = "federation/jsonld/test_expander.py"
REPORTS, TRYING = "attacks/test_what_reports.py", "node/db/test_try_write.py"
COSTLY = "node/web/test_costly_pages.py"
FRAMING, LISTENING = "federation/test_framing.py", "node/http/test_listener.py"

GUARDS = (
    guard(
        "T141",
        f"{FRAMING}::test_what_comes_before_an_answer_ends_after_a_few_heads",
        ("federation/connections.py", "partial(CountedAnswer, loop=self._loop)", "self._factory"),
    ),
    guard(
        "T141",
        f"{FRAMING}::test_what_comes_before_an_answer_is_too_much_even_if_it_ends",
        ("federation/framing.py", "self._heads > HEADS_MAX", "False"),
        ("federation/framing.py", "self._heads <= HEADS_MAX", "True"),
    ),
    guard(
        "T141",
        f"{FRAMING}::test_what_comes_before_an_answer_is_too_much_even_if_it_ends",
        ("federation/framing.py", "return self._bytes > HEAD_BYTES_MAX", "return False"),
    ),
    guard(
        "T141",
        f"{FRAMING}::test_what_stands_around_the_words_of_an_answer_is_little",
        (
            "federation/framing.py",
            "self._bytes - words_bytes > FRAMING_BYTES_MAX + words_bytes // FRAMING_SHARE",
            "False",
        ),
    ),
    guard(
        "T141",
        f"{LISTENING}::test_what_stands_around_a_request_is_little_or_the_connection_ends",
        (
            "node/http/listener.py",
            "not is_held and self._framing.is_too_much(body_bytes)",
            "False",
        ),
    ),
    guard(
        "T144",
        f"{COSTLY}::test_a_page_shows_sixty_answers_and_leads_to_the_others",
        (
            "node/topics/conversations/threads.py",
            "answers[start : start + answers_max]",
            "answers[start:]",
        ),
    ),
    guard(
        "T144",
        f"{COSTLY}::test_sixty_answers_of_line_breaks_cost_a_page_little",
        (
            "node/web/render.py",
            "return len(post.content) > LONG_CHARACTERS",
            "return False",
        ),
    ),
    guard(
        "T144",
        f"{COSTLY}::test_sixty_answers_of_line_breaks_cost_a_page_little",
        (
            "node/web/templates/posts/parts.html",
            "{% if not whole and post|is_long %}",
            "{% if not (post.content|striptags) %}",
        ),
    ),
    guard(
        "T144",
        f"{COSTLY}::test_an_app_is_given_a_conversation_within_its_bounds",
        ("node/api/posts.py", "length <= CONTEXT_CHARACTERS_MAX", "True"),
    ),
    guard(
        "T144",
        f"{COSTLY}::test_a_visitor_is_given_sixty_short_answers_and_a_member_more",
        (
            "node/api/posts.py",
            "ANSWERS_FOR_MEMBERS_MAX if requester.reader else ANSWERS_MAX",
            "ANSWERS_FOR_MEMBERS_MAX",
        ),
    ),
    guard(
        "T144",
        f"{COSTLY}::test_whoever_asks_for_too_many_pages_is_told_so_and_nobody_else",
        ("node/http/rate_limits.py", '("/api", API), ("/", PAGES))', '("/api", API))'),
    ),
    guard(
        "T151",
        f"{REPORTS}::test_a_node_serves_and_stops_well_whatever_becomes_of_its_log",
        ("node/base/log.py", "out = stream or standard_error()", "out = stream or sys.stderr"),
    ),
    guard(
        "T151",
        "node/base/test_line_writer.py"
        "::test_what_nobody_reads_is_counted_and_said_once_somebody_does",
        ("node/base/line_writer.py", "self._lines.put_nowait(text)", "self._lines.put(text)"),
    ),
    guard(
        "T151",
        f"{TRYING}::test_a_node_that_takes_nothing_is_not_ready",
        ("node/http/health.py", "if now - last.at >= TRIED_AGAIN_S:", "if False:"),
    ),
    guard(
        "T151",
        f"{TRYING}::test_a_folder_says_what_is_wrong_where_it_takes_no_file",
        (
            "node/db/try_write.py",
            'return None if written == TRIED_BYTES else "no space left"',
            "return None",
        ),
    ),
    guard(
        "T143",
        f"{RATES_TEST}::test_invented_hosts_shut_out_no_new_one_and_give_none_back_to_whoever_was_asked_last",
        (
            HOST_RATES,
            "select host from asked_host order by changed_at limit :limit)",
            "select host from asked_host order by changed_at desc limit :limit)",
        ),
    ),
    guard(
        "T143",
        f"{RATES_TEST}::test_the_names_below_one_domain_have_a_share_of_the_counts",
        (HOST_RATES, "if hosts_asked_in(tx, domain) >= ASKED_OF_DOMAIN_MAX:", "if False:"),
    ),
    guard(
        "T143",
        "node/arrivals/test_shares.py"
        "::test_the_names_below_one_domain_share_what_may_wait_and_others_have_theirs",
        ("federation/domains.py", "return str(found) if found else authority", "return authority"),
    ),
    guard(
        "T143",
        "node/inbox/test_apply.py::test_origins_have_their_turns_however_much_waits_of_one",
        ("node/inbox/apply.py", "[*origins, *self._served]", "origins"),
    ),
    guard(
        "T143",
        "node/inbox/test_apply.py"
        "::test_the_names_below_one_domain_take_eight_lanes_and_others_get_theirs",
        ("node/inbox/lanes.py", "return taken < LANES_PER_DOMAIN_MAX", "return True"),
    ),
    guard(
        "T143",
        f"{TRANSLATING}::test_one_domain_has_eight_that_wait_and_another_is_next_in_turn",
        (
            "federation/jsonld/expander.py",
            "async with share.turn, self._turn:",
            "async with self._turn:",
        ),
    ),
    guard(
        "T143",
        f"{TRANSLATING}::test_one_domain_has_so_much_translated_in_five_minutes_and_others_have_theirs",
        ("federation/jsonld/expander.py", " or is_spent)", ")"),
    ),
    guard(
        "T143",
        f"{LOOKUPS}::test_the_names_below_one_domain_hold_four_threads_at_most",
        (
            "federation/name_lookups.py",
            "return is_free and self._running[domain_of(host)] < LOOKUPS_PER_DOMAIN_MAX",
            "return is_free",
        ),
    ),
    guard(
        "T143",
        f"{LOOKUPS}::test_many_silent_domains_leave_threads_for_names_that_were_found_before",
        ("federation/name_lookups.py", "LOOKUPS_MAX - LOOKUPS_RESERVED\n", "LOOKUPS_MAX\n"),
    ),
    guard(
        "T143",
        f"{KEY_SHARES}::test_an_address_causes_so_many_questions_and_another_address_has_its_own",
        (KEYS, "self._caused.count(asker, now) > FETCHES_PER_ADDRESS", "False"),
    ),
    guard(
        "T143",
        f"{KEY_SHARES}::test_an_address_has_eight_questions_at_once",
        (KEYS, "self._in_flight[asker] >= FETCHES_AT_ONCE_PER_ADDRESS", "False"),
    ),
    guard(
        "T143",
        "node/inbox/test_other_words.py"
        "::test_where_too_much_waits_to_be_translated_the_sender_is_asked_to_come_back",
        ("node/peers/message_rates.py", "body_bytes > SHORT_BYTES and now < until", "False"),
    ),
    guard(
        "T143",
        "node/inbox/test_accept.py::test_what_is_long_is_read_only_if_somebody_signed_it",
        (
            "node/inbox/accept.py",
            "        is_long = len(body) > SHORT_BYTES",
            "        is_long = False",
        ),
    ),
    guard(
        "T141",
        f"{ATTACKS}::test_everybody_is_served_while_keys_stand_behind_heads_without_end",
        ("federation/connections.py", "partial(CountedAnswer, loop=self._loop)", "self._factory"),
    ),
    guard(
        "T144",
        f"{ATTACKS}::test_everybody_is_served_while_a_page_of_long_answers_is_read",
        ("node/api/posts.py", "length <= CONTEXT_CHARACTERS_MAX", "True"),
        (
            "node/web/templates/posts/parts.html",
            "{% if not whole and post|is_long %}",
            "{% if not (post.content|striptags) %}",
        ),
    ),
    guard(
        "T145",
        f"{ASIDE}::test_what_was_set_aside_goes_after_thirty_days_and_its_id_stays",
        (
            QUARANTINE,
            "state = 'quarantined' and received_at < :before",
            "1 = 0 and received_at < :before",
        ),
    ),
    guard(
        "T145",
        f"{ASIDE}::test_of_one_domain_a_hundred_messages_are_kept_and_the_newest",
        (QUARANTINE, "count > MESSAGES_PER_DOMAIN_MAX or ", ""),
    ),
    guard(
        "T145",
        f"{ASIDE}::test_of_one_domain_two_mebibytes_are_kept_whatever_names_stand_below_it",
        (QUARANTINE, " or kept_bytes > BYTES_PER_DOMAIN_MAX", ""),
    ),
    guard(
        "T145",
        f"{ASIDE}::test_of_a_frozen_host_so_many_bytes_are_held_and_the_next_message_waits",
        ("node/arrivals/held_arrivals.py", ' or row["bytes"] >= HELD_BYTES_MAX', ""),
    ),
)
