"""All valid combinations of answers, derived from `copier.yml`."""

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

# Tested separately, because it only changes version numbers.
NOT_COMBINED = {"python_version"}

# The questions that determine the code of the service.
PAIR = ("database", "auth")


@dataclass(frozen=True)
class Combination:
    """A set of answers. Other questions get their defaults."""

    options: dict[str, Any]
    texts: dict[str, Any] = field(default_factory=dict)
    name: str = ""

    @property
    def id(self) -> str:
        """The answers as words, such as `postgresql-password-coverage-nodocker-github`."""
        words = [_word(question, answer) for question, answer in self.options.items()]
        return "-".join([*words, self.name] if self.name else words)

    @property
    def pair(self) -> str:
        """The database and auth, such as `postgresql-password`."""
        return "-".join(self.options[question] for question in PAIR)

    @property
    def answers(self) -> dict[str, Any]:
        """The answers to pass to Copier."""
        return self.options | self.texts


def _word(question: str, answer: object) -> str:
    if isinstance(answer, bool):
        return question if answer else f"no{question}"
    return str(answer)


def choices() -> dict[str, list[Any]]:
    """Return the choices of each question that is part of the combinations."""
    values = {name: values_of(question) for name, question in questions().items() if name not in NOT_COMBINED}
    return {name: found for name, found in values.items() if found}


def values_of(question: dict[str, Any]) -> list[Any]:
    """Return the choices of a question, or none if it accepts any text or number."""
    if question["type"] == "bool":
        return [True, False]
    found = question.get("choices", [])
    labelled = found.values() if isinstance(found, dict) else found
    return [choice["value"] if isinstance(choice, dict) else choice for choice in labelled]


@cache
def combinations() -> tuple[Combination, ...]:
    """Return the combinations that Copier accepts, in the order of the questions and their choices."""
    return tuple(combination for combination, accepted in _evaluated() if accepted)


@cache
def refused_combinations() -> tuple[Combination, ...]:
    """Return the combinations that Copier refuses."""
    return tuple(combination for combination, accepted in _evaluated() if not accepted)


def one_of_each_pair() -> tuple[Combination, ...]:
    """Return one combination for each valid pair of database and auth, with all other options on."""
    first: dict[str, Combination] = {}
    for combination in combinations():
        first.setdefault(combination.pair, combination)
    return tuple(first.values())


def one_of_each_database() -> tuple[Combination, ...]:
    """Return one combination for each database, with all other options on."""
    return tuple({each.options["database"]: each for each in one_of_each_pair()}.values())


@cache
def _evaluated() -> list[tuple[Combination, bool]]:
    # The validators of `copier.yml` decide. An empty template is faster to render.
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
    """Print the pairs as JSON on one line, for `fromJSON` of GitHub Actions."""
    sys.stdout.write(f"{json.dumps([combination.pair for combination in one_of_each_pair()])}\n")


if __name__ == "__main__":
    main()
