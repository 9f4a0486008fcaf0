#!/usr/bin/env python3
"""Writes norms.json: the colours that matplotlib 3.11 gives values by its norms, for tests/norms.rs to compare with.

    python make_norms.py        (needs matplotlib 3.11; writes beside itself)

Numbers are written as the integers of their bits, and the colours of 2,000 values as one CRC-32 of their RGBA bytes. numpy's
own vector code for logarithms and powers is switched off, so that they are the C library's on every processor. Values whose
logarithm in single precision is not the nearest number, which decides about their colour, are left out: C libraries differ.
"""

import json
import os
import pathlib
import random
import zlib

os.environ["NPY_DISABLE_CPU_FEATURES"] = "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"

import matplotlib
import numpy as np
from matplotlib import colors

COUNT = 2000
BITS = {"f32": np.uint32, "f64": np.uint64}
FLOATS = {"f32": np.float32, "f64": np.float64}
EXTREMES = {"under": "magenta", "over": "#00ff0080", "bad": "0.5"}

# A norm of matplotlib's by its arguments, and the values at which something changes.
NORMS = {
    "linear": (lambda vmin, vmax: colors.Normalize(vmin, vmax), [-4.1, 44.3]),
    "log": (lambda vmin, vmax: colors.LogNorm(vmin, vmax), [0.01, 2500.0]),
    "symlog": (
        lambda vmin, vmax, linthresh, linscale: colors.SymLogNorm(linthresh, linscale, vmin, vmax, base=10),
        [-300.0, 1e4, 0.5, 0.8],
    ),
    "power": (lambda vmin, vmax, gamma: colors.PowerNorm(gamma, vmin, vmax), [-2.0, 7.3, 0.4]),
    "twoslope": (lambda vmin, vcenter, vmax: colors.TwoSlopeNorm(vcenter, vmin, vmax), [-30.0, 4.5, 12.0]),
    "centered": (lambda vcenter, halfrange: colors.CenteredNorm(vcenter, halfrange), [1.3, 0.7]),
}
LEVELS = [-4.0, -1.0, 0.1, 2.0, 2.3, 11.0, 44.0]
EXTENDS = ["neither", "min", "max", "both"]


def values_for(edges, span, dice):
    """Values between, near and beyond edges: half of them within the span, by size and evenly."""
    low, high = span
    width = high - low
    values = list(edges) + [0.0, -0.0, np.nan, np.inf, -np.inf, 1e-30, -1e-30, 3e38, -3e38]
    while len(values) < COUNT - 4 * len(edges):
        kind = dice.random()
        if kind < 0.5:
            values.append(dice.uniform(low - 0.1 * width, high + 0.1 * width))
        elif low > 0 and kind < 0.9:
            values.append(float(10 ** dice.uniform(np.log10(low) - 0.3, np.log10(high) + 0.3)))
        else:
            values.append(dice.choice([-1, 1]) * 10 ** dice.uniform(-6, 6))
    return values


def around(values, edges, dtype):
    """The values in a precision, with the neighbours of the edges."""
    edges = np.asarray(edges, dtype)
    low, high = dtype(-np.inf), dtype(np.inf)
    near = [np.nextafter(edges, low), np.nextafter(edges, high)]
    near += [np.nextafter(near[0], low), np.nextafter(near[1], high)]
    return np.concatenate([np.asarray(values).astype(dtype), *near])


def is_settled(norm, values):
    """Whether a value has the colour that it has with the nearest logarithms and powers."""
    exact = norm(np.ma.masked_invalid(values.astype(np.float64)))
    given = norm(np.ma.masked_invalid(values))
    position = np.ma.filled(np.asarray(given, np.float64), np.nan) * 256
    near_edge = np.abs(position - np.rint(position)) < 1e-3
    same = np.floor(np.ma.filled(exact.astype(np.float64), np.nan) * 256) == np.floor(position)
    return ~near_edge | same | np.isnan(position)


def crc(cmap, norm, values):
    with np.errstate(all="ignore"):
        return zlib.crc32(cmap(norm(np.ma.masked_invalid(values)), bytes=True).tobytes())


def case(name, arguments, make, edges, span, cmaps, dice, **rest):
    result = {"norm": name, "arguments_bits": bits(arguments), **rest}
    values = values_for(edges, span, dice)
    for kind, dtype in FLOATS.items():
        numbers = around(values, edges, dtype)
        if name in ("log", "symlog", "power") and kind == "f32":
            numbers = numbers[is_settled(make(), numbers)]
        plain = [crc(cmap, make(), numbers) for cmap in cmaps]
        extreme = [crc(cmap.with_extremes(**EXTREMES), make(), numbers) for cmap in cmaps]
        result[kind] = {"bits": numbers.view(BITS[kind]).tolist(), "plain": plain, "extreme": extreme}
    return result


def bits(numbers):
    return np.asarray(numbers, np.float64).view(np.uint64).tolist()


def main():
    assert matplotlib.__version__.startswith("3.11."), matplotlib.__version__
    dice = random.Random(7)
    names = list(matplotlib.colormaps)
    cases = []
    for name, (make, arguments) in NORMS.items():
        norm = make(*arguments)
        edges = [*arguments, norm.vmin, norm.vmax]
        edges += [-edge for edge in edges if name == "symlog"]
        # numpy's functions see one value at least beyond linthresh: with none they would keep single precision.
        cmaps = [matplotlib.colormaps[cmap] for cmap in names]
        cases.append(case(name, arguments, lambda: make(*arguments), edges, (norm.vmin, norm.vmax), cmaps, dice))
    for extend in EXTENDS:
        regions = len(LEVELS) - 1 + (extend in ("min", "both")) + (extend in ("max", "both"))
        make = lambda: colors.BoundaryNorm(LEVELS, regions, extend=extend)
        cmaps = [matplotlib.colormaps[cmap].resampled(regions) for cmap in names]
        cases.append(case("boundary", LEVELS, make, LEVELS, (LEVELS[0], LEVELS[-1]), cmaps, dice, extend=extend))
    answers = {"colormaps": names, "extremes": EXTREMES, "cases": cases}
    path = pathlib.Path(__file__).with_name("norms.json")
    path.write_text(json.dumps(answers, separators=(",", ":")).replace('{"norm"', '\n{"norm"') + "\n")
    for one in cases:
        print(one["norm"], len(one["f32"]["bits"]), len(one["f64"]["bits"]))


if __name__ == "__main__":
    main()
