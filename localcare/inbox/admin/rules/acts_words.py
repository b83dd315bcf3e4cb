"""What a file of rules did, in a sentence."""

from localcare.triage.ruling import Imported
from localcare.web.words import plural


def brought_words(done: Imported) -> str:
    """“3 new drafts, 1 changed, 2 left out.”"""
    parts = [
        plural(len(done.new), "new draft") if done.new else "",
        f"{plural(len(done.changed), 'rule')} with a changed draft" if done.changed else "",
        f"{len(done.unchanged):,} as before" if done.unchanged else "",
        f"{len(done.refused):,} left out" if done.refused else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"{said}." if said else "The file holds no rules."
