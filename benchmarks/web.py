"""Whether link pages stay quick while more log-ins are asked than there is room for.

`python -m benchmarks.web` starts uvicorn on loopback in a process of its own, with
Argon2 at its default cost, asks 64 log-ins a second of it for 20 seconds, each from
another source, and meanwhile opens links, each at its time whether or not the last one
has been answered. Before that it opens links alone, which shows what the machine itself
does to them. It ends with 1 if a promise is not kept:

- of the link pages 99 in 100 are answered within 50 ms;
- what finds no room gets the page that says so (503), and nothing else is a 5xx;
- memory stays below what it was, 64 MiB for each thread of the pool, and 50 MiB.

It is no test: the machine's load is in every figure, and so is the asking side's. Where
other work goes on, root may put it behind (Linux, autogroup scheduling):

    setsid sh -c 'echo -19 >/proc/self/autogroup; python -m benchmarks.web'
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn
from fastapi import FastAPI

from securelogin import AsyncSecureLogin, Audience, HashingPool, KeyRing, Portal
from securelogin.fastapi import add_pages
from securelogin.links import sign_link
from securelogin.mailers.memory import AsyncMemoryMailer
from securelogin.stores.memory import AsyncMemoryStore
from securelogin.web import CookieSafety, WebSettings

SECONDS = 20
ALONE = 5
LOGINS = 64
LINKS = 20
PROMISED = 0.050
ROOM = 50 * 1024
_sources = count()


# -- the side that serves --


async def serve() -> None:
    """Serve a portal; say on standard output where, and what a link is."""
    place = socket.create_server(("127.0.0.1", 0), backlog=1_024)
    url = f"http://127.0.0.1:{place.getsockname()[1]}/"
    pool, keys = HashingPool(), KeyRing(KeyRing.new_key())
    auth = AsyncSecureLogin(
        portals=[
            Portal(tenant="acme", name="Acme", url=url, contact="it@acme.example")
        ],
        keys=keys,
        store=AsyncMemoryStore(),
        mailer=AsyncMemoryMailer(),
        pool=pool,
    )
    await auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    link = await auth.links.issue(
        recipient="bob@other.example",
        sender="ann@acme.example",
        message="m-1",
        tenant="acme",
    )
    app = FastAPI()
    settings = WebSettings(cookies=CookieSafety.PLAIN_ON_LOOPBACK, trusted_proxies=1)
    add_pages(app, auth, settings=settings)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="error", access_log=False, proxy_headers=False)
    )
    told = {
        "url": url,
        "token": sign_link(link, keys=keys).reveal(),
        "threads": pool.size,
        "memory": _kilobytes(os.getpid()),
    }
    print(json.dumps(told), flush=True)
    await server.serve(sockets=[place])


def _kilobytes(process: int) -> int:
    """Return the most memory that a process has held so far (Linux), in KiB."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0])


# -- the side that asks --


class Heard(NamedTuple):
    """One answer, and how long it took from the moment it was due."""

    status: int
    seconds: float
    head: str


async def ask(port: int, text: str, body: bytes = b"", *, due: float) -> Heard:
    """Send one request on a connection of its own, from another source each time."""
    number = next(_sources)
    source = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"{text}\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"X-Forwarded-For: {source}\r\nX-Forwarded-Proto: http\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    answer = (await reader.read(-1)).decode("latin-1")
    writer.close()
    return Heard(
        status=int(answer.split(" ", 2)[1]),
        seconds=time.perf_counter() - due,
        head=answer.partition("\r\n\r\n")[0],
    )


async def open_link(port: int, token: str, *, due: float) -> list[Heard]:
    """Come by a link: a redirect that takes it out of the URL, then the page."""
    first = await ask(port, f"GET /link?t={token} HTTP/1.1", due=due)
    cookies = "; ".join(re.findall(r"(?i)set-cookie: ([^;]+)", first.head))
    text = f"GET /link HTTP/1.1\r\nCookie: {cookies}"
    return [first, await ask(port, text, due=time.perf_counter())]


async def log_in(port: int, *, due: float) -> list[Heard]:
    """Ask for a log-in with a wrong password."""
    body = json.dumps({"address": "ann@acme.example", "password": "no harbour"})
    return [await ask(port, "POST /api/login HTTP/1.1", body.encode(), due=due)]


async def at_pace(
    each_second: int, begin: Callable[..., Awaitable[list[Heard]]], *, seconds: int
) -> list[Heard]:
    """Begin so many a second, on time, whether or not the last ones have ended."""
    started, tasks = time.perf_counter(), []
    for number in range(each_second * seconds):
        due = started + number / each_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(begin(due=due)))
    return [heard for found in await asyncio.gather(*tasks) for heard in found]


async def load(told: dict[str, Any], *, logins: int, seconds: int) -> list[list[Heard]]:
    """Ask for links, and for so many log-ins a second, at once."""
    port = int(told["url"].rstrip("/").rpartition(":")[2])
    return await asyncio.gather(
        at_pace(
            LINKS,
            lambda due: open_link(port, told["token"], due=due),
            seconds=seconds,
        ),
        at_pace(logins, lambda due: log_in(port, due=due), seconds=seconds),
    )


def _ran_and_waited(process: int) -> tuple[float, float]:
    """Return how long the event loop's thread has run and waited for a core (Linux)."""
    told = Path(f"/proc/{process}/task/{process}/schedstat").read_text("ascii")
    ran, waited, _ = map(int, told.split())
    return ran / 1e9, waited / 1e9


def timed(
    told: dict[str, Any], process: int, *, logins: int, seconds: int
) -> tuple[float, list[list[Heard]]]:
    """Ask, and print how long the link pages took; return their p99 and all answers."""
    ran, waited = _ran_and_waited(process)
    heard = asyncio.run(load(told, logins=logins, seconds=seconds))
    ran, waited = (
        after - before
        for after, before in zip(_ran_and_waited(process), (ran, waited), strict=True)
    )
    times = statistics.quantiles([one.seconds for one in heard[0]], n=100)
    print(
        f"{len(heard[0])} link pages, {logins} log-ins/s: median "
        f"{times[49] * 1000:.1f} ms, p95 {times[94] * 1000:.1f} ms, "
        f"p99 {times[98] * 1000:.1f} ms; the event loop ran {ran:.1f} s and waited "
        f"{waited:.1f} s for a core"
    )
    return times[98], heard


def measured(told: dict[str, Any], process: int) -> bool:
    """Print what was found; tell whether every promise is kept."""
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    timed(told, process, logins=0, seconds=ALONE)
    slowest, (links, logins) = timed(told, process, logins=LOGINS, seconds=SECONDS)
    statuses = Counter(heard.status for heard in logins)
    grown = _kilobytes(process) - told["memory"]
    most = told["threads"] * 64 * 1024 + ROOM
    print(f"{len(logins)} log-ins by status: {dict(statuses)}")
    print(
        f"memory: {told['memory'] >> 10} MiB, then {grown >> 10} MiB more; "
        f"promised {most >> 10} MiB at most ({told['threads']} threads)"
    )
    return (
        slowest < PROMISED
        and {heard.status for heard in links} == {200, 303}
        and set(statuses) <= {403, 503}
        and statuses[503] > 0
        and grown < most
    )


def main() -> int:
    """Serve in another process, ask, and end it."""
    command = [sys.executable, "-m", "benchmarks.web", "serve"]
    with subprocess.Popen(  # noqa: S603 -- this very file
        command, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            told = json.loads(server.stdout.readline() if server.stdout else "")
            return 0 if measured(told, server.pid) else 1
        finally:
            server.terminate()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    else:
        raise SystemExit(main())
