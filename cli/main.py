"""Entry point: finds the commands, and turns what goes wrong into one line on stderr and an exit code.

0 all done, 1 some documents failed, 2 wrong usage, 3 the run itself failed, 130 Ctrl-C, 141 nobody reads the output.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from docengine import DocengineError, __version__
from docengine.cli.terminal import complain
from docengine.errors import InputError, UsageError

COMMANDS = (
    "extract",
    "show",
    "evaluate",
    "bench",
    "models",
    "doctor",
    "data",
    "train",
    "finetune",
    "export",
    "compile",
)


class Commands(click.Group):
    """Loads a command's module when it is asked for, and ends the process as its outcome says."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"docengine.cli.{name}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as error:
            if sys.flags.dev_mode and not isinstance(error, DocengineError):
                raise
            _settle_stdout()
            ctx.exit(_outcome(error))


def _outcome(error: BaseException) -> int:
    """Say in one line what ended the command; its exit code."""
    if isinstance(error, BrokenPipeError):
        return 141
    if isinstance(error, KeyboardInterrupt):
        complain("interrupted")
        return 130
    if isinstance(error, DocengineError):
        complain(str(error))
        return 2 if isinstance(error, UsageError) else 1 if isinstance(error, InputError) else 3
    if isinstance(error, OSError):
        complain(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        return 3
    complain(f"internal error, please report it: {type(error).__name__}: {error} (PYTHONDEVMODE=1 says where)")
    return 3


def _settle_stdout() -> None:
    """What is still buffered and cannot be written is dropped, or the interpreter would try again while it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="docengine")
def main() -> None:
    """Read invoices, receipts and other business documents on this machine: fields and line items, each with a
    confidence and a box on the page. Nothing is sent anywhere.

    \b
    Examples:
      docengine extract examples/
      docengine extract scans/ --output fields.csv
      docengine extract --help
    """
