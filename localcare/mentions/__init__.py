"""The noun everybody shares: one piece of inbound content, its author, its edits, hides and removals in any order."""
