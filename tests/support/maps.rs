//! Maps of the whole world's projections, and views of them where projections end, tear or turn.

use super::{Projection, View};

/// Width and height of these views' images: small, so that many are drawn soon.
pub(crate) const WORLD_PX: [usize; 2] = [300, 200];

/// A map, and what of it is drawn.
#[derive(Debug)]
pub(crate) struct WorldMap {
    /// A short name for messages.
    pub(crate) name: &'static str,
    /// Its system as the user writes it and PROJ takes it.
    pub(crate) crs: &'static str,
    /// The longitude and latitude that it projects, without a change of datum.
    pub(crate) base: &'static str,
    /// Metres in its unit, roughly.
    pub(crate) unit_m: f64,
    /// Longitude and latitude where it is drawn from near.
    pub(crate) place: [f64; 2],
    /// Extents by name: x0, x1, y0, y1 in its unit.
    extents: &'static [(&'static str, [f64; 4])],
}

impl WorldMap {
    /// Its views from afar.
    pub(crate) fn far_views(&self) -> Vec<View> {
        let view =
            |(name, extent): &(&str, [f64; 4])| View { name: (*name).to_owned(), extent: *extent, size_px: WORLD_PX };
        self.extents.iter().map(view).collect()
    }

    /// Two kilometres of it.
    pub(crate) fn near_view(&self) -> View {
        View::around("near", self.crs, self.place, [2_000.0, 1_500.0].map(|m| m / self.unit_m), WORLD_PX)
    }

    /// From the map to its longitude and latitude and back.
    pub(crate) fn round_trip(&self) -> RoundTrip {
        RoundTrip { there: Projection::new(self.crs, self.base), back: Projection::new(self.base, self.crs) }
    }
}

/// What tells whether a point is on a map: beyond the edge of a projection, some of PROJ's formulas answer all the
/// same, but not with a point that is projected to where it came from.
pub(crate) struct RoundTrip {
    there: Projection,
    back: Projection,
}

impl RoundTrip {
    /// For each point in map coordinates, whether it returns to within a hundredth of a pixel.
    pub(crate) fn are_on_map(&self, view: &View, points: &[[f64; 2]]) -> Vec<bool> {
        const ROUND_TRIP_PX: f64 = 0.01;
        let returned = self.back.points(&self.there.points(points));
        let returns = |(before, after): (&[f64; 2], [f64; 2])| {
            let [a, b] = [view.px_from_map(*before), view.px_from_map(after)];
            // NaN is never small.
            (a[0] - b[0]).abs() <= ROUND_TRIP_PX && (a[1] - b[1]).abs() <= ROUND_TRIP_PX
        };
        points.iter().zip(returned).map(returns).collect()
    }
}

const WGS84: &str = "EPSG:4326";
const DEGREE_M: f64 = 111_320.0;
const US_FOOT_M: f64 = 0.304_800_6;
/// Half of the Earth's circumference on a map that is true to scale along the equator.
const HALF: f64 = 20_037_508.342_789_244;
/// A little more than all of the Earth on such a map.
const WORLD: [f64; 4] = [-21e6, 21e6, -10.5e6, 10.5e6];
/// A little more than all of the disc that equal areas fill about a point.
const DISC: [f64; 4] = [-13.2e6, 13.2e6, -12.9e6, 12.9e6];
/// A little more than the hemisphere as seen from infinitely far.
const GLOBE: [f64; 4] = [-6.5e6, 6.7e6, -6.6e6, 6.5e6];

const fn in_metres(
    name: &'static str,
    crs: &'static str,
    place: [f64; 2],
    extents: &'static [(&'static str, [f64; 4])],
) -> WorldMap {
    WorldMap { name, crs, base: WGS84, unit_m: 1.0, place, extents }
}

/// All maps.
pub(crate) const WORLD_MAPS: &[WorldMap] = &[
    in_metres(
        "lcc",
        super::LCC,
        [-96.3, 38.7],
        &[("continent", [-5e6, 5e6, -3e6, 4e6]), ("pole_and_gap", [-12e6, 12e6, -4e6, 14e6])],
    ),
    in_metres(
        "lcc_south",
        "+proj=lcc +lat_1=-20 +lat_2=-45 +lat_0=-32 +lon_0=150 +datum=WGS84 +type=crs",
        [179.999, -38.0],
        &[("antimeridian", [-2e6, 6e6, -3e6, 3e6])],
    ),
    WorldMap {
        base: "EPSG:4269",
        ..in_metres(
            "aea",
            "EPSG:5070",
            [-120.0, 47.0],
            &[("country", [-2.5e6, 2.5e6, 0.2e6, 3.3e6]), ("pole_and_gap", [-9e6, 9e6, -5e6, 9e6])],
        )
    },
    in_metres(
        "stere_north",
        "EPSG:3413",
        [100.0, 89.999],
        &[("pole", [-4e6, 4e6, -3e6, 3e6]), ("antimeridian", [-3e6, -1e6, 1e6, 3e6])],
    ),
    in_metres(
        "stere_south",
        "EPSG:3031",
        [-180.0, -75.0],
        &[("pole", [-4e6, 4e6, -3e6, 3e6]), ("most_of_the_earth", [-30e6, 30e6, -20e6, 20e6])],
    ),
    in_metres(
        "stere_oblique",
        "+proj=stere +lat_0=60 +lon_0=170 +datum=WGS84 +type=crs",
        [-179.999, 66.0],
        &[("pole", [-5e6, 5e6, -3e6, 5e6])],
    ),
    in_metres("laea_polar", "EPSG:3571", [180.0, 85.0], &[("earth", DISC), ("edge", [8.5e6, 9.5e6, 8.5e6, 9.5e6])]),
    in_metres(
        "laea_oblique",
        "+proj=laea +lat_0=30 +lon_0=-100 +datum=WGS84 +type=crs",
        [-100.0, 30.0],
        &[("earth", DISC)],
    ),
    WorldMap {
        base: "EPSG:4258",
        ..in_metres("laea_europe", "EPSG:3035", [10.0, 52.0], &[("europe", [2.4e6, 6.4e6, 1.4e6, 5.4e6])])
    },
    in_metres(
        "aeqd",
        "+proj=aeqd +lat_0=50 +lon_0=-160 +datum=WGS84 +type=crs",
        [179.9995, 52.0],
        &[("earth", [-21e6, 21e6, -21e6, 21e6])],
    ),
    in_metres(
        "ortho_polar",
        "+proj=ortho +lat_0=90 +lon_0=-30 +datum=WGS84 +type=crs",
        [0.0, 89.9995],
        &[("globe", GLOBE), ("limb", [4.2e6, 4.8e6, 4.2e6, 4.8e6])],
    ),
    in_metres(
        "ortho",
        "+proj=ortho +lat_0=35 +lon_0=-100 +datum=WGS84 +type=crs",
        [-100.0, 35.0],
        &[("globe", GLOBE), ("pole_and_limb", [-2e6, 2e6, 4.6e6, 6.6e6])],
    ),
    in_metres(
        "ortho_pacific",
        "+proj=ortho +lat_0=-20 +lon_0=175 +datum=WGS84 +type=crs",
        [180.0, 0.0],
        &[("globe", GLOBE)],
    ),
    in_metres(
        "geos",
        "+proj=geos +h=35785831 +lon_0=-75 +sweep=x +datum=WGS84 +type=crs",
        [-75.0, 0.0],
        &[("disc", [-5.5e6, 5.5e6, -5.5e6, 5.6e6]), ("limb", [-4.2e6, -2.2e6, 3.0e6, 5.0e6])],
    ),
    in_metres(
        "nsper",
        "+proj=nsper +h=3000000 +lat_0=40 +lon_0=-90 +datum=WGS84 +type=crs",
        [-90.0, 40.0],
        &[("globe", [-3.6e6, 3.6e6, -3.6e6, 3.6e6])],
    ),
    in_metres(
        "merc",
        "+proj=merc +lon_0=-160 +datum=WGS84 +type=crs",
        [179.999, 10.0],
        &[("earth", [-20.5e6, 20.5e6, -16e6, 16e6])],
    ),
    in_metres(
        "webmerc",
        "EPSG:3857",
        [-71.0, 42.3],
        &[("earth", [-HALF, HALF, -HALF, HALF]), ("antimeridian", [-HALF - 1e6, -HALF + 3e6, -2e6, 1e6])],
    ),
    in_metres(
        "tmerc",
        "+proj=tmerc +lat_0=0 +lon_0=-75 +k=0.9996 +datum=WGS84 +type=crs",
        [-71.0, 42.3],
        &[("wide", [-4e6, 4e6, -1e6, 11.5e6]), ("earth", [-20e6, 20e6, -11e6, 12e6])],
    ),
    in_metres(
        "utm",
        "EPSG:32633",
        [15.0, 52.0],
        &[("zone", [-0.5e6, 1.5e6, 4e6, 9.5e6]), ("earth", [-13e6, 14e6, -10e6, 10e6])],
    ),
    in_metres(
        "eqc",
        "+proj=eqc +lon_0=0 +datum=WGS84 +type=crs",
        [179.9995, 10.0],
        &[("earth", [-HALF, HALF, -HALF / 2.0, HALF / 2.0])],
    ),
    in_metres("eqc_180", "+proj=eqc +lon_0=180 +datum=WGS84 +type=crs", [180.0, -15.0], &[("earth", WORLD)]),
    in_metres("eqc_100w", "+proj=eqc +lon_0=-100 +datum=WGS84 +type=crs", [-100.0, 38.0], &[("earth", WORLD)]),
    in_metres(
        "moll",
        "+proj=moll +lon_0=0 +datum=WGS84 +type=crs",
        [11.0, 47.0],
        &[("earth", [-18.5e6, 18.5e6, -9.3e6, 9.3e6]), ("edge", [-17e6, -11e6, 3e6, 7e6])],
    ),
    in_metres(
        "robin",
        "+proj=robin +lon_0=150 +datum=WGS84 +type=crs",
        [180.0, -18.0],
        &[("earth", [-17.5e6, 17.5e6, -9e6, 9e6])],
    ),
    in_metres(
        "eqearth",
        "+proj=eqearth +lon_0=-90 +datum=WGS84 +type=crs",
        [-90.0, 30.0],
        &[("earth", [-17.5e6, 17.5e6, -8.7e6, 8.7e6])],
    ),
    in_metres(
        "igh",
        "+proj=igh +datum=WGS84 +type=crs",
        [-100.0, 45.0],
        &[("earth", [-20.5e6, 20.5e6, -9e6, 9e6]), ("tear", [-7e6, -3e6, 0.5e6, 6.5e6])],
    ),
    WorldMap {
        unit_m: DEGREE_M,
        ..in_metres(
            "rotated_pole",
            "+proj=ob_tran +o_proj=longlat +o_lon_p=0 +o_lat_p=39.25 +lon_0=18 +datum=WGS84 +type=crs",
            [10.0, 50.0],
            &[("europe", [-28.4, 18.2, -23.4, 21.9]), ("earth", [-180.0, 180.0, -90.0, 90.0])],
        )
    },
    in_metres(
        "ob_tran_moll",
        "+proj=ob_tran +o_proj=moll +o_lon_p=40 +o_lat_p=50 +lon_0=60 +datum=WGS84 +type=crs",
        [100.0, 30.0],
        &[("earth", [-18.5e6, 18.5e6, -9.3e6, 9.3e6])],
    ),
    WorldMap {
        base: "EPSG:4269",
        unit_m: US_FOOT_M,
        ..in_metres(
            "state_plane",
            "EPSG:2263",
            [-73.9, 40.8],
            &[("island", [0.9e6, 1.6e6, 0.1e6, 0.4e6]), ("hemisphere", [-40e6, 40e6, -30e6, 60e6])],
        )
    },
    WorldMap {
        base: "EPSG:4156",
        ..in_metres(
            "krovak",
            "EPSG:5514",
            [15.5, 49.8],
            &[("country", [-0.92e6, -0.42e6, -1.25e6, -0.92e6]), ("europe", [-4e6, 3e6, -4e6, 2e6])],
        )
    },
    WorldMap {
        unit_m: DEGREE_M,
        ..in_metres(
            "lonlat",
            WGS84,
            [180.0, 12.0],
            &[
                ("from_180_west", [-180.0, 180.0, -90.0, 90.0]),
                ("from_greenwich", [0.0, 360.0, -90.0, 90.0]),
                ("antimeridian", [170.0, 190.0, -25.0, -10.0]),
                ("turned_beyond_the_poles", [-270.0, 90.0, -100.0, 110.0]),
            ],
        )
    },
];
