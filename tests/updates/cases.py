"""The combinations of answers that this layer updates between."""

from collections.abc import Iterable
from itertools import permutations

import pytest

from tests.combinations import PAIR, Combination, combinations, one_of_each_pair

# The options that decide what the service and its tests are made of.
CORE = (*PAIR, "coverage")


def core_combinations() -> list[Combination]:
    """Return a combination for each answer to the core questions, every other option being switched on."""
    first: dict[tuple[object, ...], Combination] = {}
    for combination in combinations():
        first.setdefault(tuple(combination.options[question] for question in CORE), combination)
    return list(first.values())


def switches() -> list[tuple[Combination, Combination]]:
    """Return every ordered pair of core combinations."""
    return list(permutations(core_combinations(), 2))


def single_switches() -> list[tuple[Combination, Combination]]:
    """Return switches of one option: between the pairs, and from and to the plainest and the richest combinations."""
    pairs = one_of_each_pair()
    ways = list(permutations(pairs, 2))
    for hub in [pairs[0], *(each for each in combinations() if each.pair == pairs[-1].pair and _all_on(each))]:
        ways += [way for other in combinations() for way in ((hub, other), (other, hub))]
    single = {_id(*way): way for way in ways if _distance(*way) == 1}
    return list(single.values())


def _all_on(combination: Combination) -> bool:
    return {False, "none"}.isdisjoint(combination.options.values())


def _distance(one: Combination, other: Combination) -> int:
    return sum(one.options[question] != other.options[question] for question in one.options)


def parametrized(cases: Iterable[tuple[Combination, Combination]]) -> pytest.MarkDecorator:
    """Parametrise a test's `before` and `after`."""
    return pytest.mark.parametrize(("before", "after"), [pytest.param(*case, id=_id(*case)) for case in cases])


def _id(before: Combination, after: Combination) -> str:
    # CI selects tests by pairs such as `sqlite-none`: each test belongs to one only, to the pair that it starts from.
    changed = [question for question in before.options if before.options[question] != after.options[question]]
    return f"{before.id}-to-{'.'.join(f'{question}={after.options[question]}' for question in changed)}"
