"""Write THIRD-PARTY-NOTICES.md: what of others is in the package, and what it needs.

`python scripts/third_party.py --write` makes the page out of the installed packages'
own metadata; with `--check` it fails if the page differs. The environment has to have
every extra, as `dev` brings them.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

# As a script it would find its neighbour, and the tests would not: so from the root.
sys.path.insert(0, str(Path(__file__).parent.parent))

from scripts.pages import written_or_current

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "THIRD-PARTY-NOTICES.md"
LIST = ROOT / "src" / "securelogin" / "data" / "block_list.txt"
COPIED = re.compile(r"^#   (.+ \(MIT\), copyright.+)$", re.MULTILINE)
# Not for a portal, but for its tests and for developers of this library.
NOT_AT_RUN_TIME = {"bench", "dev", "release", "testing", "uniformity"}
# Where the metadata is a text rather than a name: as the text is known.
PLAIN = re.compile(r"[\w.+ ()-]{1,60}")

HEAD = """\
# Third-party notices

securelogin itself is under the [MIT licence](LICENSE).
This page is made by `python scripts/third_party.py --write`, and CI checks it.

## In the package

`securelogin/data/block_list.txt` has entries copied from lists in these packages:

"""

PERMISSION = """
Each of them under these terms:

> Permission is hereby granted, free of charge, to any person obtaining a copy
> of this software and associated documentation files (the "Software"), to deal
> in the Software without restriction, including without limitation the rights
> to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
> copies of the Software, and to permit persons to whom the Software is
> furnished to do so, subject to the following conditions:
>
> The above copyright notice and this permission notice shall be included in all
> copies or substantial portions of the Software.
>
> THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
> IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
> FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
> AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
> LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
> OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
> SOFTWARE.

## Not in the package, installed beside it

What the core and each extra ask for by name, with the licence that the package states.

| package | for | licence as stated |
|---|---|---|
"""


def main() -> int:
    """Write the page, or say whether it is current."""
    copied = "".join(f"- {line}\n" for line in COPIED.findall(LIST.read_text("utf-8")))
    rows = "".join(
        f"| {name} | {', '.join(sorted(whose))} | {_licence(distribution(name))} |\n"
        for name, whose in sorted(_needed().items())
    )
    page = HEAD + copied + PERMISSION + rows
    return 0 if written_or_current(PAGE, page, sys.argv) else 1


def _needed() -> dict[str, set[str]]:
    """Return the packages that are asked for by name, and by which extras."""
    ours = distribution("securelogin")
    extras = set(ours.metadata.get_all("Provides-Extra") or ()) - NOT_AT_RUN_TIME
    wanted = [Requirement(text) for text in ours.requires or ()]
    found: dict[str, set[str]] = {}
    for requirement in wanted:
        for extra in ("", *sorted(extras)):
            if _is_asked(requirement, extra) and requirement.name != ours.name:
                found.setdefault(requirement.name, set()).add(extra or "the core")
    return found


def _is_asked(requirement: Requirement, extra: str) -> bool:
    if requirement.marker is None:
        return extra == ""
    around = {**default_environment(), "extra": extra}
    return extra != "" and requirement.marker.evaluate(around)


def _licence(package: Distribution) -> str:
    told = package.metadata
    classified = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier") or ()
        if line.startswith("License :: OSI Approved :: ")
    ]
    for stated in (told["License-Expression"], told["License"], *classified):
        if stated and PLAIN.fullmatch(stated):
            return stated
    sys.exit(f"{told['Name']} states no licence: look, and say it here")


if __name__ == "__main__":
    sys.exit(main())
