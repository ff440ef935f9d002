"""`paperreader keys`, `config` and `sample`."""

import click

from paperreader.cli.opening import library_option
from paperreader.cli.output import print_json, print_table
from paperreader.config import load_config
from paperreader.paths import config_file
from paperreader.ui.commands import key_label, markdown_table, remapped


@click.command("keys")
@click.option("--format", "format_name", type=click.Choice(["table", "json", "markdown"]), default="table")
def keys_command(format_name: str) -> None:
    """Show every command of the reader with its keys, your own settings included."""
    commands = remapped(load_config(config_file()).keys)
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
                }
                for command in commands
            ]
        )
    else:
        print_table([command.id, " ".join(map(key_label, command.keys)), command.help] for command in commands)


@click.group("config", no_args_is_help=False)
def config_command() -> None:
    """The configuration file."""


@config_command.command("path")
def config_path_command() -> None:
    """Print where the configuration file is, or would be."""
    click.echo(config_file())


@click.command("sample")
@click.pass_context
def sample_command(ctx: click.Context) -> int:
    """Open the reader on the sample papers, in a library of their own."""
    from paperreader.cli.reader import open_reader

    return open_reader(library_option(ctx), sample=True)
