"""The demo brand: real addresses, invented people, weeks of history through the real pipeline, then a live stream."""
