import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.channels.facebook.signature import sign, verify_signature

BODY = rb'{"message":"gr\u00fc\u00dfe aus der Filiale","link":"https:\/\/example.org"}'


def test_the_signature_is_the_hmac_of_the_raw_bytes() -> None:
    assert sign(BODY, "shh") == "sha256=" + hmac.new(b"shh", BODY, sha256).hexdigest()


@pytest.mark.parametrize("secrets", [["current"], ["new", "current"], ["", "current"]])
def test_the_current_and_the_previous_secret_are_accepted(secrets: list[str]) -> None:
    assert verify_signature(BODY, sign(BODY, "current"), secrets)


@pytest.mark.parametrize(
    "header",
    [None, "", "sha256=", "sha256=ü", sign(BODY, "other"), sign(BODY, "current")[7:], sign(BODY, "current") + "0"],
)
def test_a_wrong_or_missing_signature_is_refused(header: str | None) -> None:
    assert not verify_signature(BODY, header, ["current"])


def test_json_written_anew_is_not_what_was_signed() -> None:
    assert not verify_signature(BODY.replace(rb"\/", b"/"), sign(BODY, "current"), ["current"])


@pytest.mark.parametrize("secrets", [[], [""]])
def test_an_unset_secret_lets_nobody_in(secrets: list[str]) -> None:
    assert not verify_signature(BODY, sign(BODY, ""), secrets)


@given(body=st.binary(), header=st.text())
def test_no_header_makes_it_raise_or_verify(body: bytes, header: str) -> None:
    assert verify_signature(body, header, ["s"]) is (header.strip() == sign(body, "s"))
