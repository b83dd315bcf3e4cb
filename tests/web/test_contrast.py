"""Every pair of text and ground that the stylesheets use holds WCAG 2.2 AA, light and dark.

oklch → linear sRGB after Björn Ottosson (bottosson.github.io/posts/oklab); contrast after WCAG 2.2, 1.4.3 and 1.4.11.
"""

import re
from math import cos, radians, sin

import pytest

from localcare.kit.assets import asset_dir

TEXT, MARK = 4.5, 3.0
GROUNDS = ("paper", "surface", "sunken")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-soft", "ink-faint", "link") for ground in GROUNDS),
    *((ink, "brand-soft", TEXT) for ink in ("ink", "ink-soft", "brand-strong", "link")),
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-strong", TEXT),
    ("on-bad", "bad-solid", TEXT),
    *((f"{tone}-ink", f"{tone}-soft", TEXT) for tone in ("good", "warn", "bad", "info")),
    *((f"{tone}-ink", ground, TEXT) for tone in ("good", "warn", "bad", "info") for ground in ("paper", "surface")),
    *(("ink", f"{tone}-soft", TEXT) for tone in ("good", "warn", "bad", "info")),
    *(("line-strong", ground, MARK) for ground in GROUNDS),
    *(("focus", ground, MARK) for ground in GROUNDS),
    *((f"{tone}-solid", "surface", MARK) for tone in ("good", "warn", "bad", "info")),
    ("brand", "surface", MARK),
]


def _tokens() -> dict[str, dict[str, tuple[float, float, float]]]:
    css = (asset_dir("static") / "css/tokens.css").read_text(encoding="utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    found = {
        name: {
            match[1]: (float(match[2]) / 100, float(match[3]), float(match[4]))
            for match in re.finditer(r"--([\w-]+): oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\);", part)
        }
        for name, part in (("light", light), ("dark", dark))
    }
    return {"light": found["light"], "dark": found["light"] | found["dark"]}


def _linear_rgb(colour: tuple[float, float, float]) -> tuple[float, float, float]:
    lightness, chroma, hue = colour
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _luminance(colour: tuple[float, float, float]) -> float:
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in _linear_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_black_on_white_is_21_to_1() -> None:
    assert contrast((0, 0, 0), (1, 0, 0)) == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "wanted"), PAIRS)
def test_text_can_be_read_on_its_ground(scheme: str, text: str, ground: str, wanted: float) -> None:
    tokens = _tokens()[scheme]
    assert contrast(tokens[text], tokens[ground]) >= wanted
