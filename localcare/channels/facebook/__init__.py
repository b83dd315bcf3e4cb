"""Facebook, both ways: webhook payloads in, comments and messages out through the SDK."""
