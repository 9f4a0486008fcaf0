//! The projection grids on the world's projections, anywhere on Earth: where PROJ is, and nowhere where the map has no
//! such point.

use mapfolio::geo::{
    Crs, Domain, Extent, FixedLonLat, ForwardGrid, GRID_TOLERANCE_PX, GeoTransform, GeoWindow, Georeference,
    InverseGrid, Placer, Precision, Transformers, View,
};
use mapfolio::scene::LevelKey;
use proptest::prelude::*;
use proptest::sample::select;

use super::grids::{box_px, off, places, raster_px};
use crate::config;
use crate::support::{self, Projection, WORLD_MAPS, WorldMap};

const LONLAT: &str = "EPSG:4326";

/// A view of one of the maps.
#[derive(Clone)]
struct Case {
    map: &'static WorldMap,
    /// For PROJ.
    view: support::View,
    /// For the library.
    own: View,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {:?}", self.map.name, self.view)
    }
}

/// Views of two kilometres to the whole Earth about a place that the map has, small and large.
fn cases() -> impl Strategy<Value = Case> {
    let maps: Vec<&'static WorldMap> = WORLD_MAPS.iter().filter(|map| map.name != "lonlat").collect();
    let place = (-180.0..180.0, -89.9..89.9, 3.3..7.5, -0.2..0.2);
    (select(maps), place, 16_u32..=700, 16_u32..=700).prop_filter_map(
        "the map has no such place",
        |(map, (lon, lat, log, stretch), width_px, height_px)| {
            let [x, y] = Projection::new(LONLAT, map.crs).point([lon, lat]);
            let [dx, dy] = [log + stretch, log - stretch].map(|log: f64| 10_f64.powf(log) / map.unit_m / 2.0);
            let extent = Extent::new(x - dx, x + dx, y - dy, y + dy).ok()?;
            let own = View { crs: Crs::from_user(map.crs, "test").ok()?, extent, width_px, height_px };
            let size_px = [width_px, height_px].map(|n| n as usize);
            let view = support::View { name: String::new(), extent: [x - dx, x + dx, y - dy, y + dy], size_px };
            // Degrees go on beyond a turn, which going there and back does not tell.
            let is_within_a_turn = map.name != "rotated_pole" || x.abs() + dx <= 180.0;
            // Far outside a map's domain the formulas of some are no map.
            let is_on_map = map.round_trip().are_on_map(&view, &[[x, y]])[0];
            (is_on_map && is_within_a_turn).then_some(Case { map, view, own })
        },
    )
}

/// Cells round the Earth, some with the date line and some with Greenwich at their edge.
fn rasters() -> impl Strategy<Value = Georeference> {
    (select(vec![-180.0, 0.0]), select(vec![10_u32, 100, 1000, 10_000])).prop_map(|(west, per_turn)| {
        let columns = 36 * per_turn / 10;
        let cell = 360.0 / f64::from(columns);
        let transform = GeoTransform([west, cell, 0.0, 90.0, 0.0, -cell]);
        Georeference { crs: Crs::wgs84(), transform, size: [columns, columns / 2] }
    })
}

/// Whether places of an image are on the map; None for those within a twentieth of a pixel of its edge.
fn are_on_map(case: &Case, points_px: &[[f64; 2]]) -> Vec<Option<bool>> {
    const EDGE_PX: f64 = 0.05;
    let around = [[0.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]];
    let round_trip = case.map.round_trip();
    let sides = around.map(|[i, j]| {
        let moved = points_px.iter().map(|p| case.view.map_from_px([p[0] + i * EDGE_PX, p[1] + j * EDGE_PX]));
        round_trip.are_on_map(&case.view, &moved.collect::<Vec<_>>())
    });
    let agreed = |k: usize| sides.iter().all(|side| side[k] == sides[0][k]).then_some(sides[0][k]);
    (0..points_px.len()).map(agreed).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn inverse_grids_are_where_proj_is_on_all_maps(case in cases(), raster in rasters(), places in places()) {
        let transformers = Transformers::default();
        let domain = Domain::of(&case.own, &transformers).expect("a domain");
        let grid = InverseGrid::new(&case.own, &domain, &raster, Precision::Cells, &transformers).expect("a grid");
        let pixel = |p: &[f64; 2]| [p[0] * f64::from(case.own.width_px), p[1] * f64::from(case.own.height_px)];
        let pixels: Vec<[u32; 2]> = places.iter().map(|p| pixel(p).map(|v| v as u32)).collect();
        let centres: Vec<[f64; 2]> = pixels.iter().map(|p| p.map(|k| f64::from(k) + 0.5)).collect();
        let on_map: Vec<[f64; 2]> = centres.iter().map(|c| case.view.map_from_px(*c)).collect();
        let wanted = Projection::new(case.map.crs, LONLAT).points(&on_map);
        let [west, cell, _, north, _, _] = raster.transform.0;
        let columns = f64::from(raster.size[0]);
        for (k, is_on_map) in are_on_map(&case, &centres).into_iter().enumerate() {
            let given = raster_px(&grid, pixels[k]);
            let is_on_raster = (0.0..columns).contains(&given[0]) && (0.0..columns / 2.0).contains(&given[1]);
            match is_on_map {
                None => {}
                Some(false) => prop_assert!(!is_on_raster, "pixel {:?} is off the map, yet at {given:?}", pixels[k]),
                Some(true) => {
                    let turned = given[0] - (wanted[k][0] - west) / cell;
                    let off_column = (turned + columns / 2.0).rem_euclid(columns) - columns / 2.0;
                    let raster_off = off([off_column, given[1]], [0.0, (north - wanted[k][1]) / cell]);
                    prop_assert!(
                        raster_off <= GRID_TOLERANCE_PX,
                        "pixel {:?} is {raster_off} raster px off, at {given:?}; PROJ: {:?}", pixels[k], wanted[k]
                    );
                }
            }
        }
    }

    #[test]
    fn forward_grids_are_where_proj_is_on_all_maps(case in cases(), places in places()) {
        let transformers = Transformers::default();
        let Some(metres_per_px) = case.own.finest_metres_per_px(&transformers).expect("a way") else { return Ok(()) };
        let margin_m = LevelKey::for_view(metres_per_px).longest_segment_m();
        let Some(window) = GeoWindow::of_view(&case.own, margin_m, &transformers).expect("a way") else {
            return Ok(());
        };
        let placer = Placer::new(&case.own, 100.0, &transformers).expect("a way");
        let grid = ForwardGrid::new(&placer, window);
        let in_image = |p: &[f64; 2]| [p[0] * f64::from(case.own.width_px), p[1] * f64::from(case.own.height_px)];
        let points: Vec<[f64; 2]> = places.iter().map(in_image).collect();
        let on_map: Vec<[f64; 2]> = points.iter().map(|p| case.view.map_from_px(*p)).collect();
        let lonlat = Projection::new(case.map.crs, LONLAT).points(&on_map);
        let known = are_on_map(&case, &points).into_iter().zip(lonlat).filter(|(is_on_map, _)| *is_on_map == Some(true));
        // The grid's input is a whole number, so PROJ gets the same.
        let vertices: Vec<_> = known.filter_map(|(_, p)| FixedLonLat::from_degrees(p[0], p[1])).collect();
        let degrees: Vec<[f64; 2]> = vertices.iter().map(|v| v.to_degrees().into()).collect();
        let wanted = Projection::new(LONLAT, case.map.crs).points(&degrees);
        for (vertex, wanted) in vertices.iter().zip(wanted) {
            let wanted = case.view.px_from_map(wanted);
            if wanted[0].is_nan() || !grid.is_good(&GeoWindow { corner: *vertex, size: [0; 2] }) {
                continue;
            }
            let Some(given) = box_px(&grid, *vertex) else {
                return Err(TestCaseError::fail(format!("{vertex:?}, at {wanted:?} in the view, is not drawn")));
            };
            let off = off(given, wanted);
            prop_assert!(off <= GRID_TOLERANCE_PX, "{vertex:?} is at {given:?}, not {wanted:?}: {off} px off");
        }
    }
}
