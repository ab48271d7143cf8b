"""Flask-Security as its documentation says: its quick start with Flask-SQLAlchemy.

https://flask-security.readthedocs.io/en/stable/quickstart.html; with generic answers
(SECURITY_RETURN_GENERIC_RESPONSES), which it has against the search for accounts.
"""

from __future__ import annotations

import json
from typing import Any

from benchmarks.peers import wsgi
from benchmarks.peers.sides import PASSWORD, STATES, Cost, Place, people

__all__ = ["FlaskSecurity"]

_LANES = 4
_JSON = "application/json"


def _application(place: Place) -> tuple[Any, Any]:
    from flask import Flask
    from flask_mail import Mail
    from flask_security import Security, SQLAlchemyUserDatastore
    from flask_security.models import fsqla_v3 as fsqla
    from flask_sqlalchemy import SQLAlchemy

    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="benchmark" * 8,
        SECURITY_PASSWORD_SALT="146585145368132386173505678016728509634",
        SECURITY_PASSWORD_SCHEMES=["argon2", "plaintext"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=_options(place.cost),
        SECURITY_RECOVERABLE=True,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        # Its forms want a token of an earlier page; without it, it has less to do.
        WTF_CSRF_ENABLED=False,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{place.folder / 'flask.db'}",
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": True,
            # So that 64 threads wait for one another instead of failing.
            "pool_size": 64,
            "connect_args": {"timeout": 120},
        },
        MAIL_SERVER="127.0.0.1",
        MAIL_PORT=place.mail_port,
        MAIL_DEFAULT_SENDER="portal@acme.example",
    )
    db = SQLAlchemy(app)
    fsqla.FsModels.set_db_info(db)
    role = type("Role", (db.Model, fsqla.FsRoleMixin), {})
    user = type("User", (db.Model, fsqla.FsUserMixin), {})
    Mail(app)
    store = SQLAlchemyUserDatastore(db, user, role)
    app.security = Security(app, store)
    return app, db


def _options(cost: Cost) -> dict[str, int]:
    return {
        "argon2__memory_cost": cost.memory,
        "argon2__time_cost": cost.passes,
        "argon2__parallelism": cost.lanes or _LANES,
    }


class FlaskSecurity:
    """A whole request: its JSON log-in, with Flask's session."""

    def __init__(self, place: Place, each: int, /) -> None:
        self._app, db = _application(place)
        context = self._app.security.pwd_context
        with self._app.app_context():
            db.create_all()
            store = self._app.security.datastore
            from flask_security import hash_password

            for state in STATES:
                older = state == "older hash"
                context.update(**_options(place.cost.older if older else place.cost))
                hashed = None if state == "no password" else hash_password(PASSWORD)
                for address in people(state, each):
                    store.create_user(
                        email=address,
                        password=hashed,
                        active=state != "disabled",
                    )
            context.update(**_options(place.cost))
            db.session.commit()

    def _post(self, path: str, fields: dict[str, str]) -> str:
        status, _ = wsgi.post(self._app, path, json.dumps(fields).encode(), kind=_JSON)
        return status

    def login(self, address: str, password: str, /) -> bool:
        """Post it."""
        status = self._post("/login", {"email": address, "password": password})
        return status.startswith("200")

    def forgot(self, address: str, /) -> object:
        """Post it."""
        if not self._post("/reset", {"email": address}).startswith("200"):
            raise RuntimeError("the request was not taken")
        return None
