"""Make docs/explanation/asvs.md from the map in the package, or check that it is made.

`python scripts/asvs_page.py --write` writes the page; `--check` fails if it differs.
"""

# ruff: noqa: E501 -- a sentence of the page stands on one line

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from securelogin.doctor.asvs import Kind, Requirement, requirements

# As a script it would find its neighbour, and the tests would not: so from the root.
sys.path.insert(0, str(Path(__file__).parent.parent))

from scripts.pages import written_or_current

PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "asvs.md"

HEAD = """\
# OWASP ASVS 5.0

The Application Security Verification Standard asks many things of a log-in.
This page says, requirement by requirement, who sees to each, and which test shows it.
`securelogin doctor --asvs` says the same for one configuration.
It is made from `securelogin/data/asvs.toml` by `python scripts/asvs_page.py --write`;
CI checks that, and that every test and page exists.
The sentences are ours and shorter than the standard's, which is what counts.

## Ways in

Every way to prove who one is, and what it is worth (6.1.3). None is stronger than its weakest part.

| call | what is shown | what it opens |
|---|---|---|
| `login.check` | password, and for external people a recipient link | a session |
| `login.check` | temporary password out of a mail | a ticket to set a password, no session |
| `passwords.complete` | such a ticket | a new password, no session |
| `passwords.change` | a live session and the current password | a new password, one new session |
| `sessions.resolve` | a session token | what the portal allows its account |
| `links.open` | a recipient link | the name of a message, no session |
| `addresses.request` | a live session and the current password | a mail to each of two mailboxes |
| `addresses.confirm` | a link out of each of two mailboxes | a new primary address |
| `reset.request` | nothing | a mail to the stored address |
| `authorities` | what another authority checks | a session |

## Cryptography

All that there is (11.1.2). Everything is symmetric, with keys and digests of 256 bits:
what quantum computers are said to do to that leaves 128 (11.1.4).

| what for | what |
|---|---|
| passwords, temporary passwords | Argon2id (argon2-cffi or libsodium), 16 bytes of salt, 32 of tag |
| imported hashes, until the next log-in | what `imported` allows: see *Take over hashes* |
| links, tickets, forms | HMAC-SHA-256 (itsdangerous), a key for each purpose and tenant |
| pepper, stand-ins, counters, hashes of addresses | HMAC-SHA-256 |
| audit trail | HMAC-SHA-256 in a chain; SHA-256 with a random salt for what can be erased |
| session tokens | 256 random bits, stored as SHA-256 |
| chance | the operating system's, by `secrets` |
"""


def page() -> str:
    """Return the page."""
    rows = requirements()
    return "\n".join([HEAD, *_figures(rows), "", *_table(rows), ""])


def _figures(rows: tuple[Requirement, ...]) -> Iterator[str]:
    yield "## Figures"
    yield ""
    yield "| who sees to it | level 1 | level 2 | level 3 |"
    yield "|---|---|---|---|"
    for kind, said in (
        (Kind.LIBRARY, "the library alone: met by default, of"),
        (Kind.SHARED, "the library gives the means: tested, of"),
        (Kind.DOCUMENT, "a page: there, of"),
        (Kind.PORTAL, "the portal alone"),
    ):
        cells = []
        for level in (1, 2, 3):
            some = [row for row in rows if row.kind is kind and row.level == level]
            met = sum(not row.unmet and not row.by_setting for row in some)
            later = sum(bool(row.by_setting) for row in some)
            more = f", {later} more by a setting" if later else ""
            is_ours = kind is not Kind.PORTAL
            cells.append(f"{met} of {len(some)}{more}" if is_ours else str(len(some)))
        yield f"| {said} | {' | '.join(cells)} |"
    yield ""
    unmet = [row for row in rows if row.unmet]
    if unmet:
        yield "Not met:"
        yield ""
        for row in unmet:
            yield f"- **{row.id}** (level {row.level}). {row.unmet} {row.yours}"
        yield ""
    yield "Met by a stricter setting than the default; [decisions](decisions.md) has the price:"
    yield ""
    for row in rows:
        if row.by_setting:
            yield f"- **{row.id}** (level {row.level}). {row.by_setting}"


def _table(rows: tuple[Requirement, ...]) -> Iterator[str]:
    chapter = ""
    for row in rows:
        if row.id.split(".")[0] != chapter:
            chapter = row.id.split(".")[0]
            yield f"\n## V{chapter}"
        yield f"\n**{row.id}**, level {row.level}, {row.kind.value}. {row.asks}"
        if row.unmet:
            yield f"Not met: {row.unmet}"
        if row.by_setting:
            yield f"Met by a setting: {row.by_setting}"
        if row.yours:
            yield f"Yours to do: {row.yours}"
        if row.page:
            yield f"Page: `{row.page}`."
        if row.checks:
            yield f"The doctor looks at {', '.join(f'`{c}`' for c in row.checks)}."
        if row.shown_by:
            yield ""
            yield from (f"- `{test}`" for test in row.shown_by)


def main(arguments: list[str]) -> int:
    """Write or check the page; 1 if it is out of date."""
    return 0 if written_or_current(PAGE, page(), arguments) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
