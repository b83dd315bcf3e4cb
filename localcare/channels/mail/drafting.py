"""A first draft of a template for a mail that none fits: what is known of it put in braces, for a person to look over."""

import re

import yaml

from localcare.channels.mail.letter import Letter

_MOST_LINES = 6


def draft_template(letter: Letter, page_names: list[str]) -> str:
    """The YAML of a template to be copied and mended. `page_names` are names of Pages that the mail may speak of."""
    page = next((name for name in sorted(page_names, key=len, reverse=True) if _holds(letter.subject, name)), "")
    author = _author(letter.subject, page) if page else ""
    subject = _marked(letter.subject, author, page)
    view = letter.views[0] if letter.views else ""
    template = {
        "name": f"like “{letter.subject[:40]}”",
        "kind": "review",
        "subject": [subject],
        "body": [_body(view, author, page)],
        "links": ["/reviews", "/posts/"],
    }
    return yaml.safe_dump([template], allow_unicode=True, sort_keys=False, width=110)


def _holds(text: str, name: str) -> bool:
    return bool(name) and name.casefold() in text.casefold()


def _author(subject: str, page: str) -> str:
    """The words with a capital that the subject begins with, unless they are the Page's."""
    words: list[str] = []
    for word in subject.split():
        if not word[:1].isupper() or len(words) == 4:
            break
        words.append(word)
    name = " ".join(words)
    return "" if not words or len(words) == len(subject.split()) or _holds(page, name) else name


def _marked(text: str, author: str, page: str) -> str:
    for name, place in ((page, "{page}"), (author, "{author}")):
        if name:
            text = re.sub(re.escape(name), place, text, flags=re.IGNORECASE)
    return text


def _body(view: str, author: str, page: str) -> str:
    """The first line as it is, the customer's words, and the line of the link behind them, where there is one."""
    lines = [" ".join(line.split()) for line in view.split("\n") if line.strip()][:_MOST_LINES]
    if not lines:
        return "{text}"
    ends = next((line for line in lines[2:] if len(line.split()) <= 3 and "://" not in line), "")
    return " ".join(part for part in (_marked(lines[0], author, page), "{text}", ends) if part)
