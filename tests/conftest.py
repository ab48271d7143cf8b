"""Settings for every test: hypothesis, processes, and which package is tested."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

import securelogin

settings.register_profile("dev", max_examples=50, deadline=None)
# A gate answers for a change, so there hypothesis takes the same examples each time;
# new ones are looked for at desks, where what is found can be mended.
settings.register_profile("gate", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
# For whichever test needs Django's apps: it calls django.setup().
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.django.settings"
# What "pytest" runs; `-m slow` runs the others, and .ci/run all of them.
QUICK = "not slow"
# A server of the machine has no more connections than a few processes need.
MOST_PROCESSES = 4


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Leave slow tests out of the whole suite, and share it among the cores.

    A run of named files or tests has slow ones too, and stays in one process, which
    starts at once; `-m` chooses otherwise, and `-n 0` keeps the suite in one process,
    as `--pdb` and `-p no:xdist` do. A process makes its own servers and databases;
    those of one file are for all tests in it, so a file stays in one process.
    """
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    option = config.option
    if is_whole:
        option.markexpr = option.markexpr or QUICK
    is_told = getattr(option, "numprocesses", 0) is not None or option.dist != "no"
    if is_whole and not is_told and not hasattr(config, "workerinput"):
        option.numprocesses, option.dist = "auto", "loadfile"
        option.maxprocesses = option.maxprocesses or MOST_PROCESSES
        # It would put the files with few tests last, which are the long ones.
        option.loadscopereorder = False


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Begin with the files of slow tests where processes share: none waits for one."""
    if not hasattr(config, "workerinput"):
        return
    slow: Counter[Path] = Counter()
    every: Counter[Path] = Counter()
    for item in items:
        every[item.path] += 1
        slow[item.path] += item.get_closest_marker("slow") is not None
    items.sort(key=lambda item: slow[item.path] / every[item.path], reverse=True)


def pytest_configure() -> None:
    """Refuse to test another copy than the one `SECURELOGIN_INSTALLED_IN` names.

    `.ci/run` sets it to the environment into which it has installed the wheel.
    """
    wanted = os.environ.get("SECURELOGIN_INSTALLED_IN")
    found = Path(securelogin.__file__).resolve()
    if wanted and not found.is_relative_to(Path(wanted).resolve()):
        message = f"securelogin should come from {wanted}, but comes from {found}"
        raise pytest.UsageError(message)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say which copy is tested, and how hard."""
    profile = os.environ.get("HYPOTHESIS_PROFILE", "dev")
    left_out = config.option.markexpr == QUICK
    return [
        *(["slow tests: left out; `pytest -m slow` runs them"] if left_out else []),
        f"securelogin: {Path(securelogin.__file__).parent}",
        f"hypothesis profile: {profile}",
    ]
