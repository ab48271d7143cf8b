"""Fail unless every public name has a whole type: `pyright --verifytypes`.

    python scripts/type_completeness.py

pyright looks at what is installed as a user has it, and not at an editable install. So
the package is copied into an environment of its own, which borrows everything else from
the one this script runs in.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from importlib.util import find_spec
from pathlib import Path

WHOLE = 1.0


def main() -> int:
    """Print what is wanting; 1 if anything is."""
    with tempfile.TemporaryDirectory() as folder:
        told = _verified(Path(folder))
    report = told["typeCompleteness"]
    for symbol in report["symbols"]:
        for finding in symbol["diagnostics"]:
            if finding["severity"] == "error":
                print(f"{symbol['name']}: {finding['message']}")
    score = report["completenessScore"]
    known = report["exportedSymbolCounts"]["withKnownType"]
    print(f"{known} public names have a whole type: {score:.1%} of them")
    return int(score < WHOLE or not known)


def _verified(place: Path) -> dict:
    venv.create(place, with_pip=False, symlinks=True)
    (site,) = place.glob("lib/python*/site-packages")
    (found,) = find_spec("securelogin").submodule_search_locations
    shutil.copytree(
        found, site / "securelogin", ignore=shutil.ignore_patterns("__pycache__")
    )
    (site / "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    # `--pythonpath` is not obeyed here: pyright asks the first `python` it finds.
    path = os.pathsep.join([str(place / "bin"), os.environ["PATH"]])
    told = subprocess.run(
        [
            *(sys.executable, "-m", "pyright"),
            *("--verifytypes", "securelogin", "--ignoreexternal", "--outputjson"),
        ],
        # Out of the checkout, whose settings are for another kind of run.
        cwd=place,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if not told.stdout.strip():
        sys.exit(told.stderr)
    return json.loads(told.stdout)


if __name__ == "__main__":
    sys.exit(main())
