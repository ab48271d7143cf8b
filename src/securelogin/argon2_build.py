"""Which build of Argon2 is installed, and what the system could give it.

Read from files, each time anew; what cannot be read is said to be unknown.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

__all__ = ["OWN_BUILD_GAIN", "Build", "HugePages", "read_build", "read_huge_pages"]

OWN_BUILD_GAIN = "1.6 to 2.0"
"""So many times as often as the stock wheel runs a build for its own processor, where
both were measured (docs/how-to/tune.md)."""

_PROCESSOR = Path("/proc/cpuinfo")
_HUGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Which build of argon2-cffi's C code is installed, and what the processor has.

    Attributes:
        portable: a wheel for every processor of its kind, so without the vectors that
            came later; None where the system does not tell.
        vectors: the widest that the processor has: "avx512f", "avx2", or "".
    """

    version: str
    portable: bool | None
    vectors: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HugePages:
    """Whether blocks of Argon2 may lie in huge pages (Linux).

    Attributes:
        mode: "always", "madvise" or "never"; "" where there is none to read.
        asked_for: glibc's tunable asks for them in this process.
    """

    mode: str
    asked_for: bool


def read_build(processor: Path = _PROCESSOR, /) -> Build:
    """Read which build of argon2-cffi's C code is installed."""
    installed = distribution("argon2-cffi-bindings")
    tags = [
        line
        for line in (installed.read_text("WHEEL") or "").splitlines()
        if line.startswith("Tag:")
    ]
    # What pip builds itself on Linux is "linux_…"; what was built for all is "many…".
    is_told = sys.platform == "linux" and bool(tags)
    return Build(
        version=installed.version,
        portable=any("manylinux" in tag or "musllinux" in tag for tag in tags)
        if is_told
        else None,
        vectors=_widest_vectors(processor),
    )


def _widest_vectors(path: Path) -> str:
    words = set(_text(path).split())
    return next((name for name in ("avx512f", "avx2") if name in words), "")


def read_huge_pages(path: Path = _HUGE_PAGES, /) -> HugePages:
    """Read whether the system gives huge pages, and whether this process asks."""
    return HugePages(
        mode=_text(path).partition("[")[2].partition("]")[0],
        asked_for="glibc.malloc.hugetlb=1" in os.environ.get("GLIBC_TUNABLES", ""),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
