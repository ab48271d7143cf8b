"""What is in a release: every file of the package, its licences, and nothing else."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
# Any moment will do, as long as it is the same.
MOMENT = "1577836800"
AT_THE_TOP = {
    *(".ci", ".gitignore", ".importlinter", ".pre-commit-config.yaml"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "PKG-INFO", "README.md"),
    *("SECURITY.md", "THIRD-PARTY-NOTICES.md", "benchmarks", "constraints.txt"),
    *("docs", "examples", "noxfile.py", "pyproject.toml", "scripts", "src", "tests"),
}
BESIDE_THE_PACKAGE = {
    *("METADATA", "RECORD", "WHEEL", "entry_points.txt"),
    *("licenses/LICENSE", "licenses/THIRD-PARTY-NOTICES.md"),
}


def built(kind: str, *, source: Path, folder: Path, umask: int) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder],
        cwd=source,
        env={**os.environ, "SOURCE_DATE_EPOCH": MOMENT},
        umask=umask,
        check=True,
        capture_output=True,
    )
    (found,) = folder.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return found


@pytest.fixture(scope="module")
def sdist(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    return built("sdist", source=ROOT, folder=folder, umask=0o022)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    return built("wheel", source=ROOT, folder=folder, umask=0o022)


@pytest.fixture(scope="module")
def unpacked(sdist, tmp_path_factory) -> Path:
    """Unpack the sdist, so with other times and another path."""
    place = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(place, filter="data")
    (source,) = place.iterdir()
    # As in the repository: it is made, and would be taken for a source.
    (source / "PKG-INFO").unlink()
    for file in source.rglob("*"):
        os.utime(file, (0, 0))
    return source


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_the_wheel_is_the_package_and_its_licences(wheel):
    package = {
        file.relative_to(ROOT / "src").as_posix()
        for file in (ROOT / "src" / "securelogin").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    beside = {name for name in names if ".dist-info/" in name}
    assert names - beside == package
    assert {name.split("/", 1)[1] for name in beside} == BESIDE_THE_PACKAGE


def test_the_sdist_is_the_repository(sdist):
    with tarfile.open(sdist) as archive:
        names = {member.name.split("/", 1)[1] for member in archive.getmembers()}

    assert {name.split("/")[0] for name in names} == AT_THE_TOP
    assert not [name for name in names if "__pycache__" in name or ".venv" in name]


@pytest.mark.parametrize("kind", ["sdist", "wheel"])
def test_whoever_builds_it_again_gets_the_same_bytes(kind, request, unpacked, tmp_path):
    again = built(kind, source=unpacked, folder=tmp_path, umask=0o077)

    assert digest(again) == digest(request.getfixturevalue(kind))


def test_a_registry_would_take_both(sdist, wheel):
    subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", sdist, wheel], check=True
    )


def test_the_notices_name_every_list_that_was_copied_from():
    notices = (ROOT / "THIRD-PARTY-NOTICES.md").read_text(encoding="utf-8")
    copied = ROOT / "src" / "securelogin" / "data" / "block_list.txt"
    sources = [
        line.removeprefix("#   ")
        for line in copied.read_text(encoding="utf-8").splitlines()
        if line.startswith("#   ") and "copyright" in line
    ]

    assert len(sources) >= 3
    assert [source for source in sources if source not in notices] == []
