"""Python code that sends requests to the service from inside its container."""

READY = "from urllib.request import urlopen; print(urlopen('http://127.0.0.1:8000/health/ready').status)"
LIST = "from urllib.request import urlopen; print(urlopen('http://127.0.0.1:8000/api/v1/items/').read().decode())"
CREATE = """\
from urllib.request import Request, urlopen
request = Request("http://127.0.0.1:8000/api/v1/items/", b'{"name": "Desk lamp", "price": "9.99"}')
request.add_header("Content-Type", "application/json")
print(urlopen(request).status)
"""
# A client that announces a body and never sends it.
STALLED = """\
import socket
connection = socket.create_connection(("127.0.0.1", 8000))
connection.sendall(b"POST /api/v1/items/ HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: 9\\r\\n\\r\\n")
print("stalled")
connection.recv(1)
"""
