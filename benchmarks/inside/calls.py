"""Call an application without a server, and print the processor time of each kind of request in microseconds, as JSON.

It runs in the environment of a rendered project. The argument is the name of the application, such as `app.main:app`.
"""

import asyncio
import importlib
import json
import sys
import time
from typing import Any

ITEM = {"name": "Lamp", "price": "9.99"}
BLOCKS, CALLS = 15, 20


async def main(name: str) -> None:
    """Measure the application."""
    module, _, attribute = name.partition(":")
    app = getattr(importlib.import_module(module), attribute)
    async with app.router.lifespan_context(app):
        created = json.loads(await call(app, "POST", "/api/v1/items/"))
        item_id = created.get("data", created)["id"]  # not every variant has the envelope
        costs = {
            "root": await cost(app, "GET", "/"),
            "read an item": await cost(app, "GET", f"/api/v1/items/{item_id}"),
            "create an item": await cost(app, "POST", "/api/v1/items/"),
        }
    json.dump(costs, sys.stdout)


async def cost(app: Any, method: str, path: str) -> float:
    """Return the microseconds of a call in the fastest block of calls, which other processes disturb least."""
    blocks = []
    for _ in range(BLOCKS):
        start = time.process_time()
        for _ in range(CALLS):
            await call(app, method, path)
        blocks.append(time.process_time() - start)
    return 1_000_000 * min(blocks) / CALLS


async def call(app: Any, method: str, path: str) -> bytes:
    """Send a request, with an item if the method is POST, and return the body of the response."""
    body = json.dumps(ITEM).encode() if method == "POST" else b""
    headers = [(b"host", b"test"), (b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": ("test", 1),
        "server": ("test", 80),
    }
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    await app(scope, receive, send)
    if messages[0]["status"] not in {200, 201}:
        raise ValueError(f"unexpected response: {messages}")
    return b"".join(message.get("body", b"") for message in messages)


asyncio.run(main(sys.argv[1]))
