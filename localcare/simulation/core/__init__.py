"""Pure: what comes in (`arrivals`), who is there (`teams`), what then happens (`world`), and what that says (`figures`)."""
