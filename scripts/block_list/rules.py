"""The rules: what guessing programs derive from words, keyboards and the calendar.

Nothing in them is chance.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from itertools import cycle, islice, permutations, product

from scripts.block_list.lengths import LONG
from scripts.block_list.words import (
    BIRTH_YEARS,
    COMMON_WORDS,
    DATED_WORDS,
    DATED_YEARS,
    KEYBOARDS,
    KEYPAD_WALKS,
    PAIRED_WORDS,
    PHRASES,
    SEPARATED_WORDS,
    UNITS,
)

LENGTHS = (8, 9, 10, 12, 15, 16, 18, 20)
"""People stop where a policy lets them, or at a round number."""


def single_characters() -> Iterator[str]:
    """Yield one key held down: `aaaaaaaaaaaaaaa`."""
    for character in string.ascii_lowercase + string.digits + "!*.-_#?@$+":
        yield from (character * length for length in LENGTHS)


def repeats() -> Iterator[str]:
    """Yield a word or a short pattern again and again: `adminadminadmin`."""
    for word in COMMON_WORDS:
        yield from (word * 2, word * 3, repeated(word))
    for word in SEPARATED_WORDS:
        yield from (mark.join([word] * 2) for mark in " -_.")
        yield from (mark.join([word] * 3) for mark in " -_.")
    for unit in UNITS:
        yield from (unit * 2, repeated(unit))
        yield from cut(unit * LONG, lengths=(15, 16))


def sequences() -> Iterator[str]:
    """Yield digits and letters in their order, or in a simple one: `122333444455`."""
    letters, digits = string.ascii_lowercase, "1234567890"
    for row in letters, digits, "123456789", "0123456789":
        for line in row, row[::-1]:
            yield from cut(line * 4, lengths=(*LENGTHS, 17, 19, 26))
            yield from (line[turn:] + line[:turn] + line for turn in range(1, 10))
            for times in 2, 3, 4, 5:
                slow = "".join(character * times for character in line)
                yield from cut(slow, lengths=(*LENGTHS, 17, 19))
            yield from (line[:half] + line[:half][::-1] for half in range(4, 11))
            yield from (line[: half + 1] + line[:half][::-1] for half in range(4, 11))
    for first, second in permutations((digits, letters, letters[::-1]), 2):
        laced = "".join(a + b for a, b in zip(first, second, strict=False))
        yield from cut(laced, lengths=LENGTHS)
        for size in 3, 4, 5, 6, 8, 9, 10:
            yield from (
                first[:size] + second[:size],
                (first[:size] + second[:size]) * 2,
            )
    for step, start in (
        (1, 0),
        (1, 1),
        (1, 10),
        (2, 0),
        (2, 1),
        (2, 2),
        (5, 5),
        (10, 10),
    ):
        counted = "".join(str(start + step * turn) for turn in range(20))
        yield from cut(counted, lengths=(*LENGTHS, 17, 19))
    yield from cut("".join(str(n) * n for n in range(1, 10)), lengths=LENGTHS)
    for number in "3.14159265358979323846", "2.71828182845904523536":
        yield from cut(number, lengths=LENGTHS)
        yield from cut(number.replace(".", ""), lengths=(*LENGTHS, 17, 19))


def keyboard_walks() -> Iterator[str]:
    """Yield fingers that go along, down, up or to and fro: `1qaz2wsx3edc4rfv`."""
    for rows in KEYBOARDS.values():
        letters = rows[1:]
        lines = [*rows, "".join(rows), "".join(letters), "".join(reversed(letters))]
        lines += [row + rows[0] for row in letters] + [rows[0] + row for row in letters]
        for part in rows, letters, rows[:2], letters[:2], letters[1:]:
            down = ["".join(column) for column in zip(*part, strict=False)]
            up = [column[::-1] for column in down]
            pairs = zip(down, up, strict=True)
            to_and_fro = (pair[turn % 2] for turn, pair in enumerate(pairs))
            lines += ["".join(down), "".join(up), "".join(to_and_fro)]
            lines += ["".join(down[::-1]), "".join(up[::-1])]
        for size in 3, 4, 5, 6:
            starts = [row[:size] for row in rows]
            lines += ["".join(starts), "".join(starts[1:]), "".join(starts[:3])]
            lines += [
                "".join(starts[1:]) + rows[0][:9],
                rows[0][:9] + "".join(starts[1:]),
            ]
        for line in lines:
            yield from (line, line[::-1], line[:LONG], line[: LONG + 1])
            if len(line) < LONG:
                yield repeated(line)
    for first, second in product(KEYPAD_WALKS, repeat=2):
        yield first + second


def paddings() -> Iterator[str]:
    """Yield a word brought up to length with digits or marks: `password1234567`."""
    for word in COMMON_WORDS:
        missing = max(1, LONG - len(word))
        yield from (word + word + ending for ending in ("1", "123"))
        yield word + "!" * missing
        yield word + "".join(islice(cycle("1234567890"), missing))
        yield from (word + "123456789", word + "1234567890", "123456789" + word)


def word_pairs() -> Iterator[str]:
    """Yield two words, alone and with digits: `adminpassword123`."""
    for first, second in permutations(PAIRED_WORDS, 2):
        yield from (first + second, first + second + "123")


def calendar() -> Iterator[str]:
    """Yield words with a year, and years: `summer2025!`, `1990199019901990`."""
    for word in DATED_WORDS:
        for dated in (f"{word}{year}" for year in DATED_YEARS):
            yield from (dated, dated + "!", repeated(dated))
    for year in BIRTH_YEARS:
        yield from (str(year) * 2, str(year) * 4)
        yield "".join(str(year + turn) for turn in range(4))


def phrases() -> Iterator[str]:
    """Yield what people say, as one word, with blanks, and with a digit."""
    for line in PHRASES.splitlines():
        for phrase in map(str.strip, line.split(" / ")):
            joined = phrase.replace(" ", "")
            yield from (joined, phrase, joined + "1")


def repeated(text: str) -> str:
    """Return *text* as often as it takes to be long, but at least twice."""
    return text * max(2, -(-LONG // len(text)))


def cut(text: str, *, lengths: Iterable[int]) -> Iterator[str]:
    """Yield the beginnings of *text* that have one of *lengths*."""
    yield from (text[:length] for length in lengths if length <= len(text))


RULES = (
    single_characters,
    repeats,
    sequences,
    keyboard_walks,
    paddings,
    word_pairs,
    calendar,
    phrases,
)
SHORT_RULES = (single_characters, sequences, calendar)
"""Their short entries go in; those of the others only if breaches have them too."""
