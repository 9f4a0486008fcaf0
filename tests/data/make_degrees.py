"""Writes degrees.json beside this file: how cartopy writes longitudes and latitudes, against which a test compares.

Run with cartopy installed: python make_degrees.py. The values have six significant digits at most, for cartopy writes no
more of them; minus signs are written as hyphens there.
"""

import json
import pathlib
import random

from cartopy.mpl.ticker import LatitudeFormatter, LongitudeFormatter

FORMATS = {
    "degrees": {},
    "dms": {"dms": True, "auto_hide": False},
    "decimal": {"direction_label": False},
}
STEPS = [30, 15, 10, 5, 2, 1, 0.5, 0.25, 0.2, 0.1, 0.05, 0.01]
SIXTIETHS = [30, 20, 15, 10, 5, 2, 1]


def values(dice, most):
    """Multiples of steps: of some all that are few, of others a choice."""
    for step in STEPS:
        last = int(most / step)
        numbers = range(-last, last + 1) if last < 20 else sorted(dice.sample(range(-last, last + 1), 20))
        yield from (round(number * step, 2) for number in numbers)
    for step in SIXTIETHS:
        yield from (dice.randrange(-most * 60, most * 60 + 1, step) / 60 for _ in range(10))
    yield from (dice.randrange(-most * 3600, most * 3600 + 1) / 3600 for _ in range(40))


def texts(formatter, numbers, is_dms):
    for number in numbers:
        # What is no multiple of a hundredth has more digits than cartopy writes as a decimal number.
        if is_dms or round(number, 2) == number:
            yield [number, formatter(number)]


def main():
    table = {}
    for name, options in FORMATS.items():
        is_dms = name == "dms"
        for axis, kind, most in [("longitude", LongitudeFormatter, 180), ("latitude", LatitudeFormatter, 90)]:
            numbers = values(random.Random(5), most)
            table[f"{name} {axis}"] = list(texts(kind(**options), numbers, is_dms))
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(rows, ensure_ascii=False)}" for key, rows in table.items())
    pathlib.Path(__file__).with_name("degrees.json").write_text("{\n" + lines + "\n}\n", encoding="utf-8")


main()
