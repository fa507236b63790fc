"""Curves as an SVG picture: the same points give the same bytes, and it reads on light and dark pages.

Sizes are spaced evenly along the x axis, whatever they are: 1, 8 and 64 workers are three places.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 680, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 56, 54
LEGEND_STEP = 18
TICKS_MAX = 6
# Apart for readers who do not see red and green apart (Okabe and Ito).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.title { font-size: 15px; font-weight: 600; }
.axis { stroke: #8c959f; }
.grid { stroke: #8c959f; stroke-opacity: 0.25; }
.bound { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 6 4; }
.bound-text { fill: #cf222e; }
polyline { fill: none; stroke-width: 2; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .bound-text { fill: #ff7b72; } }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Curves of one unit over sizes; `logarithmic` where they lie far apart; `bound` is drawn across."""

    title: str
    unit: str
    of: str
    curves: Mapping[str, Mapping[int, float]]
    bound: float | None = None
    logarithmic: bool = False

    @property
    def sizes(self) -> list[int]:
        """Return every size of any curve, ascending."""
        return sorted({size for curve in self.curves.values() for size in curve})

    def svg(self) -> str:
        """Return the picture."""
        height = HEIGHT + LEGEND_STEP * len(self.curves)
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
            f' role="img" aria-label="{escape(self.title)}">',
            f"<style>{STYLE}</style>",
            f'<text class="title" x="{LEFT}" y="22">{escape(self.title)}</text>',
            f'<text x="{LEFT}" y="42">{escape(self.unit)}</text>',
            *self._axes(),
            *self._bound(),
            *(line for number in range(len(self.curves)) for line in self._curve(number)),
            "</svg>",
        ]
        return "\n".join(lines) + "\n"

    def _scale(self) -> tuple[float, float]:
        values = [value for curve in self.curves.values() for value in curve.values()]
        top = max([*values, self.bound or 0.0])
        if not self.logarithmic:
            return 0.0, ticks(top)[-1]
        low = min(value for value in [*values, self.bound or top] if value > 0)
        return 10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(top))

    def _y(self, value: float) -> float:
        low, high = self._scale()
        share = math.log(value / low) / math.log(high / low) if self.logarithmic else (value - low) / (high - low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def _x(self, size: int) -> float:
        step = (WIDTH - LEFT - RIGHT) / len(self.sizes)
        return round(LEFT + step * (self.sizes.index(size) + 0.5), 1)

    def _axes(self) -> list[str]:
        low, high = self._scale()
        decades = round(math.log10(high / low)) if self.logarithmic else 0
        values = [low * 10**power for power in range(decades + 1)] if self.logarithmic else ticks(high)
        base = HEIGHT - BOTTOM
        lines = [f'<line class="axis" x1="{LEFT}" y1="{base}" x2="{WIDTH - RIGHT}" y2="{base}"/>']
        for value in values:
            y = self._y(value)
            lines.append(f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}"/>')
            lines.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{value:,g}</text>')
        lines += [
            f'<text x="{self._x(size)}" y="{base + 20}" text-anchor="middle">{size}</text>' for size in self.sizes
        ]
        middle = (LEFT + WIDTH - RIGHT) / 2
        return [*lines, f'<text x="{middle}" y="{base + 40}" text-anchor="middle">{escape(self.of)}s</text>']

    def _bound(self) -> list[str]:
        if self.bound is None:
            return []
        y = self._y(self.bound)
        return [
            f'<line class="bound" x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}"/>',
            f'<text class="bound-text" x="{WIDTH - RIGHT}" y="{y - 5}" text-anchor="end">bound {self.bound:,g}</text>',
        ]

    def _curve(self, number: int) -> list[str]:
        name, points = list(self.curves.items())[number]
        colour = COLOURS[number % len(COLOURS)]
        places = [(self._x(size), self._y(value)) for size, value in sorted(points.items())]
        joined = " ".join(f"{x},{y}" for x, y in places)
        y = HEIGHT + LEGEND_STEP * number
        return [
            f'<polyline points="{joined}" stroke="{colour}"/>',
            *(f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in places),
            f'<line x1="{LEFT}" y1="{y}" x2="{LEFT + 24}" y2="{y}" stroke="{colour}" stroke-width="2"/>',
            f'<text x="{LEFT + 32}" y="{y + 4}">{escape(name)}</text>',
        ]


def ticks(top: float) -> Sequence[float]:
    """Return round values from 0 to the first at or above `top` (1 for nothing), at most six steps."""
    top = top or 1.0
    step = 10.0 ** math.floor(math.log10(top))
    for part in (0.2, 0.5, 1.0, 2.0):
        if top <= TICKS_MAX * step * part:
            step *= part
            break
    return [round(step * number, 10) for number in range(math.ceil(top / step) + 1)]
