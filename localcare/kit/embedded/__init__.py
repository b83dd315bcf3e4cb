"""A PostgreSQL of our own, for whoever has none: started on first use, shared by all processes, stopped by the last.

Promises: never two servers on one data folder, no server left behind after the last clean `close()`, all rows back
after `kill -9` of the server or of its users, no right changed on a folder that is not ours. Read `server.py` first.
"""

from localcare.kit.embedded.binaries import Binaries, find_binaries
from localcare.kit.embedded.server import EmbeddedServer, start_embedded

__all__ = ["Binaries", "EmbeddedServer", "find_binaries", "start_embedded"]
