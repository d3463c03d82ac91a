"""What it claims: whose word counts for what, T13 to T21."""

from tests.guards.guard import guard

GATE = "federation/test_gate.py"
ORIGIN = "federation/test_origin.py"
REMOTE_POST = "node/topics/posts/test_remote_post.py"
POSTS = "node/topics/publishing/test_activities.py"
FOLLOWING = "node/topics/members/test_following.py"
ASKING = "node/topics/members/test_follow_retries.py"
PROOFS = "node/inbox/test_proofs.py"
VOUCHES = f"{ORIGIN}::test_a_sender_vouches_for_what_is_theirs_alone"
PASSED_ON = f"{ORIGIN}::test_what_is_passed_on_is_a_claim_of_what_kind_it_is"
MEDIA_TYPE = f"{GATE}::test_a_document_of_another_media_type_is_not_read"

GROUPS = "node/topics/publishing/test_groups_of_others.py"
FOR_WHOM = "node/topics/publishing/test_whom_it_is_for.py"

GUARDS = (
    guard(
        "T13",
        f"{GATE}::test_a_document_of_another_address_is_refused",
        ("federation/gate.py", "or not is_same_origin(named, found.url)", ""),
    ),
    guard(
        "T13",
        f"{GATE}::test_another_address_of_the_same_server_is_asked_once_and_must_then_hold",
        ("federation/gate.py", "for _ in range(2):", "for _ in range(9):"),
    ),
    guard(
        "T13",
        f"{GATE}::test_another_address_of_the_same_server_is_asked_once_and_must_then_hold",
        ("federation/gate.py", "if named == found.url:", "if named:"),
    ),
    guard(
        "T13",
        f"{REMOTE_POST}::test_the_page_of_a_post_is_at_home_with_the_post",
        (
            "node/topics/posts/remote_post.py",
            "own_page(document.url, document.iri)",
            "document.url",
        ),
    ),
    guard(
        "T13",
        "node/topics/actors/test_activities.py::test_the_page_of_an_actor_is_at_home_with_the_actor",
        (
            "node/topics/actors/activities.py",
            "own_page(document.url, document.iri)",
            "document.url",
        ),
    ),
    guard(
        "T14",
        MEDIA_TYPE,
        ("federation/responses.py", "not is_activity_type(found.media_type)", "False"),
    ),
    guard(
        "T14",
        MEDIA_TYPE,
        (
            "federation/documents/media_types.py",
            ' and PROFILE in parameters.get("profile", "").split()',
            "",
        ),
    ),
    guard(
        "T14",
        f"{GATE}::test_a_document_with_two_media_types_is_not_read",
        ("federation/responses.py", 'if len(values) == 1 else ""', 'if values else ""'),
    ),
    guard(
        "T14",
        "node/inbox/test_accept.py::test_another_media_type_is_refused",
        (
            "node/inbox/envelope.py",
            'if not is_activity_type(request.headers.get(hdrs.CONTENT_TYPE, ""))',
            "if False",
        ),
    ),
    guard(
        "T15",
        "node/documents/test_documents.py"
        "::test_what_somebody_writes_never_comes_back_as_a_document_of_its_own",
        ("node/http/security_headers.py", '    "X-Content-Type-Options": "nosniff",\n', ""),
    ),
    guard(
        "T16",
        f"{ORIGIN}::test_what_is_embedded_from_another_server_becomes_a_reference",
        (
            "federation/origin.py",
            " and is_same_origin(thing.iri, owner):\n        return thing\n    if isinstance(thing, Actor)",
            ":\n        return thing\n    if isinstance(thing, Actor)",
        ),
    ),
    guard(
        "T16",
        VOUCHES,
        (
            "federation/origin.py",
            "isinstance(thing, Tombstone) and is_same_origin(thing.iri, owner)",
            "isinstance(thing, Tombstone)",
        ),
    ),
    guard(
        "T16",
        PASSED_ON,
        (
            "federation/origin.py",
            "is_theirs = is_same_origin(thing.iri, sender) and",
            "is_theirs =",
        ),
    ),
    guard(
        "T16",
        "federation/test_collections.py::test_an_embedded_thing_of_another_origin_is_only_a_reference",
        (
            "federation/collections.py",
            "yield each if is_same_origin(each.iri, at) else replace(each, document=None)",
            "yield each",
        ),
    ),
    guard(
        "T17",
        f"{GROUPS}::test_what_a_community_says_of_people_of_another_node_counts_only_where_that_says_so",
        (
            "node/topics/publishing/receive_announce.py",
            "return is_same_origin(inner.iri, group.iri) and is_same_origin(inner.actor, group.iri)",
            "return True",
        ),
    ),
    guard(
        "T17",
        f"{GROUPS}::test_what_a_community_says_of_people_of_another_node_counts_only_where_that_says_so",
        (
            "node/topics/reactions/activities.py",
            "if not is_theirs and vote not in context.proven:",
            "if False:",
        ),
    ),
    guard(
        "T20",
        f"{GROUPS}::test_nobody_else_brings_back_what_an_author_deleted",
        (
            "node/topics/posts/withdrawals.py",
            "where iri = :iri and author_id = :author_id and deleted_at is not null\n          and withdrawn_at",
            "where iri = :iri and :author_id > 0 and deleted_at is not null\n          and withdrawn_at",
        ),
    ),
    guard(
        "T13",
        "federation/test_gate.py::test_nothing_but_a_collection_is_believed_without_its_address",
        (
            "federation/gate.py",
            "listing is None and kind_of(value) in COLLECTION_KINDS",
            "listing is None",
        ),
    ),
    guard(
        "T90",
        f"{FOR_WHOM}::test_what_a_post_says_of_whom_it_is_for_is_made_no_wider_by_its_create",
        ("federation/documents/activity.py", "    if post.to or post.cc:\n", "    if False:\n"),
    ),
    guard(
        "T90",
        f"{FOR_WHOM}::test_what_names_nobody_is_for_those_to_whose_own_inboxes_it_came_and_nobody_else",
        (
            "node/topics/posts/remote_post.py",
            'if reach_of(document, author, group_named(tx, document)) == "direct":',
            "if False:",
        ),
    ),
    guard(
        "T16",
        "node/inbox/test_backfill.py::test_a_post_in_the_name_of_somebody_elsewhere_is_not_stored",
        ("node/inbox/fetch.py", "if not is_same_origin(post.author, post.iri)", "if False"),
    ),
    guard(
        "T16",
        "node/inbox/test_stamps.py::test_a_stamp_in_somebody_elses_name_or_unreadable_is_not",
        (
            "node/topics/quotes/activities.py",
            " or not is_same_origin(document.iri, document.author)",
            "",
        ),
    ),
    guard(
        "T16",
        f"{PROOFS}::test_a_proven_activity_still_vouches_for_nothing_of_another_server",
        (
            "federation/origin.py",
            "if is_theirs or thing in proven:\n        return trusted_parts(thing)",
            "if thing in proven:\n        return thing\n    if is_theirs:\n        return trusted_parts(thing)",
        ),
        ("node/inbox/batch.py", "tuple(map(trusted_parts, proven))", "proven"),
    ),
    guard(
        "T17",
        f"{ORIGIN}::test_what_is_embedded_in_anothers_name_becomes_a_reference",
        (
            "federation/origin.py",
            "isinstance(thing, Post) and thing.author == owner and",
            "isinstance(thing, Post) and",
        ),
    ),
    guard(
        "T17",
        f"{ORIGIN}::test_what_a_group_passes_on_of_others_is_reduced_to_its_address",
        (
            "federation/origin.py",
            "and is_same_origin(thing.actor, sender)\n    if is_theirs",
            "\n    if True",
        ),
    ),
    guard(
        "T17",
        f"{ORIGIN}::test_what_its_actor_has_proven_stays_whole_and_only_that",
        ("federation/origin.py", "is_theirs or thing in proven", "is_theirs or proven"),
    ),
    guard(
        "T17",
        f"{POSTS}::test_a_post_in_somebody_elses_name_is_refused",
        (
            "node/topics/publishing/receive.py",
            "author.local or document.author != author.iri",
            "author.local",
        ),
    ),
    guard(
        "T17",
        "node/topics/polls/test_voting.py::test_nobody_votes_in_the_name_of_another",
        ("node/topics/polls/activities.py", " or ballot.author != voter.iri", ""),
    ),
    guard(
        "T17",
        "node/topics/moderation/test_ours.py::test_what_another_community_says_our_moderator_did_has_no_effect",
        (
            "node/topics/moderation/authority.py",
            "if passing is None and group.local else None",
            "if group.local else None",
        ),
    ),
    guard(
        "T18",
        f"{ORIGIN}::test_a_profile_of_somebody_else_becomes_a_reference",
        (
            "federation/origin.py",
            "isinstance(thing, Actor) and thing.iri == owner",
            "isinstance(thing, Actor)",
        ),
    ),
    guard(
        "T18",
        f"{POSTS}::test_an_edit_by_anybody_but_the_author_changes_nothing",
        (
            "node/topics/publishing/activities.py",
            "if known.author_id != author.id or known.local:",
            "if False:",
        ),
    ),
    guard(
        "T18",
        f"{POSTS}::test_an_edit_never_changes_the_author_or_the_day_of_a_post",
        (
            "node/topics/posts/store.py",
            "set url = :url, title = :title",
            "set published_at = :published_at, url = :url, title = :title",
        ),
    ),
    guard(
        "T19",
        f"{POSTS}::test_a_delete_by_another_account_of_the_same_host_asks_the_post_itself",
        (
            "node/topics/publishing/activities.py",
            "elif known.author_id == author.id and not known.local:\n        holders",
            "elif not known.local:\n        holders",
        ),
    ),
    guard(
        "T19",
        f"{POSTS}::test_a_delete_by_another_account_of_the_same_host_asks_the_post_itself",
        ("node/topics/publishing/activities.py", 'if context.fetched[iri] == "gone":', "if True:"),
    ),
    guard(
        "T19",
        f"{POSTS}::test_a_delete_of_a_post_of_ours_from_outside_changes_nothing",
        (
            "node/topics/publishing/gone_posts.py",
            "return not post.local and post.visibility in OPEN",
            "return post.visibility in OPEN",
        ),
    ),
    guard(
        "T20",
        f"{FOLLOWING}::test_an_undo_by_the_follower_ends_the_follow_and_by_another_does_nothing",
        (
            "node/topics/members/activities.py",
            "held is None or held.follower_id != actor.id",
            "held is None",
        ),
    ),
    guard(
        "T20",
        f"{POSTS}::test_a_favour_is_taken_back_by_its_giver_alone",
        (
            "node/topics/reactions/activities.py",
            "favourite_of(tx, actor.id, post.id) if post else None\n    if held is None or held.actor_id != actor.id",
            "favourite_of(tx, actor.id, post.id) if post else None\n    if held is None",
        ),
    ),
    guard(
        "T20",
        "node/topics/moderation/test_ours.py::test_nobody_else_takes_back_what_a_moderator_did",
        (
            "node/topics/moderation/activities.py",
            "        raise NotAllowed(NOT_THEIRS)\n    change = believed_change",
            "    change = believed_change",
        ),
        (
            "node/topics/moderation/authority.py",
            "        raise NotAllowed(NOT_THEIRS)\n    if group.local and community",
            "        pass\n    if group.local and community",
        ),
    ),
    guard(
        "T20",
        "node/topics/moderation/test_flags.py::test_nobody_else_takes_a_report_back",
        (
            "node/topics/moderation/report_store.py",
            "coalesce(resolved_at, :now)\n        where iri = :iri and reporter_id = :reporter_id",
            "coalesce(resolved_at, :now)\n        where iri = :iri and :reporter_id > 0",
        ),
    ),
    guard(
        "T20",
        "node/topics/moderation/test_theirs.py::test_a_community_takes_back_no_vote_of_somebody_of_another_node",
        (
            "node/topics/reactions/activities.py",
            "if not is_theirs and (undo not in context.proven or not holds_vote(tx, iri)):",
            "if False:",
        ),
    ),
    guard(
        "T21",
        f"{FOLLOWING}::test_an_accept_by_anybody_but_the_one_asked_has_no_effect",
        ("node/topics/members/activities.py", "or held.followed_id != followed.id or", "or"),
    ),
    guard(
        "T21",
        f"{FOLLOWING}::test_a_neighbour_cannot_accept_in_their_own_favour_on_our_side",
        ("node/topics/members/activities.py", "or not is_local(tx, held.follower_id)", ""),
        ("node/topics/members/activities.py", "or held.followed_id != followed.id", ""),
    ),
    guard(
        "T21",
        f"{FOLLOWING}::test_a_reject_after_an_accept_ends_the_follow",
        (
            "node/topics/members/activities.py",
            "    if asked is None:\n        return\n    end_follow(tx, asked)\n",
            "    if asked is None or asked.is_accepted:\n        return\n    end_follow(tx, asked)\n",
        ),
    ),
    guard(
        "T21",
        f"{ASKING}::test_an_answer_to_an_asking_that_was_taken_back_does_not_answer_the_next_one",
        (
            "node/topics/members/activities.py",
            "is_older = was_said(tx, about.iri)",
            "is_older = False",
        ),
    ),
    guard(
        "T21",
        f"{FOLLOWING}::test_an_invitation_by_somebody_of_another_server_is_not_told",
        (
            "node/topics/members/activities.py",
            "    if is_same_origin(invite.actor, group.iri):\n",
            "    if True:\n",
        ),
    ),
)
