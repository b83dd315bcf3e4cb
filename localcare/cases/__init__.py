"""The unit of work: one author's matter on one thread; its states, clocks and history. Alone writes queue and owner."""
