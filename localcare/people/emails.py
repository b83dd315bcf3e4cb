"""The mail that carries a sign-in link."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from localcare.kit.assets import asset_dir
from localcare.kit.crypto import hash_token
from localcare.kit.mail import Mail
from localcare.people.core import Identity
from localcare.people.core.links import LINK_LIFE


@dataclass(frozen=True, slots=True)
class SignInMail:
    """What templates/emails/sign_in/ is given."""

    name: str
    brand_name: str
    email: str
    url: str
    minutes: int
    site: str


def build_sign_in_mail(who: Identity, url: str, *, base_url: str, at: datetime) -> Mail:
    """The mail with one link; its identity comes from the link, so that the same link is the same mail."""
    site = urlsplit(base_url).hostname or "localhost"
    letter = SignInMail(
        name=who.name,
        brand_name=who.brand_name,
        email=who.email,
        url=url,
        minutes=int(LINK_LIFE["sign-in"].total_seconds() // 60),
        site=site,
    )
    identity = hash_token(url).translate(str.maketrans("+/=", "-_."))[:32]
    return Mail(
        to=who.email,
        to_name=who.name,
        subject=f"Your sign-in link for {who.brand_name}",
        text=_templates().get_template("sign_in/body.txt").render(mail=letter),
        html=_templates().get_template("sign_in/body.html").render(mail=letter),
        message_id=f"sign-in.{identity}@{site}",
        at=at,
        headers=(("Auto-Submitted", "auto-generated"),),
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(asset_dir("templates") / "emails"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
