"""Print every cause with its meaning, evidence and remedies, from the code.

`python scripts/cause_table.py --write` makes docs/reference/causes.md; with `--check`
it fails if that page differs, or if a cause stands under no heading.
"""

from __future__ import annotations

import sys
from pathlib import Path

from securelogin.outcomes import Cause
from securelogin.rules.causes import MEANINGS

# As a script it would find its neighbour, and the tests would not: so from the root.
sys.path.insert(0, str(Path(__file__).parent.parent))

from scripts.pages import written_or_current

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "causes.md"

HEAD = """\
# Causes

Why an operation was refused: the whole list, in the order in which a person meets them.
The first one that holds is *the* cause; support sees the others behind it.
All of them look the same from outside.

The words in `code` are stable: they are never given another meaning.
The sentences are those of the support desk, and may change.
"Look at" names the facts that bear a cause out, as they stand in
`Diagnosis.evidence`; remedies begin with the likeliest.
This page is made from the code by `python scripts/cause_table.py --write`,
and CI checks it.
"""

SECTIONS: tuple[tuple[str, str, str, Cause, Cause], ...] = (
    (
        "The portal could not look",
        "Operators mend both.",
        (
            "`overloaded` is the one refusal that looks different "
            "outside (`Overloaded`, "
            "HTTP 503), and it depends on the load alone.\n"
            "`storage_unavailable` is for the portal's own log: where a store is away, "
            "`check` raises `Unavailable`,\nthe answer is made by "
            "`login.unavailable()`, "
            "and there is nowhere to record it."
        ),
        Cause.STORAGE_UNAVAILABLE,
        Cause.OVERLOADED,
    ),
    (
        "The request and the place",
        "These are mended where the person sits.",
        (
            "`cookies_blocked` and `csrf` are what the web adapter reports in "
            "`Attempt(faults=…)`.\n"
            "`throttled` ends by itself; what is counted is told in "
            "[throttling](../explanation/throttling.md).\n"
            "`wrong_tenant` has two sources: a good link used at "
            "another tenant's portal, "
            "and an unknown address that has an account at another tenant.\n"
            "The second is looked up when an operator asks; an "
            "administrator is not told "
            "of other tenants' people."
        ),
        Cause.COOKIES_BLOCKED,
        Cause.WRONG_TENANT,
    ),
    (
        "The address and the account",
        (
            "The administrator mends `disabled`; the others are mended by typing the "
            "right address."
        ),
        (
            "`not_invited` is `unknown_address` of somebody who holds a "
            "good link: mostly "
            "a forwarded one, or a person with several addresses.\n"
            "`plus_variant` is found when support asks."
        ),
        Cause.MALFORMED_ADDRESS,
        Cause.DISABLED,
    ),
    (
        "The link",
        "These concern external recipients, and whoever opens a link.",
        "The sender mends them, by sending again; `clock_skew` is for the operator.",
        Cause.LINK_MISSING,
        Cause.LINK_FOR_OTHER_RECIPIENT,
    ),
    (
        "The secret",
        (
            "Nearly all of these are mended by a temporary password, which support can "
            "have sent and never sees."
        ),
        (
            "`mail_not_delivered` is found when support asks: it stands "
            "in front of the "
            "causes that a lost mail explains.\n"
            "`hash_unusable` is for the operator: a stored row is "
            "damaged, tampered with, "
            "or needs a pepper that was dropped."
        ),
        Cause.MAIL_NOT_DELIVERED,
        Cause.WRONG_PASSWORD,
    ),
    (
        "Later steps",
        (
            "These come from the change of password and from the confirmation of an "
            "address."
        ),
        (
            "`overtaken` is the one to ask about: two browsers of one person, or two "
            "persons."
        ),
        Cause.TICKET_INVALID,
        Cause.OVERTAKEN,
    ),
    (
        "What they may do",
        "These are the portal's own word.",
        (
            "The first is the answer of `Permissions`, the second of a check in "
            "`Policy(checks=…)`, whose note stands in the evidence."
        ),
        Cause.NO_PERMISSION,
        Cause.REFUSED_BY_PORTAL,
    ),
)

TAIL = """
```{eval-rst}
.. autoclass:: securelogin.outcomes.Cause
   :no-members:
```
"""


def page() -> tuple[str, list[Cause]]:
    """Return the page, and the causes that stand on it, in order."""
    causes = list(Cause)
    shown: list[Cause] = []
    parts = [HEAD]
    for title, before, after, first, last in SECTIONS:
        parts.append(f"\n## {title}\n\n{before}\n{after}\n")
        for cause in causes[causes.index(first) : causes.index(last) + 1]:
            meaning = MEANINGS[cause]
            steps = "\n".join(f"- {step}" for step in meaning.remedies)
            facts = ", ".join(meaning.look_at)
            look = f"\nLook at: {facts}.\n" if facts else ""
            parts.append(
                f"\n### `{cause.value}`\n\n{meaning.summary}\n{look}\n{steps}\n"
            )
            shown.append(cause)
    return "".join([*parts, TAIL]), shown


def main(arguments: list[str]) -> int:
    """Write or check the page; 1 if something is missing."""
    made, shown = page()
    if shown != list(Cause):
        print("a cause stands under no heading, or under two")
        return 1
    return 0 if written_or_current(PAGE, made, arguments) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
