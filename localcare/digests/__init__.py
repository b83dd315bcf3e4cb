"""The e-mail that gathers a store's day for its manager: windows, rendering, delivery exactly once, signed links."""
