"""The language in which an indicator is computed from its inputs. Pure.

An expression has numbers, the names of inputs, ``+ - * / ( )`` and ``min``, ``max``, ``round``:
nothing in it can loop, look anything up or take long. Numbers are written with a point. It is
evaluated in binary floating point; the result is rounded once, at the end, half away from zero.

>>> parse("100 * working / total").evaluate({"working": 11.0, "total": 12.0}).number
91.66666666666667
>>> rounded(91.66666666666667, 1)
Decimal('91.7')
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from simpul.indicators.errors import BadFormula

LONGEST = 500
DEEPEST = 30
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
FUNCTIONS = frozenset({"min", "max", "round"})
MOST_DIGITS = 6
LARGEST = 10**15

_STRANGE = re.compile(r"[^0-9A-Za-z_ .,+*/()\-]")
_GLUED = re.compile(r"(?<![0-9A-Za-z_])[0-9.]+[A-Za-z_]")
_SYMBOLS: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: ("+", 1),
    ast.Sub: ("−", 1),
    ast.Mult: ("×", 2),
    ast.Div: ("÷", 2),
}


class Reason(StrEnum):
    """Why there is no number."""

    MISSING_INPUT = "missing_input"
    DIVISION_BY_ZERO = "division_by_zero"
    NOT_FINITE = "not_finite"
    UNIT_MISMATCH = "unit_mismatch"
    BAD_FILTER = "bad_filter"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out: a number, or the reason why there is none with the input it lies with."""

    number: float | None
    reason: Reason | None = None
    facts: dict[str, str] = field(default_factory=dict)


class _NoNumber(Exception):
    def __init__(self, reason: Reason, **facts: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that has been read. names: the inputs it needs, in order of appearance."""

    text: str
    names: tuple[str, ...]
    _root: ast.expr = field(repr=False, compare=False)

    def evaluate(self, inputs: Mapping[str, float | None]) -> Outcome:
        """The number for these inputs.

        An input that is missing or None, a division by zero and a number too large to write give
        no number, and say why.
        """
        try:
            number = _evaluate(self._root, inputs)
        except _NoNumber as none:
            return Outcome(None, none.reason, none.facts)
        if not math.isfinite(number):
            return Outcome(None, Reason.NOT_FINITE)
        return Outcome(number)

    def symbols(self) -> str:
        """The expression as it is printed: ``100 × working ÷ total``."""
        return _print(self._root, 0)


def rounded(number: float, decimals: int) -> Decimal:
    """`number` with `decimals` digits (0 to 6), half away from zero.

    The shortest decimal that names the float is what is rounded: 2.675 gives 2.68.
    """
    return Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        BadFormula: with the position of what is wrong, counted from 1, in ``at``.
    """
    line = " ".join(text.split())
    _check_characters(line)
    root = _tree(line)
    _check(root, depth=1)
    names = dict.fromkeys(node.id for node in _walk(root) if isinstance(node, ast.Name))
    return Expression(line, tuple(name for name in names if name not in FUNCTIONS), root)


def _check_characters(line: str) -> None:
    if not line:
        raise _bad(_("The formula is empty."), 0)
    if len(line) > LONGEST:
        raise _bad(
            _("The formula is longer than %(most)d characters.") % {"most": LONGEST}, LONGEST
        )
    strange = _STRANGE.search(line)
    if strange:
        raise _bad(
            _("“%(sign)s” has no place in a formula.") % {"sign": strange[0]}, strange.start()
        )
    glued = _GLUED.search(line)
    if glued:
        raise _bad(_("A number and a name need a sign between them."), glued.start())


def _tree(line: str) -> ast.expr:
    try:
        return ast.parse(line, mode="eval").body
    except SyntaxError as error:
        raise _bad(_("The formula cannot be read from here on."), (error.offset or 1) - 1) from None
    except (ValueError, MemoryError, RecursionError):
        raise _bad(_("The formula is nested too deeply."), 0) from None


def _bad(message: str, offset: int) -> BadFormula:
    return BadFormula(message, field="expression", at=offset + 1)


def _walk(node: ast.expr) -> Iterator[ast.expr]:
    """Every part of an expression from left to right."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from _walk(child)


def _check(node: ast.expr, depth: int) -> None:
    if depth > DEEPEST:
        raise _bad(_("The formula is nested too deeply."), node.col_offset)
    for child in _parts(node):
        _check(child, depth + 1)


def _parts(node: ast.expr) -> list[ast.expr]:
    """What an allowed part is made of; refuses every other part."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if abs(value) > LARGEST:
                raise _bad(_("This number is too large."), node.col_offset)
            return []
        case ast.Name(id=name):
            _check_name(name, node)
            return []
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return [operand]
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div()):
            return [node.left, node.right]
        case ast.Call(func=ast.Name(), keywords=[]):
            return _arguments(node)
        case ast.Tuple():
            raise _bad(_("Write numbers with a point, not with a comma."), node.col_offset)
    raise _bad(_("Only numbers, inputs, + − * / ( ), min, max and round."), node.col_offset)


def _check_name(name: str, node: ast.expr) -> None:
    if name in FUNCTIONS:
        raise _bad(_("“%(name)s” needs brackets behind it.") % {"name": name}, node.col_offset)
    if not NAME.fullmatch(name):
        raise _bad(
            _("“%(name)s” is no name: small letters, digits and _ only.") % {"name": name},
            node.col_offset,
        )


def _arguments(call: ast.Call) -> list[ast.expr]:
    assert isinstance(call.func, ast.Name)
    name, given = call.func.id, call.args
    if name not in FUNCTIONS:
        raise _bad(_("There is no function “%(name)s”.") % {"name": name}, call.col_offset)
    if name == "round":
        return _round_arguments(call)
    if len(given) < 2:
        raise _bad(_("%(name)s needs two or more numbers.") % {"name": name}, call.col_offset)
    return list(given)


def _round_arguments(call: ast.Call) -> list[ast.expr]:
    if len(call.args) not in {1, 2}:
        raise _bad(_("round takes a number and how many decimals."), call.col_offset)
    if len(call.args) == 2 and _digits(call) is None:
        raise _bad(
            _("How many decimals must be a whole number from 0 to %(most)d.")
            % {"most": MOST_DIGITS},
            call.args[1].col_offset,
        )
    return [call.args[0]]


def _digits(call: ast.Call) -> int | None:
    match call.args[1:]:
        case []:
            return 0
        case [ast.Constant(value=int() as digits)] if 0 <= digits <= MOST_DIGITS:
            return digits
    return None


def _evaluate(node: ast.expr, inputs: Mapping[str, float | None]) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name):
            return _input(name, inputs)
        case ast.UnaryOp(op=op, operand=operand):
            inner = _evaluate(operand, inputs)
            return -inner if isinstance(op, ast.USub) else inner
        case ast.BinOp(left=left, op=op, right=right):
            return _operate(op, _evaluate(left, inputs), _evaluate(right, inputs))
        case ast.Call():
            return _call(node, inputs)
    raise AssertionError(f"{node!r} passed the check")


def _input(name: str, inputs: Mapping[str, float | None]) -> float:
    number = inputs.get(name)
    if number is None:
        raise _NoNumber(Reason.MISSING_INPUT, input=name)
    if not math.isfinite(number):
        raise _NoNumber(Reason.NOT_FINITE, input=name)
    return number


def _operate(op: ast.operator, left: float, right: float) -> float:
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
    if right == 0:
        raise _NoNumber(Reason.DIVISION_BY_ZERO)
    return left / right


def _call(call: ast.Call, inputs: Mapping[str, float | None]) -> float:
    assert isinstance(call.func, ast.Name)
    if call.func.id == "round":
        number = _evaluate(call.args[0], inputs)
        if not math.isfinite(number):
            raise _NoNumber(Reason.NOT_FINITE)
        return float(rounded(number, _digits(call) or 0))
    choose: Callable[[list[float]], float] = min if call.func.id == "min" else max
    return choose([_evaluate(each, inputs) for each in call.args])


def _print(node: ast.expr, above: int) -> str:
    match node:
        case ast.Constant(value=value):
            return str(value)
        case ast.Name(id=name):
            return name
        case ast.UnaryOp(op=op, operand=operand):
            return ("−" if isinstance(op, ast.USub) else "") + _print(operand, 3)
        case ast.BinOp(left=left, op=op, right=right):
            sign, strength = _SYMBOLS[type(op)]
            text = f"{_print(left, strength)} {sign} {_print(right, strength + 1)}"
            return f"({text})" if strength < above else text
        case ast.Call(func=ast.Name(id=name), args=args):
            return f"{name}({'; '.join(_print(each, 0) for each in args)})"
    raise AssertionError(f"{node!r} passed the check")
