"""What a search leads to, and what it cannot tell: T86, T94, T95."""

from tests.guards.guard import guard

POSTS = "node/topics/search/test_posts.py"
SEARCH = "node/topics/search/posts.py"
FOUND_BY = "node/topics/posts/found_by.py"
RULES = "node/topics/posts/rules.py"
WORDS = "node/topics/posts/store.py"

GUARDS = (
    guard(
        "T95",
        f"{POSTS}::test_every_result_is_asked_of_the_one_permission_function",
        (
            RULES,
            "    if visibility in OPEN or reading.is_author",
            "    if True or reading.is_author",
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
)
