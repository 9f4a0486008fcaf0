"""Writes colorbar.json beside this file: what matplotlib writes and marks on colorbars, against which tests compare.

Run with matplotlib 3.11 installed: python make_colorbar.py. Texts of ticks beyond the ends, which no colorbar shows, are
left out.
"""

import json
import pathlib
import random
import re

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import cm, colors, ticker

FORMATS = [
    "%.1f", "%d", "%+g", "%g", "%.3g", "%e", "%.2e", "%5.1f", "%-8.2f|", "%05.1f", "%+.0f hPa", "%i %%", "T = %.1f °C", "% d",
    "%#.3g", "%#.0f", "%.0e", "%u", "{x:.2f}", "{x:g}", "{x}", "{x:+.1e}", "{x:,.0f}", "{x:_.1f} m", "{x:>9.2f}",
    "{x:<9.2f}|", "{x:^9.1f}|", "{x:*^9.1f}", "{x:06.1f}", "{x:.0%}", "{x:%}", "{x:.3}", "{{{x:.1f}}}", "{x: .3g} %", "{x:=+8.1f}",
    "{x:#.4g}", "{x:n}", "{x:,}",
]
VALUES = [
    [0.0, 0.5, 1.0], [-4.0, -1.0, 2.0, 5.0], [-1234567.0, 0.0, 1234567.0], [1e-7, 2.5e-5, 0.000123456], [0.125, 99999.95, 1e16],
    [-0.4, 2.5, 12.0], [-1e-300, 3.0],
]
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def magnitude(dice, low, high):
    return dice.choice([-1, 1]) * 10 ** dice.uniform(low, high)


def some_range(dice):
    """Ranges of every kind: round, about 0, small beside their values, large, tiny."""
    kind = dice.randrange(6)
    if kind == 0:
        low = round(dice.uniform(-100, 100), 1)
        return low, low + dice.choice([1, 2, 5, 10, 25, 40.5]) * 10 ** dice.randint(-2, 4)
    if kind == 1:
        low = magnitude(dice, -9, 9)
        return low, low + 10 ** dice.uniform(-4, 4) * abs(low)
    if kind == 2:
        low = magnitude(dice, 2, 7)
        return low, low + 10 ** dice.uniform(-7, -2) * abs(low)
    if kind == 3:
        low = float(dice.randint(-200000, 200000))
        return low, low + dice.choice([1, 2, 5, 10, 50, 100])
    if kind == 4:
        high = 10 ** dice.uniform(-12, 12)
        return dice.choice([0.0, -high, high / 10]), high
    return 10.0 ** dice.randint(-9, 9) * dice.randint(1, 9), 10.0 ** dice.randint(10, 12)


def scalar(vmin, vmax, intervals):
    """The texts of an axis as AutoLocator and ScalarFormatter give them."""
    figure, axes = plt.subplots()
    axes.set_xlim(vmin, vmax)
    axes.xaxis.set_major_locator(ticker.MaxNLocator(nbins=intervals, steps=[1, 2, 2.5, 5, 10]))
    every = axes.xaxis.get_majorticklocs()
    formatter = axes.xaxis.get_major_formatter()
    texts = formatter.format_ticks(every)
    slack = 1e-10 * (vmax - vmin)
    shown = [(float(tick), text) for tick, text in zip(every, texts) if vmin - slack <= tick <= vmax + slack]
    offset = formatter.get_offset()
    axes.xaxis.set_minor_locator(ticker.AutoMinorLocator())
    minor = [float(tick) for tick in axes.xaxis.get_minorticklocs() if vmin - slack <= tick <= vmax + slack]
    plt.close(figure)
    return {
        "interval": [vmin, vmax], "values": [value for value, _ in shown], "texts": [text for _, text in shown],
        "exponent": offset, "minor": minor,
    }


def plain(mathtext):
    """matplotlib's mathtext of a power as a text with superscripts."""
    text = re.fullmatch(r"\$\\mathdefault\{(.*)\}\$", mathtext).group(1)
    text = re.sub(r"\^\{(-?\d+)\}", lambda power: power.group(1).translate(SUPERSCRIPTS), text)
    return text.replace(r"\times", "×").replace("-", "−")


def power(value):
    return {"value": value, "text": plain(ticker.LogFormatterSciNotation()(value))}


def some_power(dice):
    value = dice.choice([-1, 1, 1, 1]) * 10.0 ** dice.randint(-30, 30)
    return power(value * dice.choice([1, 1, 2, 3, 5, 9, 2.5, 1.5, dice.uniform(1, 10)]))


def bounds(dice):
    """Levels, and where their edges and the pointed ends lie on a bar, 0 to 1 between the ends."""
    steps = [10 ** dice.uniform(-1, 1.5) for _ in range(dice.randint(2, 15))]
    levels = np.cumsum([dice.uniform(-50, 50), *steps])
    case = {"levels": levels.tolist()}
    for spacing in ("uniform", "proportional"):
        figure, axes = plt.subplots()
        norm = colors.BoundaryNorm(levels, 256, extend="both")
        bar = figure.colorbar(
            cm.ScalarMappable(norm=norm), cax=axes, orientation="horizontal", spacing=spacing, extendfrac="auto"
        )
        low, high = axes.get_xlim()
        probes = np.concatenate([levels, (levels[:-1] + levels[1:]) / 2])
        ends = axes.transAxes.inverted().transform(axes.transData.transform([(value, 0) for value in probes]))[:, 0]
        assert (low, high) == (levels[0], levels[-1])
        case[spacing] = {"fractions": ends.tolist(), "ends": [float(share) for share in bar._proportional_y()[1]]}
        plt.close(figure)
    return case


def formatted(format, values):
    """As a colorbar takes its format: with % if that works, else as str.format does."""
    figure, axes = plt.subplots()
    bar = figure.colorbar(
        cm.ScalarMappable(norm=colors.Normalize(min(values), max(values))), cax=axes, ticks=values, format=format
    )
    texts = bar.formatter.format_ticks(np.asarray(values))
    plt.close(figure)
    return {"format": format, "values": values, "texts": texts}


def lines(rows):
    return "[\n" + ",\n".join("  " + json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows) + "\n]"


def main():
    assert matplotlib.__version__.startswith("3.11."), matplotlib.__version__
    dice = random.Random(5)
    ranges = [(101325.0, 101330.0), (-101330.0, -101325.0), (273.15, 273.16), (1e5, 1e5 + 1), (99999.5, 100000.5)]
    while len(ranges) < 500:
        vmin, vmax = some_range(dice)
        if vmax > vmin:
            ranges.append((vmin, vmax))
    tables = {
        "scalars": [scalar(vmin, vmax, dice.randint(1, 9)) for vmin, vmax in ranges],
        "powers": [some_power(dice) for _ in range(150)],
        "bounds": [bounds(dice) for _ in range(50)],
        "formats": [formatted(format, values) for format in FORMATS for values in VALUES],
    }
    body = ",\n".join(f'"{name}": {lines(rows)}' for name, rows in tables.items())
    pathlib.Path(__file__).with_name("colorbar.json").write_text("{\n" + body + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
