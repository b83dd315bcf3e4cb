"""Where a brand's crises are posted to, and what became of every post."""
