"""Answers: drafts, one public reply per customer turn, the outbox that sends exactly once, echoes that confirm."""
