"""What a search leads to, and what it cannot tell: T86, T94, T95."""

from tests.guards.guard import guard

POSTS = "node/topics/search/test_posts.py"
SEARCH = "node/topics/search/posts.py"
FOUND_BY = "node/topics/posts/found_by.py"
RULES = "node/topics/permissions/rules.py"
DIRECTORY = "node/topics/neighbours/test_directory.py"
OURS = "node/topics/neighbours/directory.py"
THEIRS = "node/topics/neighbours/neighbour_directory.py"

GUARDS = (
    guard(
        "T95",
        f"{POSTS}::test_every_result_is_asked_of_the_one_permission_function",
        (
            RULES,
            "    if visibility in OPEN:",
            "    if visibility:",
        ),
        (SEARCH, "and is_open_to(view, named, circles) ", ""),
    ),
    guard(
        "T95",
        f"{POSTS}::test_who_did_not_agree_is_found_by_followers_alone",
        (FOUND_BY, '("public", "node") and post.is_indexable', '("public", "node")'),
    ),
    guard(
        "T95",
        f"{POSTS}::test_taking_the_word_back_counts_at_once_and_giving_it_soon",
        (SEARCH, "and is_open_to(view, named, circles) ", ""),
    ),
    guard(
        "T94",
        f"{POSTS}::test_nobody_asks_a_list_of_a_circle_they_are_not_in",
        (
            FOUND_BY,
            "return frozenset(own | {of_members(post.community_id)})",
            "return frozenset({EVERYBODY})",
        ),
    ),
    guard(
        "T148",
        f"{POSTS}::test_the_index_holds_no_word_of_anybody",
        (
            "node/base/index_terms.py",
            "    return b32encode(digest).decode().lower()",
            "    return stem or str(digest)",
        ),
    ),
    guard(
        "T86",
        f"{POSTS}::test_any_text_gets_an_answer_or_a_sentence",
        (
            "node/base/index_terms.py",
            "    return b32encode(digest).decode().lower()",
            "    return stem or str(digest)",
        ),
        ("node/base/words.py", "BETWEEN = re", "WORD = re.compile(r'\\S+')\nBETWEEN = re"),
        (
            "node/base/words.py",
            'PLAIN_WORD = re.compile("[a-z0-9]+")',
            "PLAIN_WORD = re.compile(r'\\S+')",
        ),
    ),
    guard(
        "T91",
        f"{DIRECTORY}::test_neighbours_are_never_told_of_what_not_everybody_may_read",
        (
            OURS,
            "where c.listed = 1 and c.visibility = 'public' and c.closed_at is null",
            "where c.listed = 1 and c.closed_at is null",
        ),
        (OURS, "for row in rows if is_for_everybody(tx, Actor.from_row(row))", "for row in rows"),
    ),
    guard(
        "T13",
        f"{DIRECTORY}::test_a_list_counts_with_the_proof_of_its_own_node",
        ("node/inbox/directories.py", "if not proofs or not all(", "if proofs and not all("),
    ),
    guard(
        "T13",
        f"{DIRECTORY}::test_an_old_list_brings_nothing_back",
        (THEIRS, "    if is_old or not now - KEPT_S", "    if not now - KEPT_S"),
    ),
    guard(
        "T104",
        f"{DIRECTORY}::test_whoever_is_blocked_or_silenced_is_neither_asked_nor_shown",
        (THEIRS, "p.policy in ('trusted', 'open') and", "p.policy <> '' and"),
    ),
    guard(
        "T16",
        "federation/test_directory.py::test_communities_of_other_places_are_left_out",
        (
            "federation/documents/directory.py",
            "is_iri(iri) and is_same_origin(iri, owner)",
            "is_iri(iri)",
        ),
    ),
    guard(
        "T88",
        f"{POSTS}::test_what_is_said_behind_a_door_is_found_by_its_members_alone",
        (RULES, "return reading.who.role > Role.NOBODY and not", "return not"),
        (
            RULES,
            "    return who.role > Role.NOBODY\n\n\ndef may_join",
            "    return True\n\n\ndef may_join",
        ),
        (FOUND_BY, "frozenset(own | {of_members(post.community_id)})", "frozenset({EVERYBODY})"),
    ),
    guard(
        "T94",
        f"{DIRECTORY}::test_what_is_hidden_takes_no_place_on_a_page",
        (OURS, "(c.visibility <> 'hidden' and :reader_id <> 0)", ":reader_id <> 0"),
    ),
    guard(
        "T93",
        "node/web/test_caught_up.py::test_what_somebody_has_read_stands_in_their_browser_alone",
        ("node/web/caught_up.py", "if whose == str(actor_id) else None", ""),
    ),
)
