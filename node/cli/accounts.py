"""Commands about accounts: make one, make a token for one."""

import asyncio
import sys
from collections.abc import Mapping
from typing import Any

import click

from federation.signatures import make_keys
from node.base.errors import Refused
from node.cli.context import CommandContext
from node.cli.run_task import Folder, pass_folder, run_task
from node.topics.accounts.actions import create_account, issue_token, replace_password
from node.topics.accounts.passwords import hash_password
from node.topics.accounts.store import account_by_name

ROLES = ("member", "moderator", "organiser", "clinic")


@click.group()
def account() -> None:
    """People who can sign in here."""


@account.command("create")
@click.argument("name")
@click.option("--email", default=None, help="To sign in with, beside the name.")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@pass_folder
def create(folder: Folder, name: str, email: str | None, role: str, password_stdin: bool) -> None:
    """Make an account. Without a password nobody can sign in to it, but tokens work."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    values = {"name": name, "email": email, "role": role, "password": password}
    run_task(folder, "account create", create_account_task, values)


async def create_account_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Make an account; what is printed."""
    password = values["password"]
    password_hash = await hash_password(password) if password is not None else None
    keys = await asyncio.to_thread(make_keys)
    made = await context.db.write(
        create_account,
        origin=context.config.node.url,
        name=values["name"],
        email=values["email"],
        password_hash=password_hash,
        role=values["role"],
        keys=keys,
        now=context.clock.now(),
    )
    return f"@{made.name}@{context.config.host} can now take part."


@account.command("password")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@pass_folder
def password(folder: Folder, name: str, password_stdin: bool) -> None:
    """Give an account another password. Everybody signed in with the old one is signed out."""
    if password_stdin:
        typed = sys.stdin.readline().rstrip("\r\n")
    else:
        typed = click.prompt("New password", hide_input=True, confirmation_prompt="Once more")
    values = {"name": name, "password": typed}
    run_task(folder, "account password", replace_password_task, values)


async def replace_password_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Set a password; what is printed."""
    found = await context.db.read(account_by_name, values["name"])
    if found is None:
        raise Refused(f"Nobody here is called {values['name']}.")
    password_hash = await hash_password(values["password"])
    await context.db.write(replace_password, found, password_hash, context.clock.now())
    return (
        f"{found.name} has a new password. "
        "Whoever was signed in with the old one has to sign in again, apps too."
    )


@click.group()
def token() -> None:
    """Keys with which a phone app or a script acts for an account."""


@token.command("create")
@click.argument("name")
@click.option("--scopes", default="read write follow push", show_default=True)
@pass_folder
def create_token(folder: Folder, name: str, scopes: str) -> None:
    """Print a bearer token for the client API, and nothing else."""
    run_task(folder, "token create", create_token_task, {"name": name, "scopes": scopes})


async def create_token_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Make a token; it is printed and kept nowhere."""
    found = await context.db.read(account_by_name, values["name"])
    if found is None:
        raise Refused(f"Nobody here is called {values['name']}.")
    return await context.db.write(issue_token, found.id, values["scopes"], context.clock.now())
