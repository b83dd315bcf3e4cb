"""The unit of work: one author's matter on one thread, its states, clocks and history. The only writer of queue and owner."""
