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

__all__ = ["TerminalScreen", "show_facts", "show_verdict"]

_WIDEST = 120
_OK = Text("ok     ", style="green")
_FAILED = Text("FAILED ", style="bold red")
_INDENT = (0, 0, 0, len(_OK))
# Nothing at the sides, so that a long link can be copied.
_LETTER = box.HORIZONTALS
_FRAME = 4
"""Columns that a panel takes for its border and the blanks beside it."""


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
        self._judged(Text(claim), problem)

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
        self._print(Panel(Group(head, Text(""), body), box=_LETTER, border_style="dim"))

    def refusal(self, refusal: Refusal, /) -> None:
        """Print the answer on the left, and what support sees on the right."""
        self._heading(refusal)
        half = self._width // 2
        sides = (
            (_answer(refusal), "everybody sees"),
            (_support(refusal), "support sees"),
        )
        options = self._console.options.update(width=half - _FRAME)
        height = max(
            len(self._console.render_lines(side, options, pad=False))
            for side, _ in sides
        )
        row = Table.grid()
        row.add_column(width=half)
        row.add_column(width=half)
        row.add_row(
            *(
                Panel(
                    side,
                    title=Text(title),
                    title_align="left",
                    box=box.SQUARE,
                    border_style="dim",
                    height=height + 2,
                )
                for side, title in sides
            )
        )
        self._print(row)

    def _heading(self, refusal: Refusal) -> None:
        words = Text.assemble((refusal.name, "bold"), f": {refusal.typed}")
        self._judged(words, "; ".join(refusal.problems))

    def table(self, refusals: Sequence[Refusal], /) -> None:
        """Print one line for each refusal: equal answers, different causes."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("What went wrong")
        table.add_column("Answer", no_wrap=True)
        table.add_column("Reference", no_wrap=True)
        table.add_column("Cause (for support)", no_wrap=True)
        for refusal in refusals:
            table.add_row(
                Text(refusal.name),
                Text(digest_of(refusal.public)),
                Text(refusal.public.reference),
                Text(refusal.cause or "nothing"),
            )
        self._print(table)

    def _judged(self, words: Text, problem: str) -> None:
        line = Table.grid(padding=0)
        line.add_column(width=len(_OK))
        line.add_column()
        line.add_row(_FAILED if problem else _OK, words)
        if problem:
            line.add_row("", Text(problem, style="red"))
        self._print(line)

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


def show_facts(console: Console, /, *, title: str, facts: Mapping[str, str]) -> None:
    """Print a few facts, each whole in one line, however long."""
    console.print(Text(title, style="bold cyan"))
    width = max(map(len, facts))
    for name, value in facts.items():
        console.print(Text(f"  {name:<{width}}  {value}"), soft_wrap=True)


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
