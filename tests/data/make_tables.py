#!/usr/bin/env python3
"""Writes tables.json: the colours of cmocean's, MetPy's and Herbie's colormaps, for tests/style.rs to compare with.

    pip install matplotlib==3.11.2 cmocean==4.0.3 metpy==1.7.1
    pip install --no-deps herbie-data==2026.10.0
    python make_tables.py        (writes beside itself)

Each package's own code makes its colormaps; matplotlib makes bytes of them.
"""

import importlib.metadata
import importlib.util
import json
import pathlib
import zlib

import cmocean  # registers its colormaps
import matplotlib
import numpy as np
from matplotlib import colors
from metpy.plots import ctables

SIZES = [1, 2, 7, 16, 300]
METPY = {
    "NWSReflectivity": "nws_reflectivity",
    "NWSVelocity": "nws_velocity",
    "NWS8bitVel": "nws_velocity_8bit",
    "NWSSpectrumWidth": "nws_spectrum_width",
    "NWSReflectivityExpanded": "nws_reflectivity_expanded",
    "NWSStormClearReflectivity": "nws_reflectivity_8bit",
    "precipitation": "precipitation",
}
HERBIE = {
    "nws_temperature": "NWSTemperature",
    "nws_wind_chill": "NWSWindChill",
    "nws_heat_index": "NWSHeatIndex",
    "nws_dewpoint": "NWSDewPointTemperature",
    "nws_relative_humidity": "NWSRelativeHumidity",
    "nws_wind_speed": "NWSWindSpeed",
    "nws_cloud_cover": "NWSCloudCover",
    "nws_pop": "NWSProbabilityOfPrecipitation",
    "nws_pop_snow": "NWSProbabilityOfPrecipitationSnow",
    "nws_pop_ice": "NWSProbabilityOfPrecipitationIce",
    "nws_precipitation": "NWSPrecipitation",
    "nws_snow": "NWSPrecipitationSnow",
    "nws_ice": "NWSPrecipitationIce",
    "nws_wave_height": "NWSWaveHeight",
}


def paint():
    """herbie.paint alone: the package around it needs more than colours do."""
    (path,) = (file for file in importlib.metadata.files("herbie-data") if str(file) == "herbie/paint/__init__.py")
    spec = importlib.util.spec_from_file_location("paint", path.locate())
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    assert matplotlib.__version__ == "3.11.2"
    maps = {}
    for name in cmocean.cm.cmapnames:
        for end in ("", "_i", "_r"):
            maps[f"cmo.{name}{end}"] = matplotlib.colormaps[f"cmo.{name}{end}"]
        if name != "gray":  # that is matplotlib's
            maps[name] = maps[f"cmo.{name}"]
    for theirs, ours in METPY.items():
        maps[theirs] = maps[ours] = ctables.registry.get_colortable(theirs)
    classes = paint()
    maps |= {ours: colors.ListedColormap(getattr(classes, theirs).colors) for ours, theirs in HERBIE.items()}
    crc = lambda cmap, n: zlib.crc32(cmap(np.arange(n), bytes=True).tobytes())
    tables = {
        name: {"length": cmap.N, "crc": crc(cmap, cmap.N), "sizes": {n: crc(cmap.resampled(n), n) for n in SIZES}}
        for name, cmap in maps.items()
    }
    lines = [f"{json.dumps(name)}:{json.dumps(table, separators=(',', ':'))}" for name, table in tables.items()]
    pathlib.Path(__file__).with_name("tables.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
