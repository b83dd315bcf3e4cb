"""How many people, in which order of work: the real desk of routing, run through an invented month.

Takes assumptions, gives response times, occupancy and cost per case for several ways of working, with intervals over seeds.
Promises that the same seed gives the same figures. Measures nothing of the installation: every figure is of a model.
"""
