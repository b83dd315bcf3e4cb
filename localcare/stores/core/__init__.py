"""The pure heart of the directory: reading it, its hierarchy, addresses, the resolver. Start with resolve.py."""
