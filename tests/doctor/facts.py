"""Facts about an installation with which nothing is wrong."""

from __future__ import annotations

from datetime import timedelta

from securelogin import Lifetimes, Policy, Portal
from securelogin.argon2_build import Build
from securelogin.doctor import (
    Certainty,
    DomainFacts,
    Facts,
    FileFacts,
    MachineFacts,
    MailFacts,
    RedisFacts,
    StoreFacts,
)
from securelogin.phc import RECOMMENDED
from tests.wiring import ACME, GLOBEX

DAY, MS = timedelta(days=1), timedelta(milliseconds=1)
PLAIN = Portal(
    tenant="acme", name="Acme", url="http://localhost:8000/", contact="it@acme.example"
)
MACHINE = MachineFacts(
    cores=2,
    memory=4 << 20,
    threads=2,
    budget=None,
    parameters=RECOMMENDED,
    run=100 * MS,
    backend="Libsodium",
    build=Build(version="26", portable=True, vectors="avx2"),
)
STORE = StoreFacts(
    kind="postgresql",
    differences=(),
    isolation="read committed",
    durable=True,
    skew=timedelta(),
    encrypted=True,
)
REDIS = RedisFacts(policy="volatile-lru", limit=512 << 20, encrypted=True)
FILE = FileFacts(
    path="portal.toml", is_secret=False, is_readable=False, is_writable=False
)
DOMAIN = DomainFacts(
    name="acme.example",
    reached=Certainty.THERE,
    spf="v=spf1 mx -all",
    dmarc="v=DMARC1; p=reject",
    dmarc_of="acme.example",
    dkim=Certainty.THERE,
)
GOOD = Facts(
    portals=(ACME, GLOBEX),
    policy=Policy(lifetimes=Lifetimes(temporary=timedelta(minutes=10))),
    keys=1,
    peppered=True,
    machine=MACHINE,
    store=STORE,
    mail=MailFacts(encrypted=True, sender="no-reply@acme.example"),
    domain=DOMAIN,
    redis=REDIS,
    files=(FILE,),
)
