"""The faults, and the rendered test that must detect each.

These are common mistakes, and changes that the operators of `tests/faults/mutation` do not make. An undetected fault
means a missing rendered test.
"""

from tests.faults.catalogue.accounts import ACCOUNTS
from tests.faults.catalogue.databases import DATABASES
from tests.faults.catalogue.files import ITEMS
from tests.faults.catalogue.operation import OPERATION
from tests.faults.catalogue.responses import RESPONSES
from tests.faults.catalogue.sessions import SESSIONS
from tests.faults.catalogue.tokens import TOKEN_FAULTS
from tests.faults.catalogue.transactions import TRANSACTIONS
from tests.faults.changes import Change
from tests.faults.planting import Fault

FAULTS = (*TRANSACTIONS, *DATABASES, *TOKEN_FAULTS, *SESSIONS, *ACCOUNTS, *RESPONSES, *OPERATION)

HARMLESS = Fault(
    "a harmless change",
    Change(
        ITEMS,
        "read_item",
        "return _with_etag(await items.get(item_id), response)",
        "item = await items.get(item_id)\nreturn _with_etag(item, response)",
    ),
    detected_by="no test",
)
