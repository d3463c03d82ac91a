"""Words are not lost, and not shown around a corner: T146 and T148."""

from tests.guards.guard import guard

GONE = "node/topics/publishing/test_gone_posts.py"
GONE_POSTS = "node/topics/publishing/gone_posts.py"
NOT_FOR_ALL = f"{GONE}::test_whoever_deletes_what_is_not_for_everybody_has_nobody_asked"
BACK = f"{GONE}::test_what_one_odd_answer_took_away_is_back_when_it_is_there_again"
SAID = f"{GONE}::test_gone_is_what_its_own_server_says_with_410"

LEFT = "node/topics/publishing/test_words_left.py"
COLLECTIONS = "node/documents/collections.py"
HOLDERS = "node/topics/publishing/test_copy_holders.py"
FANOUT = "node/topics/publishing/fanout.py"

CORNERS = "node/api/test_around_corners.py"
NARROWING = "node/topics/publishing/test_narrowing.py"
ENCODED = "node/api/encoded_statuses.py"
VIEWS = "node/topics/posts/views.py"
RECEIVE = "node/topics/publishing/receive.py"
NARROW = "node/topics/publishing/narrow.py"

GUARDS = (
    guard(
        "T146",
        "journeys/test_pubby.py"
        "::test_what_the_weblog_changes_and_deletes_in_a_community_does_so_at_its_other_nodes",
        (
            "node/topics/publishing/receive_announce.py",
            "        take_out_of(tx, group, inner.object)\n",
            "",
        ),
    ),
    guard(
        "T146",
        NOT_FOR_ALL,
        (GONE_POSTS, "return not post.local and post.visibility in OPEN", "return not post.local"),
    ),
    guard(
        "T146",
        f"{GONE}::test_what_is_only_not_there_is_not_deleted",
        (
            "node/topics/publishing/activities.py",
            'if context.fetched[iri] == "gone":',
            'if context.fetched[iri] in ("gone", "absent"):',
        ),
    ),
    guard(
        "T146", SAID, ("federation/errors.py", "self.status == 410", "self.status in (404, 410)")
    ),
    guard(
        "T146",
        SAID,
        (
            "node/inbox/fetch.py",
            "if error.is_gone and is_same_origin(error.url or iri, iri):",
            "if error.is_gone:",
        ),
    ),
    guard(
        "T146",
        f"{GONE}::test_what_its_address_says_is_gone_is_hidden_with_its_words",
        (GONE_POSTS, "        put_aside(tx, post, now)", "        remove_post(tx, post, now)"),
    ),
    guard(
        "T146",
        BACK,
        (
            "node/topics/publishing/receive.py",
            "    bring_back(tx, document.iri, author, now)\n",
            "",
        ),
    ),
    guard(
        "T146",
        f"{GONE}::test_what_is_gone_a_day_later_still_is_deleted_with_its_words",
        (GONE_POSTS, 'if found == "gone" and age_s >= AGAIN_AFTER_S:', 'if found == "gone":'),
    ),
    guard(
        "T146",
        f"{GONE}::test_nobody_else_brings_it_back",
        (GONE_POSTS, "if post is None or post.author_id != author.id:", "if post is None:"),
    ),
    guard(
        "T146",
        f"{GONE}::test_an_address_that_says_neither_is_asked_for_two_weeks_and_the_post_is_back",
        (GONE_POSTS, 'elif found == "stored" or age_s >= GIVE_UP_S:', 'elif found == "stored":'),
    ),
    guard(
        "T148",
        f"{LEFT}::test_no_word_of_a_post_of_ours_is_left_when_it_is_deleted",
        (FANOUT, "    forget_said(tx, post.iri)\n", ""),
    ),
    guard(
        "T148",
        f"{LEFT}::test_no_word_of_a_post_from_elsewhere_is_left_when_its_author_deletes_it",
        (FANOUT, "    drop_set_aside(tx, post.iri, now)\n", ""),
    ),
    guard(
        "T148",
        f"{LEFT}::test_no_word_of_a_post_from_elsewhere_is_left_when_its_author_deletes_it",
        (
            "node/topics/posts/store.py",
            "set deleted_at = :now, url = iri,",
            "set deleted_at = :now,",
        ),
    ),
    guard(
        "T148",
        f"{LEFT}::test_what_was_set_aside_of_a_post_that_never_came_goes_with_its_delete",
        (
            "node/topics/publishing/activities.py",
            "drop_set_aside(tx, delete.object, context.now, actor_iri=delete.actor)",
            "drop_set_aside(tx, delete.object, context.now)",
        ),
    ),
    guard(
        "T148",
        "node/db/test_database.py::test_a_word_that_is_deleted_is_overwritten_in_the_file",
        ("node/db/sqlite_tx.py", "secure_delete = on", "secure_delete = off"),
    ),
    guard(
        "T148",
        f"{HOLDERS}::test_whoever_did_something_with_a_post_gets_the_edit_and_the_delete",
        (
            "node/topics/publishing/actions.py",
            "had_it = copy_holders(tx, post.iri) | inboxes_given(tx, post.iri)",
            "had_it = inboxes_given(tx, post.iri)",
        ),
    ),
    guard(
        "T148",
        f"{HOLDERS}::test_a_proven_delete_is_passed_on_to_those_who_have_the_post_from_a_booster",
        (
            "node/topics/publishing/activities.py",
            "        pass_on_for(tx, boosters, known, context)\n",
            "",
        ),
    ),
    guard(
        "T148",
        f"{CORNERS}::test_what_a_moderator_removed_is_gone_inside_quotes_at_once_and_back_with_it",
        (
            ENCODED,
            "(seen.version, seen.author_version, *seen.quoted, age)",
            "(seen.version, seen.author_version, age)",
        ),
    ),
    guard(
        "T148",
        f"{CORNERS}::test_a_quote_follows_whatever_becomes_of_what_it_quotes",
        (VIEWS, "tuple(row[name] for name in QUOTED),", '(row["quoted_version"],),'),
    ),
    guard(
        "T148",
        f"{CORNERS}::test_answers_are_counted_as_far_as_the_reader_may_see_them",
        (
            "node/topics/posts/readings.py",
            "for row in seen_by(reader, answers):",
            "for row in answers:",
        ),
    ),
    guard(
        "T148",
        f"{CORNERS}::test_answers_are_counted_as_far_as_the_reader_may_see_them",
        (
            ENCODED,
            '            "replies_count": seen.answers,\n',
            '            "replies_count": self._entity["replies_count"],\n',
        ),
    ),
    guard(
        "T148",
        f"{CORNERS}::test_what_is_only_fetched_of_a_stranger_is_held_as_what_is_sent",
        (RECEIVE, "        hold_if_due(tx, post, author, {}, now)\n", "        pass\n"),
    ),
    guard(
        "T148",
        f"{NARROWING}::test_what_is_for_followers_from_now_on_is_shown_to_nobody_else",
        (RECEIVE, "        narrow(tx, known, author, changed.visibility, now)\n", "        pass\n"),
    ),
    guard(
        "T148",
        f"{NARROWING}::test_an_edit_shows_a_post_to_nobody_more_and_without_addresses_to_nobody_less",
        (
            NARROW,
            "visibility if REACH[visibility] < REACH[post.visibility] else post.visibility",
            "visibility",
        ),
    ),
    guard(
        "T148",
        f"{NARROWING}::test_what_is_for_one_person_from_now_on_stays_in_nobody_elses_home",
        (NARROW, "    remove_post_from_homes(tx, post.id)\n    drop_boosts_of(tx, post.id)\n", ""),
    ),
    guard(
        "T148",
        f"{NARROWING}::test_a_community_shows_and_passes_on_no_more_of_what_is_for_some",
        (NARROW, "    forget_said(tx, post.iri)\n", ""),
    ),
    guard(
        "T148",
        f"{NARROWING}::test_a_community_shows_and_passes_on_no_more_of_what_is_for_some",
        (
            "node/topics/publishing/activities.py",
            "if is_changed and is_shared and not",
            "if is_changed and not",
        ),
    ),
    guard(
        "T148",
        f"{NARROWING}::test_whom_a_private_edit_names_no_longer_has_neither_the_post_nor_the_news",
        (NARROW, "    if reach not in OPEN and not", "    if False and not"),
    ),
    guard(
        "T148",
        f"{CORNERS}::test_a_strangers_post_that_somebody_followed_passes_on_waits_for_no_look",
        ("node/topics/moderation/held.py", "    if follows_any(tx, by.id):\n", "    if True:\n"),
    ),
    guard(
        "T148",
        f"{CORNERS}::test_who_is_hidden_counts_in_nothing_and_counts_again_when_the_block_is_over",
        (
            "node/topics/neighbours/actions.py",
            "    count_anew(tx, reacted_to(tx, hosts))\n",
            "",
        ),
    ),
    guard(
        "T104",
        "node/topics/posts/test_remote_post.py"
        "::test_a_picture_at_a_blocked_host_hangs_on_nobodys_post",
        (
            "node/topics/posts/remote_post.py",
            "if one.url not in blocked and is_public_url",
            "if is_public_url",
        ),
    ),
    guard(
        "T148",
        "node/documents/test_documents.py"
        "::test_whoever_reads_a_post_and_signs_for_it_is_known_to_hold_it",
        (
            COLLECTIONS,
            'document.get("first", document).get("orderedItems", ())',
            'document.get("orderedItems", ())',
        ),
    ),
    guard(
        "T99",
        "node/documents/test_documents.py"
        "::test_whom_a_block_parts_is_given_nothing_of_the_other_by_any_address",
        (COLLECTIONS, "before or NEWEST, reader)", "before or NEWEST, None)"),
    ),
    guard(
        "T148",
        "node/topics/accounts/test_suspension.py"
        "::test_what_they_did_to_posts_of_others_counts_only_while_they_are_shown",
        (
            "node/topics/reactions/suspension.py",
            "    suspend(tx, account, now)\n    count_names_anew(tx, account)\n\n",
            "    suspend(tx, account, now)\n\n",
        ),
    ),
    guard(
        "T148",
        "node/topics/accounts/test_suspension.py"
        "::test_what_somebody_elsewhere_did_counts_only_while_their_home_shows_them",
        (
            "node/topics/publishing/activities.py",
            "            count_again_of(tx, update.actor)\n",
            "",
        ),
    ),
)
