"""The verbs of the inbox: what each page reads, and what people do that takes more than one stage."""
