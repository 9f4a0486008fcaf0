"""Writes ticks.json beside this file: the ticks that matplotlib's locators choose, against which tests compare.

Run with matplotlib 3.11 installed: python make_ticks.py. Ticks beyond the ends of the scale are left out of the logarithmic
ones.
"""

import json
import math
import pathlib
import random

import matplotlib
from matplotlib import ticker

RANGES = 500


def is_drawn(tick, vmin, vmax):
    """Whether a logarithmic axis draws a tick: the ends count as inside but for rounding (_interval_contains_close)."""
    low, high = math.log10(vmin), math.log10(vmax)
    slack = 1e-10 * (high - low)
    return low - slack <= math.log10(tick) <= high + slack


def magnitude(dice):
    return dice.choice([-1, 1]) * 10 ** dice.uniform(-9, 9)


def linear(dice):
    vmin = dice.choice([0.0, round(dice.uniform(-100, 100), 1), magnitude(dice)])
    vmax = vmin + 10 ** dice.uniform(-3, 6) * dice.choice([1.0, max(abs(vmin), 1e-3)])
    if dice.random() < 0.3:
        vmax = float(f"{vmax:.2g}")
        vmin = min(vmin, vmax - abs(vmax) - 1)
    intervals = dice.randint(1, 9)
    locator = ticker.MaxNLocator(nbins=intervals, steps=[1, 2, 2.5, 5, 10])
    ticks = [float(tick) for tick in locator.tick_values(vmin, vmax)]
    return {"vmin": vmin, "vmax": vmax, "intervals": intervals, "ticks": ticks}


def logarithmic(dice):
    vmin = 10 ** dice.choice([dice.uniform(-12, 6), float(dice.randint(-9, 6))])
    vmax = vmin * 10 ** dice.choice([dice.uniform(0.05, 2), dice.uniform(1, 30), float(dice.randint(1, 20))])
    most = dice.randint(2, 9)

    def inside(subs):
        ticks = ticker.LogLocator(base=10, subs=subs, numticks=most).tick_values(vmin, vmax)
        return [float(tick) for tick in ticks if is_drawn(tick, vmin, vmax)]

    return {"vmin": vmin, "vmax": vmax, "most": most, "major": inside((1.0,)), "minor": inside("auto")}


def symmetrical(dice):
    linthresh = 10 ** dice.uniform(-4, 2)
    vmin, vmax = sorted(magnitude(dice) for _ in range(2))
    ticks = ticker.SymmetricalLogLocator(base=10, linthresh=linthresh).tick_values(vmin, vmax)
    ticks = [float(tick) for tick in ticks if vmin <= tick <= vmax]
    return {"vmin": vmin, "vmax": vmax, "linthresh": linthresh, "ticks": ticks}


def lines(rows):
    return "[\n" + ",\n".join("  " + json.dumps(row, separators=(",", ":")) for row in rows) + "\n]"


def main():
    assert matplotlib.__version__.startswith("3.11."), matplotlib.__version__
    dice = random.Random(11)
    tables = {
        "choices": [linear(dice) for _ in range(RANGES)],
        "logs": [logarithmic(dice) for _ in range(RANGES)],
        "symlogs": [symmetrical(dice) for _ in range(RANGES // 2)],
    }
    body = ",\n".join(f'"{name}": {lines(rows)}' for name, rows in tables.items())
    pathlib.Path(__file__).with_name("ticks.json").write_text("{\n" + body + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
