"""From what TOML or a variable holds to the value a field wants, by the field's type.

Texts travel as `Hidden` until it is known that they are no secret: an error raised
here has none in its message nor in a frame (threats F-36).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from securelogin.configuration.settings import HiddenURL
from securelogin.durations import read_duration, written_duration
from securelogin.hidden import Hidden

__all__ = ["Setting", "Unfit", "convert", "described", "settings_of", "written_default"]

_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class Unfit(ValueError):
    """What was given is no such value; says what would be, never what was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that can be set.

    Attributes:
        name: the field's.
        kind: the type of its value, without None.
        default: the value it has when left out.
        is_required: there is no default.
    """

    name: str
    kind: Any
    default: object
    is_required: bool

    @property
    def is_secret(self) -> bool:
        """Whether it may stand in a file of its own, and is never shown."""
        return isinstance(self.kind, type) and issubclass(self.kind, Hidden)


def settings_of(section: type, /) -> Iterator[Setting]:
    """Yield what can be set of a dataclass: each field that is plain data."""
    hints = get_type_hints(section)
    example = None if _needs_arguments(section) else section()
    for field in fields(section):
        kind = _without_none(hints[field.name])
        if field.init and _is_plain(kind):
            is_required = _is_required(field)
            default = None if is_required else _default(field, example)
            yield Setting(
                name=field.name, kind=kind, default=default, is_required=is_required
            )


def _needs_arguments(section: type) -> bool:
    return any(_is_required(field) for field in fields(section) if field.init)


def _is_required(field: Any) -> bool:  # noqa: ANN401 -- dataclasses.Field of anything
    return field.default is field.default_factory


def _default(field: Any, example: object) -> object:  # noqa: ANN401 -- as above
    # From an example where there is one: it shows what `None` becomes when checked.
    return field.default if example is None else getattr(example, field.name)


def _without_none(hint: Any) -> Any:  # noqa: ANN401 -- any annotation
    rest = [kind for kind in get_args(hint) if kind is not NoneType]
    return rest[0] if NoneType in get_args(hint) and len(rest) == 1 else hint


def _is_plain(kind: Any) -> bool:  # noqa: ANN401 -- any annotation
    if get_origin(kind) in {tuple, frozenset}:
        item = get_args(kind)[0]
        return _is_word(item) or (item is str and get_origin(kind) is tuple)
    return kind in {int, str, timedelta} or _is_word(kind) or _is_hidden(kind)


def _is_word(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _is_hidden(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Hidden)


def convert(kind: Any, given: object, /) -> object:  # noqa: ANN401 -- any annotation
    """Return *given* as a value of *kind*.

    A text comes as `Hidden`; from a variable, numbers and lists are texts too.

    Raises:
        Unfit: it cannot be one; tells the form that would do.
    """
    if get_origin(kind) in {tuple, frozenset}:
        return get_origin(kind)(_items(get_args(kind)[0], given))
    if kind is int:
        return _number(given)
    if not isinstance(given, Hidden):
        del given
        message = f"expected {described(kind)}."
        raise Unfit(message)
    if _is_hidden(kind):
        return kind(given.reveal())
    if kind is timedelta:
        return _duration(given.reveal())
    if _is_word(kind):
        return _word(kind, given.reveal())
    return given.reveal()


def described(kind: Any, /) -> str:  # noqa: ANN401 -- any annotation
    """Return in words what a value of *kind* looks like."""
    if get_origin(kind) in {tuple, frozenset}:
        item = get_args(kind)[0]
        return f"a list of {'words' if item is str else described(item)}"
    if _is_word(kind):
        return " or ".join(f'"{member.value}"' for member in kind)
    return {
        int: "a whole number",
        timedelta: 'a time such as "15 minutes"',
        Hidden: "a secret",
        HiddenURL: "a URL; one with a password is a secret",
    }.get(kind, "a text")


def written_default(setting: Setting, /) -> str:
    """Return a setting's default as the file would say it; "" for none."""
    if setting.is_required:
        return "required"
    if setting.default is None:
        return ""
    return f"`{_written(setting.default)}`"


def _written(value: object) -> str:
    if isinstance(value, timedelta):
        return f'"{written_duration(value)}"'
    if isinstance(value, (tuple, frozenset)):
        return f"[{', '.join(sorted(map(_written, value)))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _number(given: object) -> int:
    if type(given) is int:
        return given
    if isinstance(given, Hidden) and _NUMBER.fullmatch(given.reveal()):
        return int(given.reveal())
    del given
    message = "expected a whole number."
    raise Unfit(message)


def _duration(text: str) -> timedelta:
    span = read_duration(text)
    if span is None:
        message = 'expected a time such as "15 minutes", "12 hours" or "14 days".'
        raise Unfit(message)
    return span


def _word(kind: Any, text: str) -> object:  # noqa: ANN401 -- some StrEnum
    known = {member.value: member for member in kind}
    if text not in known:
        message = f"expected one of {', '.join(known)}."
        raise Unfit(message)
    return known[text]


def _items(kind: Any, given: object) -> list[object]:  # noqa: ANN401 -- any annotation
    if isinstance(given, Hidden):
        parts = (part.strip() for part in given.reveal().split(","))
        given = [Hidden(part) for part in parts if part]
    if not isinstance(given, list):
        message = "expected a list of words."
        raise Unfit(message)
    return [convert(kind, item) for item in given]
