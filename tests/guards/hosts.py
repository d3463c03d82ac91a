"""Blocks, domains that change hands, waves, and groups that lie elsewhere: T104 to T109."""

from tests.guards.guard import guard

WAYS_AROUND = "node/topics/neighbours/test_ways_around.py"
CHANGED_KEYS = "node/topics/neighbours/test_changed_keys.py"
OUTBOX, SENDER = "node/outbox/test_outbox.py", "node/outbox/sender.py"
RULES, RULING = "node/peers/test_rules.py", "node/peers/rules.py"
ACCEPTING, ACTORS = "node/inbox/accept.py", "node/topics/actors/activities.py"
OURS, THEIRS = "node/topics/moderation/test_ours.py", "node/topics/moderation/test_theirs.py"
BELIEVED, BELIEVING = "node/topics/moderation/test_rules.py", "node/topics/moderation/rules.py"
NOT_SHOWN = f"{WAYS_AROUND}::test_nothing_of_a_blocked_host_is_shown_by_any_way_out"
NOT_ADDRESSED = f"{WAYS_AROUND}::test_nobody_of_a_blocked_host_is_among_those_something_goes_to"
ODD = f"{CHANGED_KEYS}::test_a_new_key_is_odd_after_a_long_silence_and_for_a_node_always"

GUARDS = (
    guard(
        "T104",
        "federation/test_gate.py"
        "::test_a_host_that_is_not_met_is_asked_neither_at_once_nor_after_a_redirect",
        ("federation/gate.py", "if not self._may_ask(authority):", "if False:"),
    ),
    guard(
        "T104",
        "node/inbox/test_authorized_fetch.py::test_a_blocked_host_is_given_nothing_when_it_says_who_it_is",
        (
            "node/inbox/authorized_fetch.py",
            "if not self._peers.circle.may_meet(host):",
            "if False:",
        ),
    ),
    guard(
        "T104",
        f"{WAYS_AROUND}::test_somebody_else_does_not_sign_for_those_of_a_blocked_host",
        (ACCEPTING, "        self._check_met(host)\n", ""),
    ),
    guard(
        "T104",
        f"{WAYS_AROUND}::test_nothing_signed_there_is_taken_and_its_key_is_not_asked_for",
        (ACCEPTING, "        self._check_met(signed_at)\n", ""),
        (ACCEPTING, "        self._check_met(host)\n", ""),
    ),
    guard(
        "T104",
        f"{WAYS_AROUND}::test_nothing_of_theirs_that_others_carry_is_kept",
        (
            "node/peers/hosts_named.py",
            '    yield from iris_in(getattr(activity, "target", None))\n',
            "",
        ),
    ),
    guard(
        "T104",
        f"{WAYS_AROUND}::test_nothing_of_theirs_that_others_carry_is_kept",
        ("node/peers/hosts_named.py", "yield from (thing.iri, thing.author)", "yield thing.iri"),
    ),
    guard(
        "T104",
        f"{WAYS_AROUND}::test_somebody_of_a_blocked_host_is_not_stored",
        (ACTORS, "if not circle.may_meet(host) or ", "if "),
    ),
    guard(
        "T104",
        NOT_SHOWN,
        (
            "node/topics/posts/readings.py",
            "    where p.id in (:ids[]) and p.deleted_at is null\n      and a.deleted_at is null and a.hidden_at is null",
            "    where p.id in (:ids[]) and p.deleted_at is null\n      and a.deleted_at is null",
        ),
    ),
    guard(
        "T104",
        NOT_SHOWN,
        (
            "node/topics/actors/store.py",
            "where iri = :iri and deleted_at is null and hidden_at is null",
            "where iri = :iri and deleted_at is null",
        ),
    ),
    guard(
        "T104",
        f"{WAYS_AROUND}::test_nothing_is_put_out_for_a_blocked_host",
        ("node/outbox/append.py", "host != ours and circle.may_meet(host)", "host != ours"),
    ),
    guard(
        "T104",
        NOT_ADDRESSED,
        (
            "node/outbox/audience.py",
            "where id in (:ids[]) and local = 0 and deleted_at is null and hidden_at is null",
            "where id in (:ids[]) and local = 0 and deleted_at is null",
        ),
    ),
    guard(
        "T104",
        NOT_ADDRESSED,
        (
            "node/outbox/audience.py",
            "f.state = 'accepted'\n          and a.local = 0 and a.deleted_at is null and a.hidden_at is null",
            "f.state = 'accepted'\n          and a.local = 0 and a.deleted_at is null",
        ),
    ),
    guard(
        "T104",
        f"{OUTBOX}::test_what_waits_for_a_host_that_is_blocked_meanwhile_is_parked_and_not_sent",
        (SENDER, "if not self._peers.circle.may_meet(host):", "if False:"),
        (
            SENDER,
            "                if not self._peers.may_ask(host):\n                    return\n",
            "",
        ),
    ),
    guard(
        "T104",
        f"{RULES}::test_a_block_covers_the_host_its_subdomains_and_every_port",
        (RULING, "*domains_over(host)", ""),
    ),
    guard(
        "T104",
        f"{RULES}::test_a_block_covers_the_host_its_subdomains_and_every_port",
        (RULING, 'host = PORT.sub("", authority)', "host = authority"),
    ),
    guard(
        "T104",
        f"{RULES}::test_the_strictest_of_a_host_and_the_domains_above_it_counts",
        (
            RULING,
            "for strict in (Policy.BLOCKED, Policy.SILENCED):",
            "for strict in (Policy.SILENCED, Policy.BLOCKED):",
        ),
    ),
    guard(
        "T105", ODD, (RULING, "return came_back or now - heard_at >= SILENCE_S", "return came_back")
    ),
    guard("T105", ODD, (RULING, "return came_back or now", "return now")),
    guard("T105", ODD, (RULING, "    if is_node:\n        return True\n", "")),
    guard(
        "T105",
        f"{CHANGED_KEYS}::test_a_relation_is_frozen_when_a_key_changes_oddly",
        (ACTORS, '        freeze(tx, actor.host, f"The key', '        str(f"The key'),
    ),
    guard(
        "T105",
        f"{CHANGED_KEYS}::test_what_comes_with_the_new_key_is_held_from_the_first_message_on",
        (ACCEPTING, "        if frozen:\n", "        if False:\n"),
    ),
    guard(
        "T105",
        f"{CHANGED_KEYS}::test_what_comes_with_the_new_key_is_held_from_the_first_message_on",
        ("node/inbox/remote_keys.py", "                await self._peers.refresh(self._db)\n", ""),
    ),
    guard(
        "T105",
        f"{OUTBOX}::test_what_is_for_a_frozen_host_waits",
        (SENDER, "return not self._peers.circle.is_frozen(host)", "return True"),
        (
            SENDER,
            "                if not self._peers.may_ask(host):\n                    return\n",
            "",
        ),
    ),
    guard(
        "T105",
        f"{OUTBOX}::test_a_page_for_an_answer_counts_once_the_actors_document_was_read_again",
        (SENDER, "is_taken(answer) and answer.is_page and not await", "False and not await"),
    ),
    guard(
        "T105",
        f"{RULES}::test_a_frozen_host_is_listened_to_and_not_asked",
        (
            RULING,
            "return self.may_meet(authority) and not self.is_frozen(authority)",
            "return self.may_meet(authority)",
        ),
    ),
    guard(
        "T106",
        f"{CHANGED_KEYS}::test_a_host_that_sends_too_much_is_told_when_to_come_back",
        (ACCEPTING, "        self.rates.check(authority_of(signer), self.clock.now())\n", ""),
    ),
    guard(
        "T106",
        f"{CHANGED_KEYS}::test_nobody_uses_up_the_share_of_a_host_in_whose_name_they_cannot_sign",
        (
            ACCEPTING,
            "        if await self._is_self_delete_of_a_stranger(activity):\n",
            "        self.rates.check(host, self.clock.now())\n        if await self._is_self_delete_of_a_stranger(activity):\n",
        ),
    ),
    guard(
        "T106",
        "node/peers/test_message_rates.py"
        "::test_a_host_sends_as_much_as_its_policy_lets_it_and_others_are_unaffected",
        (
            "node/peers/message_rates.py",
            "key = (host, now // self._window_s)",
            'key = ("", now // self._window_s)',
        ),
    ),
    guard(
        "T106",
        "node/topics/publishing/test_strangers.py"
        "::test_of_strangers_twenty_a_day_are_told_and_what_the_others_said_stays",
        (
            "node/topics/publishing/fanout.py",
            "return strangers_heard(tx, reader_id, now - DAY_S, only_id) < STRANGERS_A_DAY_MAX",
            "return True",
        ),
    ),
    guard(
        "T106",
        "node/topics/publishing/test_strangers.py"
        "::test_of_one_stranger_twenty_answers_a_day_are_told_and_others_are_heard",
        (
            "node/topics/publishing/fanout.py",
            "return strangers_heard(tx, reader_id, now - DAY_S, only_id) < STRANGERS_A_DAY_MAX",
            "return is_answer",
        ),
    ),
    guard(
        "T107",
        "node/topics/publishing/test_activities.py"
        "::test_what_another_community_passed_on_is_not_passed_on_again",
        ("node/inbox/handlers.py", "inside = replace(context, verbatim={})", "inside = context"),
    ),
    guard(
        "T107",
        "node/topics/conversations/test_conversations.py"
        "::test_an_announce_is_never_announced_by_a_community_of_ours",
        (
            "node/topics/publishing/send_create.py",
            "    if not note_announced(tx, post.id, now):\n        return\n",
            "",
        ),
    ),
    guard(
        "T108",
        "node/topics/neighbours/test_purge.py::test_every_trace_of_a_host_is_removed_and_counted",
        (
            "node/topics/neighbours/purge.py",
            'removed["held_arrival"] = tx.run("delete from held_arrival where host = :host", host=host)',
            'removed["held_arrival"] = 1',
        ),
    ),
    guard(
        "T108",
        "node/topics/neighbours/test_purge.py::test_every_trace_of_a_host_is_removed_and_counted",
        (
            "node/topics/neighbours/purge.py",
            "where origin in (:origins[]) or body like :at or body like :named",
            "where origin in (:origins[])",
        ),
    ),
    guard(
        "T109",
        f"{OURS}::test_what_another_community_says_our_moderator_did_has_no_effect",
        (
            "node/topics/moderation/authority.py",
            "if passing is None and group.local else None",
            "if group.local else None",
        ),
    ),
    guard(
        "T109",
        "node/topics/publishing/test_named_communities.py"
        "::test_a_post_stands_in_a_community_elsewhere_only_once_that_has_announced_it",
        (
            "node/topics/posts/remote_post.py",
            "return group.id if group is not None and group.local else None",
            "return group.id if group is not None else None",
        ),
    ),
    guard(
        "T109",
        "node/topics/publishing/test_named_communities.py"
        "::test_one_that_another_community_announces_does_not_stand_in_the_one_it_names",
        (
            "node/topics/posts/remote_post.py",
            "return group.id if group is not None and group.local else None",
            "return group.id if group is not None else None",
        ),
    ),
    guard(
        "T109",
        f"{BELIEVED}::test_of_a_community_of_ours_nobody_elsewhere_is_an_authority",
        (BELIEVING, "    if claim.is_ours:\n        return moderates(claim.standing)\n", ""),
    ),
    guard(
        "T109",
        f"{BELIEVED}::test_of_a_community_of_ours_only_those_who_look_after_it_are_believed",
        (BELIEVING, "return moderates(claim.standing)", "return True"),
    ),
    guard(
        "T109",
        f"{THEIRS}::test_an_affiliation_from_anywhere_else_is_not_believed",
        (BELIEVING, "return claim.is_groups_word or claim.is_at_home", "return True"),
    ),
)
