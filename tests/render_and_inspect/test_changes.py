"""The changes that faults make: code is found by its syntax, and it is an error when it is not there any more."""

from pathlib import Path

import pytest

from tests.faults.changes import Change
from tests.faults.planting import Fault
from tests.project import RenderedProject

FILE = "app/orders.py"
SOURCE = '''\
"""Orders."""

import asyncio

STATES = {"open": 1, "sent": 2}, ["open", "sent", "paid"]


class Orders:
    """The orders of a customer: ÄÖ."""

    name: str = "Ä"

    async def close(self, order: Order, *, notify: bool = True) -> None:
        """Close an order."""
        # Others wait meanwhile.
        async with self.lock:
            await self.send(
                'closed', order, timeout=5,
                retry=False  # not yet
            )
        if notify: order.notify()

    def count(self): return len(self.all), "Ä", len(self.all)


def close(orders, order):
    orders.open -= 1
    orders.closed += 1
'''


@pytest.mark.parametrize(
    ("place", "old", "new", "before", "after"),
    [
        ("Orders.close", "order.notify()", "", "if notify: order.notify()", "if notify: pass"),
        ("Orders.count", '"Ä"', '"Ö"', '"Ä", len', '"Ö", len'),
        ("Orders.name", "'Ä'", '"Ö"', 'str = "Ä"', 'str = "Ö"'),
        ("", "timeout=5", "timeout=9", "timeout=5", "timeout=9"),
        ("", "timeout=5", "", "timeout=5,\n                ", ""),
        ("", "retry=False", "", "retry=False ", " "),
        ("Orders.close", "order: Order", "order: Any", "order: Order", "order: Any"),
        ("Orders.close", "order: Order", "", "order: Order, ", ""),
        ("STATES", "'paid'", "", '"paid"', ""),
        ("STATES", "2", "3", '"sent": 2', '"sent": 3'),
    ],
)
def test_only_the_code_that_is_named_changes(place: str, old: str, new: str, before: str, after: str) -> None:
    assert SOURCE.count(before) == 1
    assert Change(FILE, place, old, new).apply_to(SOURCE) == SOURCE.replace(before, after)


def test_layout_and_comments_do_not_matter() -> None:
    change = Change(
        FILE,
        "Orders.close",
        """
        async with self.lock:
            await self.send("closed", order, timeout=5, retry=False)
        if notify:
            order.notify()
        """,
        "if notify:\n    order.notify()",
    )
    old = SOURCE[SOURCE.index("async with") : SOURCE.index("\n\n    def count")]
    assert change.apply_to(SOURCE) == SOURCE.replace(old, "if notify:\n            order.notify()")


def test_docstrings_do_not_matter() -> None:
    old = '''def count(self):\n    """Count them."""\n    return len(self.all), "Ä", len(self.all)'''
    assert "\n    count = None\n" in Change(FILE, "Orders", old, "count = None").apply_to(SOURCE)


def test_what_the_new_code_needs_is_imported_after_the_docstring() -> None:
    change = Change(FILE, "Orders.close", "self.lock", "nullcontext()", imports="from contextlib import nullcontext")
    assert change.apply_to(SOURCE).startswith('"""Orders."""\n\nfrom contextlib import nullcontext\nimport asyncio\n')


@pytest.mark.parametrize(
    ("place", "old", "new", "message"),
    [
        ("", "orders.open -= 2", "pass", "the module: found 0 times"),
        ("Orders.count", "len(self.all)", "0", "Orders.count: found 2 times"),
        ("Orders.open", "self.lock", "None", "Orders.open is defined 0 times"),
        ("close", "orders.open -= 1", "", "close is defined 2 times"),
        ("Orders.close", "notify", "( notify )", "nothing changes"),
    ],
)
def test_code_must_occur_exactly_once(place: str, old: str, new: str, message: str) -> None:
    with pytest.raises(LookupError, match=message):
        Change(FILE, place, old, new).apply_to(SOURCE)


def test_a_fault_can_change_a_file_in_several_places(tmp_path: Path) -> None:
    project = RenderedProject(tmp_path, answers={})
    project.write(FILE, SOURCE)
    changes = Change(FILE, "", "orders.open -= 1", ""), Change(FILE, "", "orders.closed += 1", "")
    Fault("orders stay open", *changes, detected_by="test_an_order_is_closed").plant(project)
    assert project.read(FILE).endswith("def close(orders, order):\n    pass\n    pass\n")


def test_a_fault_that_does_not_fit_any_more_changes_nothing(tmp_path: Path) -> None:
    project = RenderedProject(tmp_path, answers={})
    project.write(FILE, SOURCE)
    changes = Change(FILE, "", "orders.open -= 1", ""), Change(FILE, "", "orders.closed += 2", "")
    with pytest.raises(LookupError, match="0 times"):
        Fault("outdated", *changes, detected_by="test_an_order_is_closed").plant(project)
    assert project.read(FILE) == SOURCE
