"""The doctor's rules, over tables of facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from securelogin import Lifetimes, Limits
from securelogin.doctor import Certainty, DomainFacts, RedisFacts, Severity, examine
from securelogin.doctor.checks import CHECKS
from securelogin.retention import Retention
from tests.doctor.facts import DAY, FILE, GOOD, MS, PLAIN, STORE
from tests.wiring import ACME


def found(facts):
    return {
        (finding.check, finding.severity.value)
        for finding in examine(facts)
        if finding.severity is not Severity.GOOD
    } - {("proxies", "unknown")}


def test_nothing_is_wrong_where_nothing_is_wrong():
    assert found(GOOD) == set()


def test_portals_that_can_be_read_once_are_seen_by_every_check():
    sites = (PLAIN, replace(ACME, url="https://portal.acme.example/b/"), ACME)

    once = replace(GOOD, portals=iter(sites))

    assert found(once) == found(replace(GOOD, portals=sites)) != set()


def with_(part, **changes):
    return {part: replace(getattr(GOOD, part), **changes)}


def file_with(**changes):
    return {"files": (replace(FILE, **changes),)}


def policy(**changes):
    return {"policy": replace(GOOD.policy, **changes)}


CASES = {
    "no keys": ({"keys": 0}, "keys", "unsafe"),
    "many keys": ({"keys": 9}, "keys", "warning"),
    "no pepper": ({"peppered": False}, "pepper", "warning"),
    "no portal": ({"portals": ()}, "portals", "unsafe"),
    "one host": (
        {"portals": (ACME, replace(ACME, url="https://portal.acme.example/b/"))},
        "cookies",
        "warning",
    ),
    "long temporary": (policy(lifetimes=Lifetimes()), "temporary", "warning"),
    "long session": (
        policy(lifetimes=replace(GOOD.policy.lifetimes, session=2 * DAY)),
        "lifetimes",
        "warning",
    ),
    "long link": (
        policy(lifetimes=replace(GOOD.policy.lifetimes, link=100 * DAY)),
        "lifetimes",
        "warning",
    ),
    "loose limit": (policy(limits=Limits(tries=500)), "limits", "warning"),
    "slow hash": (with_("machine", run=2_000 * MS), "hashing", "warning"),
    "quick hash": (with_("machine", run=5 * MS), "hashing", "warning"),
    "little memory": (with_("machine", memory=200 << 10), "memory", "unsafe"),
    "memory not told": (with_("machine", memory=None), "memory", "unknown"),
    "many threads": (with_("machine", threads=3), "memory", "warning"),
    "portable build": (with_("machine", backend="Argon2CFFI"), "argon2", "warning"),
    "no store": ({"store": None}, "store", "unsafe"),
    "store away": (with_("store", problem="down."), "store", "unsafe"),
    "not compared": (with_("store", differences=None), "store.schema", "unknown"),
    "other tables": (with_("store", differences=("x",)), "store.schema", "unsafe"),
    "isolation": (
        with_("store", isolation="READ-UNCOMMITTED"),
        "store.isolation",
        "unsafe",
    ),
    "not durable": (with_("store", durable=False), "store.durability", "unsafe"),
    "sqlite": (
        with_("store", durable=False, kind="sqlite"),
        "store.durability",
        "warning",
    ),
    "in clear": (with_("store", encrypted=False), "store.encryption", "unsafe"),
    "clock": (with_("store", skew=-timedelta(minutes=2)), "store.clock", "unsafe"),
    "no mail": ({"mail": None}, "mail", "unsafe"),
    "mail away": (with_("mail", problem="no."), "mail", "unsafe"),
    "mail in clear": (with_("mail", encrypted=False), "mail", "unsafe"),
    "no domain": (
        {"domain": DomainFacts(name="x", reached=Certainty.NOT_THERE)},
        "mail.spf",
        "unsafe",
    ),
    "no DNS": (
        {"domain": DomainFacts(name="x", reached=Certainty.NOT_REACHED)},
        "mail.spf",
        "unknown",
    ),
    "no SPF": (with_("domain", spf=""), "mail.spf", "warning"),
    "SPF for all": (with_("domain", spf="v=spf1 +all"), "mail.spf", "unsafe"),
    "no DKIM": (with_("domain", dkim=Certainty.NOT_THERE), "mail.dkim", "warning"),
    "DKIM?": (with_("domain", dkim=Certainty.NOT_REACHED), "mail.dkim", "unknown"),
    "no DMARC": (with_("domain", dmarc=""), "mail.dmarc", "warning"),
    "DMARC?": (with_("domain", dmarc=None), "mail.dmarc", "unknown"),
    "weak DMARC": (with_("domain", dmarc="v=DMARC1; p=none"), "mail.dmarc", "warning"),
    "short trail": (
        policy(retention=Retention(audit=30 * DAY)),
        "retention",
        "warning",
    ),
    "file to read": (file_with(is_readable=True), "file", "warning"),
    "file to write": (file_with(is_writable=True), "file", "unsafe"),
    "secret to read": (file_with(is_secret=True, is_readable=True), "file", "unsafe"),
    "secret to write": (file_with(is_secret=True, is_writable=True), "file", "unsafe"),
    "Redis away": ({"redis": RedisFacts(problem="down.")}, "redis", "unsafe"),
    "Redis keeps": (with_("redis", policy="noeviction"), "redis.eviction", "warning"),
    "Redis: all": (with_("redis", policy="allkeys-lru"), "redis.eviction", "warning"),
    "Redis: ends": (with_("redis", policy="volatile-ttl"), "redis.eviction", "warning"),
    "Redis unbounded": (with_("redis", limit=0), "redis.eviction", "warning"),
    "Redis not told": (
        with_("redis", policy=None, limit=None),
        "redis.eviction",
        "unknown",
    ),
    "Redis in clear": (
        with_("redis", encrypted=False),
        "redis.encryption",
        "unsafe",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_found_and_nothing_else(name):
    changes, check, severity = CASES[name]

    assert found(replace(GOOD, **changes)) == {(check, severity)}


@pytest.mark.parametrize(
    ("spf", "severity"),
    [
        ("v=spf1 all", "unsafe"),
        ("v=spf1 +ALL", "unsafe"),
        ("V=SPF1 mx All ", "unsafe"),
        ("v=spf1 +all redirect=acme.example", "unsafe"),
        ("v=spf1 ip4:0.0.0.0/0 -all", "unsafe"),
        ("v=spf1 mx +IP6:::/0 ~all", "unsafe"),
        ("v=spf1 a/0 -all", "unsafe"),
        ("v=spf1 mx:acme.example/24//0 -all", "unsafe"),
        ("v=spf1 a/0//64 -all", "unsafe"),
        ("v=spf1 ip4:10.0.0.0/10 ip6:2001:db8::/10 -all", None),
        ("v=spf1 -ip4:0.0.0.0/0", None),
        ("v=spf1 mx ?all", "warning"),
        ("v=spf1 mx", "warning"),
        ("v=spf1 mx ~ALL", None),
        ("v=spf1 -all +all", None),
        ("v=spf1 include:all.example -all", None),
        ("v=spf1 redirect=acme.example", None),
    ],
)
def test_spf_is_judged_by_what_it_says_of_all_others(spf, severity):
    told = found(replace(GOOD, **with_("domain", spf=spf)))

    assert told == ({("mail.spf", severity)} if severity else set())


@pytest.mark.parametrize(
    ("dmarc", "of", "is_weak"),
    [
        ("v=DMARC1; p=reject", "acme.example", False),
        ("v=DMARC1;P = None", "acme.example", True),
        ("v=DMARC1; p=reject; sp=none", "acme.example", False),
        ("v=DMARC1; rua=mailto:it@acme.example", "acme.example", True),
        ("v=DMARC1; p=reject", "example", False),
        ("v=DMARC1; p=none", "example", True),
        ("v=DMARC1; p=reject; sp=none", "example", True),
        ("v=DMARC1; p=none; sp=quarantine", "example", False),
    ],
)
def test_sp_counts_for_names_below_that_of_the_dmarc_record(dmarc, of, is_weak):
    told = found(replace(GOOD, **with_("domain", dmarc=dmarc, dmarc_of=of)))

    assert told == ({("mail.dmarc", "warning")} if is_weak else set())


@pytest.mark.parametrize(
    ("dmarc", "says"),
    [("", "has no DMARC record"), ("v=DMARC1; p=none", "forged in the name of")],
)
def test_no_dmarc_record_is_told_from_one_that_asks_for_nothing(dmarc, says):
    findings = examine(replace(GOOD, **with_("domain", dmarc=dmarc)))
    told = next(one for one in findings if one.check == "mail.dmarc")

    assert says in told.problem


def test_plain_http_is_unsafe_and_so_are_its_cookies():
    facts = replace(GOOD, portals=(PLAIN,))

    assert found(facts) == {("portals", "unsafe"), ("cookies", "unsafe")}


def test_where_nothing_was_seen_nothing_is_said():
    facts = replace(GOOD, store=replace(STORE, durable=None, encrypted=None, skew=None))

    assert found(facts) == set()
    assert found(replace(GOOD, domain=None, redis=None, files=())) == set()


def test_a_policy_that_redis_has_not_yet_is_none_that_is_recommended():
    assert found(replace(GOOD, **with_("redis", policy="volatile-new"))) == {
        ("redis.eviction", "warning")
    }


def test_every_check_is_tried_and_every_problem_has_its_cure():
    tried = {check for _, check, _ in CASES.values()} | {"proxies"}
    told = [
        finding
        for changes, _, _ in CASES.values()
        for finding in examine(replace(GOOD, **changes))
        if finding.severity in (Severity.UNSAFE, Severity.WARNING)
    ]

    assert tried == set(CHECKS)
    assert [finding.problem for finding in told if not finding.cure] == []


def test_the_worst_comes_first():
    order = [finding.severity for finding in examine(replace(GOOD, keys=0, mail=None))]

    assert order == sorted(order, key=list(Severity).index)
