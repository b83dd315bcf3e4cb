"""How Graph spells things on the wire: its JSON, its booleans and nested values in forms."""

import json

from localcare.sandbox.refusals import invalid


def graph_json(value: object) -> bytes:
    r"""ASCII JSON with `\/`, as Meta writes both answers and webhooks (signatures are over exactly these bytes)."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def as_object(name: str, text: str | None) -> dict[str, object]:
    """A JSON object in a form field. Raises GraphRefusal 100 for anything else."""
    try:
        value = json.loads(text or "")
    except ValueError as error:
        raise invalid(f"Param {name} must be an object.") from error
    if not isinstance(value, dict):
        raise invalid(f"Param {name} must be an object.")
    return value


def as_names(text: str | None) -> tuple[str, ...]:
    """A list of names, as a JSON array or separated by commas."""
    text = (text or "").strip()
    if text.startswith("["):
        try:
            return tuple(str(name) for name in json.loads(text))
        except ValueError as error:
            raise invalid("Param must be an array.") from error
    return tuple(name.strip() for name in text.split(",") if name.strip())


def as_bool(text: str) -> bool:
    """Graph's booleans: true, false, 1, 0."""
    return text.strip().lower() in ("true", "1")
