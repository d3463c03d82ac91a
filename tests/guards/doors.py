"""Who learns that a community is there, who reads in it and who changes it: T82, T88, T94, T97."""

from tests.guards.guard import guard

RULES = "node/topics/permissions/rules.py"
LOOKUP = "node/topics/communities/lookup.py"
TABLE = "node/topics/permissions/test_rules.py"
DOORS = "node/web/test_doors.py"


MATRIX = "matrix/test_matrix.py::test_"
VISITOR = f"{MATRIX}a_visitor_is_told_nothing_that_is_hidden"
OTHER = f"{MATRIX}somebody_else_of_the_node_is_told_no_more_than_that_a_community_is_there"
CLINIC = f"{MATRIX}an_organisation_is_told_nothing_that_is_said_behind_a_door"
FORMS = "matrix/test_forms.py::test_"
HIDDEN_FORM = f"{FORMS}a_form_about_what_is_hidden_is_answered_as_about_nothing_and_changes_nothing"
CARETAKERS = f"{FORMS}what_is_for_those_who_look_after_a_community_is_refused_to_everybody_else"
NODE = f"{MATRIX}a_node_that_does_not_sign_is_told_nothing_that_is_hidden"
EVEN = "node/http/test_even_times.py"

GUARDS = (
    guard(
        "T88",
        HIDDEN_FORM,
        (
            "node/web/move.py",
            "    try:\n        return known_by_id(tx, actor_id, me)\n    except NotFound:\n        raise Invalid(NOBODY_THERE) from None\n",
            "    return known_by_id(tx, actor_id, None) if actor_id is None else actor_by_id(tx, actor_id)\n",
        ),
        (
            "node/web/move.py",
            "from node.topics.actors.store import Actor\n",
            "from node.topics.actors.store import Actor, actor_by_id\n",
        ),
    ),
    guard(
        "T94",
        HIDDEN_FORM,
        (LOOKUP, " or not is_known_to(tx, actor, reader)", ""),
    ),
    guard(
        "T82",
        CARETAKERS,
        (
            "node/topics/organising/member_actions.py",
            "    check_known(tx, group, me)\n    check_may_moderate(standing_in(tx, group, me))\n    held =",
            "    held =",
        ),
    ),
    guard(
        "T88",
        OTHER,
        (RULES, '    if place.door == "hidden":\n        return False\n', ""),
    ),
    guard(
        "T88",
        VISITOR,
        (RULES, 'return place.door == "closed" and place.elsewhere', "return True"),
    ),
    guard(
        "T88",
        f"{TABLE}::test_each_door_lets_those_read_whom_it_is_for",
        (
            RULES,
            "        return who.is_here\n    return who.role > Role.NOBODY\n",
            "        return who.is_here\n    return True\n",
        ),
    ),
    guard(
        "T88",
        f"{TABLE}::test_a_door_that_is_opened_shows_nothing_that_was_said_behind_it",
        (
            RULES,
            "return reading.who.role > Role.NOBODY and not reading.who.is_clinic",
            "return True",
        ),
    ),
    guard(
        "T88",
        f"{TABLE}::test_a_door_that_is_shut_shuts_at_once_also_over_what_was_said_in_the_open",
        (
            RULES,
            "    if reading.place is not None and not may(Act.READ, reading.place, reading.who):\n        return False\n",
            "",
        ),
    ),
    guard(
        "T88",
        CLINIC,
        (
            RULES,
            '    if who.is_clinic:\n        return False\n    if place.door == "node":',
            '    if place.door == "node":',
        ),
        (RULES, "return reading.who.is_here and not reading.who.is_clinic", "return True"),
    ),
    guard(
        "T94",
        VISITOR,
        (LOOKUP, "actor.name == name and is_known_to(tx, actor, reader)", "actor.name == name"),
    ),
    guard(
        "T94",
        OTHER,
        (LOOKUP, " or not is_known_to(tx, actor, reader)", ""),
    ),
    guard(
        "T94",
        VISITOR,
        (LOOKUP, "not actor.is_our_node and is_known_to(tx, actor, reader)", "True"),
    ),
    guard(
        "T94",
        OTHER,
        (LOOKUP, "not one.is_our_node and is_known_to(tx, one, reader)", "not one.is_our_node"),
    ),
    guard(
        "T94",
        VISITOR,
        ("node/documents/webfinger.py", " or not is_known_to(tx, actor, None)", ""),
    ),
    guard(
        "T94",
        OTHER,
        ("node/web/search.py", "if is_known_to(tx, actor, reader) else None", ""),
    ),
    guard(
        "T94",
        NODE,
        ("node/documents/objects.py", " or not is_shown(tx, post, group, reader, signer)", ""),
    ),
    guard(
        "T97",
        f"{DOORS}::test_what_is_said_behind_a_closed_door_is_for_members_until_they_leave",
        (
            "node/topics/members/actions.py",
            "    drop_member(tx, held.followed_id, held.follower_id)\n",
            "",
        ),
    ),
    guard(
        "T98",
        f"{DOORS}::test_who_is_named_in_a_closed_community_and_is_no_member_reads_nothing_of_it",
        (
            "node/topics/publishing/fanout.py",
            "        told = [one for one in named if may_read(tx, post, one)]\n",
            "        pass\n",
        ),
    ),
    guard(
        "T94",
        f"{EVEN}::test_what_may_be_hidden_is_held_back_until_an_even_time",
        ("node/http/even_times.py", "if reply.status == HTTPStatus.NOT_FOUND:", "if False:"),
    ),
    guard(
        "T94",
        f"{EVEN}::test_what_may_be_hidden_is_held_back_until_an_even_time",
        ("node/http/even_times.py", 'request.path.rstrip("/") in ASKED_BY_NAME', "False"),
    ),
)
