"""The care team's rules on pages: the list with hits, writing and trying one, dry runs, files, history."""
