"""The routing policy on pages: read in words, written as text or by form, tried, signed off, scheduled, rolled back."""
