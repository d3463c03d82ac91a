"""Commands about people who come from elsewhere, or go there."""

from collections.abc import Mapping
from typing import Any

import click

from node.base.errors import Refused
from node.cli.accounts import account
from node.cli.context import CommandContext
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.tx import Tx
from node.topics.accounts.store import account_by_name
from node.topics.actors.store import Actor, actor_by_id
from node.topics.members.move import add_alias, drop_alias, move_away, old_addresses, take_back_move


@account.command("alias")
@click.argument("name")
@click.option("--add", metavar="HANDLE", default=None, help="An old address, to be moved from.")
@click.option("--drop", metavar="HANDLE", default=None, help="An old address, no longer.")
@pass_folder
def alias(folder: Folder, name: str, add: str | None, drop: str | None) -> None:
    """Say under which old addresses an account was known; prints them all."""
    run_task(folder, "account alias", alias_task, {"name": name, "add": add, "drop": drop})


async def alias_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Change the old addresses of an account; what is printed."""
    now = context.clock.now()
    for option, change in (("add", add_alias_of), ("drop", drop_alias_of)):
        if values[option]:
            found = await context.resolver.resolve(values[option])
            if found.actor_id is None:
                raise Refused(f"Nobody is to be found at {values[option]}.")
            await context.db.write(change, values["name"], found.actor_id, now)
    return "\n".join(await context.db.read(aliases_of, values["name"]))


@account.command("move")
@click.argument("name")
@click.option("--to", metavar="HANDLE", default=None, help="The new address, which names this one.")
@click.option("--take-back", is_flag=True, help="Live here again.")
@pass_folder
def move(folder: Folder, name: str, to: str | None, take_back: bool) -> None:
    """Tell those who follow an account that it lives elsewhere now, or that it is back."""
    if bool(to) == take_back:
        raise click.UsageError("Give either --to HANDLE or --take-back.")
    run_task(folder, "account move", move_task, {"name": name, "to": to})


async def move_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Move an account, or take its move back; what is printed."""
    name, to, now = values["name"], values["to"], context.clock.now()
    if to is None:
        await context.db.write(take_back_move_of, name, now)
        return f"{name} lives here again."
    found = await context.resolver.read_anew(to)
    if found.actor_id is None:
        raise Refused(f"Nobody is to be found at {to}.")
    await context.db.write(move_away_of, name, found.actor_id, now)
    return f"{name} has moved to {to}. Those who follow are told."


def person_called(tx: Tx, name: str) -> Actor:
    found = account_by_name(tx, name)
    actor = actor_by_id(tx, found.actor_id) if found else None
    if actor is None:
        raise Refused(f"Nobody here is called {name}.")
    return actor


def known(tx: Tx, actor_id: int) -> Actor:
    actor = actor_by_id(tx, actor_id)
    if actor is None:
        raise Refused("Nobody is to be found there.")
    return actor


def add_alias_of(tx: Tx, name: str, other_id: int, now: int) -> None:
    add_alias(tx, person_called(tx, name), known(tx, other_id), now)


def drop_alias_of(tx: Tx, name: str, other_id: int, now: int) -> None:
    drop_alias(tx, person_called(tx, name), known(tx, other_id).iri, now)


def aliases_of(tx: Tx, name: str) -> list[str]:
    return [known_as.handle for known_as in old_addresses(tx, person_called(tx, name))]


def move_away_of(tx: Tx, name: str, target_id: int, now: int) -> None:
    move_away(tx, person_called(tx, name), known(tx, target_id), now)


def take_back_move_of(tx: Tx, name: str, now: int) -> None:
    take_back_move(tx, person_called(tx, name), now)
