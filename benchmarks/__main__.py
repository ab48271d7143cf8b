"""Measure the library beside its peers and write docs/explanation/benchmarks.md.

    pip install -e ".[bench]" && python -m benchmarks          # all, under 20 minutes
    python -m benchmarks --quick                               # under 3, says less

It is no test: the machine's load is in every figure, and only the ratios within one run
compare. `--quick` prints and writes no page. Where a machine is free for some minutes
only, measure part by part: `--kept FILE` keeps what each part found last. With
`--postgresql URL` (or SECURELOGIN_BENCHMARKS_POSTGRESQL), and psycopg installed,
time by account state is measured there too.
Single measurements: `python -m benchmarks.hashing`, `.login`, `.stores`, `.support`
and `.web`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.peers.report import page
from benchmarks.peers.run import PARTS, QUICK, WHOLE, Extent, Found, measure, set_up


def main() -> None:
    """Measure, print, write."""
    given = _arguments()
    set_up()
    begun = time.monotonic()
    found = Found()
    if given.kept is not None and given.kept.exists():
        found = Found(**json.loads(given.kept.read_text("utf-8")))

    def keep(found: Found) -> None:
        # After each part: a run that is stopped keeps what it has.
        if given.kept is not None:
            given.kept.write_text(json.dumps(asdict(found)), "utf-8")
        if not given.quick:
            given.page.write_text(page(found, quick=False), "utf-8")

    measure(_extent(given), given.parts, found, keep=keep)
    print(page(found, quick=given.quick))
    print(f"… {(time.monotonic() - begun) / 60:.1f} minutes", file=sys.stderr)


def _extent(given: argparse.Namespace) -> Extent:
    extent = QUICK if given.quick else WHOLE
    if given.rounds:
        extent = replace(extent, own=given.rounds)
    if given.people:
        extent = replace(extent, population=given.people)
    return replace(extent, server=given.postgresql)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--kept", type=Path, metavar="FILE")
    parser.add_argument(
        "--postgresql",
        metavar="URL",
        default=os.environ.get("SECURELOGIN_BENCHMARKS_POSTGRESQL", ""),
        help="a server for time by account state; its role may make databases",
    )
    parser.add_argument(
        "--rounds", type=int, default=0, help="of time by account state, on our stores"
    )
    parser.add_argument(
        "--people", type=int, default=0, help="of the population there, a round each"
    )
    parser.add_argument(
        "--page", type=Path, default=Path("docs/explanation/benchmarks.md")
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
