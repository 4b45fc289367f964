"""Checks of updated projects. Each returns a list of findings."""

import difflib
import json
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.combinations import values_of
from tests.git import git
from tests.template import ANSWERS_FILE, Answers
from tests.updates.project import OwnedProject
from tests.updates.repository import TemplateRepository


def contents(project: OwnedProject) -> dict[str, str]:
    """Return the text of each file, without the template's address and commit in the answers file."""
    texts = {name: project.read(name) for name in project.files()}
    return {**texts, ANSWERS_FILE: json.dumps(project.own_answers(), indent=0, sort_keys=True)}


def differences(project: OwnedProject, expected: OwnedProject) -> list[str]:
    """Find files that are missing, additional or different compared with the `expected` project."""
    return _differences(contents(project), contents(expected))


def _differences(found: dict[str, str], wanted: dict[str, str]) -> list[str]:
    if len(wanted) < 2:  # the answers file alone
        raise LookupError("nothing to compare with")
    findings = [f"{name} is missing" for name in wanted.keys() - found.keys()]
    findings += [f"{name} is not expected" for name in found.keys() - wanted.keys()]
    for name in wanted.keys() & found.keys():
        findings += _diff(name, wanted[name], found[name])
    return sorted(findings)


def _diff(name: str, wanted: str, found: str) -> list[str]:
    if wanted == found:
        return []
    lines = difflib.unified_diff(wanted.splitlines(), found.splitlines(), lineterm="", n=1)
    return ["\n".join([f"{name} differs:", *list(lines)[2:]])]


@dataclass(frozen=True)
class Edits:
    """The added blocks of lines and the deleted files in the last commit of a project."""

    added: Sequence[tuple[str, str]]
    deleted: Sequence[str]

    def unreported_losses(self, project: OwnedProject) -> list[str]:
        """Find edits that an update has undone without a conflict or a removed file in git's diff."""
        reported = {*project.unmerged(), *project.deleted()}
        texts = contents(project)
        lost = [(name, block) for name, block in self.added if block not in texts.get(name, "")]
        findings = [f"{name} has lost:\n{block}" for name, block in lost if name not in reported]
        return findings + [f"{name} is back" for name in self.deleted if name in texts]

    def differences_without_edits(self, project: OwnedProject, expected: OwnedProject) -> list[str]:
        """Find differences from the `expected` project apart from the added blocks."""
        texts, wanted = contents(project), contents(expected)
        for name, block in self.added:
            if name in texts:
                texts[name] = texts[name].replace(block, "", 1)
        # Files that are now empty were added by the owner.
        return _differences({name: text for name, text in texts.items() if text or name in wanted}, wanted)


def last_edits(project: OwnedProject) -> Edits:
    """Return the edits in the last commit of the project. Raise LookupError if there are none."""
    deleted = git(project.path, "diff", "--name-only", "--diff-filter=D", "--no-renames", "HEAD~1", "HEAD").splitlines()
    added = list(_added_blocks(git(project.path, "diff", "--unified=0", "--no-renames", "HEAD~1", "HEAD")))
    if not added and not deleted:
        raise LookupError("the owner has changed nothing")
    return Edits(added, deleted)


def _added_blocks(diff: str) -> Iterator[tuple[str, str]]:
    """Yield the file and the text of each block of added lines in a diff without context."""
    name, block = "", ""
    for line in [*diff.splitlines(keepends=True), "@@"]:
        if line.startswith("+") and not line.startswith("+++ "):
            block += line[1:]
        elif not line.startswith("\\"):
            if block:
                yield name, block
            block = ""
        if line.startswith("+++ b/"):
            name = line.removeprefix("+++ b/").rstrip("\n")


def lost_answers(before: OwnedProject, after: OwnedProject) -> list[str]:
    """Find recorded answers that an update without new answers has changed or removed."""
    known, recorded = before.own_answers(), after.own_answers()
    if not known:
        raise LookupError("there are no recorded answers")
    return [f"{name} was {answer!r}" for name, answer in known.items() if recorded.get(name, ...) != answer]


def unannounced_removals(old: Iterable[str], new: Iterable[str], changelog: str) -> list[str]:
    """Find files that a new release has removed and that the changelog does not name."""
    return [name for name in sorted(set(old) - set(new)) if f"`{name}`" not in changelog]


def unrequested_changes(
    before: OwnedProject, after: OwnedProject, repository: TemplateRepository, known: Container[str]
) -> list[str]:
    """Find files that an update has changed because of the default of a new question, which is not in `known`.

    These are the files that another answer to the question would not have changed.
    """
    findings: list[str] = []
    for name, question in repository.questions().items():
        if name not in known:
            variants = [
                variant for value in values_of(question) if (variant := _variant(before, repository, {name: value}))
            ]
            findings += [f"{name}: {file}" for file in _unrequested_changes(before, after, variants)]
    return findings


def _variant(before: OwnedProject, repository: TemplateRepository, answer: Answers) -> OwnedProject | None:
    try:
        return repository.project({**before.own_answers(), **answer})
    except ValueError:  # excluded by another answer
        return None


def _unrequested_changes(before: OwnedProject, after: OwnedProject, variants: Sequence[OwnedProject]) -> list[str]:
    old, new = contents(before), contents(after)
    texts = [contents(variant) for variant in variants]
    names = {name for text in (old, new, *texts) for name in text} - {ANSWERS_FILE}
    return sorted(
        name for name in names if new.get(name) != old.get(name) and old.get(name) in [text.get(name) for text in texts]
    )
