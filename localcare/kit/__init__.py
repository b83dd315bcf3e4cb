"""Tools that know no care words: clock, database, embedded PostgreSQL, jobs, mail, crypto. Could be a library."""
