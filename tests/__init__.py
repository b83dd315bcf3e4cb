"""The tests of localcare; shared values are made in factories.py, shared fixtures in conftest.py."""
