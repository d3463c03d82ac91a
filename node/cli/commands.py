"""The one table of commands, and the tasks that a running node does for them."""

from collections.abc import Mapping

import click

from node.cli.accounts import (
    account,
    create_account_task,
    create_token_task,
    delete_task,
    list_accounts_task,
    replace_password_task,
    suspend_task,
    token,
    unsuspend_task,
)
from node.cli.audit import audit, note_audit_task
from node.cli.backup import backup, restore
from node.cli.communities import (
    close_community_task,
    community,
    create_community_task,
    list_communities_task,
    restore_community_task,
    set_community_task,
    show_community_task,
)
from node.cli.community_requests import holders_task, let_in_task, turn_away_task, waiting_task
from node.cli.context import Task
from node.cli.data import data
from node.cli.deletions import deletion, list_places_task, show_place_task
from node.cli.demo_command import demo
from node.cli.held import decide_held_task, held, list_held_task
from node.cli.introductions import answer_task, introduce_task, introductions_task, withdraw_task
from node.cli.invitations import (
    create_invitation_task,
    invite,
    list_invitations_task,
    revoke_invitation_task,
)
from node.cli.keys import key, rotate_task
from node.cli.members import (
    add_task,
    list_members_task,
    member,
    remove_task,
    role_task,
)
from node.cli.moderation import ban_task, listed_task, lock_task, log_task, pin_task
from node.cli.move import alias_task, move_task
from node.cli.node import doctor, init, make_node, serving, show_status, status
from node.cli.peers import (
    communities_task,
    confirm_task,
    export_task,
    forget_task,
    import_task,
    list_task,
    peer,
    purge_task,
    set_policy_task,
    show_task,
)
from node.cli.reports import decide_report_task, list_reports_task, report, resolve_report_task
from node.cli.waits import (
    add_filter_task,
    drop_filter_task,
    filter_words,
    first_posts_task,
    list_filters_task,
    offer_filters_task,
)

TASKS: Mapping[str, Task] = {
    "init": make_node,
    "account create": create_account_task,
    "account list": list_accounts_task,
    "account suspend": suspend_task,
    "account unsuspend": unsuspend_task,
    "account delete": delete_task,
    "account password": replace_password_task,
    "account alias": alias_task,
    "account move": move_task,
    "deletion list": list_places_task,
    "deletion show": show_place_task,
    "token create": create_token_task,
    "community create": create_community_task,
    "community set": set_community_task,
    "community close": close_community_task,
    "community restore": restore_community_task,
    "community list": list_communities_task,
    "community show": show_community_task,
    "member list": list_members_task,
    "member add": add_task,
    "member role": role_task,
    "member remove": remove_task,
    "invite create": create_invitation_task,
    "invite list": list_invitations_task,
    "invite revoke": revoke_invitation_task,
    "key rotate": rotate_task,
    "community pin": pin_task,
    "community lock": lock_task,
    "community ban": ban_task,
    "community listed": listed_task,
    "community log": log_task,
    "community first-posts": first_posts_task,
    "filter list": list_filters_task,
    "filter add": add_filter_task,
    "filter drop": drop_filter_task,
    "filter offer": offer_filters_task,
    "community waiting": waiting_task,
    "community holders": holders_task,
    "community let-in": let_in_task,
    "community turn-away": turn_away_task,
    "report list": list_reports_task,
    "report resolve": resolve_report_task,
    "report do": decide_report_task,
    "held list": list_held_task,
    "held decide": decide_held_task,
    "peer policy": set_policy_task,
    "peer forget": forget_task,
    "peer confirm": confirm_task,
    "peer purge": purge_task,
    "peer list": list_task,
    "peer show": show_task,
    "peer communities": communities_task,
    "peer import": import_task,
    "peer export": export_task,
    "peer introduce": introduce_task,
    "peer introductions": introductions_task,
    "peer answer": answer_task,
    "peer withdraw": withdraw_task,
    "status": show_status,
    "audit note": note_audit_task,
}
COMMANDS: tuple[click.Command, ...] = (
    init,
    serving(TASKS),
    account,
    token,
    community,
    member,
    invite,
    key,
    peer,
    report,
    filter_words,
    held,
    deletion,
    data,
    backup,
    restore,
    status,
    doctor,
    audit,
    demo,
)
