"""Kits that prove an adapter right, and fixtures for the tests of a portal.

An author of an adapter derives from the contract of its Protocol and gives it in a
fixture; sync or async makes no difference::

    class TestMyCredentials(CredentialsContract):
        @pytest.fixture
        def credentials(self):
            return MyStore().credentials

Authors of portals find their fixtures in `securelogin.testing.plugin`. Needs pytest and
hypothesis (`securelogin[testing]`); nothing else in the library imports it.
"""

from __future__ import annotations

import pytest

# Before they are imported: a failing fact then shows its values, and `python -O` does
# not take it away.
pytest.register_assert_rewrite(
    *(
        f"securelogin.testing.{name}"
        for name in (
            "accounts",
            "answers",
            "attempts",
            "auditing",
            "contract",
            "contracts",
            "counting",
            "erasure",
            "keyed",
            "login_reads",
            "mailers",
            "outbox",
            "races",
            "recording",
            "retention",
            "session_reads",
        )
    )
)

from securelogin.testing.accounts import (  # noqa: E402 -- see above
    AccountRegistryContract,
    AccountsContract,
)
from securelogin.testing.attempts import (  # noqa: E402 -- see above
    AttemptErasureContract,
    AttemptLogContract,
    AttemptsContract,
    AttemptSearchContract,
)
from securelogin.testing.auditing import (  # noqa: E402 -- see above
    AuditLogContract,
    AuditRetentionContract,
)
from securelogin.testing.blocking import Blocking, run  # noqa: E402 -- see above
from securelogin.testing.contracts import (  # noqa: E402 -- see above
    CredentialsContract,
    HashSampleContract,
    LinksContract,
    SessionsContract,
)
from securelogin.testing.counting import CountersContract  # noqa: E402 -- see above
from securelogin.testing.erasure import ErasureContract  # noqa: E402 -- see above
from securelogin.testing.login_reads import LoginReadsContract  # noqa: E402 -- see above
from securelogin.testing.mailers import Arrived, MailerContract  # noqa: E402 -- see above
from securelogin.testing.outbox import (  # noqa: E402 -- see above
    DeadLettersContract,
    OutboxContract,
    OutboxQueueContract,
)
from securelogin.testing.retention import PurgeContract  # noqa: E402 -- see above
from securelogin.testing.session_reads import (  # noqa: E402 -- see above
    SessionReadsContract,
)

__all__ = [
    "AccountRegistryContract",
    "AccountsContract",
    "Arrived",
    "AttemptErasureContract",
    "AttemptLogContract",
    "AttemptSearchContract",
    "AttemptsContract",
    "AuditLogContract",
    "AuditRetentionContract",
    "Blocking",
    "CountersContract",
    "CredentialsContract",
    "DeadLettersContract",
    "ErasureContract",
    "HashSampleContract",
    "LinksContract",
    "LoginReadsContract",
    "MailerContract",
    "OutboxContract",
    "OutboxQueueContract",
    "PurgeContract",
    "SessionReadsContract",
    "SessionsContract",
    "run",
]
