"""Make the reference page on the command line from the commands themselves.

`python scripts/command_reference.py --write` makes docs/reference/commands.md; with
`--check` it fails if that page differs, or if a command, an argument or an option says
nothing of itself.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from securelogin.cli import app

# As a script it would find its neighbour, and the tests would not: so from the root.
sys.path.insert(0, str(Path(__file__).parent.parent))

from scripts.pages import written_or_current

Parameter = TyperArgument | TyperOption

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "commands.md"

HEAD = """\
# Commands

Every command of `securelogin`, with its arguments, options and variables.
It comes with the extra `cli`: `pip install 'securelogin[cli]'`; a command that needs
another one says which.
This page is made from the code by `python scripts/command_reference.py --write`,
and CI checks it.

## What holds for all

**Exit codes.** 0: it is done, and all is as expected.
1: it has run, and the answer is no; the command says below what that means.
2: it could not be run as it was given: an argument, the configuration, or the store.
With 2, one sentence on standard error says why; with 1 as well, where the answer does
not say it itself.
Where an `ACCOUNT` or a `LINK` is named, 1 may also mean that there is no such one.

**`--json`** prints one JSON object on standard output and nothing besides.
Its names are stable, and times are ISO 8601 with their zone;
the lines for people may change.

**Secrets** are never arguments: other users of the machine can list those,
and shells keep them.
They come from the [configuration](configuration.md), that is from a variable
or a file of their own, or from standard input.
A URL with a password in it is refused as an argument.

**Configuration.** `--config` names the file, else `SECURELOGIN_CONFIG` does,
else it is `./securelogin.toml`.

**Completion.** `securelogin --install-completion` sets it up for your shell;
`--show-completion` only prints it.

**Who asks.** Whoever runs a command is an operator, and sees all tenants.
Look-ups are recorded with the user's name, or that of `--by`.
"""


def commands() -> Iterator[tuple[str, TyperCommand]]:
    """Yield every command with its full name, in the order of their names."""
    yield from _below(typer.main.get_command(app), "securelogin")


def _below(command: object, name: str) -> Iterator[tuple[str, TyperCommand]]:
    if isinstance(command, TyperCommand):
        yield name, command
    if isinstance(command, TyperGroup):
        for word in sorted(command.commands):
            yield from _below(command.commands[word], f"{name} {word}")


def parameters(command: TyperCommand) -> list[Parameter]:
    """Return a command's arguments and options, in order."""
    return [
        one
        for one in command.params
        if isinstance(one, (TyperArgument, TyperOption)) and one.name != "help"
    ]


def row(parameter: Parameter) -> str:
    """Return one line of a table."""
    is_option = isinstance(parameter, TyperOption)
    words = ", ".join(parameter.opts) if is_option else _shown(parameter)
    if isinstance(parameter, TyperOption) and not parameter.is_flag:
        words = f"{words} {_shown(parameter)}"
    default = parameter.default
    plain = isinstance(default, (int, float, str)) and not isinstance(default, bool)
    told = "required" if parameter.required else f"`{default}`" if plain else ""
    if default == "":
        told = ""
    variable = f"`{parameter.envvar}`" if parameter.envvar else ""
    cells = (f"`{words}`", variable, told, _escaped(parameter.help or ""))
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _shown(parameter: Parameter) -> str:
    """Return what stands for the value: the words there are, or a name."""
    kind = parameter.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(str(one.value) for one in kind)
    return str(parameter.metavar or parameter.name.upper()).strip("[]")


def _escaped(text: str) -> str:
    # A mail address in angle brackets or a `*` would be markup.
    return re.sub(r"([<>*_])", r"\\\1", " ".join(text.split()))


def section(name: str, command: TyperCommand) -> tuple[str, list[str]]:
    """Return the text on one command, and what of it says nothing of itself."""
    said = inspect.cleandoc(command.help or "")
    found = parameters(command)
    bare = [f"{name}: {one.name}" for one in found if not one.help]
    if not said:
        bare.append(name)
    lines = [f"## `{name}`", "", said, ""]
    if found:
        lines += [
            "| argument or option | variable | default | what it is |",
            "|---|---|---|---|",
            *map(row, found),
            "",
        ]
    return "\n".join(lines), bare


def page() -> tuple[str, list[str]]:
    """Return the page, and what says nothing of itself."""
    made = [section(name, command) for name, command in commands()]
    texts = [HEAD, *(text for text, _ in made)]
    return "\n".join(texts), [name for _, bare in made for name in bare]


def main(arguments: list[str]) -> int:
    """Write or check the page; 1 if something is missing."""
    made, bare = page()
    for name in bare:
        print(f"{name} says nothing of itself")
    is_current = written_or_current(PAGE, made, arguments)
    return 0 if is_current and not bare else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
