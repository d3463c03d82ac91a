"""The one table of commands, and the tasks that a running node does for them."""

from collections.abc import Mapping

import click

from node.accounts.commands import account, create_account_task, create_token_task, token
from node.cli.demo_command import demo
from node.cli.node_commands import doctor, init, make_node, serving, show_status, status
from node.desk import Task
from node.members.commands import community, create_community_task

TASKS: Mapping[str, Task] = {
    "init": make_node,
    "account create": create_account_task,
    "token create": create_token_task,
    "community create": create_community_task,
    "status": show_status,
}
COMMANDS: tuple[click.Command, ...] = (
    init,
    serving(TASKS),
    account,
    token,
    community,
    status,
    doctor,
    demo,
)
