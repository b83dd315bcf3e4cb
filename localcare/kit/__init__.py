"""Tools that know no care words: clock, database, embedded PostgreSQL, jobs, mail, crypto, paging. Could be a library."""
