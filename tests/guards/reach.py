"""Who may see what, and who may say what of whom: T22 to T27."""

from tests.guards.guard import guard

POST_RULES, MAY_SEE = "node/topics/posts/test_rules.py", "node/topics/permissions/rules.py"
DOCUMENTS = "node/documents/test_documents.py"
BELIEVED = "node/topics/moderation/test_rules.py"
OURS, THEIRS = "node/topics/moderation/test_ours.py", "node/topics/moderation/test_theirs.py"
MODERATING = "node/topics/moderation/activities.py"
MOVING = "node/topics/members/test_move.py"
MEMBERS = "node/topics/members/activities.py"
REPORTING = "node/topics/moderation/test_flags.py"
TIMELINES = "node/api/test_timelines.py"
BLOCKS = "node/topics/members/test_blocks.py"
BLOCKS_HEARD = "node/topics/members/block_activities.py"
MATRIX = f"{POST_RULES}::test_each_visibility_is_for_exactly_its_readers"
FOLLOWERS_ALONE = f"{TIMELINES}::test_posts_for_followers_are_for_accepted_followers_alone"

GUARDS = (
    guard(
        "T22",
        MATRIX,
        (
            MAY_SEE,
            '(visibility == "followers" and reading.is_follower)',
            'visibility == "followers"',
        ),
    ),
    guard(
        "T22",
        f"{DOCUMENTS}::test_a_post_for_some_is_given_to_those_it_is_for_and_kept_by_no_cache",
        (
            "node/topics/posts/readings.py",
            "exists (select 1 from follow f where f.follower_id = :reader_id\n            and f.followed_id = p.author_id and f.state = 'accepted') as is_follower",
            "exists (select 1 from follow f where f.follower_id = :reader_id\n            and f.followed_id = p.author_id) as is_follower",
        ),
    ),
    guard(
        "T22",
        f"{DOCUMENTS}::test_what_not_everybody_may_read_looks_as_if_it_were_not_there",
        (
            "node/documents/objects.py",
            "not post.local or not is_shown(tx, post, group, reader, signer)",
            "not post.local",
        ),
    ),
    guard(
        "T22",
        f"{DOCUMENTS}::test_a_private_post_and_its_activity_stand_in_no_collection",
        (
            "node/topics/timelines/documents.py",
            "where e.actor_id = :actor_id and e.public = 1 and e.id < :before",
            "where e.actor_id = :actor_id and e.id < :before",
        ),
    ),
    guard(
        "T22",
        f"{DOCUMENTS}::test_a_private_post_and_its_activity_stand_in_no_collection",
        (
            "node/topics/timelines/documents.py",
            "where e.actor_id = :actor_id and e.public = 1 and e.kind",
            "where e.actor_id = :actor_id and e.kind",
        ),
    ),
    guard(
        "T22",
        "node/inbox/test_proofs.py::test_a_post_for_some_that_somebody_passes_on_is_not_kept",
        (
            "node/topics/publishing/receive_announce.py",
            'if reach not in (*OPEN, "members") or is_over:',
            "if is_over:",
        ),
    ),
    guard(
        "T22",
        "node/topics/members/test_following.py::test_somebody_of_another_node_is_followed_only_once_they_accept",
        (
            "node/topics/members/actions.py",
            'made = Follow(new_id(now), me.id, other.id, iri, "pending", now)',
            'made = Follow(new_id(now), me.id, other.id, iri, "accepted", now)',
        ),
    ),
    guard(
        "T22",
        f"{BLOCKS}::test_a_block_ends_both_follows_and_hides_each_from_the_other",
        (MAY_SEE, "    if reading.is_apart:\n        return False\n", ""),
    ),
    guard(
        "T23",
        MATRIX,
        (
            MAY_SEE,
            '(visibility == "followers" and reading.is_follower)',
            "reading.is_follower",
        ),
    ),
    guard(
        "T23",
        "node/topics/publishing/test_publishing.py::test_a_message_is_seen_by_those_it_names_and_nobody_else",
        (
            "node/topics/posts/readings.py",
            'return [row for row in rows if may_see(row["visibility"], reading_of(row, reader))]',
            "return list(rows)",
        ),
    ),
    guard(
        "T23",
        FOLLOWERS_ALONE,
        (
            "node/topics/posts/readings.py",
            'return [row for row in rows if may_see(row["visibility"], reading_of(row, reader))]',
            "return list(rows)",
        ),
    ),
    guard(
        "T24",
        f"{BELIEVED}::test_of_a_community_elsewhere_it_or_its_own_node_is_believed_and_nobody_else",
        (
            "node/topics/moderation/rules.py",
            "return claim.is_groups_word or claim.is_at_home",
            "return True",
        ),
    ),
    guard(
        "T24",
        "node/inbox/test_backfill.py"
        "::test_the_history_of_a_community_is_shown_in_it_and_nobody_is_told",
        ("node/topics/publishing/backfilled.py", "if is_for(tx, post, actor):", "if True:"),
    ),
    guard(
        "T24",
        f"{OURS}::test_what_anybody_else_says_has_no_effect",
        ("node/topics/moderation/rules.py", "return moderates(claim.standing)", "return True"),
        (
            "node/topics/moderation/rules.py",
            "    check_may_moderate(mine)\n    if theirs",
            "    if theirs",
        ),
    ),
    guard(
        "T24",
        "node/topics/moderation/test_actions.py::test_who_does_not_look_after_the_community_can_do_nothing",
        (
            "node/topics/moderation/rules.py",
            "    if not moderates(standing):\n",
            "    if False:\n",
        ),
    ),
    guard(
        "T24",
        f"{OURS}::test_a_post_of_another_community_is_not_pinned_closed_or_removed",
        (
            "node/topics/moderation/authority.py",
            "return post if post.community_id == group.id else None",
            "return post",
        ),
    ),
    guard(
        "T24",
        f"{THEIRS}::test_one_of_the_communitys_own_node_is_believed_and_others_are_not",
        (
            "node/topics/moderation/authority.py",
            "is_at_home=passing is None and is_same_origin(actor_iri, group.iri)",
            "is_at_home=passing is None",
        ),
    ),
    guard(
        "T24",
        f"{THEIRS}::test_what_another_community_passes_on_has_no_effect",
        (
            "node/topics/moderation/authority.py",
            "is_groups_word=passing is not None and passing.id == group.id",
            "is_groups_word=passing is not None",
        ),
    ),
    guard(
        "T24",
        f"{THEIRS}::test_a_community_that_only_shows_a_post_has_no_say_over_it",
        (
            "node/topics/publishing/receive_announce.py",
            "        if is_for(tx, post, group):\n",
            "        if True:\n",
        ),
    ),
    guard(
        "T24",
        f"{THEIRS}::test_an_affiliation_from_anywhere_else_is_not_believed",
        (
            "node/topics/moderation/collections.py",
            "    if not is_same_origin(group.iri, target):\n        return\n",
            "",
        ),
    ),
    guard(
        "T24",
        f"{THEIRS}::test_a_person_pins_posts_of_their_own_and_of_nobody_else",
        (
            "node/topics/moderation/collections.py",
            "post is None or post.author_id != owner.id",
            "post is None",
        ),
    ),
    guard(
        "T25",
        f"{MOVING}::test_the_new_address_is_read_anew_though_it_is_known",
        (
            MEMBERS,
            "    if not context.is_settled(iri):\n        raise Missing([iri])\n    if context",
            "    if not context.is_settled(iri) and actor is not None:\n        return actor\n    if context",
        ),
    ),
    guard(
        "T25",
        f"{MOVING}::test_a_new_address_that_cannot_be_read_moves_nobody",
        (MEMBERS, 'context.fetched[iri] != "stored" or actor is None', "actor is None"),
    ),
    guard(
        "T25",
        f"{MOVING}::test_a_new_address_that_does_not_name_the_old_one_moves_nobody",
        ("node/topics/members/rules.py", "    if not is_named:\n", "    if False:\n"),
    ),
    guard(
        "T25",
        f"{MOVING}::test_nobody_moves_anybody_else",
        (MEMBERS, "if move.object != move.actor or not", "if not"),
        (MEMBERS, "old = actor_by_iri(tx, move.actor)", "old = actor_by_iri(tx, move.object)"),
    ),
    guard(
        "T25",
        f"{MOVING}::test_an_actor_moves_once_in_thirty_days",
        (
            "node/topics/members/rules.py",
            "moved_at is not None and now - moved_at < MOVE_EVERY_S",
            "False",
        ),
    ),
    guard(
        "T25",
        f"{MOVING}::test_members_of_a_private_group_elsewhere_are_asked_and_not_moved",
        (
            "node/topics/members/move.py",
            "is_moved = not is_group and move_one",
            "is_moved = move_one",
        ),
    ),
    guard(
        "T26",
        f"{OURS}::test_a_ban_removes_only_what_was_written_in_that_community",
        (
            "node/topics/posts/removals.py",
            "where author_id = :author_id and community_id = :group_id and",
            "where author_id = :author_id and :group_id > 0 and",
        ),
    ),
    guard(
        "T26",
        f"{REPORTING}::test_a_report_keeps_no_post_that_its_reporter_could_not_see",
        (
            "node/topics/moderation/flags.py",
            "post_ids=[view.post.id for view in seen]",
            "post_ids=[post.id for post in posts]",
        ),
    ),
    guard(
        "T26",
        f"{THEIRS}::test_a_block_of_a_person_or_for_another_host_bans_nobody_from_a_community",
        (
            MODERATING,
            "    if group is None or not group.is_group:\n        return\n    said = Said(block",
            "    if group is None:\n        return\n    said = Said(block",
        ),
    ),
    guard(
        "T27",
        "node/inbox/test_backfill.py::test_we_do_not_ask_ourselves",
        ("node/inbox/fetch.py", "if is_same_origin(iri, key.iri):", "if False:"),
    ),
    guard(
        "T95",
        "node/api/test_tags.py::test_only_what_everybody_may_read_is_found_by_a_hashtag",
        (
            "node/topics/posts/store.py",
            'is_public=post.visibility == "public")',
            "is_public=True)",
        ),
    ),
    guard(
        "T95",
        "node/web/test_search_engines.py::test_where_they_are_let_in_each_person_decides_for_themselves",
        (
            "node/http/search_engines.py",
            "return setting and all(author.indexable for author in authors)",
            "return setting",
        ),
    ),
    guard(
        "T95",
        "node/web/test_search_engines.py::test_everything_is_shut_unless_the_keeper_lets_them_in",
        (
            "node/http/search_engines.py",
            "return setting and all(author.indexable for author in authors)",
            "return all(author.indexable for author in authors)",
        ),
    ),
    guard(
        "T99",
        f"{BLOCKS}::test_the_home_of_the_blocked_is_told_and_nobody_else",
        ("node/topics/members/blocks.py", "public=False", "public=True"),
    ),
    guard(
        "T20",
        f"{BLOCKS}::test_nobody_lifts_anybody_elses_block",
        (BLOCKS_HEARD, "if held is None or held.blocker_id != actor.id:", "if held is None:"),
    ),
    guard(
        "T120",
        f"{BLOCKS}::test_a_block_that_was_undone_before_it_came_has_no_effect",
        (BLOCKS_HEARD, 'if has_tombstone(tx, block.iri, block.actor, "undone"):', "if False:"),
    ),
    guard(
        "T27",
        f"{THEIRS}::test_a_community_elsewhere_hides_no_post_of_ours",
        (
            "node/topics/moderation/changes.py",
            "    if group.local:\n        for post in sorted(",
            "    if True:\n        for post in sorted(",
        ),
    ),
    guard(
        "T27",
        "node/topics/actors/test_activities.py::test_nobody_of_ours_is_changed_from_outside",
        (
            "node/topics/actors/activities.py",
            'known and (known["local"] or known["deleted_at"] is not None)',
            'known and known["deleted_at"] is not None',
        ),
    ),
    guard(
        "T27",
        "node/topics/publishing/test_activities.py::test_no_post_is_made_or_changed_here_in_the_name_of_one_of_ours",
        (
            "node/topics/publishing/receive.py",
            "if author.local or is_deleted(tx, document.iri) or",
            "if is_deleted(tx, document.iri) or",
        ),
    ),
    guard(
        "T99",
        f"{BLOCKS}::test_the_blocked_answer_nobody_in_a_conversation_that_the_blocker_began",
        (
            "node/topics/publishing/actions.py",
            "    check_not_kept_out(tx, author, parent)\n",
            "",
        ),
    ),
    guard(
        "T99",
        f"{BLOCKS}::test_an_answer_from_elsewhere_in_a_conversation_of_the_blocker_is_not_kept",
        (
            "node/topics/publishing/may_stand.py",
            "    check_not_kept_out(tx, author, parent)\n",
            "",
        ),
    ),
)
