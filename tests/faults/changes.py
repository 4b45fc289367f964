"""Changes of Python code that is found by its syntax."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from textwrap import dedent, indent
from typing import TypeAlias

from tests.project import RenderedProject

Node: TypeAlias = ast.stmt | ast.expr | ast.keyword | ast.arg


@dataclass(frozen=True)
class Change:
    """Replace the code `old` by `new` in one place of a Python file, whatever its layout, comments and docstrings.

    `place` is the dotted name of a class, a function or a variable, as long as it is unique; "" is the whole file.
    `old` must occur exactly once: consecutive statements, an expression, a keyword argument or a parameter, without
    its default. Parts of f-strings have no position in Python 3.11: name the whole string. An empty `new` replaces
    statements by `pass`, and removes anything else with the comma after it. `imports` are lines that `new` needs.
    """

    file: str
    place: str
    old: str
    new: str
    imports: str = ""

    def apply_to(self, source: str) -> str:
        """Return the source of the file with the change. Raise LookupError unless the code occurs exactly once."""
        module = _parse(source)
        found = list(_occurrences(_find_place(module, self.place), self.old))
        if len(found) != 1:
            raise LookupError(f"{self.place or 'the module'}: found {len(found)} times instead of once: {self.old}")
        changed = _replace(source, found[0], self.new)
        if self.imports:
            first = module.body[ast.get_docstring(module) is not None]
            changed = _insert_line(changed, first.lineno, self.imports)
        if ast.dump(_parse(changed)) == ast.dump(module):
            raise LookupError(f"nothing changes: {self.old}")
        return changed


def changed_sources(project: RenderedProject, changes: Iterable[Change]) -> dict[str, str]:
    """Return the new source of each file that changes. Raise LookupError if one does not have the code."""
    sources: dict[str, str] = {}
    for change in changes:
        source = sources.get(change.file) or project.read(change.file)
        sources[change.file] = change.apply_to(source)
    return sources


def apply(project: RenderedProject, changes: Iterable[Change]) -> None:
    """Change the files of the project. Raise LookupError, without a change, if one does not have the code."""
    for file, source in changed_sources(project, changes).items():
        project.write(file, source)


def _parse(source: str) -> ast.Module:
    """Return the syntax tree of a module, without the docstrings of its classes and functions."""
    module = ast.parse(source)
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = node.body[ast.get_docstring(node) is not None :]
    return module


def _find_place(module: ast.Module, dotted_name: str) -> ast.AST:
    place: ast.AST = module
    for name in dotted_name.split(".") if dotted_name else []:
        found = [node for node in ast.walk(place) if node is not place and name in _names(node)]
        if len(found) != 1:
            raise LookupError(f"{dotted_name} is defined {len(found)} times instead of once")
        (place,) = found
    return place


def _names(node: ast.AST) -> list[str]:
    """Return the names that a statement defines."""
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _occurrences(place: ast.AST, code: str) -> Iterator[Sequence[Node]]:
    """Yield the statements, or the one node within a statement, wherever they are the same as the code."""
    statements = _parse(dedent(code)).body
    part = _as_part_of_a_statement(statements)
    for parent in ast.walk(place):
        for _, children in ast.iter_fields(parent):
            if isinstance(children, list):
                runs = (children[start : start + len(statements)] for start in range(len(children)))
                yield from (run for run in runs if _are_same(run, statements))
        if part and not isinstance(parent, ast.Expr):
            children = (child for child in ast.iter_child_nodes(parent) if isinstance(child, type(part)))
            yield from ([child] for child in children if _are_same([child], [part]))


def _as_part_of_a_statement(statements: list[ast.stmt]) -> Node | None:
    """Return the expression, keyword argument or parameter that looks like these statements."""
    match statements:
        case [ast.Expr(value=expression)]:
            return expression
        case [ast.Assign(targets=[ast.Name(id=name)], value=value)]:
            return ast.keyword(name, value)
        case [ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=None)]:
            return ast.arg(name, annotation)
    return None


def _are_same(nodes: Sequence[ast.AST], others: Sequence[ast.AST]) -> bool:
    return [*map(type, nodes)] == [*map(type, others)] and [*map(ast.dump, nodes)] == [*map(ast.dump, others)]


def _replace(source: str, nodes: Sequence[Node], new: str) -> str:
    """Return the source with `new` instead of the nodes."""
    text = source.encode()  # columns of syntax trees are bytes
    span = _span(text, nodes)
    after = text[span.stop :]
    if isinstance(nodes[0], ast.stmt):
        new = indent(dedent(new).strip() or "pass", " " * nodes[0].col_offset).lstrip()
    elif not new:
        after = re.sub(rb"^\s*,\s*", b"", after)
    return (text[: span.start] + new.encode() + after).decode()


def _span(text: bytes, nodes: Sequence[Node]) -> slice:
    first, last = nodes[0], nodes[-1]
    assert last.end_lineno is not None  # it is None in trees that were not parsed
    assert last.end_col_offset is not None
    lines = [0, *accumulate(map(len, text.splitlines(keepends=True)))]
    return slice(lines[first.lineno - 1] + first.col_offset, lines[last.end_lineno - 1] + last.end_col_offset)


def _insert_line(source: str, number: int, line: str) -> str:
    lines = source.splitlines(keepends=True)
    return "".join([*lines[: number - 1], f"{line}\n", *lines[number - 1 :]])
