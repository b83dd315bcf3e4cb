"""Every number with one definition: measures, and fair comparison of stores."""
