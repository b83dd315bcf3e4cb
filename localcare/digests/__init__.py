"""Mail to the people who answer for a store: a digest a day at its own hour, and the alert that cannot wait.

Takes what every step before has stored; gives mails over SMTP, each line a signed link to its case. A digest is owed once per
store, person and local day and keeps its Message-ID through every crash; nothing to say is no mail.
Read core/content.py first; then service.py for owing and sending, alerts.py and alerting.py for what cannot wait.
"""
