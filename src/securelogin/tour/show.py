"""Show a tour in the terminal. Its words carry everything; colour only helps.

No sign outside ASCII but the frames, which rich draws in ASCII where it must.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from securelogin.tour.post import ReceivedLetter
from securelogin.tour.telling import Refusal, Telling, digest_of

__all__ = ["TerminalScreen", "show_opening", "show_verdict"]

_WIDEST = 120
_OK = Text("ok     ", style="green")
_FAILED = Text("FAILED ", style="bold red")
_INDENT = (0, 0, 0, 2)


class TerminalScreen:
    """A `Screen` on a rich console, at most 120 columns wide."""

    def __init__(self, console: Console, /) -> None:
        self._console = console
        self._width = min(console.width, _WIDEST)
        self._scene = 0

    def scene(self, title: str, text: str, /) -> None:
        """Begin a scene with a numbered rule."""
        self._scene += 1
        heading = Text(f"{self._scene}  {title}", style="bold cyan")
        self._print(Text(""))
        self._print(Rule(heading, align="left", style="cyan"))
        self._print(Text(text))

    def say(self, text: str, /) -> None:
        """Print a sentence of the story."""
        self._print(Padding(Text(text, style="italic"), _INDENT))

    def step(self, claim: str, problem: str, /) -> None:
        """Print a claim in one line, and below it what was not as expected."""
        line = Table.grid(padding=0)
        line.add_column(width=len(_OK))
        line.add_column()
        line.add_row(_FAILED if problem else _OK, Text(claim))
        if problem:
            line.add_row("", Text(problem, style="red"))
        self._print(Padding(line, _INDENT))

    def letter(self, letter: ReceivedLetter, /) -> None:
        """Print a mail with the headers that people see, and its text."""
        head = Table.grid(padding=(0, 1))
        head.add_column(style="dim")
        head.add_column()
        for name, value in (
            ("From:", letter.sender),
            ("To:", letter.to),
            ("Subject:", letter.subject),
        ):
            head.add_row(name, Text(value))
        body = Text(letter.text.strip())
        self._print(
            Panel(Group(head, Text(""), body), box=box.SQUARE, border_style="dim")
        )

    def refusal(self, refusal: Refusal, /) -> None:
        """Print the answer on the left, and what support sees on the right."""
        problem = "; ".join(refusal.problems)
        verdict = (
            Text.assemble(("FAILED ", "bold red"), (problem, "red"))
            if problem
            else _OK
        )
        table = Table(
            box=box.SQUARE,
            border_style="dim",
            show_header=False,
            expand=True,
            padding=(0, 1),
        )
        table.add_column(ratio=1)
        table.add_column(ratio=1)
        table.add_row(_answer(refusal), _support(refusal))
        self._print(Text(""))
        self._print(
            Text.assemble(verdict, (refusal.name, "bold"), f": {refusal.typed}")
        )
        self._print(table)

    def table(self, refusals: Sequence[Refusal], /) -> None:
        """Print one line for each refusal: equal answers, different causes."""
        table = Table(box=box.SIMPLE_HEAD)
        table.add_column("What went wrong")
        table.add_column("Answer", no_wrap=True)
        table.add_column("Reference", no_wrap=True)
        table.add_column("Cause, for support only")
        for refusal in refusals:
            table.add_row(
                Text(refusal.name),
                Text(digest_of(refusal.public)),
                Text(refusal.public.reference),
                Text(refusal.cause or "nothing"),
            )
        self._print(table)

    def _print(self, what: RenderableType) -> None:
        self._console.print(what, width=self._width)


def _answer(refusal: Refusal) -> Text:
    public = refusal.public
    return Text.assemble(
        (public.message, "bold"),
        "\n",
        public.advice,
        "\n",
        ("Reference: ", "dim"),
        public.reference,
    )


def _support(refusal: Refusal) -> Table:
    facts = Table.grid(padding=(0, 1))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column()
    diagnosis = refusal.diagnosis
    if diagnosis is None:
        facts.add_row("Support:", "finds nothing for this reference")
        return facts
    for name, text in (
        ("Cause:", f"{diagnosis.summary} ({refusal.cause})"),
        ("First:", next(iter(diagnosis.remedies), "")),
        ("Contact:", diagnosis.contact or "nobody is known for this URL"),
    ):
        facts.add_row(name, Text(text))
    return facts


def show_opening(console: Console, /, *, facts: Mapping[str, str]) -> None:
    """Print what the tour is played on."""
    text = Table.grid(padding=(0, 1))
    text.add_column(style="dim", no_wrap=True)
    text.add_column()
    for name, value in facts.items():
        text.add_row(name, Text(value))
    console.print(
        Panel(text, title="securelogin tour", box=box.SQUARE, border_style="cyan"),
        width=min(console.width, _WIDEST),
    )


def show_verdict(console: Console, telling: Telling, /) -> None:
    """Print how many steps were as expected, and which were not."""
    total, failed = telling.steps, len(telling.failures)
    words = (
        f"{total - failed} of {total} steps were as expected; {failed} FAILED."
        if failed
        else f"All {total} steps were as expected."
    )
    lines = [
        Text(words, style="bold red" if failed else "bold green"),
        *(Text(f"FAILED {failure}", style="red") for failure in telling.failures),
    ]
    for line in ("", *lines):
        console.print(line, width=min(console.width, _WIDEST))
