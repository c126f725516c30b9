"""A tree of frozen dataclasses as plain JSON values, and back with the path of whatever does not fit."""

from __future__ import annotations

import base64
import re
import types
import typing
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

Nodes = Mapping[str, type]


class DocumentError(ValueError):
    """The tree, or the plain form it was read from, is not a document; the text says where."""


# What no format can carry: controls, lone surrogates, noncharacters, and zero-width or direction
# marks that would come back out of the file as invisible text.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\ufeff\u00ad"
    r"\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069]"
)


def clean(text: str) -> str:
    """NFC, one kind of line end, tabs as spaces, unprintable characters gone."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):  # nearly every text of a tree
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\t", " ")
    return unicodedata.normalize("NFC", _UNPRINTABLE.sub("", text))


def _kind(cls: type, nodes: Nodes) -> str:
    return next(name for name, known in nodes.items() if known is cls)


def to_plain(value: Any, nodes: Nodes) -> Any:
    """Lists, dicts and scalars; every node carries its "kind", text is cleaned, bytes are base64."""
    if is_dataclass(value) and not isinstance(value, type):
        plain: dict[str, Any] = {"kind": _kind(type(value), nodes)}
        for field in fields(value):
            content = getattr(value, field.name)
            # A whole number in a float's place would be written in two ways.
            real = isinstance(content, int) and _hints(type(value))[field.name] is float
            plain[field.name] = float(content) if real else to_plain(content, nodes)
        return plain
    if isinstance(value, tuple):
        return [to_plain(one, nodes) for one in value]
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, date):
        return value.isoformat()
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _from_plain(plain: Any, wanted: Any, path: str, nodes: Nodes) -> Any:
    origin = typing.get_origin(wanted)
    if origin in (types.UnionType, typing.Union):
        return _one_of(plain, typing.get_args(wanted), path, nodes)
    if origin is tuple:
        if not isinstance(plain, list | tuple):
            raise DocumentError(f"{path}: a list is wanted")
        inner = typing.get_args(wanted)[0]
        return tuple(_from_plain(one, inner, f"{path}[{index}]", nodes) for index, one in enumerate(plain))
    if origin is Literal:
        if plain not in typing.get_args(wanted):
            choices = ", ".join(map(str, typing.get_args(wanted)))
            raise DocumentError(f"{path}: {plain!r} is none of {choices}")
        return plain
    if isinstance(wanted, type) and is_dataclass(wanted):
        return node_from_plain(plain, wanted, path, nodes)
    return _scalar(plain, wanted, path)


def _one_of(plain: Any, choices: tuple[Any, ...], path: str, nodes: Nodes) -> Any:
    if plain is None and type(None) in choices:
        return None
    if isinstance(plain, Mapping):
        cls = nodes.get(str(plain.get("kind")))
        if cls is not None and cls in choices:
            return node_from_plain(plain, cls, path, nodes)
        raise DocumentError(f"{path}: {plain.get('kind')!r} does not belong here")
    others = [choice for choice in choices if choice is not type(None) and not is_dataclass(choice)]
    if len(others) != 1:
        raise DocumentError(f"{path}: a part of the tree is wanted")
    return _from_plain(plain, others[0], path, nodes)


def node_from_plain(plain: Any, cls: type, path: str, nodes: Nodes) -> Any:
    """One node of class `cls`; raises DocumentError."""
    if not isinstance(plain, Mapping):
        raise DocumentError(f"{path}: a {_kind(cls, nodes)} is wanted")
    kind = _kind(cls, nodes)
    if plain.get("kind", kind) != kind:
        raise DocumentError(f"{path}: {plain.get('kind')!r} where a {kind} is wanted")
    hints = _hints(cls)
    unknown = sorted(set(plain) - set(hints) - {"kind"})
    if unknown:
        raise DocumentError(f"{path}: unknown {', '.join(map(str, unknown))}")
    values = {name: _from_plain(plain[name], hints[name], f"{path}.{name}", nodes) for name in hints if name in plain}
    try:
        return cls(**values)
    except DocumentError as error:
        raise DocumentError(f"{path}: {error}") from None
    except TypeError as error:
        raise DocumentError(f"{path}: {str(error).split(') ')[-1]}") from None


def _scalar(plain: Any, wanted: Any, path: str) -> Any:
    if wanted is str and isinstance(plain, str):
        return clean(plain)
    if wanted is bool and isinstance(plain, bool):
        return plain
    if wanted is int and isinstance(plain, int) and not isinstance(plain, bool):
        return plain
    if wanted is float and isinstance(plain, int | float) and not isinstance(plain, bool):
        return float(plain)
    try:
        if wanted is date and isinstance(plain, str):
            return date.fromisoformat(plain)
        if wanted is bytes and isinstance(plain, str):
            return base64.b64decode(plain, validate=True)
    except ValueError as error:
        raise DocumentError(f"{path}: {error}") from None
    raise DocumentError(f"{path}: {wanted.__name__} is wanted")
