"""What one message, one host and one stranger may cost us, and others through us: T44 to T48."""

from tests.guards.guard import guard

GATE, SOURCE = "federation/test_gate.py", "federation/gate.py"
RATES_TEST, HOST_RATES = "node/arrivals/test_host_rates.py", "node/arrivals/host_rates.py"
TASKS, TASK_ROWS = "node/arrivals/test_fetch_tasks.py", "node/arrivals/fetch_tasks.py"
CONVERSATIONS = "node/topics/conversations/test_conversations.py"
RECEIVED, ACTORS = "node/topics/actors/test_activities.py", "node/topics/actors/activities.py"
HEADERS = "federation/test_slow_text.py::test_no_header_takes_long_to_read"
CONNECTING = "federation/connections.py"

GUARDS = (
    guard(
        "T44",
        HEADERS,
        (
            "federation/documents/media_types.py",
            "ENTRY.findall(accept[:HEADER_CHARACTERS_MAX])",
            "ENTRY.findall(accept)",
        ),
    ),
    guard(
        "T44",
        "federation/proofs/test_proof.py::test_more_than_four_proofs_are_not_even_read",
        ("federation/proofs/proof.py", "len(found) > PROOFS_MAX", "False"),
    ),
    guard(
        "T45",
        f"{GATE}::test_asking_once_more_counts_against_the_budget",
        (SOURCE, "                asking.budget.spend_again()\n", ""),
    ),
    guard(
        "T45",
        "node/inbox/test_apply.py::test_a_message_causes_twenty_fetches_at_most",
        ("node/inbox/apply.py", "Budget(FETCHES_MAX - arrival.fetches,", "Budget(FETCHES_MAX,"),
    ),
    guard(
        "T45",
        f"{TASKS}::test_what_a_piece_of_work_has_cost_stays_counted_when_its_taker_is_killed",
        (TASK_ROWS, "set fetches = fetches + :fetches", "set fetches = :fetches"),
    ),
    guard(
        "T45",
        "node/inbox/test_backfill.py::test_a_conversation_without_end_costs_what_a_conversation_may_cost",
        (
            "node/inbox/fetch_run.py",
            "left = max(0, CONVERSATION_FETCHES_MAX - cost)",
            "left = CONVERSATION_FETCHES_MAX",
        ),
    ),
    guard(
        "T45",
        f"{CONVERSATIONS}::test_a_message_is_fetched_for_three_posts_upwards_and_no_more",
        ("node/topics/publishing/receive.py", "for _ in range(LEVELS_MAX):", "for _ in range(9):"),
    ),
    guard(
        "T45",
        f"{CONVERSATIONS}::test_for_a_stranger_nothing_is_fetched_later",
        (
            "node/topics/conversations/missing.py",
            "    if not any(follows_any(tx, one) for one in concerned if one is not None):\n        return\n",
            "",
        ),
    ),
    guard(
        "T46",
        f"{GATE}::test_pacing_is_asked_before_every_request_redirects_among_them",
        (
            SOURCE,
            "if self._pacing is not None:\n            await",
            "if False:\n            await",
        ),
    ),
    guard(
        "T46",
        f"{RATES_TEST}::test_a_stranger_is_asked_sixty_times_in_any_hour",
        (HOST_RATES, "    if len(asked) < STRANGER_REQUESTS_AN_HOUR:\n", "    if True:\n"),
    ),
    guard(
        "T46",
        f"{RATES_TEST}::test_who_only_asked_to_follow_one_of_ours_is_a_stranger",
        (
            HOST_RATES,
            "f.follower_id = a.id and f.state = 'accepted' and ours.local = 1",
            "f.follower_id = a.id and ours.local = 1",
        ),
    ),
    guard(
        "T46",
        f"{RATES_TEST}::test_a_relation_between_two_of_other_nodes_is_none_of_ours",
        (HOST_RATES, "f.followed_id = a.id and ours.local = 1", "f.followed_id = a.id"),
        (HOST_RATES, "f.state = 'accepted' and ours.local = 1", "f.state = 'accepted'"),
    ),
    guard(
        "T46",
        f"{RATES_TEST}::test_only_a_host_that_the_operator_trusts_is_asked_more_than_sixty_times",
        (HOST_RATES, 'refusal == "later" or (refusal and not is_known)', 'refusal == "later"'),
    ),
    guard(
        "T47",
        f"{RECEIVED}::test_no_more_than_a_hundred_have_their_inbox_on_a_host_that_is_not_theirs",
        (ACTORS, 'row and row["total"] >= INBOXES_ELSEWHERE_MAX', "False"),
    ),
    guard(
        "T47",
        f"{RECEIVED}::test_an_inbox_on_a_host_that_is_blocked_makes_no_actor",
        (ACTORS, " or not circle.may_meet(inbox_host or host)", ""),
    ),
    guard(
        "T47",
        f"{RECEIVED}::test_an_inbox_without_a_plain_address_of_the_same_scheme_makes_no_actor",
        (
            ACTORS,
            'if not is_iri(document.inbox) or document.inbox.partition(":")[0] != scheme:',
            "if False:",
        ),
    ),
    guard(
        "T47",
        f"{RECEIVED}::test_nothing_is_delivered_to_a_shared_inbox_on_another_host_than_the_inbox",
        (ACTORS, "shared_inbox=shared if is_shared else None", "shared_inbox=shared"),
    ),
    guard(
        "T47",
        f"{GATE}::test_an_inbox_is_looked_at_again_whenever_something_is_sent_to_it",
        (CONNECTING, "not (self.may_connect(host) or self.is_listed(host, address[1]))", "False"),
        (
            CONNECTING,
            "not all(self._may_connect(str(one",
            "any(False and self._may_connect(str(one",
        ),
    ),
    guard(
        "T48",
        f"{RATES_TEST}::test_a_thousand_invented_hosts_leave_a_limited_number_of_counts",
        (HOST_RATES, "        make_room(tx, domain_of(host), now)\n", ""),
    ),
    guard(
        "T48",
        f"{RATES_TEST}::test_counts_are_forgotten_after_an_hour_and_waits_when_they_are_over",
        (HOST_RATES, "before=now - HOUR_S", "before=now - 99 * HOUR_S"),
    ),
    guard(
        "T48",
        "node/arrivals/test_tombstones.py::test_an_actor_has_so_many_marks_and_no_more",
        (
            "node/arrivals/tombstones.py",
            'if held and held["total"] >= TOMBSTONES_PER_ACTOR_MAX:',
            "if False:",
        ),
    ),
    guard(
        "T48",
        f"{TASKS}::test_a_host_has_a_limited_number_of_tasks",
        (TASK_ROWS, 'if held and held["total"] >= TASKS_PER_HOST_MAX:', "if False:"),
    ),
    guard(
        "T48",
        f"{TASKS}::test_a_thousand_invented_hosts_leave_a_limited_number_of_tasks",
        (TASK_ROWS, "tasks_held(tx) < TASKS_MAX or drop_settled(tx) > 0", "True"),
    ),
    guard(
        "T48",
        f"{TASKS}::test_settled_tasks_are_forgotten_after_a_week_and_waiting_ones_are_not",
        (TASK_ROWS, "before=now - TASK_KEPT_S", "before=0"),
    ),
    guard(
        "T48",
        "node/peers/test_message_rates.py::test_many_invented_hosts_leave_no_more_than_the_cap",
        ("node/peers/message_rates.py", "len(self._counts) > HOSTS_COUNTED_MAX", "False"),
    ),
)
