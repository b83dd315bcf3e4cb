"""CSV exports of any network, as rows of mentions."""
