"""Where administrators keep an installation right: what is broken, who can mend it, and the forms that mend it.

`routes` has the router. Auditors read, administrators change; every change is audited. Everything works without JavaScript.
"""
