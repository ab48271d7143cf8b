"""Log-in for portals: uniform outside, exact inside.

The names below stand in the order in which to learn them. Everything else is reached
through its own module, such as `securelogin.stores.memory`.
"""

from __future__ import annotations

from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.flows.secure_login import SecureLogin
from securelogin.portals import Portal
from securelogin.keyring import KeyRing
from securelogin.policy import AliasLogin, Factors, Lifetimes, Limits, Policy
from securelogin.retention import Retention
from securelogin.accounts import Account, Audience
from securelogin.attempts import Attempt, Client
from securelogin.outcomes import (
    Changed,
    ChangeRequired,
    Granted,
    LinkOpened,
    Overloaded,
    PasswordRejected,
    PublicFailure,
    Refused,
)
from securelogin.viewers import Viewer
from securelogin.passwords import PasswordHasher
from securelogin.phc import RECOMMENDED, Argon2Parameters
from securelogin.hashing_pool import HashingPool
from securelogin.errors import (
    AdapterError,
    InvalidInput,
    SecureLoginError,
    Unavailable,
    WiringError,
)

__all__ = [
    "SecureLogin",
    "AsyncSecureLogin",
    "Portal",
    "KeyRing",
    "Policy",
    "Limits",
    "Lifetimes",
    "Retention",
    "Factors",
    "AliasLogin",
    "Account",
    "Audience",
    "Attempt",
    "Client",
    "Granted",
    "ChangeRequired",
    "Refused",
    "Overloaded",
    "PublicFailure",
    "Changed",
    "PasswordRejected",
    "LinkOpened",
    "Viewer",
    "PasswordHasher",
    "Argon2Parameters",
    "RECOMMENDED",
    "HashingPool",
    "SecureLoginError",
    "WiringError",
    "InvalidInput",
    "AdapterError",
    "Unavailable",
]
