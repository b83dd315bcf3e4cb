"""How the brand's Facebook Pages fare: a board of all, a page for each, what broke since when and who mends it."""
