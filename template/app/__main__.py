"""Run the service in production: `python -m app`, with any options of uvicorn's command line."""

import signal
import sys

from uvicorn.main import main

# `fastapi run` would wait without end for requests in progress, and log query strings, which may hold personal data.
OPTIONS = ["app.main:app", "--host=0.0.0.0", "--timeout-graceful-shutdown=5", "--no-access-log", "--no-server-header"]

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises the signal once more after it has stopped
    main([*OPTIONS, *sys.argv[1:]])
