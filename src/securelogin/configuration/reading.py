"""Read one TOML file and the environment; every error names the setting and the cure.

A variable goes before the file: `SECURELOGIN_LIMITS_TRIES` before `tries` in
`[limits]`. What is secret comes from a variable, or from a file of its own that
`NAME_file` names; in the file in clear it is refused. Not in here: what is made of the
settings (`wiring`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar, get_type_hints

from securelogin.configuration.settings import (
    HasherSettings,
    HiddenURL,
    ImportedHashesAre,
    InstallationSettings,
    PoolSettings,
    RedisSettings,
    SMTPSettings,
    StoreSettings,
    holds_password,
)
from securelogin.configuration.sources import (
    PREFIX,
    file_to_read,
    read_keys,
    read_secret,
    read_tables,
    read_variables,
)
from securelogin.configuration.values import Setting, Unfit, convert, settings_of
from securelogin.errors import WiringError
from securelogin.hidden import Hidden
from securelogin.imported_hashes import ImportedHashes
from securelogin.keyring import KeyRing
from securelogin.messages import Messages
from securelogin.passwords import PasswordHasher
from securelogin.phc import Argon2Parameters
from securelogin.policy import Policy
from securelogin.portals import Portal

__all__ = ["POLICY_PARTS", "TABLES", "Configuration", "read_configuration"]

T = TypeVar("T")

_ROOT = "installation"
_CALL = re.compile(r"(\w+)=…")

POLICY_PARTS: Final[dict[str, type]] = {
    name: hint
    for name, hint in get_type_hints(Policy).items()
    if is_dataclass(hint) and isinstance(hint, type)
}
TABLES: Final[dict[str, type]] = {
    "store": StoreSettings,
    "redis": RedisSettings,
    "smtp": SMTPSettings,
    "hasher": HasherSettings,
    "pool": PoolSettings,
    "policy": Policy,
    **POLICY_PARTS,
}
"""Every table of the file that is there once, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All that was set, checked. Made by `read_configuration`.

    What a command does not need may be missing: None says so, and `wiring` refuses it.

    Attributes:
        file: the TOML file that was read; None if there was none.
        secret_files: the files that a secret was read from, each once.
    """

    portals: tuple[Portal, ...] = ()
    keys: KeyRing | None = None
    policy: Policy = field(default_factory=Policy)
    store: StoreSettings = field(default_factory=StoreSettings)
    redis: RedisSettings = field(default_factory=RedisSettings)
    smtp: SMTPSettings = field(default_factory=SMTPSettings)
    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    pool: PoolSettings = field(default_factory=PoolSettings)
    file: Path | None = None
    secret_files: tuple[Path, ...] = ()


def read_configuration(
    path: str | os.PathLike[str] | None = None,
    /,
    *,
    environment: Mapping[str, str] | None = None,
) -> Configuration:
    """Return what a file and the environment say.

    Args:
        path: the TOML file; else `SECURELOGIN_CONFIG`; else ./securelogin.toml, which
            need not be there.
        environment: variables; those of the process by default.

    Raises:
        WiringError: a setting is unknown, unfit or a secret in clear; names it, where
            it stands and what to do, and repeats no value.
    """
    variables = read_variables(os.environ if environment is None else environment)
    # A traceback shows what a name holds.
    del environment
    file = file_to_read(path, variables)
    reader = _Reader(tables=read_tables(file), variables=variables, file=file)
    return reader.configuration()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Take each setting out of the tables and the variables, once."""

    tables: dict[str, Any] = field(repr=False)
    variables: dict[str, Hidden] = field(repr=False)
    file: Path | None
    secret_files: list[Path] = field(default_factory=list)

    def configuration(self) -> Configuration:
        top = self.made(InstallationSettings, self._top(), name=_ROOT)
        parts: dict[str, object] = {
            name: self.table(kind, name) for name, kind in POLICY_PARTS.items()
        }
        hasher = self.table(HasherSettings, "hasher")
        found = Configuration(
            portals=self._portals(),
            keys=read_keys(top.keys, setting="keys"),
            policy=self.table(Policy, "policy", messages=self._messages(), **parts),
            store=self.table(StoreSettings, "store"),
            redis=self.table(RedisSettings, "redis"),
            smtp=self.table(SMTPSettings, "smtp"),
            hasher=self._password_hasher(hasher),
            pool=self.table(PoolSettings, "pool"),
            file=self.file,
            # Last of all: each secret above was read by now.
            secret_files=tuple(dict.fromkeys(self.secret_files)),
        )
        self._refuse_unknown_variables()
        return found

    def table(self, kind: type[T], name: str, **parts: object) -> T:
        """Return the value that a table and its variables make."""
        return self.made(kind, self._table(name), name=name, **parts)

    def made(
        self, kind: type[T], table: dict[str, Any], /, *, name: str, **parts: object
    ) -> T:
        settings = list(settings_of(kind))
        self._refuse_unknown(settings, table, name=name)
        values = {
            setting.name: value
            for setting in settings
            if (value := self._value(setting, table, name=name)) is not None
        }
        missing = [s.name for s in settings if s.is_required and s.name not in values]
        if missing:
            raise WiringError(
                "it is not set.",
                setting=self._place(name, missing[0]),
                cure="Every portal needs it.",
            )
        try:
            return kind(**values, **parts)
        except WiringError as error:
            problem, told, cure = error.problem, error.setting, error.cure
        del values
        names = ", ".join(_CALL.findall(told)) or told
        raise WiringError(problem, setting=self._place(name, names), cure=cure)

    def _value(self, setting: Setting, table: dict[str, Any], *, name: str) -> object:
        """Return what is set, converted; None if nothing is."""
        variable = _variable(name, setting.name)
        place = self._place(name, setting.name)
        given: object = None
        if variable in self.variables:
            given, place = self.variables[variable], PREFIX + variable
        elif setting.is_secret:
            given = self._from_file(setting, table, name=name)
        if given is None and setting.name in table:
            given = table[setting.name]
            _refuse_in_clear(setting, given, place=place, variable=variable)
        if given is None:
            return None
        try:
            return convert(setting.kind, given)
        except Unfit as error:
            problem = str(error)
        raise WiringError(problem, setting=place, cure="Leave it out for the default.")

    def _from_file(
        self, setting: Setting, table: dict[str, Any], *, name: str
    ) -> Hidden | None:
        """Return a secret out of a file of its own, if one is named."""
        variable = _variable(name, setting.name) + "_FILE"
        place, base = PREFIX + variable, Path()
        named: object = self.variables.get(variable)
        if named is None:
            place = self._place(name, f"{setting.name}_file")
            base = Path() if self.file is None else self.file.parent
            named = table.get(f"{setting.name}_file")
        if named is None:
            return None
        if isinstance(named, Hidden):
            try:
                secret = read_secret(base / named.reveal())
            except (OSError, ValueError) as error:
                problem = f"that file cannot be read ({type(error).__name__})."
            else:
                self.secret_files.append(base / named.reveal())
                return secret
        else:
            problem = "expected the name of a file."
        raise WiringError(
            problem, setting=place, cure="Name a file that this process may read."
        )

    def _top(self) -> dict[str, Any]:
        """Return what stands before any table; refuse tables there are none of."""
        known = [*TABLES, "portals", "messages"]
        loose = {n: v for n, v in self.tables.items() if n not in known}
        for name, value in loose.items():
            if isinstance(value, (dict, list)):
                raise self._unknown(f"[{name}]", name, known)
        return loose

    def _table(self, name: str) -> dict[str, Any]:
        table = self.tables.get(name, {})
        if isinstance(table, dict):
            return table
        del table
        raise WiringError(
            "expected a table.",
            setting=self._place(name, ""),
            cure=f"Begin it with a line [{name}].",
        )

    def _portals(self) -> tuple[Portal, ...]:
        given = self.tables.get("portals", [])
        if not isinstance(given, list) or not all(isinstance(t, dict) for t in given):
            raise WiringError(
                "expected tables.",
                setting=self._place("portals", ""),
                cure="Begin each portal with a line [[portals]].",
            )
        return tuple(
            self.made(Portal, table, name=f"portals[{n}]")
            for n, table in enumerate(given)
        )

    def _messages(self) -> Messages:
        texts: dict[str, dict[str, str]] = {}
        for language, table in self._table("messages").items():
            are_texts = isinstance(table, dict) and all(
                isinstance(text, Hidden) for text in table.values()
            )
            if not are_texts:
                raise WiringError(
                    "expected a table of texts by code.",
                    setting=self._place("messages", language),
                    cure=f'Write it as in [messages.{language}] refused = "…".',
                )
            texts[language] = {code: text.reveal() for code, text in table.items()}
        return Messages(texts)

    def _password_hasher(self, settings: HasherSettings) -> PasswordHasher:
        try:
            return PasswordHasher(
                Argon2Parameters(
                    memory=settings.memory, passes=settings.passes, lanes=settings.lanes
                ),
                pepper=read_keys(settings.pepper, setting="pepper"),
                imported=_imported(settings),
            )
        except WiringError as error:
            problem, cure = error.problem, error.cure
        raise WiringError(problem, setting=self._place("hasher", ""), cure=cure)

    def _refuse_unknown(
        self, settings: list[Setting], table: dict[str, Any], *, name: str
    ) -> None:
        known = [setting.name for setting in settings]
        known += [f"{setting.name}_file" for setting in settings if setting.is_secret]
        for wrong in table:
            if wrong not in known:
                raise self._unknown(self._place(name, wrong), wrong, known)

    def _refuse_unknown_variables(self) -> None:
        known = [
            _variable(table, setting.name) + ending
            for table, kind in {_ROOT: InstallationSettings, **TABLES}.items()
            for setting in settings_of(kind)
            for ending in (("", "_FILE") if setting.is_secret else ("",))
        ]
        # Only those that look like ours: others may begin like this too.
        ours = tuple(f"{table.upper()}_" for table in TABLES)
        for wrong in self.variables:
            if wrong.startswith(ours) and wrong not in known:
                raise self._unknown(PREFIX + wrong, wrong, known)

    def _unknown(self, place: str, wrong: str, known: list[str]) -> WiringError:
        near = get_close_matches(wrong, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        return WiringError(
            "there is no such setting." + hint,
            setting=place,
            cure="The reference page on configuration lists them all.",
        )

    def _place(self, table: str, name: str) -> str:
        """Return what people call a setting, and where it stands."""
        path = ".".join(part for part in (table, name) if part and part != _ROOT)
        return path if self.file is None else f"{path} in {self.file}"


def _imported(settings: HasherSettings) -> ImportedHashes | None:
    if settings.imported is ImportedHashesAre.REFUSED:
        return None
    return ImportedHashes(flask_security_salt=settings.flask_security_salt)


def _variable(table: str, name: str) -> str:
    return (name if table == _ROOT else f"{table}_{name}").upper()


def _refuse_in_clear(
    setting: Setting, given: object, *, place: str, variable: str
) -> None:
    is_clear = setting.is_secret and not (
        setting.kind is HiddenURL
        and isinstance(given, Hidden)
        and not holds_password(given.reveal())
    )
    if is_clear:
        raise WiringError(
            "a secret may not stand in this file in clear.",
            setting=place,
            cure=f"Put it into {PREFIX}{variable}, or into a file of its own that "
            f"{setting.name}_file names; and make a new one, this one was seen.",
        )
