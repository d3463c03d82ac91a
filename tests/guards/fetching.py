"""What we fetch: T36 to T43."""

from tests.guards.guard import guard

GATE = "federation/test_gate.py"
ADDRESSES = "federation/test_address_guard.py"
SPECIAL = f"{ADDRESSES}::test_a_special_address_or_none_at_all_is_not_public"
SOURCE, GUARD = "federation/gate.py", "federation/address_guard.py"
CONNECTING = "federation/connections.py"

GUARDS = (
    guard("T36", SPECIAL, (GUARD, "found in IPV6_ALLOWED and ", "")),
    guard(
        "T36",
        SPECIAL,
        (GUARD, " and not any(found in block for block in IPV6_REFUSED)", ""),
    ),
    guard(
        "T36",
        SPECIAL,
        (GUARD, "return not any(found in block for block in IPV4_REFUSED)", "return True"),
    ),
    guard(
        "T36",
        f"{GATE}::test_no_private_address_is_connected_to_whatever_its_name",
        (
            CONNECTING,
            "not all(self._may_connect(str(one",
            "any(False and self._may_connect(str(one",
        ),
        (CONNECTING, "not (self.may_connect(host) or self.is_listed(host, address[1]))", "False"),
    ),
    guard(
        "T37",
        f"{GATE}::test_of_a_name_with_one_private_address_none_is_tried",
        (CONNECTING, "not all(self._may_connect(str(one", "not any(self._may_connect(str(one"),
    ),
    guard(
        "T37",
        f"{GATE}::test_a_name_that_leads_inside_every_other_time_never_does",
        (
            CONNECTING,
            "not all(self._may_connect(str(one",
            "any(False and self._may_connect(str(one",
        ),
        (CONNECTING, "not (self.may_connect(host) or self.is_listed(host, address[1]))", "False"),
    ),
    guard(
        "T38",
        f"{GATE}::test_no_private_address_is_connected_to_by_its_number",
        (CONNECTING, "not (self.may_connect(host) or self.is_listed(host, address[1]))", "False"),
    ),
    guard(
        "T38",
        "federation/test_addresses.py::test_any_other_form_is_refused_and_never_repaired",
        ("federation/origin.py", 'NUMBER.fullmatch(match["host"]) and not', "False and not"),
    ),
    guard(
        "T39",
        f"{GATE}::test_at_most_three_redirects_are_followed",
        (SOURCE, "asking.hops <= 0", "False"),
    ),
    guard(
        "T39",
        f"{GATE}::test_a_redirect_to_the_inside_or_to_another_scheme_is_not_followed",
        (CONNECTING, "not (self.may_connect(host) or self.is_listed(host, address[1]))", "False"),
    ),
    guard(
        "T39",
        f"{GATE}::test_a_redirect_to_the_inside_or_to_another_scheme_is_not_followed",
        (
            SOURCE,
            "        while True:\n            self.check_url(url)\n",
            "        self.check_url(url)\n        while True:\n",
        ),
    ),
    guard(
        "T39",
        f"{GATE}::test_each_hop_of_a_redirect_is_signed_anew",
        (
            SOURCE,
            "allow_redirects=False\n            ) as reply:\n                if reply.status in",
            "\n            ) as reply:\n                if reply.status in",
        ),
    ),
    guard(
        "T39",
        f"{GATE}::test_only_plain_https_on_its_own_port_is_asked",
        (
            SOURCE,
            'parts.scheme == "https" and (port == 443 or is_listed)',
            "port == 443 or is_listed",
        ),
    ),
    guard(
        "T39",
        f"{GATE}::test_only_plain_https_on_its_own_port_is_asked",
        (SOURCE, "(port == 443 or is_listed)", "True"),
    ),
    guard(
        "T39",
        f"{GATE}::test_a_certificate_that_nobody_vouches_for_is_refused",
        (CONNECTING, "ssl=context,", "ssl=False,"),
    ),
    guard(
        "T40",
        f"{GATE}::test_no_proxy_of_the_environment_is_used",
        (SOURCE, "trust_env=False", "trust_env=True"),
    ),
    guard(
        "T40",
        "test_seams.py::test_a_module_reaches_through_no_seam_that_is_not_its_own",
        ("node/cli/context.py", "from typing import Any", "import socket\nfrom typing import Any"),
    ),
    guard(
        "T41",
        f"{GATE}::test_a_cookie_that_is_set_is_not_sent_back",
        (SOURCE, "cookie_jar=aiohttp.DummyCookieJar(),", ""),
    ),
    guard(
        "T41",
        "federation/discovery/test_webfinger.py"
        "::test_a_name_reaches_the_address_of_a_question_only_percent_encoded",
        (
            "federation/discovery/webfinger.py",
            'quote(f"acct:{resource.handle}", safe="@:")',
            'f"acct:{resource.handle}"',
        ),
    ),
    guard(
        "T42",
        f"{GATE}::test_a_piece_of_work_causes_only_the_fetches_it_may",
        (SOURCE, "self.fetches <= 0 or url in self.asked", "url in self.asked"),
    ),
    guard(
        "T42",
        f"{GATE}::test_a_redirect_in_a_circle_ends_at_once",
        (SOURCE, "self.fetches <= 0 or url in self.asked", "self.fetches <= 0"),
    ),
    guard(
        "T42",
        f"{GATE}::test_redirects_to_a_document_and_to_its_own_id_count_together",
        (
            SOURCE,
            "                found = await self._follow(iri, asking)\n                value",
            "                asking.hops = limits.HOPS_MAX\n                found = await self._follow(iri, asking)\n                value",
        ),
        (SOURCE, "budget or Budget(limits.HOPS_MAX + 2)", "budget or Budget()"),
    ),
    guard(
        "T43",
        f"{GATE}::test_a_body_that_is_too_large_is_let_go",
        (SOURCE, "size > body_bytes_max", "False"),
    ),
    guard(
        "T43",
        f"{GATE}::test_a_body_without_a_length_is_counted_as_it_comes",
        (SOURCE, "size > body_bytes_max", "(reply.content_length or 0) > body_bytes_max"),
    ),
    guard(
        "T43",
        f"{GATE}::test_a_compressed_body_is_not_unpacked",
        (
            SOURCE,
            'reply.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity"',
            "False",
        ),
        (SOURCE, "auto_decompress=False", "auto_decompress=True"),
    ),
    guard(
        "T43",
        f"{GATE}::test_a_body_that_trickles_is_let_go",
        (SOURCE, "took_s > self._slow_after_s and size < took_s * limits.BYTES_PER_S_MIN", "False"),
    ),
    guard(
        "T43",
        f"{GATE}::test_a_server_that_says_nothing_is_let_go",
        (SOURCE, "total=fetch_s_max, ", ""),
    ),
    guard(
        "T43",
        f"{GATE}::test_all_that_one_piece_of_work_reads_has_a_limit_together",
        (SOURCE, "self.body_bytes < 0", "False"),
    ),
)
