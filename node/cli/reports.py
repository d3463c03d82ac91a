"""Commands about what was reported: see the cases that wait, and decide one."""

from collections.abc import Mapping
from typing import Any

import click
import msgspec

from node.base.errors import Refused
from node.base.instants import day_and_hour
from node.cli.context import CommandContext
from node.cli.moderation import known_account
from node.cli.run_task import Folder, pass_folder, run_task
from node.db.tx import Tx
from node.topics.moderation.desk import CaseView, Thing, case_view
from node.topics.moderation.desk_store import (
    CASES_LISTED_MAX,
    KEEPER,
    Case,
    case_on,
    open_cases,
)
from node.topics.moderation.reasons import IN_WORDS
from node.topics.moderation.report_store import Report
from node.topics.publishing import desk_deeds

DEEDS = {
    "leave": "It is left as it is.",
    "remove": "The post is removed.",
    "warn": "They are written to.",
    "shut-out": "They are shut out.",
    "pass-on": "The other place is told.",
    "take": "{by} is on it.",
    "give-back": "Nobody is on it now.",
}
"""What can be done about a case, and what is printed then."""


@click.group()
def report() -> None:
    """What somebody wants looked at."""


@report.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@pass_folder
def list_reports(folder: Folder, as_json: bool) -> None:
    """Print the cases that wait, the urgent first and then the oldest."""
    run_task(folder, "report list", list_reports_task, {"json": as_json})


@report.command("resolve")
@click.argument("number", type=int)
@pass_folder
def resolve(folder: Folder, number: int) -> None:
    """Settle a case and leave all as it is; nobody elsewhere is told."""
    run_task(folder, "report resolve", resolve_report_task, {"number": number})


@report.command("do")
@click.argument("number", type=int)
@click.argument("deed", type=click.Choice(list(DEEDS)))
@click.option("--by", required=True, help="The account of ours that looks after it.")
@click.option("--words", default="", help="Why, or what is written to them.")
@click.option("--days", type=int, help="For how many days they are shut out; without it, for good.")
@pass_folder
def decide(folder: Folder, /, **values: Any) -> None:
    """Decide the case NUMBER, as on the desk."""
    run_task(folder, "report do", decide_report_task, values)


async def list_reports_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """What waits, some lines for each case, or as JSON."""
    waiting = await context.db.read(waiting_cases)
    if values.get("json"):
        return msgspec.json.encode([as_json(one) for one in waiting]).decode()
    return "\n\n".join(map(in_words, waiting)) or "Nothing waits."


def waiting_cases(tx: Tx) -> list[CaseView]:
    found = [
        one
        for urgent in (True, False)
        for one in open_cases(tx, KEEPER, CASES_LISTED_MAX, urgent=urgent)
    ]
    return [case_view(tx, one) for one in found]


async def resolve_report_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Settle a case; what is printed."""
    number = int(values["number"])
    await context.db.write(do_resolve, number, context.clock.now())
    return f"Case {number} is settled."


def do_resolve(tx: Tx, number: int, now: int) -> None:
    desk_deeds.settle(tx, None, waiting_case(tx, number), "left", now)


def waiting_case(tx: Tx, number: int) -> Case:
    """The case with that number.

    Raises:
        Refused: none waits.
    """
    case = case_on(tx, KEEPER, number)
    if case is None or case.settled_at is not None:
        raise Refused(f"No case with the number {number} waits.")
    return case


async def decide_report_task(context: CommandContext, values: Mapping[str, Any]) -> str:
    """Do what a button of the desk does; what is printed."""
    return await context.db.write(do_decide, values, context.clock.now())


def do_decide(tx: Tx, values: Mapping[str, Any], now: int) -> str:
    me, number, deed = known_account(tx, values["by"]), int(values["number"]), values["deed"]
    words = str(values["words"])
    if deed == "leave":
        desk_deeds.leave(tx, me, number, now)
    elif deed == "remove":
        desk_deeds.remove(tx, me, number, words, now)
    elif deed == "warn":
        desk_deeds.warn(tx, me, number, words, now)
    elif deed == "shut-out":
        desk_deeds.shut_out(tx, me, number, now, reason=words, days=values["days"])
    elif deed == "pass-on":
        desk_deeds.pass_on(tx, me, number, now)
    elif deed == "take":
        desk_deeds.take(tx, me, number)
    else:
        desk_deeds.give_back(tx, me, number)
    return DEEDS[deed].format(by=me.name)


def as_json(one: CaseView) -> dict[str, object]:
    return {
        "number": one.case.id,
        "urgent": one.case.urgent,
        "about": one.about.handle if one.about else None,
        "community": one.group.handle if one.group else None,
        "opened_at": one.case.opened_at,
        "taken_by": one.taken_by.name if one.taken_by else None,
        "posts": [thing.post.iri for thing in one.things if thing.post],
        "reports": [
            {"reason": said.reason, "words": said.words, "by": said.reporter}
            for said in one.reports
        ],
    }


def in_words(one: CaseView) -> str:
    """One case as an operator reads it, without what could steer a terminal."""
    about = f"about {one.about.handle}" if one.about else "about a post"
    where = f" in {one.group.handle}" if one.group else ""
    urgent = "  URGENT" if one.case.urgent else ""
    on_it = f", {one.taken_by.name} is on it" if one.taken_by else ""
    first = f"{one.case.id}  {day_and_hour(one.case.opened_at)}  {about}{where}{on_it}{urgent}"
    return "\n".join([first, *map(said_in_words, one.reports), *map(thing_in_words, one.things)])


def said_in_words(report: Report) -> str:
    words = f": {printable(report.words)}" if report.words else ""
    return f"  {IN_WORDS[report.reason]}, by {report.reporter}{words}"


def thing_in_words(thing: Thing) -> str:
    if thing.post is None:
        return "  (a post that is gone)"
    words = printable(thing.words) if thing.words is not None else "(for single people)"
    return f"  {thing.post.iri}\n    {words}"


def printable(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)
