"""Compiles the MJML of our mails into the HTML that ships: `python -m localcare.digests.build_mail`. Needs mjml-python.

The Jinja tags stay inside, so that a mail costs one render and no compiler runs in production.
"""

import re
from pathlib import Path

from mjml import mjml2html

from localcare.kit.assets import asset_dir

_STYLE = re.compile(r'<mj-include path="([^"]+)" type="css" />')
_RULE = re.compile(r"^(\.?[a-z0-9]+) \{([^}!]*)\}$", re.MULTILINE)
_TAG = re.compile(r"<(p|h1|h2|a|div|span|strong)((?: [a-z]+=\"[^\"]*\")*)>")
_CLASS = re.compile(r'class="([^"]*)"')
_EMPTY_LINES = re.compile(r"\n\s*\n+")


def sources() -> list[Path]:
    """Every mail that is written in MJML."""
    return sorted((asset_dir("templates") / "emails").glob("*/body.mjml"))


def compile_mail(source: Path) -> str:
    """The HTML template of one mail. Raises ValueError on MJML that does not parse."""
    text = _STYLE.sub(
        lambda found: f"<mj-style>{(source.parent / found[1]).read_text(encoding='utf-8')}</mj-style>",
        source.read_text(encoding="utf-8"),
    )
    html = str(mjml2html(text, disable_comments=True, fonts={}))
    return _EMPTY_LINES.sub("\n", _with_inline_styles(html)) + "\n"


def _with_inline_styles(html: str) -> str:
    """Plain rules of one class or tag again at each element: some mail programs throw the head's styles away."""
    head, body_tag, body = html.partition("<body")
    rules = dict(_RULE.findall(head.partition("@media (prefers")[0].rpartition("<style")[2]))

    def add_style(found: re.Match[str]) -> str:
        tag, attributes = found[1], found[2]
        classes = _CLASS.search(attributes)
        names = [tag, *(f".{name}" for name in (classes[1].split() if classes else ()))]
        style = " ".join(rules[name].strip() for name in names if name in rules)
        return f'<{tag}{attributes} style="{style}">' if style and "style=" not in attributes else found[0]

    return head + body_tag + _TAG.sub(add_style, body)


def main() -> None:
    """Write each compiled template beside its source."""
    for source in sources():
        source.with_suffix(".html").write_text(compile_mail(source), encoding="utf-8")


if __name__ == "__main__":
    main()
