"""The reliability plot as an SVG file that stands alone, drawn with the marks of the product's own plots."""

from collections.abc import Iterator, Sequence

from localcare.bench.quality.measures import Bin
from localcare.web.plots import nice_ticks

_SIDE = 320.0
_LEFT, _TOP, _BELOW, _RIGHT = 46.0, 14.0, 44.0, 24.0
_LEAST_WEIGHT = 0.02  # bins that weigh less than a fiftieth of a style say too little to be drawn
_STYLE = """<style>
  svg { font: 12px system-ui, sans-serif; }
  .ground { fill: oklch(99.6% 0.003 85); } .grid-line { stroke: oklch(90.5% 0.013 82); } text { fill: oklch(42% 0.02 65); }
  .reference { stroke: oklch(50.5% 0.02 70); stroke-dasharray: 3 3; }
  .range { stroke: oklch(75% 0.035 180); stroke-width: 4; stroke-linecap: round; }
  .point { fill: oklch(41% 0.073 180); stroke: oklch(99.6% 0.003 85); stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: oklch(22.5% 0.011 70); } .grid-line { stroke: oklch(32% 0.012 72); } text { fill: oklch(81% 0.012 82); }
    .reference { stroke: oklch(72% 0.014 80); } .range { stroke: oklch(45% 0.04 178); }
    .point { fill: oklch(77% 0.085 178); stroke: oklch(22.5% 0.011 70); }
  }
</style>"""


def draw_reliability(bins: Sequence[Bin], title: str) -> str:
    """Said against came true, a dot with its interval for each bin; on the dashed line a confidence means what it says."""
    width, height = _LEFT + _SIDE + _RIGHT, _TOP + _SIDE + _BELOW
    drawn = [each for each in bins if each.weight >= _LEAST_WEIGHT]
    marks = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{title}">',
        f"<title>{title}</title>",
        _STYLE,
        f'<rect class="ground" width="{width:g}" height="{height:g}"/>',
        *_axes(),
        f'<line class="reference" x1="{_x(0):g}" y1="{_y(0):g}" x2="{_x(1):g}" y2="{_y(1):g}"/>',
        *map(_range, drawn),
        *map(_point, drawn),
        "</svg>",
    ]
    return "\n".join(marks) + "\n"


def _axes() -> Iterator[str]:
    for share in nice_ticks(0, 1, wanted=6):
        x, y = _x(share), _y(share)
        yield f'<line class="grid-line" x1="{x:g}" y1="{_y(0):g}" x2="{x:g}" y2="{_y(1):g}"/>'
        yield f'<line class="grid-line" x1="{_x(0):g}" y1="{y:g}" x2="{_x(1):g}" y2="{y:g}"/>'
        yield f'<text x="{x:g}" y="{_y(0) + 16:g}" text-anchor="middle">{share:.0%}</text>'
        yield f'<text x="{_x(0) - 6:g}" y="{y + 4:g}" text-anchor="end">{share:.0%}</text>'
    yield f'<text x="{_x(0.5):g}" y="{_y(0) + 34:g}" text-anchor="middle">confidence said</text>'
    yield f'<text transform="translate(12 {_y(0.5):g}) rotate(-90)" text-anchor="middle">came true</text>'


def _range(each: Bin) -> str:
    x, low, high = _x(each.said), _y(each.true.low), _y(each.true.high)
    return f'<line class="range" x1="{x:g}" y1="{low:g}" x2="{x:g}" y2="{high:g}"/>'


def _point(each: Bin) -> str:
    told = f"said {each.said:.1%}, came true {each.true.value:.1%} ({each.true.low:.1%} to {each.true.high:.1%})"
    return f'<circle class="point" cx="{_x(each.said):g}" cy="{_y(each.true.value):g}" r="5"><title>{told}</title></circle>'


def _x(share: float) -> float:
    return round(_LEFT + share * _SIDE, 1)


def _y(share: float) -> float:
    return round(_TOP + (1 - share) * _SIDE, 1)
