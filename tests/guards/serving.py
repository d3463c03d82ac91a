"""The HTTP server itself: T49 to T58."""

from tests.guards.guard import guard

LISTENER, LISTENING = "node/http/test_listener.py", "node/http/listener.py"
ACCEPT = "node/inbox/test_accept.py"
ADDRESS, ADDRESSES = "node/http/test_client_address.py", "node/http/client_address.py"
PARAMS = "node/http/test_params.py"
LIMITS = "node/http/test_rate_limits.py"

RECEIVED = (
    "node/topics/posts/test_remote_post.py::test_of_what_hangs_on_a_post_only_so_much_is_kept"
)

GUARDS = (
    guard(
        "T49",
        f"{LISTENER}::test_an_old_web_server_below_us_is_refused",
        (LISTENING, "version < OLDEST_AIOHTTP", "False"),
    ),
    guard(
        "T49",
        f"{LISTENER}::test_the_slow_parser_is_refused",
        (LISTENING, "http_parser.HttpRequestParser is http_parser.HttpRequestParserPy", "False"),
    ),
    guard(
        "T49",
        f"{LISTENER}::test_the_slow_parser_is_refused",
        (LISTENING, "    check_libraries()\n    runner", "    runner"),
    ),
    guard(
        "T50",
        f"{ADDRESS}::test_only_our_own_proxies_are_believed_about_a_clients_address",
        (ADDRESSES, "peer is None or str(peer) not in ours", "peer is None"),
    ),
    guard(
        "T50",
        f"{ADDRESS}::test_only_our_own_proxies_are_believed_about_a_clients_address",
        (ADDRESSES, 'in reversed(",".join(lines).split(","))', 'in ",".join(lines).split(",")'),
    ),
    guard(
        "T150",
        f"{ADDRESS}::test_a_second_line_of_the_header_is_read_as_the_end_of_the_first",
        (ADDRESSES, '",".join(lines).split(",")', 'lines[0].split(",") if lines else []'),
    ),
    guard(
        "T50",
        f"{ADDRESS}::test_a_household_with_ipv6_is_one_client",
        (ADDRESSES, "IPv6Network((int(found) >> 64 << 64, CLIENT_NETWORK_BITS))", "found"),
    ),
    guard(
        "T51",
        f"{LISTENER}::test_long_headers_are_refused",
        (LISTENING, "max_field_size=LINE_BYTES_MAX", "max_field_size=LINE_BYTES_MAX * 9"),
    ),
    guard(
        "T52",
        f"{LISTENER}::test_headers_that_trickle_are_cut_off",
        (LISTENING, "began is not None and loop.time() - began >= HEADERS_S_MAX", "False"),
    ),
    guard(
        "T52",
        f"{LISTENER}::test_a_body_that_trickles_is_cut_off",
        (LISTENING, "(is_late or is_slow)", "is_late"),
    ),
    guard(
        "T52",
        f"{LISTENER}::test_an_address_has_thirty_connections_at_most",
        (LISTENING, "self._open[key] >= CONNECTIONS_PER_ADDRESS_MAX", "False"),
    ),
    guard(
        "T52",
        f"{ACCEPT}::test_a_body_that_comes_too_slowly_is_refused",
        (
            "node/inbox/envelope.py",
            "asyncio.timeout(min(allowed_s, BODY_S_MAX))",
            "asyncio.timeout(None)",
        ),
    ),
    guard(
        "T53",
        f"{ACCEPT}::test_a_compressed_body_is_refused",
        (
            "node/inbox/envelope.py",
            'request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity"',
            "False",
        ),
    ),
    guard(
        "T53",
        f"{ACCEPT}::test_a_body_beyond_one_mebibyte_is_refused",
        (
            "node/inbox/envelope.py",
            "(request.content_length or 0) > REQUEST_BODY_BYTES_MAX",
            "False",
        ),
        (
            "node/inbox/envelope.py",
            "return await request.read()",
            "return await request.content.read()",
        ),
    ),
    guard(
        "T53",
        f"{PARAMS}::test_what_cannot_be_read_is_refused_and_never_a_failure_of_ours",
        (
            "node/http/params.py",
            'request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity"',
            "False",
        ),
    ),
    guard(
        "T53",
        f"{PARAMS}::test_a_body_of_a_mebibyte_costs_at_most_a_quarter_of_a_second",
        ("node/http/params.py", "for _ in range(PARTS_MAX):", "for _ in range(10**9):"),
    ),
    guard(
        "T53",
        f"{LISTENER}::test_python_that_leaves_checks_out_is_refused",
        (LISTENING, "sys.flags.optimize", "False"),
    ),
    guard(
        "T54",
        "node/web/test_pages.py::test_no_path_leads_out_of_the_static_files",
        ("node/web/static_files.py", "if name not in TYPES:", "if False:"),
        ("node/web/static_files.py", "TYPES[name]", 'TYPES.get(name, ("text/plain", A_DAY))'),
        (
            "node/web/static_files.py",
            "body=CONTENTS[name]",
            'body=(files("node.web") / "static" / name).read_bytes()',
        ),
    ),
    guard(
        "T55",
        "node/web/test_pages.py::test_a_members_page_is_kept_by_no_cache",
        ("node/web/render.py", '"private, no-store" if person else "no-cache"', '"no-cache"'),
    ),
    guard(
        "T55",
        "node/documents/test_documents.py"
        "::test_a_post_for_some_is_given_to_those_it_is_for_and_kept_by_no_cache",
        ("node/documents/objects.py", "        keep_private(reply)\n", "        pass\n"),
    ),
    guard(
        "T55",
        "node/api/test_timelines.py::test_no_answer_is_kept_by_caches",
        ("node/http/responses.py", "PERSONAL = {hdrs.CACHE_CONTROL: ", 'PERSONAL = {"X": '),
    ),
    guard(
        "T55",
        "node/api/test_timelines.py::test_no_answer_is_kept_by_caches",
        ("node/http/problems.py", 'reply.headers[hdrs.CACHE_CONTROL] = "no-store"', "pass"),
    ),
    guard(
        "T55",
        "node/api/test_accounts.py::test_what_an_author_sees_of_themselves_is_not_in_their_posts",
        (
            "node/api/account_entity.py",
            "counts.followers if are_shown else counts.claimed_followers",
            "counts.followers",
        ),
    ),
    guard(
        "T56",
        f"{LIMITS}::test_every_spelling_of_a_path_counts_to_the_same_limit",
        ("node/http/rate_limits.py", "path.lower().strip", "path.strip"),
    ),
    guard(
        "T56",
        f"{LIMITS}::test_one_more_than_an_address_may_is_refused",
        (
            "node/http/rate_limits.py",
            "        count_address(request, limit)\n        account_id",
            "        account_id",
        ),
    ),
    guard(
        "T56",
        f"{LIMITS}::test_one_more_than_an_account_may_is_refused_whatever_its_address_and_app",
        ("node/http/rate_limits.py", "account_id is not None:\n", "False:\n"),
    ),
    guard(
        "T56",
        f"{LIMITS}::test_made_up_tokens_do_not_help_an_address_that_asked_too_often",
        (
            "node/http/rate_limits.py",
            "        count_address(request, limit)\n        account_id",
            "        if token_in(request) is None:\n            count_address(request, limit)\n        account_id",
        ),
    ),
    guard(
        "T57",
        "node/db/test_schema.py::test_every_text_has_a_limit",
        (
            "node/db/migrations/0001_schema.sql",
            "display_name text not null check (length(display_name) <= 2048)",
            "display_name text not null",
        ),
    ),
    guard(
        "T57",
        "node/db/test_database.py::test_what_one_engine_cannot_hold_neither_takes",
        ("node/db/sqlite_tx.py", 'type(value) is str and "\\0" in value', "False"),
    ),
    guard(
        "T57",
        "node/topics/posts/test_rules.py::test_a_draft_that_cannot_become_a_post_is_refused",
        ("node/topics/posts/rules.py", "len(text) > TEXT_CHARACTERS_MAX", "False"),
    ),
    guard(
        "T57",
        "node/topics/posts/test_rules.py::test_a_draft_that_cannot_become_a_post_is_refused",
        ("node/topics/posts/rules.py", 'len(title or "") > TITLE_CHARACTERS_MAX', "False"),
    ),
    guard(
        "T57",
        "node/topics/posts/test_rules.py::test_a_draft_that_cannot_become_a_post_is_refused",
        ("node/topics/posts/rules.py", "len(content_note) > NOTE_CHARACTERS_MAX", "False"),
    ),
    guard(
        "T57",
        RECEIVED,
        (
            "node/topics/posts/remote_post.py",
            "first, others = iris[:most], iris[most:]",
            "first, others = iris, ()",
        ),
    ),
    guard(
        "T57",
        RECEIVED,
        (
            "node/topics/posts/remote_post.py",
            "document.hashtags[:HASHTAGS_MAX]",
            "document.hashtags",
        ),
    ),
    guard(
        "T57",
        RECEIVED,
        (
            "node/topics/posts/remote_post.py",
            "document.attachments[:ATTACHMENTS_MAX]",
            "document.attachments",
        ),
    ),
    guard(
        "T57",
        RECEIVED,
        ("node/topics/posts/remote_post.py", "document.options[:CHOICES_MAX]", "document.options"),
    ),
    guard(
        "T57",
        RECEIVED,
        (
            "node/topics/posts/remote_post.py",
            '(document.description or "")[:DESCRIPTION_CHARACTERS_MAX]',
            "document.description",
        ),
    ),
    guard(
        "T57",
        "node/base/test_markup.py::test_cleaned_html_keeps_its_limit_however_much_cleaning_adds",
        ("node/base/markup.py", "while len(cleaned) > HTML_CHARACTERS_MAX:", "while False:"),
    ),
    guard(
        "T57",
        "node/topics/accounts/test_scopes.py::test_scopes_that_there_are_not",
        ("node/topics/accounts/scopes.py", "0 < len(text) <= CHARACTERS_MAX and ", ""),
    ),
    guard(
        "T58",
        "node/topics/accounts/test_passwords.py"
        "::test_hashing_runs_beside_the_event_loop_and_only_two_at_once",
        (
            "node/topics/accounts/passwords.py",
            "await asyncio.to_thread(is_password, stored or NOBODYS, text)",
            "is_password(stored or NOBODYS, text)",
        ),
    ),
    guard(
        "T58",
        "node/topics/accounts/test_passwords.py"
        "::test_hashing_runs_beside_the_event_loop_and_only_two_at_once",
        (
            "node/topics/accounts/passwords.py",
            "    async with turns:\n        is_right = ",
            "    if True:\n        is_right = ",
        ),
    ),
)
