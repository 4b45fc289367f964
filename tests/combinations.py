"""Every valid combination of answers, derived from `copier.yml`: a new choice or question joins by itself."""

import itertools
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.template import REPOSITORY, questions, render

# It changes only version numbers, the same ones everywhere: one combination is rendered for each of its choices.
VARIED_ON_ITS_OWN = {"python_version"}

# The first options of a combination. They decide what the service does; the others decide what surrounds it.
PAIR = ("database", "auth")


@dataclass(frozen=True)
class Combination:
    """A set of answers with a readable name; what `options` and `texts` leave out is answered with its default."""

    options: dict[str, Any]
    texts: dict[str, Any] = field(default_factory=dict)
    name: str = ""

    @property
    def id(self) -> str:
        """Such as `postgresql-password-coverage-docker-github`, or with `no` before what is switched off."""
        words = [_word(question, answer) for question, answer in self.options.items()]
        return "-".join([*words, self.name] if self.name else words)

    @property
    def pair(self) -> str:
        """Such as `postgresql-password`."""
        return "-".join(self.options[question] for question in PAIR)

    @property
    def answers(self) -> dict[str, Any]:
        """The answers to give to Copier."""
        return self.options | self.texts


def _word(question: str, answer: object) -> str:
    if isinstance(answer, bool):
        return question if answer else f"no{question}"
    return str(answer)


def choices() -> dict[str, list[Any]]:
    """Return the values of each question that has a fixed set of them and is part of the combinations."""
    values = {name: values_of(question) for name, question in questions().items() if name not in VARIED_ON_ITS_OWN}
    return {name: found for name, found in values.items() if found}


def values_of(question: dict[str, Any]) -> list[Any]:
    """Return the values that a question has, of a fixed set of them; none when it takes any text or number."""
    if question["type"] == "bool":
        return [True, False]
    found = question.get("choices", [])
    labelled = found.values() if isinstance(found, dict) else found
    return [choice["value"] if isinstance(choice, dict) else choice for choice in labelled]


@cache
def combinations() -> tuple[Combination, ...]:
    """Return the combinations that Copier accepts, in the order of the questions and their choices."""
    return tuple(combination for combination, accepted in _judged() if accepted)


@cache
def refused_combinations() -> tuple[Combination, ...]:
    """Return the combinations that Copier refuses."""
    return tuple(combination for combination, accepted in _judged() if not accepted)


def one_of_each_pair() -> tuple[Combination, ...]:
    """Return one combination for each database and auth that go together, with every other option switched on."""
    first: dict[str, Combination] = {}
    for combination in combinations():
        first.setdefault(combination.pair, combination)
    return tuple(first.values())


@cache
def _judged() -> list[tuple[Combination, bool]]:
    # The validators decide, as they do for people: questions without files are asked faster than a project is rendered.
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "questions")
        (template / "template").mkdir(parents=True)
        shutil.copy(REPOSITORY / "copier.yml", template)
        return [(combination, _accepts(template, combination)) for combination in _product()]


def _product() -> Iterator[Combination]:
    names, values = zip(*choices().items(), strict=True)
    for answers in itertools.product(*values):
        yield Combination(dict(zip(names, answers, strict=True)))


def _accepts(template: Path, combination: Combination) -> bool:
    try:
        render(template, combination.answers, template / "project", pretend=True)
    except ValueError:
        return False
    return True


def main() -> None:
    """Print the combinations and the pairs as JSON on one line, for GitHub's `fromJSON`."""
    listed = [{"id": combination.id, "pair": combination.pair, **combination.options} for combination in combinations()]
    pairs = [combination.pair for combination in one_of_each_pair()]
    json.dump({"combinations": listed, "pairs": pairs}, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
