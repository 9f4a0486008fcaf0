//! Maps whose meridians and parallels are looked at: with a pole, an antimeridian, a limb or a tear, and with none.

use super::LCC;

/// A map, extents of it by name, and from line to line in degrees.
pub(crate) struct LinedMap {
    pub(crate) crs: &'static str,
    pub(crate) views: &'static [(&'static str, [f64; 4], [f64; 2])],
}

pub(crate) const LINED_MAPS: [LinedMap; 12] = [
    LinedMap {
        crs: LCC,
        views: &[
            ("lcc", [-2.4e6, 2.4e6, -1.6e6, 1.6e6], [10.0, 5.0]),
            ("lcc pole", [-9e6, 9e6, -4e6, 8e6], [30.0, 15.0]),
        ],
    },
    LinedMap {
        crs: "EPSG:3413",
        views: &[
            ("polar", [-4e6, 4e6, -2.6e6, 2.6e6], [30.0, 10.0]),
            ("at the pole", [-3000.0, 3000.0, -2000.0, 2000.0], [30.0, 0.01]),
        ],
    },
    LinedMap {
        crs: "+proj=merc +lon_0=180 +datum=WGS84 +type=crs",
        views: &[("antimeridian", [-6e6, 6e6, -4e6, 4e6], [20.0, 15.0])],
    },
    LinedMap {
        crs: "+proj=eqc +lon_0=-100 +datum=WGS84 +type=crs",
        views: &[("eqc", [-20.1e6, 20.1e6, -10.1e6, 10.1e6], [30.0, 30.0])],
    },
    LinedMap {
        crs: "+proj=robin +lon_0=150 +datum=WGS84 +type=crs",
        views: &[("robin", [-17.5e6, 17.5e6, -9e6, 9e6], [30.0, 30.0])],
    },
    LinedMap {
        crs: "+proj=moll +datum=WGS84 +type=crs",
        views: &[("moll", [-18.5e6, 18.5e6, -9.3e6, 9.3e6], [30.0, 15.0])],
    },
    LinedMap {
        crs: "+proj=ortho +lat_0=35 +lon_0=-100 +datum=WGS84 +type=crs",
        views: &[("globe", [-9.7e6, 9.7e6, -6.5e6, 6.5e6], [30.0, 30.0])],
    },
    LinedMap { crs: "EPSG:3035", views: &[("europe", [2.4e6, 7.4e6, 1.4e6, 4.8e6], [10.0, 10.0])] },
    LinedMap {
        crs: "EPSG:32613",
        views: &[
            ("zone", [0.0, 1e6, 4e6, 4.7e6], [2.0, 2.0]),
            ("two kilometres", [480e3, 482e3, 4398e3, 4399.4e3], [0.005, 0.005]),
        ],
    },
    LinedMap {
        crs: "+proj=eqdc +lat_1=20 +lat_2=60 +lon_0=20 +datum=WGS84 +type=crs",
        views: &[("eqdc", [-6e6, 6e6, -1e6, 7e6], [15.0, 10.0])],
    },
    LinedMap {
        crs: "+proj=igh +datum=WGS84 +type=crs",
        views: &[
            ("igh", [-20.5e6, 20.5e6, -9e6, 9e6], [30.0, 30.0]),
            ("tear", [-7e6, -3e6, 0.5e6, 6.5e6], [20.0, 10.0]),
        ],
    },
    LinedMap { crs: "EPSG:5070", views: &[("aea", [-2.5e6, 2.5e6, 0.2e6, 3.4e6], [5.0, 5.0])] },
];
