"""The mutants of a module: copies of it that differ in one place.

The operators are those of mutmut and four others, applied to the whole module: see decision 9.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import libcst as cst
from mutmut.mutation.mutators import mutation_operators


@dataclass(frozen=True)
class Mutant:
    """A module's `source` with one change in it; `removed` and `added` are the lines that differ, not indented."""

    source: str
    removed: str
    added: str

    def __str__(self) -> str:
        """Return the change on one line."""
        return f"{self.removed} => {self.added}"


def mutants(source: str) -> list[Mutant]:
    """Return the mutants of a module, each once, in the order of their places."""
    module = cst.parse_module(source)
    places = _Places()
    module.visit(places)
    changed = [_code(module.deep_replace(node, new)) for node in places.found for new in _variants(node)]
    return [_mutant(source, text) for text in dict.fromkeys(changed) if text != source and _compiles(text)]


def combined(source: str, mutants: Sequence[Mutant]) -> Iterator[tuple[str, list[Mutant]]]:
    """Yield copies of a module with several of its mutants at once, on different lines, until each is in one."""
    lines = source.splitlines()
    while mutants:
        together: list[Mutant] = []
        changes: list[_Change] = []
        for mutant in mutants:
            added = _changes(lines, mutant.source.splitlines())
            if all(one.end < other.start or other.end < one.start for one in added for other in changes):
                together.append(mutant)
                changes += added
        text = lines.copy()
        for change in sorted(changes, reverse=True):
            text[change.start : change.end] = change.lines
        yield "\n".join([*text, ""]), together
        mutants = [mutant for mutant in mutants if mutant not in together]


class _Change(NamedTuple):
    """Replaces the lines from `start`, without `end`."""

    start: int
    end: int
    lines: list[str]


def _changes(old: list[str], new: list[str]) -> list[_Change]:
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [_Change(start, end, new[first:last]) for tag, start, end, first, last in codes if tag != "equal"]


class _Places(cst.CSTVisitor):
    """Collects the nodes to change: all but imports, which fail by themselves, and what only type checkers read."""

    def __init__(self) -> None:
        self.found: list[cst.CSTNode] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Import | cst.ImportFrom) or _is_for_the_type_checker(node):
            return False
        self.found.append(node)
        return True


def _is_for_the_type_checker(node: cst.CSTNode) -> bool:
    match node:
        case cst.If(test=cst.Name("TYPE_CHECKING")) | cst.Subscript(value=cst.Name("Literal")):
            return True
    return False


def _variants(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr):
        return  # a union of types
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from operator(node)
    match node:
        case cst.SimpleStatementLine():
            yield from _remove_statement(node)
        case cst.Return():
            yield from _return_none(node)
        case cst.If():
            yield from _negate_condition(node)
        case cst.FunctionDef() | cst.ClassDef():
            yield from _remove_decorator(node)


def _remove_statement(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    """Remove a statement that calls something or raises."""
    (statement, *others) = node.body
    value = statement.value if isinstance(statement, cst.Expr) else None
    if not others and (isinstance(value, cst.Call | cst.Await) or isinstance(statement, cst.Raise)):
        yield node.with_changes(body=[cst.Pass()])


def _return_none(node: cst.Return) -> Iterator[cst.CSTNode]:
    """Return None instead of a value."""
    if node.value is not None:
        yield node.with_changes(value=cst.Name("None"), whitespace_after_return=cst.SimpleWhitespace(" "))


def _negate_condition(node: cst.If) -> Iterator[cst.CSTNode]:
    """Negate the condition."""
    negated = cst.UnaryOperation(cst.Not(), node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()]))
    yield node.with_changes(test=negated, whitespace_before_test=cst.SimpleWhitespace(" "))


def _remove_decorator(node: cst.FunctionDef | cst.ClassDef) -> Iterator[cst.CSTNode]:
    """Remove each decorator."""
    for decorator in node.decorators:
        yield node.with_changes(decorators=[other for other in node.decorators if other is not decorator])


def _code(module: cst.CSTNode) -> str:
    return cst.ensure_type(module, cst.Module).code


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except SyntaxError:
        return False
    return True


def _mutant(source: str, changed: str) -> Mutant:
    lines = list(difflib.ndiff(source.splitlines(), changed.splitlines()))
    removed, added = (" ".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return Mutant(changed, removed, added)
