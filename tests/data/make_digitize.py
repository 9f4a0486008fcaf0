#!/usr/bin/env python3
"""Writes digitize.json: what numpy.digitize answers, for tests/classes.rs to compare with.

    python make_digitize.py        (needs numpy and matplotlib; writes beside itself)

Every case comes with a colormap and its colours, a different one for each answer: tab10 for nine levels, gray for more.
Numbers that must be exact are written as the integers of their bits.
"""

import json
import pathlib

import matplotlib
import numpy as np

# Levels that float32 holds, that it rounds up or down, that are near 0, far apart, or next to each other.
FLOAT32 = {
    "whole": [-4, -1, 2, 5, 8, 11, 14, 17, 20],
    "tenths": [-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.7, 0.75],
    "kelvin": [273.15, 273.25, 273.35, 273.45, 273.55, 273.65, 273.75, 273.85, 274.0],
    "wide": [-1e30, -1e10, -1e-10, -1e-44, 1e-44, 1e-10, 1, 1e10, 2.0**100],
    "close": [1 + k * 2.0**-23 for k in range(8)] + [2],
    "many": [*(-20 + 0.37 * np.arange(99)), 17],
    "between": [1 + (k + 0.5) * 2.0**-23 for k in range(8)] + [2],
}

# Levels with the scale and offset of integers; a negative scale makes values fall as the raw numbers grow.
INT16 = {
    "hundredths": ([-4, -1, 2, 5, 8, 11, 14, 17, 20], 0.01, 10.0),
    "tenths": ([-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.7, 0.75], 0.1, 0.0),
    "falling": ([-4, -1, 2, 5, 8, 11, 14, 17, 20], -0.01, 10.0),
    "kelvin": ([273.15, 273.25, 273.35, 273.45, 273.55, 273.65, 273.75, 273.85, 274.0], 0.05, 220.0),
    "thirds": ([k / 3 for k in range(-4, 5)], 1 / 3, 0.0),
}
INT16["many"] = (-100 + 1.3 * np.arange(150), 0.01, 10.0)
UINT8 = {"bytes": [0.5, 1, 2, 3.25, 100, 127.5, 128, 254, 254.5], "each byte": np.arange(1, 255)}


def bits(numbers):
    return np.asarray(numbers, np.float64).view(np.uint64).tolist()


def scale(levels):
    """What a boundary norm extended at both ends draws each answer in."""
    name = "tab10" if len(levels) == 9 else "gray"
    colors = matplotlib.colormaps[name].resampled(len(levels) + 1)(np.arange(len(levels) + 1), bytes=True)[:, :3]
    assert len(np.unique(colors, axis=0)) == len(colors)
    return {"cmap": name, "colors": colors.tolist(), "levels_bits": bits(levels)}


def float32_case(name, levels):
    levels = np.asarray(levels, np.float64)
    near = levels.astype(np.float32)
    around = [near]
    for end in (-np.inf, np.inf):
        step = np.nextafter(near, np.float32(end))
        around += [step, np.nextafter(step, np.float32(end))]
    special = np.array([0.0, -0.0, 1e-45, -1e-45, 3.4e38, -3.4e38], np.float32)
    values = np.concatenate([*around, special])
    classes = np.digitize(values, levels)
    return {
        "name": name,
        "scale": scale(levels),
        "values_bits": values.view(np.uint32).tolist(),
        "digitize": classes.tolist(),
    }


def integer_case(name, levels, factor, offset, raw):
    """The class of every raw number, as runs: the first number of each run and its class."""
    classes = np.digitize(raw.astype(np.float64) * factor + offset, np.asarray(levels, np.float64))
    first = np.flatnonzero(np.diff(classes, prepend=-1))
    return {
        "name": name,
        "scale": scale(levels),
        "factor_bits": bits([factor])[0],
        "offset_bits": bits([offset])[0],
        "runs": [[int(raw[k]), int(classes[k])] for k in first],
    }


def main():
    int16 = np.arange(-32767, 32768)
    uint8 = np.arange(0, 255)
    answers = {
        "float32": [float32_case(n, l) for n, l in FLOAT32.items()],
        "int16": [integer_case(n, *c, int16) for n, c in INT16.items()],
        "uint8": [integer_case(n, l, 1.0, 0.0, uint8) for n, l in UINT8.items()],
    }
    lines = [f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in answers.items()]
    path = pathlib.Path(__file__).with_name("digitize.json")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
