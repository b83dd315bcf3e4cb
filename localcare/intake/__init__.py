"""Accept once: the event log, signatures, deduplication; what came is durable before it is acknowledged."""
