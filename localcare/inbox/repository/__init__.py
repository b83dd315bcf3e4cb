"""All SQL of the inbox: it reads what earlier stages wrote, one statement per table and page, and writes nothing."""
