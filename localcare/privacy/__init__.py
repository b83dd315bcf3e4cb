"""To be forgotten: customers who ask, words that a network removed, and what is older than a brand wants to keep.

What a person wrote leaves an anonymous tombstone, so that counts stay true; their words and name go from mentions, cases,
evidence and the stored deliveries alike.
"""
