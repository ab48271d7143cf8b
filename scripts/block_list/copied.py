"""Choose what to copy from lists of breached passwords."""

from __future__ import annotations

import gzip
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from scripts.block_list.lengths import LONG, LONGEST, SHORTEST, is_long, is_short
from securelogin.block_list import fold

SHORT_COPIED = 3_900  # of 8 to 14 code points
LONG_COPIED = 3_100  # of 15 and more, besides those that the rules make
UNHEARD_OF = 1 << 20  # so far down an order, and below it, a rank says nothing
SURELY_COMMON = 200_000  # so far down an order even a long entry counts as common
VOCABULARY = 60_000  # so far down an order a short entry counts as a word
WORD_LENGTHS = range(2, LONG)
EVIDENCE_WEIGHT = 25  # bits of spelling that one bit of evidence makes up for
MOST_VARIANTS = 3  # bits of evidence that variants may give: one person can make many

NOT_TYPED = re.compile(
    # Addresses, sites, markup and escapes: somebody's data, or a broken dump.
    r"@\w+\.|www\.|https?:|\.(?:com|net|org|ru|de)|[<>\\%]|&#?\w+;"
    # Digests and other long hexadecimal numbers.
    r"|^(?=.*\d)(?=.*[a-f])[0-9a-f]{15,}$"
    # Names of accounts: often a person's own name.
    r"|[a-z][._-]+[a-z]"
    # One person's, with some hundred endings.
    r"|08101949"
)


def read_entries(path: Path) -> Iterator[str]:
    """Yield the entries of a file, or of all *.txt below a folder, folded."""
    if path.is_dir():
        for file in sorted(path.rglob("*.txt")):
            yield from read_entries(file)
        return
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode(
        "utf-8", errors="replace"
    )
    yield from (fold(line.strip("\r")) for line in text.split("\n"))


def is_typed(entry: str) -> bool:
    """Tell whether *entry* looks like something a person types as a password.

    Only ASCII: in these lists the rest is nearly all text in a wrong encoding.
    """
    return (
        entry.isascii()
        and entry.isprintable()
        and entry == entry.strip()
        and not entry.startswith(('"', "# "))
        and NOT_TYPED.search(entry) is None
    )


def best_ranks(orders: Iterable[Path]) -> dict[str, int]:
    """Return how far up each entry stands in the list that has it furthest up."""
    ranks: dict[str, int] = {}
    for order in orders:
        for rank, entry in enumerate(islice(read_entries(order), UNHEARD_OF), start=1):
            ranks[entry] = min(rank, ranks.get(entry, rank))
    return ranks


def count_variants(entries: Iterable[str], *, of: set[str]) -> Counter[str]:
    """Count for each long entry the others that are longer and contain it."""
    variants: Counter[str] = Counter()
    for entry in entries:
        size = len(entry)
        if LONG < size <= LONGEST:
            parts = {
                entry[start:end]
                for start in range(size - LONG + 1)
                for end in range(start + LONG, size + 1)
            }
            variants.update(sorted((parts - {entry}) & of))
    return variants


def spelling_bits(entry: str, *, words: dict[str, float]) -> float:
    """Return how many bits it takes to spell *entry*, in the cheapest way.

    A word costs what its rank says, a repetition of the part before 2, a digit 5 and
    any other character 7.
    """
    size = len(entry)
    best = [0.0] + [math.inf] * size
    last = [""] * (size + 1)
    for start in range(size):
        for end in range(start + 1, min(size + 1, start + WORD_LENGTHS.stop)):
            part = entry[start:end]
            cost = words.get(part, math.inf)
            if end == start + 1:
                cost = min(cost, 5 if part.isdigit() else 7)
            if part == last[start]:
                cost = min(cost, 2)
            if best[start] + cost < best[end]:
                best[end] = best[start] + cost
                last[end] = part
    return best[size]


def choose_long(
    copyable: set[str], *, ranks: dict[str, int], besides: set[str]
) -> set[str]:
    """Choose the long entries to copy: surely common, else likely to be guessed.

    Lists of long passwords come without counts. So guess as a guesser would: what is
    cheap to spell comes first, and sooner if there is evidence that it was used often,
    by its rank in an order or by the variants of it in the same lists.
    """
    long = {entry for entry in copyable if is_long(entry)}
    variants = count_variants(copyable, of=long)
    words = {
        entry: math.log2(rank + 1) + 1.5
        for entry, rank in ranks.items()
        if rank <= VOCABULARY and len(entry) in WORD_LENGTHS
    }

    def guess(entry: str) -> tuple[bool, float, str]:
        rank = ranks.get(entry, UNHEARD_OF)
        evidence = math.log2(UNHEARD_OF / rank) + min(
            MOST_VARIANTS, math.log2(1 + variants[entry])
        )
        cost = spelling_bits(entry, words=words) - EVIDENCE_WEIGHT * evidence
        return rank > SURELY_COMMON, round(cost, 6), entry

    return set(sorted(long - besides, key=guess)[:LONG_COPIED])


def choose_short(
    copyable: set[str], *, ranks: dict[str, int], besides: set[str]
) -> set[str]:
    """Choose the short entries to copy: those furthest up in an order."""
    short = {entry for entry in copyable & ranks.keys() if is_short(entry)}
    ranked = sorted(short - besides, key=lambda entry: (ranks[entry], entry))
    return set(ranked[:SHORT_COPIED])


def copyable_entries(copies: Iterable[Path]) -> set[str]:
    """Return all that could be copied, of any length."""
    return {
        entry
        for copy in copies
        for entry in read_entries(copy)
        if len(entry) >= SHORTEST and is_typed(entry)
    }
