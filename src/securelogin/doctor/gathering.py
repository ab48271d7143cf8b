"""Look: at this machine, its files, the servers and DNS. Changes nothing."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from securelogin.accounts import AccountId
from securelogin.argon2_build import read_build
from securelogin.configuration import Configuration
from securelogin.doctor.facts import (
    Facts,
    MachineFacts,
    MailFacts,
    RedisFacts,
    StoreFacts,
)
from securelogin.doctor.mail_server import probe
from securelogin.doctor.names import look_up
from securelogin.doctor.own_files import look_at as look_at_files
from securelogin.errors import SecureLoginError
from securelogin.hidden import Hidden
from securelogin.machine import usable_cores, usable_memory
from securelogin.mailers.smtp import Relay

if TYPE_CHECKING:
    from collections.abc import Callable

    from securelogin.doctor.facts import DomainFacts

__all__ = ["gather"]

_ANY = Hidden("how long does this take?")


def gather(
    configuration: Configuration,
    /,
    *,
    resolve: Callable[[str], DomainFacts] = look_up,
) -> Facts:
    """Return what a configuration, its servers and this machine are like.

    Takes some seconds at most: each server is asked once, with the time-out it has.
    """
    began = time.perf_counter()
    stored = configuration.hasher.hash(_ANY, account=AccountId("nobody"))
    took = timedelta(seconds=time.perf_counter() - began)
    mail = _mail(configuration)
    domain = mail.sender.rpartition("@")[2] if mail else ""
    return Facts(
        portals=configuration.portals,
        policy=configuration.policy,
        keys=0 if configuration.keys is None else len(configuration.keys),
        peppered="keyid" in stored,
        machine=_machine(configuration, took=took),
        store=_store(configuration),
        mail=mail,
        domain=resolve(domain) if domain else None,
        redis=_redis(configuration),
        files=look_at_files(configuration),
    )


def _machine(configuration: Configuration, *, took: timedelta) -> MachineFacts:
    hasher, pool = configuration.hasher, configuration.pool
    return MachineFacts(
        cores=usable_cores(),
        memory=usable_memory(),
        threads=pool.size or usable_cores(),
        budget=pool.memory_budget,
        parameters=hasher.parameters,
        run=took,
        backend=type(hasher.backend).__name__,
        build=read_build(),
    )


def _store(configuration: Configuration) -> StoreFacts | None:
    if configuration.store.url is None:
        return None
    try:
        from securelogin.doctor.databases import look_at  # noqa: PLC0415 -- an extra
    except ModuleNotFoundError as missing:
        return StoreFacts(kind="database", problem=f"{missing.name} is not installed.")
    return look_at(configuration.store)


def _redis(configuration: Configuration) -> RedisFacts | None:
    if configuration.redis.url is None:
        return None
    try:
        from securelogin.doctor.redis_servers import (  # noqa: PLC0415 -- an extra
            look_at,
        )
    except ModuleNotFoundError as missing:
        return RedisFacts(problem=f"{missing.name} is not installed.")
    return look_at(configuration.redis)


def _mail(configuration: Configuration) -> MailFacts | None:
    smtp = configuration.smtp
    if smtp.url is None or smtp.sender is None:
        return None
    try:
        relay = Relay.read(
            smtp.url,
            sender=smtp.sender,
            user=smtp.user,
            password=smtp.password,
            timeout=smtp.timeout,
            letters=None,
            tls=None,
        )
    except SecureLoginError as error:
        return MailFacts(problem=str(error), sender=smtp.sender)
    return MailFacts(
        problem=probe(relay), encrypted=relay.tls is not None, sender=smtp.sender
    )
