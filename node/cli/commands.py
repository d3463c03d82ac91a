"""The one table of commands, and the tasks that a running node does for them."""

from collections.abc import Mapping

import click

from node.accounts.commands import account, create_account_task, create_token_task, token
from node.actors.commands import key, rotate_task
from node.cli.demo_command import demo
from node.cli.node_commands import doctor, init, make_node, serving, show_status, status
from node.desk import Task
from node.members.commands import alias_task, community, create_community_task, move_task
from node.moderation.commands import list_reports_task, report, resolve_report_task
from node.moderation.community_commands import ban_task, lock_task, pin_task
from node.moderation.held_commands import decide_held_task, held, list_held_task
from node.neighbours.commands import (
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
from node.neighbours.introducing import (
    answer_task,
    introduce_task,
    introductions_task,
    withdraw_task,
)

TASKS: Mapping[str, Task] = {
    "init": make_node,
    "account create": create_account_task,
    "account alias": alias_task,
    "account move": move_task,
    "token create": create_token_task,
    "community create": create_community_task,
    "key rotate": rotate_task,
    "community pin": pin_task,
    "community lock": lock_task,
    "community ban": ban_task,
    "report list": list_reports_task,
    "report resolve": resolve_report_task,
    "held list": list_held_task,
    "held decide": decide_held_task,
    "peer policy": set_policy_task,
    "peer forget": forget_task,
    "peer confirm": confirm_task,
    "peer purge": purge_task,
    "peer list": list_task,
    "peer show": show_task,
    "peer import": import_task,
    "peer export": export_task,
    "peer introduce": introduce_task,
    "peer introductions": introductions_task,
    "peer answer": answer_task,
    "peer withdraw": withdraw_task,
    "status": show_status,
}
COMMANDS: tuple[click.Command, ...] = (
    init,
    serving(TASKS),
    account,
    token,
    community,
    key,
    peer,
    report,
    held,
    status,
    doctor,
    demo,
)
