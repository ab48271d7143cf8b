"""One TOML file and the environment, checked, and a wired log-in made of them.

For the command line, for workers, and for portals that like their settings in a file.
What is code (checks of a portal's own, its user table, its letters) is not in here:
wire `SecureLogin` yourself for that.
"""

from __future__ import annotations

from securelogin.configuration.reading import Configuration, read_configuration
from securelogin.configuration.settings import (
    HasherSettings,
    HiddenURL,
    PoolSettings,
    RedisSettings,
    SMTPSettings,
    StoreSettings,
    holds_password,
)
from securelogin.configuration.wiring import (
    open_async_secure_login,
    open_async_store,
    open_secure_login,
    open_store,
)

__all__ = [
    "Configuration",
    "HasherSettings",
    "HiddenURL",
    "PoolSettings",
    "RedisSettings",
    "SMTPSettings",
    "StoreSettings",
    "holds_password",
    "open_async_secure_login",
    "open_async_store",
    "open_secure_login",
    "open_store",
    "read_configuration",
]
