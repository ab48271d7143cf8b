"""Backends of Argon2 that tell when they run."""

from __future__ import annotations

import threading

from securelogin.argon2_backends import Argon2CFFI


class Held(Argon2CFFI):
    """A backend that waits until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = threading.Semaphore(0)

    def run(self, secret, /, **options):
        self.begun.release()
        self.go.wait(30)
        return super().run(secret, **options)


class Peak(Argon2CFFI):
    """The real backend, noting which threads run it and how many at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self.most = 0
        self.threads: set[str] = set()

    def run(self, secret, /, **options):
        with self._lock:
            self._running += 1
            self.most = max(self.most, self._running)
            self.threads.add(threading.current_thread().name)
        try:
            return super().run(secret, **options)
        finally:
            with self._lock:
                self._running -= 1
