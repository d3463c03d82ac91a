"""The command line: `hedgerow --data DIR COMMAND`.

Exit status: 0 done, 1 it could not be done (one sentence on standard error), 2 wrong usage.
"""

import sys
from pathlib import Path

import click

from node.base.errors import Problem, Refused, why_not
from node.base.version import __version__
from node.cli.commands import COMMANDS
from node.cli.run_task import Audit, Folder, Serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data",
    envvar="HEDGEROW_DATA",
    type=click.Path(path_type=Path),
    default=Path("hedgerow-data"),
    show_default=True,
    show_envvar=True,
    help="The folder that holds everything of one node.",
)
@click.version_option(__version__, message="%(version)s")
@click.pass_context
def hedgerow(context: click.Context, data: Path) -> None:
    """A small community node: people, communities, and their neighbours elsewhere."""
    context.obj = Folder(data.expanduser().absolute(), *context.obj)


for command in COMMANDS:
    hedgerow.add_command(command)


def main(serve: Serve, audit: Audit) -> None:
    """Run the command line and end the process with its exit status; `serve` runs a node, `audit`
    looks for leaks."""
    try:
        hedgerow.main(standalone_mode=False, obj=(serve, audit))
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(1)
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        sys.exit(1)
    except Problem as problem:
        click.echo(problem.sentence, err=True)
        sys.exit(1)
    except Refused as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        click.echo(f"That could not be done: {why_not(error)}{place}.", err=True)
        sys.exit(1)
