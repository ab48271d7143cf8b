"""Look at a live configuration, and say what is unsafe and how to mend it.

`gather` looks (this machine, the servers, DNS); `examine` judges what
was seen, and does nothing else; `requirements` tells what OWASP's ASVS asks and who
sees to it. For a portal that is wired in code: make the `Facts` yourself.
"""

from __future__ import annotations

from securelogin.doctor.asvs import Kind, Met, Requirement, met_by, requirements
from securelogin.doctor.checks import examine
from securelogin.doctor.facts import (
    Certainty,
    DomainFacts,
    Facts,
    FileFacts,
    MachineFacts,
    MailFacts,
    RedisFacts,
    StoreFacts,
)
from securelogin.doctor.findings import Finding, Severity
from securelogin.doctor.gathering import gather

__all__ = [
    "Certainty",
    "DomainFacts",
    "Facts",
    "FileFacts",
    "Finding",
    "Kind",
    "MachineFacts",
    "MailFacts",
    "Met",
    "RedisFacts",
    "Requirement",
    "Severity",
    "StoreFacts",
    "examine",
    "gather",
    "met_by",
    "requirements",
]
