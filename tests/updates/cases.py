"""The combinations of answers between which projects are updated."""

from collections.abc import Iterable
from itertools import permutations

import pytest

from tests.combinations import PAIR, Combination, combinations, one_of_each_pair

# The questions that determine the code of the service and its tests.
CORE = (*PAIR, "coverage")


def core_answers(combination: Combination) -> tuple[object, ...]:
    """Return the answers to the core questions."""
    return tuple(combination.options[question] for question in CORE)


def core_combinations() -> list[Combination]:
    """Return a combination for each set of answers to the core questions, with all other options on."""
    first: dict[tuple[object, ...], Combination] = {}
    for combination in combinations():
        first.setdefault(core_answers(combination), combination)
    return list(first.values())


def switches() -> list[tuple[Combination, Combination]]:
    """Return every ordered pair of core combinations."""
    return list(permutations(core_combinations(), 2))


def single_switches() -> list[tuple[Combination, Combination]]:
    """Return switches of one option: between pairs, and from and to the combinations with fewest and most options."""
    pairs = one_of_each_pair()
    candidates = list(permutations(pairs, 2))
    for one in [pairs[0], *(each for each in combinations() if each.pair == pairs[-1].pair and _all_on(each))]:
        candidates += [switch for other in combinations() for switch in ((one, other), (other, one))]
    single = {_id(*switch): switch for switch in candidates if _distance(*switch) == 1}
    return list(single.values())


def _all_on(combination: Combination) -> bool:
    return {False, "none"}.isdisjoint(combination.options.values())


def _distance(one: Combination, other: Combination) -> int:
    return sum(one.options[question] != other.options[question] for question in one.options)


def parametrized(cases: Iterable[tuple[Combination, Combination]]) -> pytest.MarkDecorator:
    """Parametrize `before` and `after` of a test."""
    return pytest.mark.parametrize(("before", "after"), [pytest.param(*case, id=_id(*case)) for case in cases])


def _id(before: Combination, after: Combination) -> str:
    # CI selects tests by pairs such as `sqlite-none`: the id must contain only one of them.
    changed = [question for question in before.options if before.options[question] != after.options[question]]
    return f"{before.id}-to-{'.'.join(f'{question}={after.options[question]}' for question in changed)}"
