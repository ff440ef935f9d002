"""The commands `keys` and `sample`: print the keys, open the sample papers."""

import click

from paperreader.cli.arguments import Command
from paperreader.cli.failures import Invocation
from paperreader.cli.option_types import OneOf
from paperreader.cli.output import print_json, print_table, remark
from paperreader.cli.reader import open_reader
from paperreader.cli.settings import WRONG
from paperreader.config import read_config
from paperreader.domain.suggestions import join_with_or
from paperreader.paths import config_file
from paperreader.ui.keys.command_table import key_label, markdown_table
from paperreader.ui.keys.keymaps import commands_of, rejected_keys

_FORMATS = ("table", "json", "markdown")


@click.command("keys", cls=Command)
@click.option("--format", "format_name", type=OneOf(_FORMATS), metavar="FORMAT", default=_FORMATS[0],
              help=f"Print as {join_with_or(_FORMATS)}.")  # fmt: skip
def keys_command(format_name: str) -> int:
    """List the keys of the reader.

    Keys that you changed in the settings are listed as you set them.
    The exit status is 3 if a setting is wrong; it is ignored then.
    """
    loaded = read_config(config_file(), rejected_keys)
    commands = commands_of(loaded.config)
    for message in loaded.messages:
        remark(f"paperreader: {message}; ignored")
    if format_name == "markdown":
        click.echo(markdown_table(commands), nl=False)
    elif format_name == "json":
        print_json(
            [
                {
                    "id": command.id,
                    "keys": [key_label(key) for key in command.keys],
                    "name": command.name,
                    "help": command.help,
                    "scope": command.scope.value,
                    "task": command.task,
                    "argument": command.argument,
                    "choices": dict(command.choices),
                }
                for command in commands
            ]
        )
    else:
        print_table([command.id, " ".join(map(key_label, command.keys)), command.help] for command in commands)
    return WRONG if loaded.problems else 0


@click.command("sample", cls=Command)
@click.pass_obj
def sample_command(invocation: Invocation) -> int:
    """Open the reader on sample papers.

    They have their own library, beside yours.
    """
    return open_reader(invocation, sample=True)
