"""What is unsafe: one small rule for each thing, over facts that were gathered.

Pure: same facts, same findings. What `Policy`, `KeyRing`, `Portal` and the others
refuse when they are made is not asked here again: it cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from securelogin.argon2_build import OWN_BUILD_GAIN
from securelogin.doctor.facts import Facts
from securelogin.doctor.findings import Finding, Said, Severity
from securelogin.doctor.server_checks import SERVER_CHECKS
from securelogin.durations import written_duration

__all__ = ["CHECKS", "examine"]

_SLOW = timedelta(seconds=1)
_QUICK = timedelta(milliseconds=20)
_MANY_KEYS = 4
_LEAST_AUDIT = timedelta(days=90)
_GOOD, _UNSAFE = Severity.GOOD, Severity.UNSAFE
_WARNING, _UNKNOWN = Severity.WARNING, Severity.UNKNOWN


def examine(facts: Facts, /) -> tuple[Finding, ...]:
    """Return a finding for everything that was looked at, the worst first."""
    found = [
        Finding(check=name, severity=severity, problem=problem, cure=cure, asvs=asvs)
        for name, (asvs, check) in CHECKS.items()
        for severity, problem, cure in check(facts)
    ]
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def _keys(facts: Facts) -> Iterator[Said]:
    if facts.keys == 0:
        yield (
            _UNSAFE,
            "No keys are set.",
            "Set SECURELOGIN_KEYS: `securelogin keys new`.",
        )
    elif facts.keys > _MANY_KEYS:
        yield (
            _WARNING,
            f"{facts.keys} keys are kept: each of them still opens links.",
            "Drop keys that are older than the longest link and the audit trail.",
        )
    else:
        yield _GOOD, f"Keys that are set: {facts.keys}. None is short or typed.", ""


def _pepper(facts: Facts) -> Iterator[Said]:
    if facts.peppered:
        yield _GOOD, "Hashes are peppered.", ""
    else:
        yield (
            _WARNING,
            "Hashes have no pepper: whoever copies the database can guess at once.",
            "Set SECURELOGIN_HASHER_PEPPER, and keep it apart from the database.",
        )


def _portals(facts: Facts) -> Iterator[Said]:
    if not facts.portals:
        yield _UNSAFE, "There is no portal.", "Add a table [[portals]]."
    for portal in facts.portals:
        if portal.url.startswith("http://"):
            yield (
                _UNSAFE,
                f"{portal.name} is at plain http: good on one's own machine only.",
                "Give its https URL: cookies and passwords travel there.",
            )
        else:
            yield _GOOD, f"{portal.name} is at an https URL.", ""


def _cookies(facts: Facts) -> Iterator[Said]:
    if any(portal.url.startswith("http://") for portal in facts.portals):
        yield (
            _UNSAFE,
            (
                "At plain http, cookies need CookieSafety.PLAIN_ON_LOOPBACK: they are "
                "neither Secure nor __Host-."
            ),
            "Use https, and leave WebSettings.cookies at its default.",
        )
    elif len({portal.base.split("/")[2] for portal in facts.portals}) < len(
        facts.portals
    ):
        yield (
            _WARNING,
            "Two portals share a host, and so the reach of each other's scripts.",
            "Give each tenant a host of its own, where they do not trust each other.",
        )
    else:
        yield _GOOD, "Each portal has a host of its own: __Host- cookies do.", ""


def _proxies(facts: Facts) -> Iterator[Said]:
    del facts
    yield (
        _UNKNOWN,
        "How many proxies stand in front is a setting of the pages, in code.",
        (
            "Compare WebSettings.trusted_proxies: one too few counts all people as one "
            "source, one too many believes what a stranger sends."
        ),
    )


def _temporary(facts: Facts) -> Iterator[Said]:
    life = facts.policy.lifetimes.temporary
    told = f"Temporary passwords live {written_duration(life)}"
    if life > timedelta(minutes=10):
        yield (
            _WARNING,
            (
                f"{told}; ASVS 6.5.5 asks for ten minutes at "
                "level 2, mail servers that greylist for more."
            ),
            "Where mail is quick, set lifetimes.temporary to 10 minutes.",
        )
    else:
        yield _GOOD, f"{told}.", ""


def _lifetimes(facts: Facts) -> Iterator[Said]:
    lives, day = facts.policy.lifetimes, timedelta(days=1)
    if lives.session > day or lives.session_idle > timedelta(hours=1):
        yield (
            _WARNING,
            (
                f"Sessions last {written_duration(lives.session)}, or "
                f"{written_duration(lives.session_idle)} without use."
            ),
            "Below 24 hours, and an hour without use (NIST SP 800-63B-4, AAL2).",
        )
    if lives.link > 90 * day:
        yield (
            _WARNING,
            f"Recipient links live {written_duration(lives.link)}.",
            "Choose a life after which nobody asks for the message any more.",
        )
    if lives.session <= day and lives.session_idle <= timedelta(hours=1):
        yield _GOOD, "Sessions end within a day, and an hour without use.", ""


def _limits(facts: Facts) -> Iterator[Said]:
    limits = facts.policy.limits
    if limits.tries > 100 or limits.source_tries > 3_000:  # noqa: PLR2004 -- see text
        yield (
            _WARNING,
            (
                f"{limits.tries} tries for an address and {limits.source_tries} for a "
                f"source in {written_duration(limits.window)} slow no guesser down."
            ),
            "Ten and some hundreds are enough for people.",
        )
    else:
        yield _GOOD, "Guesses are limited for each address and source.", ""


def _hashing(facts: Facts) -> Iterator[Said]:
    machine = facts.machine
    cost = machine.parameters
    said = f"{cost.memory:,} KiB, t={cost.passes}, p={cost.lanes}"
    took = f"{machine.run / timedelta(milliseconds=1):.0f} ms"
    if machine.run > _SLOW:
        yield (
            _WARNING,
            f"One hash ({said}) takes {took} here: few log-ins are a flood.",
            "`securelogin tune` proposes parameters for this machine.",
        )
    elif machine.run < _QUICK:
        yield (
            _WARNING,
            f"One hash ({said}) takes {took} here: this machine could afford more.",
            "`securelogin tune` proposes parameters for this machine.",
        )
    else:
        yield _GOOD, f"One hash ({said}) takes {took} with {machine.backend}.", ""


def _memory(facts: Facts) -> Iterator[Said]:
    machine = facts.machine
    need = machine.threads * machine.parameters.memory
    need = min(need, machine.budget or need)
    if machine.memory is None:
        yield _UNKNOWN, "This system does not tell how much memory there is.", ""
    elif need > machine.memory // 2:
        yield (
            _UNSAFE,
            (
                f"All {machine.threads} threads hash with {need >> 10:,} MiB, and "
                f"there are {machine.memory >> 10:,}: the system may kill the process."
            ),
            "Set pool.size or pool.memory_budget, or take less memory for each hash.",
        )
    else:
        yield (
            _GOOD,
            f"Hashing takes at most {need >> 10:,} of {machine.memory >> 10:,} MiB.",
            "",
        )
    if machine.threads > machine.cores:
        yield (
            _WARNING,
            f"{machine.threads} threads hash on {machine.cores} cores.",
            "Leave pool.size out: more threads than cores only wait.",
        )


def _build(facts: Facts) -> Iterator[Said]:
    build, backend = facts.machine.build, facts.machine.backend
    said = f"{backend}; argon2-cffi-bindings {build.version}"
    if build.portable and build.vectors and backend != "Libsodium":
        yield (
            _WARNING,
            (
                f"Argon2 runs as a wheel for every processor ({said}): a guesser's is "
                f"faster. This processor has {build.vectors}: a build for it ran "
                f"{OWN_BUILD_GAIN} times as often where it was measured."
            ),
            (
                "pip install 'securelogin[fast]', or build argon2-cffi-bindings here: "
                "`securelogin tune` says how."
            ),
        )
    else:
        yield _GOOD, f"Argon2 runs in {said}.", ""


def _retention(facts: Facts) -> Iterator[Said]:
    kept = facts.policy.retention
    if kept.audit < _LEAST_AUDIT or kept.audit < kept.attempts:
        yield (
            _WARNING,
            (
                f"The audit trail is kept {kept.audit.days} days, attempts "
                f"{kept.attempts.days}: evidence goes before it is asked for."
            ),
            "Keep the trail for 90 days or more, and not shorter than attempts.",
        )
    else:
        yield (
            _GOOD,
            (
                f"Attempts are kept {kept.attempts.days} days, the trail "
                f"{kept.audit.days}; `securelogin purge` has to run from a timer."
            ),
            "",
        )


def _file(facts: Facts) -> Iterator[Said]:
    closing = "chmod 640, and let it belong to the portal's group."
    for file in facts.files:
        may = "write" if file.is_writable else "read"
        if file.is_secret and (file.is_readable or file.is_writable):
            yield (
                _UNSAFE,
                f"Others on this machine may {may} {file.path}, which holds a secret.",
                closing + " Make a new secret: this one may have been seen.",
            )
        elif file.is_readable or file.is_writable:
            yield (
                # Who writes it says where mails and passwords go.
                _UNSAFE if file.is_writable else _WARNING,
                f"Others on this machine may {may} the configuration file.",
                closing,
            )
        else:
            yield _GOOD, f"Nobody else on this machine may use {file.path}.", ""


CHECKS: dict[str, tuple[str, Callable[[Facts], Iterator[Said]]]] = {
    "keys": ("11.2.3", _keys),
    "pepper": ("11.4.2", _pepper),
    "portals": ("1.2.2", _portals),
    "cookies": ("3.3.1", _cookies),
    "proxies": ("15.3.4", _proxies),
    "temporary": ("6.5.5", _temporary),
    "lifetimes": ("7.3.2", _lifetimes),
    "limits": ("6.3.1", _limits),
    "hashing": ("11.4.2", _hashing),
    "memory": ("15.2.2", _memory),
    "argon2": ("11.2.1", _build),
    "retention": ("14.2.7", _retention),
    "file": ("13.3.1", _file),
    **SERVER_CHECKS,
}
"""Every check by its name, with the ASVS requirement behind it."""
