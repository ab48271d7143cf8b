"""What is unsafe about database, Redis, mail server and the names of mails. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

from securelogin.doctor.facts import Certainty, DomainFacts, Facts
from securelogin.doctor.findings import Said, Severity

__all__ = ["SERVER_CHECKS"]

_SKEW = timedelta(seconds=30)
_NAMES = {"mariadb": "MariaDB", "postgresql": "PostgreSQL", "sqlite": "SQLite"}
_EVICTS_WELL = frozenset({"volatile-lru", "volatile-lfu"})
_EVICTING = {
    "noeviction": "takes nothing more when it is full, and nobody can log in",
    "volatile-ttl": "forgets first what ends first: counts that slow a guesser down",
    "volatile-random": "forgets by chance, also counts that slow a guesser down",
}
_OF_ALL = "forgets also what others keep there for good: every key of ours has an end"
_GOOD, _UNSAFE = Severity.GOOD, Severity.UNSAFE
_WARNING, _UNKNOWN = Severity.WARNING, Severity.UNKNOWN

# `all`, and what says the same: a network without a bit, of IPv4 or of IPv6.
_EVERYBODY = re.compile(r"all|(?:ip[46]|a|mx)(?::[^/]*)?(?:/\d+)?//?0(?://\d+)?")


def _store(facts: Facts) -> Iterator[Said]:
    store = facts.store
    if store is None:
        yield _UNSAFE, "No database is named.", "Set SECURELOGIN_STORE_URL."
    elif store.problem:
        yield (
            _UNSAFE,
            f"The database could not be asked: {store.problem}",
            "Check store.url, the network, and the rights of its user.",
        )
    else:
        yield (
            _GOOD,
            f"The database answers; it is {_NAMES.get(store.kind, store.kind)}.",
            "",
        )


def _schema(facts: Facts) -> Iterator[Said]:
    store = facts.store
    if store is None or store.problem:
        return
    if store.differences is None:
        yield (
            _UNKNOWN,
            "Without the extra `migrations`, tables are not compared.",
            "pip install 'securelogin[migrations]'",
        )
    elif store.differences:
        told = "; ".join(one.rstrip(".") for one in store.differences[:3])
        yield (
            _UNSAFE,
            f"Differences in the tables, {len(store.differences)} in all: {told}.",
            "Run `securelogin schema upgrade`; `securelogin schema check` names all.",
        )
    else:
        yield _GOOD, "The tables are as this version expects them.", ""


def _isolation(facts: Facts) -> Iterator[Said]:
    store = facts.store
    if store is None or store.problem:
        return
    if "uncommitted" in store.isolation.lower():
        yield (
            _UNSAFE,
            f"The database isolates by {store.isolation}: it reads what is undone.",
            "Set its default to READ COMMITTED or stronger.",
        )
    else:
        yield _GOOD, f"Transactions are {store.isolation}.", ""


def _durability(facts: Facts) -> Iterator[Said]:
    store = facts.store
    if store is None or store.durable is None:
        return
    if store.kind == "sqlite" and not store.durable:
        # The store's own choice: docs/reference/stores.md.
        yield (
            _WARNING,
            "A power cut may take SQLite's last commits; a crash of the portal none.",
            "For a portal that must not lose them, use PostgreSQL or MariaDB.",
        )
    elif not store.durable:
        yield (
            _UNSAFE,
            (
                "What the database has committed may be lost in a crash: a spent "
                "temporary password would be good again."
            ),
            (
                "PostgreSQL: fsync and synchronous_commit on. MariaDB: "
                "innodb_flush_log_at_trx_commit=1."
            ),
        )
    else:
        yield _GOOD, "What is committed survives a crash.", ""


def _encryption(facts: Facts) -> Iterator[Said]:
    store = facts.store
    if store is None or store.encrypted is None:
        return
    if not store.encrypted:
        yield (
            _UNSAFE,
            "The connection to the database is not encrypted, and leaves the machine.",
            "Ask for TLS in store.url, such as ?sslmode=verify-full.",
        )
    else:
        yield (
            _GOOD,
            "The way to the database is encrypted, or stays on this machine.",
            "",
        )


def _clock(facts: Facts) -> Iterator[Said]:
    store = facts.store
    if store is None or store.skew is None:
        return
    seconds = store.skew.total_seconds()
    if abs(store.skew) > _SKEW:
        yield (
            _UNSAFE,
            (
                f"The database's clock is {seconds:+.0f} s off: one of the two is "
                "wrong, and links and sessions end at the wrong moment."
            ),
            "Let NTP set both clocks.",
        )
    else:
        yield _GOOD, f"The database's clock is {seconds:+.1f} s off.", ""


def _redis(facts: Facts) -> Iterator[Said]:
    redis = facts.redis
    if redis is None:
        return
    if redis.problem:
        yield (
            _UNSAFE,
            f"Redis could not be asked, and nobody can log in: {redis.problem}",
            "Check redis.url, the network, and the rights of its user.",
        )
    else:
        yield _GOOD, "Redis answers.", ""


def _eviction(facts: Facts) -> Iterator[Said]:
    redis = facts.redis
    if redis is None or redis.problem:
        return
    if redis.policy is None:
        yield (
            _UNKNOWN,
            "What Redis forgets when it is full was not told: we may not ask.",
            "Give its user +info, or look at maxmemory-policy by hand.",
        )
    elif redis.policy not in _EVICTS_WELL:
        yield (
            _WARNING,
            f"By {redis.policy}, Redis {_EVICTING.get(redis.policy, _OF_ALL)}.",
            "Set maxmemory-policy to volatile-lru.",
        )
    elif redis.limit == 0:
        yield (
            _WARNING,
            "Redis has no limit: it evicts nothing before the machine is full.",
            "Set maxmemory.",
        )
    else:
        yield _GOOD, f"When it is full, Redis forgets by {redis.policy}.", ""


def _redis_encryption(facts: Facts) -> Iterator[Said]:
    redis = facts.redis
    if redis is None or redis.encrypted is None:
        return
    if not redis.encrypted:
        yield (
            _UNSAFE,
            (
                "The connection to Redis leaves the machine in clear, or to whoever "
                "says to be Redis: who changes what is said there can make sessions."
            ),
            "Use rediss:// in redis.url, and let it check the certificate.",
        )
    else:
        yield _GOOD, "The way to Redis is encrypted, or stays on this machine.", ""


def _mail(facts: Facts) -> Iterator[Said]:
    mail = facts.mail
    if mail is None:
        yield (
            _UNSAFE,
            "No mail server is named: nobody gets a temporary password.",
            "Set smtp.url and smtp.sender.",
        )
    elif mail.problem:
        yield (
            _UNSAFE,
            f"The mail server: {mail.problem}",
            "Check smtp.url, its certificate, and the firewall.",
        )
    elif not mail.encrypted:
        yield (
            _UNSAFE,
            "Mails leave this machine in clear: they hold temporary passwords.",
            "Use smtps://, or smtp:// with a server that speaks STARTTLS.",
        )
    else:
        yield _GOOD, "The mail server answers.", ""


def _spf(facts: Facts) -> Iterator[Said]:
    domain = facts.domain
    if domain is None:
        return
    if domain.reached is not Certainty.THERE:
        yield _of_unreached(domain)
    elif not domain.spf:
        yield (
            _WARNING,
            f"{domain.name} has no SPF record: mail servers may turn our mails away.",
            "Publish one that names the mail server (RFC 7208).",
        )
    elif (rest := _of_all_others(domain.spf)) == "+":
        yield (
            _UNSAFE,
            f"The SPF record of {domain.name} lets everybody send in its name.",
            "Name your own servers only, and end it with -all or ~all.",
        )
    elif rest == "?":
        yield (
            _WARNING,
            f"The SPF record of {domain.name} says nothing of all other servers.",
            "End it with -all or ~all.",
        )
    else:
        yield _GOOD, f"{domain.name} has an SPF record.", ""


def _of_all_others(spf: str) -> str:
    """Return the qualifier of `all`, or "" where another record has the last word.

    Without a qualifier it is "+" (RFC 7208, 4.6.2), without `all` "?" (4.7). The first
    that every address matches counts, be it by a network of all of them.
    """
    terms = spf.casefold().split()[1:]
    for term in terms:
        if _EVERYBODY.fullmatch(term.lstrip("+-~?")):
            return term[0] if term[0] in "+-~?" else "+"
    return "" if any(term.startswith("redirect=") for term in terms) else "?"


def _of_unreached(domain: DomainFacts) -> Said:
    if domain.reached is Certainty.NOT_THERE:
        return (
            _UNSAFE,
            f"{domain.name}, which mails come from, is not in DNS.",
            "Use a domain of your own in smtp.sender.",
        )
    return (
        _UNKNOWN,
        f"DNS cannot be reached from here: {domain.name} was not looked up.",
        "Run this where DNS is reachable, or look its records up by hand.",
    )


def _dkim(facts: Facts) -> Iterator[Said]:
    domain = facts.domain
    if domain is None or domain.reached is not Certainty.THERE:
        return
    if domain.dkim is Certainty.THERE:
        yield _GOOD, f"{domain.name} publishes DKIM keys.", ""
    elif domain.dkim is Certainty.NOT_THERE:
        yield (
            _WARNING,
            f"{domain.name} publishes no DKIM key: nothing below _domainkey.",
            "Let the mail server sign, and publish its key (RFC 6376).",
        )
    else:
        yield _UNKNOWN, f"Whether {domain.name} has DKIM keys was not told.", ""


def _dmarc(facts: Facts) -> Iterator[Said]:
    domain = facts.domain
    if domain is None or domain.reached is not Certainty.THERE:
        return
    if domain.dmarc is None:
        yield _UNKNOWN, f"Whether {domain.name} has a DMARC record was not told.", ""
        return
    policy = _policy(domain.dmarc, is_inherited=domain.dmarc_of != domain.name)
    if not domain.dmarc:
        yield (
            _WARNING,
            f"{domain.name} has no DMARC record: anybody may write in its name.",
            "Publish one, first with p=none and reports, then p=quarantine (RFC 7489).",
        )
    elif policy in {"", "none"}:
        yield (
            _WARNING,
            f"By its DMARC record, mails forged in the name of {domain.name} arrive.",
            f"When the reports are clean, set p=quarantine for {domain.dmarc_of}.",
        )
    else:
        yield _GOOD, f"{domain.dmarc_of} has a DMARC record.", ""


def _policy(dmarc: str, *, is_inherited: bool) -> str:
    """Return what to do with forged mails; `sp` is for names below the record's."""
    pairs = (tag.partition("=") for tag in dmarc.split(";"))
    tags = {name.strip().lower(): value.strip().lower() for name, _, value in pairs}
    own = tags.get("p", "")
    return tags.get("sp", own) if is_inherited else own


SERVER_CHECKS: dict[str, tuple[str, Callable[[Facts], Iterator[Said]]]] = {
    "store": ("16.5.2", _store),
    "store.schema": ("", _schema),
    "store.isolation": ("2.3.4", _isolation),
    "store.durability": ("2.3.3", _durability),
    "store.encryption": ("", _encryption),
    "store.clock": ("16.2.2", _clock),
    "redis": ("16.5.2", _redis),
    "redis.eviction": ("", _eviction),
    "redis.encryption": ("", _redis_encryption),
    "mail": ("", _mail),
    "mail.spf": ("", _spf),
    "mail.dkim": ("", _dkim),
    "mail.dmarc": ("", _dmarc),
}
"""As `checks.CHECKS`, of which they are a part."""
