"""Hypothesis strategies: what people type, what mail programs make of it, and time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from string import ascii_letters, digits

from hypothesis import strategies as st

from securelogin.hidden import Hidden
from securelogin.temporary import ALPHABET, make_temporary

_ATEXT = "ABCXYZabcxyz0189!#$%&'*+-/=?^_`{|}~"
_LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,9}[a-z0-9])?", fullmatch=True).filter(
    # The third and fourth character announce an A-label.
    lambda label: label[2:4] != "--"
)
_LOOK_ALIKES = {"0": "0Oo", "1": "1IiLl"}
_BETWEEN = (
    "",
    " ",
    "-",
    "  ",
    "\t",
    "\n",
    "\u00a0",
    "\u00ad",
    "\u200b",
    "\u2011",
    "\u2013",
    "\u2212",
    "\ufeff",
    "_",
    ".",
)

Random = Callable[[int], bytes]


def fixed_random(seed: bytes) -> Random:
    """Return a source of "random" bytes that repeats *seed*."""
    return lambda count: (seed * count)[:count]


def failing_random(draws: int) -> Random:
    """Return a source that fails after so many draws."""
    left = iter(range(draws))

    def draw(count: int) -> bytes:
        if next(left, None) is None:
            raise OSError
        return b"r" * count

    return draw


def ids() -> st.SearchStrategy[str]:
    """Return identifiers as `make_id` makes them."""
    return st.text(f"{ascii_letters}{digits}-_", min_size=22, max_size=22)


def tenants() -> st.SearchStrategy[str]:
    """Return short names of customers, the longest among them."""
    return st.from_regex(r"[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?", fullmatch=True)


def datetimes() -> st.SearchStrategy[datetime]:
    """Return whole seconds in UTC, from 1970 to the last day there is."""
    return st.datetimes(
        min_value=datetime(1970, 1, 1),
        max_value=datetime(9999, 12, 31, 23, 59, 59),
        timezones=st.just(UTC),
    ).map(lambda at: at.replace(microsecond=0))


def addresses() -> st.SearchStrategy[str]:
    """Return plain mail addresses in ASCII, in any case."""
    atoms = st.text(_ATEXT, min_size=1, max_size=8)
    local = st.lists(atoms, min_size=1, max_size=3).map(".".join)
    domain = st.tuples(_LABELS, st.sampled_from(["example.org", "example.com", "de"]))
    return st.builds(
        lambda name, parts, shout: (
            name + "@" + (".".join(parts).upper() if shout else ".".join(parts))
        ),
        local,
        domain,
        st.booleans(),
    )


def passwords() -> st.SearchStrategy[str]:
    """Return what can be set as a password: any characters but surrogates."""
    return st.text(
        st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64
    ) | st.sampled_from(
        [
            "a\0b and some more of it",
            "  blanks at both ends  ",
            "famille \U0001f468\u200d\U0001f469\u200d\U0001f467 au bord",
            "\u202eright to left\u202c",
            "ﬁ ligature ² and full-width Ａ",
        ]
    )


def temporaries() -> st.SearchStrategy[Hidden]:
    """Return temporary passwords as they are mailed."""
    return st.binary(min_size=12, max_size=12).map(
        lambda raw: make_temporary(random=lambda count: raw[:count])
    )


@st.composite
def typed(draw: st.DrawFn, mailed: str) -> str:
    """Return *mailed* as a person types or pastes it: forgivably wrong."""
    written = []
    for symbol in mailed.replace("-", ""):
        looks = _LOOK_ALIKES.get(symbol, symbol + symbol.lower())
        written.append(draw(st.sampled_from(looks)))
        # At most 64 characters come of it: 13 symbols and as many gaps of 2.
        written.append(draw(st.sampled_from(_BETWEEN)))
    return "".join(written)


def slips() -> st.SearchStrategy[tuple[int, str]]:
    """Return one wrong symbol: where, and which one instead."""
    return st.tuples(st.integers(0, 12), st.sampled_from(ALPHABET))


@st.composite
def mangled(draw: st.DrawFn, token: str) -> str:
    """Return *token* as a mail program hands it on: wrapped, bracketed, re-encoded."""
    text = draw(st.sampled_from(["", "https://portal.example/open?t="])) + token
    if draw(st.booleans()):
        text = text.replace("=", "=3D")
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        wrap = draw(st.sampled_from([" ", "\n", "\r\n", "=\r\n", "=\n", "\u200b"]))
        text = text[:at] + wrap + text[at:]
    opening, closing = draw(st.sampled_from(["  ", "<>", "()", "[]", '""', "''", "`."]))
    return opening + text + closing
