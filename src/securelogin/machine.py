"""What this process may use of the machine it runs on: cores and memory.

A container often has less than the machine shows. Everything is read anew on each
call and nothing is kept; what cannot be read counts as no limit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from math import ceil
from pathlib import Path

__all__ = ["usable_cores", "usable_memory"]

_ROOT = Path("/")


def usable_cores(root: Path = _ROOT, /) -> int:
    """Return how many threads can work at once here, at least 1.

    The least of: what the process is pinned to, and its control groups' quota of
    processor time (Linux, both versions), rounded up.
    """
    quotas = (
        *_quotas(_group_folders(root, "")),
        *_quotas_of_version_1(_group_folders(root, "cpu")),
    )
    return max(1, min((_cores_of_process(), *map(ceil, quotas))))


def usable_memory(root: Path = _ROOT, /) -> int | None:
    """Return how many KiB the process may use, or None if that cannot be read.

    The least of the machine's memory and its control groups' limits (Linux).
    """
    installed = (
        int(line.split()[1])
        for line in _text(root / "proc/meminfo").splitlines()
        if line.startswith("MemTotal:")
    )
    limits = (
        _text(folder / name).strip()
        for controller, name in (
            ("", "memory.max"),
            ("memory", "memory.limit_in_bytes"),
        )
        for folder in _group_folders(root, controller)
    )
    known = (
        *installed,
        *(int(limit) // 1_024 for limit in limits if limit.isdecimal()),
    )
    return min(known, default=None)


def _cores_of_process() -> int:
    # From Python 3.13 on; it also follows PYTHON_CPU_COUNT.
    counted = getattr(os, "process_cpu_count", os.cpu_count)() or 1
    if hasattr(os, "sched_getaffinity"):
        return min(int(counted), len(os.sched_getaffinity(0)))
    return int(counted)


def _quotas(folders: Iterator[Path]) -> Iterator[float]:
    for folder in folders:
        quota, _, period = _text(folder / "cpu.max").partition(" ")
        if quota.isdecimal() and period.strip().isdecimal():
            yield int(quota) / max(1, int(period))


def _quotas_of_version_1(folders: Iterator[Path]) -> Iterator[float]:
    for folder in folders:
        quota = _text(folder / "cpu.cfs_quota_us").strip()
        period = _text(folder / "cpu.cfs_period_us").strip()
        # Without a quota it is -1.
        if quota.isdecimal() and period.isdecimal():
            yield int(quota) / max(1, int(period))


def _group_folders(root: Path, controller: str) -> Iterator[Path]:
    """Yield the folders of the process's control group and of those around it.

    *controller* is "" for version 2, whose groups have no name for one.
    """
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, place = rest.partition(":")
        if controller in controllers.split(","):
            top = root / "sys/fs/cgroup" / controller
            own = top / place.strip("/")
            # In a container the path may be one of the machine outside: then the top
            # is what there is, and what is missing is read as no limit.
            yield own
            yield from (above for above in own.parents if above.is_relative_to(top))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
