"""Create, read, list, replace and delete items. The argument is the URL of the service."""

import sys
from uuid import uuid4

from service_client import Client
from service_client.api.items import create_item, delete_item, list_items, read_item, replace_item
from service_client.models import (
    Failure,
    FieldError,
    ItemCreate,
    ItemRead,
    ItemUpdate,
    SuccessItemRead,
    SuccessPageItemRead,
)


def use(client: Client) -> None:
    """Call each operation and check the types of the responses."""
    names = ["Lamp", "Desk", "Chair"]
    created = [item_of(create_item.sync(client=client, body=ItemCreate(name=name, price="9.99"))) for name in names]
    assert [item.name for item in created] == names

    first = created[0]
    assert item_of(read_item.sync(first.id, client=client)) == first
    changed = item_of(replace_item.sync(first.id, client=client, body=ItemUpdate(name="Lamp", price=0.5)))
    assert (changed.price, changed.created_at) == ("0.50", first.created_at)

    page = list_items.sync(client=client, limit=2)
    assert isinstance(page, SuccessPageItemRead)
    assert len(page.data.items) == 2
    rest = list_items.sync(client=client, cursor=page.data.next_cursor)
    assert isinstance(rest, SuccessPageItemRead)
    assert rest.data.next_cursor is None

    for item in created:
        assert delete_item.sync_detailed(item.id, client=client).status_code == 204
    missing = read_item.sync(uuid4(), client=client)
    assert isinstance(missing, Failure)
    assert (missing.success, missing.error.code) == (False, "NOT_FOUND")

    refused = create_item.sync(client=client, body=ItemCreate(name="", price="9.99"))
    assert isinstance(refused, Failure)
    assert isinstance(refused.error.details, list)
    (detail,) = refused.error.details
    assert isinstance(detail, FieldError)
    assert detail.field == "body.name"


def item_of(answer: SuccessItemRead | Failure | None) -> ItemRead:
    """Return the item of a successful response."""
    assert isinstance(answer, SuccessItemRead)
    assert answer.success is True
    return answer.data


with Client(base_url=sys.argv[1], raise_on_unexpected_status=True) as anyone:
    use(anyone)
