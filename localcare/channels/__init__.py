"""One package per network, both ways: parse what comes in, publish what goes out. A network's words stay here."""
