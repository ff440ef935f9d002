"""How IDs and queries are read: options come first, and behind the first other word everything is data.

So `tag ID +a -b` and `list is:unread -draft` need no quoting. A query may even begin with a word in `-`, as long as
that word is not one of the verb's options.
"""

import click

from paperreader.cli.output import remark

DATA_AFTER_FIRST = {"allow_interspersed_args": False}
"""The context settings of every verb that takes data."""


class QueryCommand(click.Command):
    """A verb whose arguments are a query."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options in front, then take everything as it stands."""
        takes_value = {
            name: not option.is_flag
            for option in self.get_params(ctx)
            if isinstance(option, click.Option)
            for name in (*option.opts, *option.secondary_opts)
        }
        index = 0
        while index < len(args):
            name, equals, _ = args[index].partition("=")
            if name in takes_value:
                index += 1 if equals or not takes_value[name] else 2
                if index > len(args):
                    return super().parse_args(ctx, args)  # which says that the last option lacks its value
            elif args[index].startswith("--"):
                return super().parse_args(ctx, args)  # `--` itself, or a misspelt option
            else:
                break
        for word in args[index:]:
            if word.partition("=")[0] in takes_value or word.startswith("--"):
                remark(f"paperreader: {word} is taken as a word of the query: options come first")
        return super().parse_args(ctx, [*args[:index], "--", *args[index:]])
