"""Commands about accounts: make, list, suspend, delete one; passwords; make a token for one."""

import asyncio
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from federation.signatures import make_keys
from node.base.clock import Clock
from node.base.config import Config, read_config
from node.base.errors import Refused
from node.base.ids import new_token
from node.cli.context import CommandContext
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.blobs import blobs_of
from node.db.folder import new_file
from node.db.open import open_database
from node.db.tx import Tx
from node.topics.accounts.actions import create_account, issue_token, replace_password
from node.topics.accounts.passwords import hash_password
from node.topics.accounts.store import (
    Account,
    ListedAccount,
    account_by_name,
    any_account_by_name,
    listed_accounts,
)
from node.topics.portability.archive import archive_page
from node.topics.portability.deletion import delete_account, forget_departed
from node.topics.portability.names import another_name, remove_name
from node.topics.reactions.suspension import (
    let_go_on,
    stop_person,
    suspend_person,
    unsuspend_person,
)

PAGE = 100
ROLES = ("member", "moderator", "organiser", "clinic")
USUAL_ROLES = {"group": "member", "clinic": "clinic"}
OF_THE_NODE = "Without it, member; on the node of a clinic, clinic."


@click.group()
def account() -> None:
    """People who can sign in here."""


@account.command("create")
@click.argument("name")
@click.option("--email", default=None, help="To sign in with, beside the name.")
@click.option("--role", type=click.Choice(ROLES), default=None, help=OF_THE_NODE)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@pass_folder
def create(
    folder: Folder, name: str, email: str | None, role: str | None, password_stdin: bool
) -> None:
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
        role=values["role"] or USUAL_ROLES[context.config.node.kind],
        keys=keys,
        now=context.clock.now(),
    )
    return f"@{made.name}@{context.config.host} can now take part."


@account.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def list_accounts(folder: Folder, as_json: bool) -> None:
    """Print every account: name, role, since when, last used, and whether it is suspended."""
    run_task(folder, "account list", list_accounts_task, {"json": as_json})


async def list_accounts_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Every account, a line each or as JSON."""
    found: list[ListedAccount] = []
    while part := await context.db.read(listed_accounts, found[-1].name if found else "", PAGE):
        found += part
    if values["json"]:
        return msgspec.json.encode(found).decode()
    return "\n".join(map(in_words, found)) or "Nobody has an account here."


def in_words(one: ListedAccount) -> str:
    """One account as an operator reads it."""
    used = f"last used {day(one.used_at)}" if one.used_at else "signed in nowhere"
    ends = f"  suspended since {day(one.disabled_at)}" if one.disabled_at else ""
    email = f"  {one.email}" if one.email else ""
    return f"{one.name:<30}  {one.role:<9}  since {day(one.created_at)}  {used}{email}{ends}"


def day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


@account.command("suspend")
@click.argument("name")
@pass_folder
def suspend_account(folder: Folder, name: str) -> None:
    """Sign somebody out everywhere and show nothing of theirs, until it is lifted."""
    run_task(folder, "account suspend", suspend_task, {"name": name})


async def suspend_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Suspend an account; what is printed."""
    await context.db.write(suspend_named, values["name"], context.clock.now())
    return (
        f"{values['name']} is signed out everywhere, and what they wrote is hidden. "
        "Other places are told. `account unsuspend` takes it back."
    )


def suspend_named(tx: Tx, name: str, now: int) -> None:
    """Suspend an account, or stop another name of somebody: which of the two is not said."""
    other = another_name(tx, name)
    if other is not None:
        stop_person(tx, other, now)
        return
    suspend_person(tx, named(tx, name), now)


@account.command("unsuspend")
@click.argument("name")
@pass_folder
def unsuspend_account(folder: Folder, name: str) -> None:
    """Let somebody in again, and show again what they wrote."""
    run_task(folder, "account unsuspend", unsuspend_task, {"name": name})


async def unsuspend_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Lift a suspension; what is printed."""
    return await context.db.write(unsuspend_named, values["name"], context.clock.now())


def unsuspend_named(tx: Tx, name: str, now: int) -> str:
    """Lift a suspension of an account, or let another name of somebody go on; what is printed: of a
    name the same, however it is with whose it is."""
    other = another_name(tx, name)
    if other is not None:
        let_go_on(tx, other, now)
        return f"{name} is stopped no longer."
    unsuspend_person(tx, named(tx, name), now)
    return f"{name} can sign in again, in apps anew as well. What they wrote is shown."


def named(tx: Tx, name: str) -> Account:
    """The account of that name, suspended or not.

    Raises:
        Refused: there is none.
    """
    found = any_account_by_name(tx, name)
    if found is None:
        raise Refused(f"Nobody here is called {name}.")
    return found


@account.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_folder
def delete_named_account(folder: Folder, name: str, yes: bool) -> None:
    """Delete an account and all that was written with it, for good; nobody gets its name again."""
    if not yes:
        click.confirm(f"Delete {name} and all they wrote, for good?", abort=True, err=True)
    run_task(folder, "account delete", delete_task, {"name": name})


async def delete_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Delete an account and all its words; what is printed."""
    now, key = context.clock.now(), new_token()
    await context.db.write(delete_named, values["name"], now, key)
    while await context.db.write(forget_departed, now):
        continue
    return (
        f"{values['name']} is gone. Every place that knows them is asked to delete them as well.\n"
        f"What each of them says stands for half a year at {context.config.node.url}/gone/{key}"
    )


def delete_named(tx: Tx, name: str, now: int, key: str) -> None:
    """Delete an account with all its names, or one other name of somebody."""
    other = another_name(tx, name)
    if other is not None:
        remove_name(tx, other, now, key)
        return
    delete_account(tx, named(tx, name), now, key)


@account.command("export")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@pass_folder
def export_account(folder: Folder, name: str, file: Path) -> None:
    """Write all that is somebody's into a new FILE: a page that opens without a network, with the
    same as JSON inside. It holds private words; the node may run meanwhile. What they have under
    other names is in the file that they make themselves, and not in this one."""
    written = asyncio.run(export_named(read_config(folder.path), name, file.absolute()))
    click.echo(f"The things of {name} are in {file}: {written:,} bytes.")


async def export_named(config: Config, name: str, file: Path) -> int:
    """Write the things of an account into a file; its bytes."""
    clock = Clock()
    db = await open_database(config.database.url, config.data, clock.now(), read_only=True)
    try:
        found, written = await db.read(named, name), 0
        get = blobs_of(config).get
        with new_file(file) as write:
            async for piece in archive_page(db, clock, found, get, has_names=False):
                written += write(piece)
        return written
    finally:
        await db.close()


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
    found = await context.db.read(named, values["name"])
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
