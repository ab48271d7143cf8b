"""What a process may use: read from files as Linux writes them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from securelogin.machine import usable_cores, usable_memory


@pytest.fixture
def eight_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "process_cpu_count", lambda: 8, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)


def system(root: Path, **files: str) -> Path:
    """Write a system's files; `__` in a name stands for a slash, `_DOT_` for a dot."""
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
    return root


VERSION_2 = {"proc__self__cgroup": "0::/app/worker\n"}
VERSION_1 = {
    "proc__self__cgroup": (
        "5:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/\n"
    )
}


@pytest.mark.usefixtures("eight_cores")
@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({}, 8),
        (VERSION_2, 8),
        ({**VERSION_2, "sys__fs__cgroup__app__worker__cpu_DOT_max": "max 100000\n"}, 8),
        (
            {**VERSION_2, "sys__fs__cgroup__app__worker__cpu_DOT_max": "200000 100000"},
            2,
        ),
        # A core and a half keeps two threads busy three quarters of the time.
        ({**VERSION_2, "sys__fs__cgroup__app__cpu_DOT_max": "150000 100000\n"}, 2),
        ({**VERSION_2, "sys__fs__cgroup__cpu_DOT_max": "20000 100000\n"}, 1),
        ({**VERSION_2, "sys__fs__cgroup__cpu_DOT_max": "9900000 100000\n"}, 8),
        ({**VERSION_2, "sys__fs__cgroup__cpu_DOT_max": "nonsense"}, 8),
        (
            {
                **VERSION_1,
                "sys__fs__cgroup__cpu__docker__x__cpu_DOT_cfs_quota_us": "300000\n",
                "sys__fs__cgroup__cpu__docker__x__cpu_DOT_cfs_period_us": "100000\n",
            },
            3,
        ),
        (
            {
                **VERSION_1,
                "sys__fs__cgroup__cpu__cpu_DOT_cfs_quota_us": "-1\n",
                "sys__fs__cgroup__cpu__cpu_DOT_cfs_period_us": "100000\n",
            },
            8,
        ),
    ],
    ids=range(10),
)
def test_cores_are_those_of_the_quota(tmp_path, files, cores):
    assert usable_cores(system(tmp_path, **files)) == cores


@pytest.mark.usefixtures("eight_cores")
def test_cores_are_those_the_process_is_pinned_to(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 5}, raising=False)

    assert usable_cores(tmp_path) == 2


@pytest.mark.parametrize(("counted", "cores"), [(3, 3), (None, 1)])
def test_a_system_without_affinity_tells_its_cores(
    tmp_path, monkeypatch, counted, cores
):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.delattr(os, "process_cpu_count", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: counted)

    assert usable_cores(tmp_path) == cores


def test_this_machine_has_a_core():
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


MEMORY = {"proc__meminfo": "MemTotal:       24684032 kB\nMemFree:  1 kB\n"}


@pytest.mark.parametrize(
    ("files", "kib"),
    [
        ({}, None),
        (MEMORY, 24_684_032),
        ({**VERSION_2, "sys__fs__cgroup__app__memory_DOT_max": "536870912\n"}, 524_288),
        (
            {**MEMORY, **VERSION_2, "sys__fs__cgroup__memory_DOT_max": "max\n"},
            24_684_032,
        ),
        (
            {
                **MEMORY,
                **VERSION_1,
                "sys__fs__cgroup__memory__docker__x__memory_DOT_limit_in_bytes": (
                    "1073741824\n"
                ),
            },
            1_048_576,
        ),
    ],
    ids=range(5),
)
def test_memory_is_the_least_of_machine_and_limits(tmp_path, files, kib):
    assert usable_memory(system(tmp_path, **files)) == kib
