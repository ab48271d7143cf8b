"""Write an SBOM beside a wheel: what `pip install securelogin` brings, as CycloneDX.

    python scripts/bill_of_materials.py dist

The wheel of that folder is installed into an empty environment, without any extra; what
is found there is written to dist/securelogin-VERSION.cdx.json, and validated.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORE = {"argon2-cffi", "email-validator", "itsdangerous"}


def main() -> int:
    """Write it; 1 if a dependency of the core is not in it."""
    folder = Path(sys.argv[1])
    (wheel,) = folder.glob("securelogin-*.whl")
    bill = folder / f"{'-'.join(wheel.name.split('-')[:2])}.cdx.json"
    with tempfile.TemporaryDirectory() as place:
        venv.create(place, with_pip=True)
        python = Path(place) / "bin" / "python"
        _run(python, "-m", "pip", "install", "--quiet", wheel)
        # They came with the environment, and not with the wheel.
        _run(python, "-m", "pip", "uninstall", "--quiet", "--yes", "setuptools", "pip")
        _run(
            *(sys.executable, "-m", "cyclonedx_py", "environment", python),
            *("--pyproject", ROOT / "pyproject.toml", "--mc-type", "library"),
            *("--output-reproducible", "--output-format", "JSON"),
            *("--output-file", bill),
        )
    found = json.loads(bill.read_text(encoding="utf-8"))["components"]
    names = {component["name"].lower() for component in found}
    print(f"{bill.name}: {', '.join(sorted(names))}")
    return int(not names >= CORE)


def _run(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True)


if __name__ == "__main__":
    sys.exit(main())
