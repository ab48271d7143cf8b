"""What the pool costs and saves beside the bare backend.

`python -m benchmarks.hashing` runs every way of calling Argon2 in turn, several rounds,
in one process, and prints medians, quartiles and ratios within the run. The project's
own limits: at least 0.97 of the bare backend on its best number of threads, and at
least 1.05 of sixteen threads without bound. It is no test: the machine's load is in
every figure. `--backend Argon2CFFI` measures the core's own only.
"""

from __future__ import annotations

import argparse
import statistics
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from securelogin.argon2_backends import Argon2Backend
from securelogin.hashing_pool import HashingPool
from securelogin.machine import usable_cores
from securelogin.phc import RECOMMENDED, Argon2Parameters
from securelogin.tuning import backends

LOW = Argon2Parameters(memory=19_456, passes=2)


def run(backend: Argon2Backend, parameters: Argon2Parameters) -> bytes:
    """Run Argon2 once."""
    return backend.run(
        b"a quiet harbour at six", salt=b"s" * 16, parameters=parameters, length=32
    )


def crowd(callers: int, call: Callable[[], object], runs: int) -> float:
    """Let so many threads call, *runs* times in all; return the calls of a second."""
    left = iter(range(runs))
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                if next(left, None) is None:
                    return
            if call() is None:
                raise RuntimeError("turned away: the benchmark's pool is too small")

    threads = [threading.Thread(target=work) for _ in range(callers)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return runs / (time.perf_counter() - begun)


def ways(
    backend: Argon2Backend, parameters: Argon2Parameters, pool: HashingPool
) -> dict[str, Callable[[int], float]]:
    """Return every way of running Argon2 that is compared, by name."""
    bare = partial(run, backend, parameters)
    pooled = partial(pool.run, bare)
    cores = usable_cores()
    counts = sorted({max(1, cores // 2), cores, cores + 1, 2 * cores})
    return {
        **{f"bare, {count} threads": partial(crowd, count, bare) for count in counts},
        "bare, 16 threads, unbounded": partial(crowd, 16, bare),
        "pool, 16 callers": partial(crowd, 16, pooled),
        "pool, 64 callers": partial(crowd, 64, pooled),
    }


def compare(
    name: str,
    backend: Argon2Backend,
    parameters: Argon2Parameters,
    args: argparse.Namespace,
) -> None:
    """Measure all ways by turns and print them."""
    pool = HashingPool(queue=128, wait=timedelta(minutes=5))
    rates: dict[str, list[float]] = {}
    for _ in range(args.rounds):
        for way, measured in ways(backend, parameters, pool).items():
            rates.setdefault(way, []).append(measured(args.runs))
    median = {way: statistics.median(taken) for way, taken in rates.items()}
    best = max(
        rate
        for way, rate in median.items()
        if way.startswith("bare") and "unbounded" not in way
    )
    unbounded = median["bare, 16 threads, unbounded"]
    print(f"\n{name}, {parameters.memory} KiB, t={parameters.passes}")
    print(f"{'':30}{'runs/s':>9}{'quartiles':>18}{'x best':>9}{'x unbounded':>13}")
    for way, taken in rates.items():
        low, _, high = statistics.quantiles(taken, n=4)
        print(
            f"{way:30}{median[way]:9.1f}{low:9.1f} to {high:5.1f}"
            f"{median[way] / best:9.2f}{median[way] / unbounded:13.2f}"
        )


def main() -> None:
    """Compare for each backend and two sets of parameters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=64)
    parser.add_argument("--backend", choices=sorted(backends()), default=None)
    args = parser.parse_args()
    for name, backend in backends().items():
        if args.backend in (None, name):
            for parameters in (RECOMMENDED, LOW):
                compare(name, backend, parameters, args)


if __name__ == "__main__":
    main()
