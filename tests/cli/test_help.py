from __future__ import annotations

import shlex

import click
import pytest

from docengine.cli.main import COMMANDS, main


def help_of(*path: str) -> str:
    context = click.Context(main, info_name="docengine", terminal_width=100)
    if not path:
        return main.get_help(context)
    return main.get_command(context, path[0]).get_help(click.Context(main.get_command(context, path[0]), context))


def examples(text: str) -> list[str]:
    _, _, after = text.partition("Examples:\n")
    return [line.strip() for line in after.split("\n\n")[0].splitlines()]


@pytest.mark.parametrize("path", [(), *((name,) for name in COMMANDS)])
def test_every_help_has_examples_that_parse(path):
    found = examples(help_of(*path))
    assert len(found) >= 2
    for example in found:
        words = shlex.split(example.split("docengine ", 1)[1], comments=True)
        words = words[: words.index(">")] if ">" in words else words
        if words[-1] == "--help":
            assert words[0] in COMMANDS
            continue
        command = main.get_command(click.Context(main), words[0])
        parser = command.make_parser(click.Context(command))
        values, rest, _ = parser.parse_args(list(words[1:]))  # NoSuchOption for an option that is not there
        assert rest == [] and all(value is not None for value in values.values())


def test_every_option_says_what_it_does():
    for name in COMMANDS:
        for parameter in main.get_command(click.Context(main), name).params:
            assert isinstance(parameter, click.Argument) or parameter.help, (name, parameter.name)


def test_the_list_of_commands_is_not_cut_short():
    listed = help_of().partition("Commands:")[2]
    assert listed.count("\n") >= len(COMMANDS) and "..." not in listed


def test_version_and_unknown_commands(cli):
    assert cli("--version").stdout.startswith("docengine, version ")
    unknown = cli("extrct")
    assert unknown.exit_code == 2 and "extrct" in unknown.stderr
