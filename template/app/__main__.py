"""Run the service in production: `python -m app`, with any options of uvicorn's command line."""

import signal
import sys

from uvicorn.config import LOGGING_CONFIG
from uvicorn.main import main

from app.core.logs import logging_config

# `fastapi run` has no option for the time that requests in progress may take when the service stops.
OPTIONS = ["app.main:app", "--host=0.0.0.0", "--timeout-graceful-shutdown=5", "--lifespan=on", "--no-server-header"]

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises the signal once more after it has stopped
    config = logging_config()
    config["formatters"] |= LOGGING_CONFIG["formatters"]  # uvicorn changes its own: --use-colors
    LOGGING_CONFIG.update(config)  # also for what uvicorn logs before it has loaded the application
    main([*OPTIONS, *sys.argv[1:]])
