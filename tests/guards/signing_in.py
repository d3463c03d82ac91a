"""Sessions, tokens, apps, forms and logs: T72 to T84, T100, T103."""

from tests.guards.guard import guard

SIGN_IN, SIGNING = "node/topics/accounts/test_sign_in.py", "node/topics/accounts/sign_in.py"
OAUTH_TESTS, OAUTH = "node/api/test_oauth.py", "node/topics/accounts/oauth.py"
SCOPES, LOGS = "node/api/test_scopes.py", "node/base/test_log.py"
LOG = "node/base/log.py"

GUARDS = (
    guard(
        "T72",
        f"{SIGN_IN}::test_one_client_cannot_try_many_names_nor_buy_tries_with_a_password_of_its_own",
        (SIGNING, '        f"client {attempt.client}": TRIES_A_CLIENT_MAX,\n', ""),
    ),
    guard(
        "T75",
        "node/web/test_own_account.py"
        "::test_a_new_password_signs_every_other_browser_out_and_no_app",
        (
            "node/topics/accounts/signed_in.py",
            "delete from session where account_id = :id and token_hash <> :kept",
            "delete from session where account_id = :id and token_hash = '' and :kept <> ''",
        ),
    ),
    guard(
        "T75",
        "node/web/test_invitations.py"
        "::test_whoever_has_a_way_back_has_to_say_it_before_anything_is_deleted",
        (
            "node/web/own_password.py",
            "    if await has_password(request, person):",
            "    if False:",
        ),
    ),
    guard(
        "T77",
        f"{OAUTH_TESTS}::test_a_code_is_good_once_and_using_it_twice_ends_what_it_gave",
        (OAUTH, "        revoke_of_code(tx, code, now)\n        return None\n", "        pass\n"),
    ),
    guard(
        "T77",
        f"{OAUTH_TESTS}::test_a_challenge_that_somebody_took_out_of_the_question_is_missed",
        (OAUTH, "        return challenge == verifier\n", "        return True\n"),
    ),
    guard(
        "T77",
        f"{OAUTH_TESTS}::test_a_code_is_for_its_app_and_its_address_alone",
        (OAUTH, 'row["redirect_uri"] != redirect_uri or ', ""),
    ),
    guard(
        "T78",
        f"{SCOPES}::test_a_token_for_something_else_opens_no_route",
        ("node/api/auth.py", "if not covers(bearer.scopes, asked.scope):", "if False:"),
    ),
    guard(
        "T79",
        f"{OAUTH_TESTS}::test_an_app_that_asks_for_more_than_it_registered_is_led_nowhere",
        (OAUTH, "    if asked.redirect_uri not in app.uris:", "    if False:"),
    ),
    guard(
        "T80",
        f"{OAUTH_TESTS}::test_nobody_else_can_say_yes_in_somebodys_name",
        (
            "node/http/csrf.py",
            "    return bool(person.csrf) and hmac.compare_digest(mac_of(person.csrf, salt), mac)\n",
            "    return True\n",
        ),
    ),
    guard(
        "T84",
        "node/topics/accounts/test_actions.py::test_a_name_is_never_given_twice",
        ("node/topics/actors/actions.py", "    if taken:\n", "    if False:\n"),
        (
            "node/db/migrations/0001_schema.sql",
            "    iri text not null unique check (length(iri) <= 2048),\n"
            "    kind text not null check (kind in ('Person'",
            "    iri text not null check (length(iri) <= 2048),\n"
            "    kind text not null check (kind in ('Person'",
        ),
    ),
    guard(
        "T100",
        f"{LOGS}::test_what_must_not_be_logged_is_taken_out",
        (LOG, "            redact,\n", ""),
    ),
    guard(
        "T100",
        f"{LOGS}::test_an_error_is_logged_with_its_kind_and_place_and_not_its_message",
        (
            LOG,
            "            bare_traceback,\n",
            "            structlog.processors.format_exc_info,\n",
        ),
    ),
    guard(
        "T103",
        "node/topics/timelines/test_node_usage.py"
        "::test_others_are_told_tens_and_of_few_people_nothing",
        ("node/topics/timelines/node_usage.py", "told(counted.people) or 0", "counted.people"),
    ),
)
