"""Which queue: a policy, kept as data, sends a case to a store, a central tier and skill, or the crisis queue."""
