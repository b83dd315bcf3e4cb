"""Runs a module in a child that ends with its parent: when the parent is gone, so is the pipe on standard input.

`python -m localcare.demo.leash localcare serve --port 8000` is `python -m localcare serve --port 8000` on a leash.
"""

import os
import runpy
import signal
import sys
import threading


def main() -> None:
    """Run the module that the arguments name, with the rest of them as its own."""
    # uvicorn sends itself the signal again once it has shut down; unhandled, that would skip whatever else is to be closed
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
