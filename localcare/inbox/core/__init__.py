"""The pure part of the inbox: queues and their names, filters and cursors, times as a store tells them."""
