"""localcare takes in what customers say about the stores of a brand, and puts each matter in front of who can answer it.

A mention (review, post, comment, tag, message) comes in through a channel, is stored as it came, is matched to a
store, is triaged with reasons, joins or opens a case, is routed to that store's inbox or to a central queue, and is
answered by a person. One way, left to right:

    channels → intake → resolve (stores) → triage → cases → routing → replies → inbox | digests, insight beside them
"""

__version__ = "0.1.0"
