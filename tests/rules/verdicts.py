"""How a test asks for a verdict, and for the causes of a refusal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from securelogin import AliasLogin, Policy
from securelogin.evidence import Evidence
from securelogin.outcomes import Cause
from securelogin.rules.login import (
    Refuse,
    judge,
)
from tests.rules.cases import (
    PLAIN,
    account,
    address,
)

ALIASES_TAKEN = replace(PLAIN, aliases=AliasLogin.ACCEPTED)
BY_ALIAS = {
    "typed": "ann.alias@example.org",
    "account": account(aliases=(address("ann.alias@example.org"),)),
}


def verdict(found: Evidence, policy: Policy = PLAIN) -> Any:
    return judge(found, policy=policy)


def refused(found: Evidence, policy: Policy = PLAIN) -> list[Cause]:
    """Return the causes; fails if the attempt was not refused."""
    end = verdict(found, policy)
    assert isinstance(end, Refuse)
    return list(end.causes)
