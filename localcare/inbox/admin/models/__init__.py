"""Models of triage, for those who run the queues: which judges, how one does in the shadow, and the way back."""
