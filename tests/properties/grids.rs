//! The projection grids, interpolated as the shaders do in `f32`, are where PROJ is.

use mapfolio::geo::{
    Crs, Domain, Extent, FixedLonLat, ForwardGrid, GRID_TOLERANCE_PX, GeoTransform, GeoWindow, Georeference,
    InverseGrid, OUTSIDE_PX, Placer, Precision, Transformers, UNIT_PX, View,
};
use mapfolio::scene::LevelKey;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::config;
use crate::support::{LCC, Projection};

/// What a user writes, and what PROJ takes.
type System = (&'static str, &'static str);

const LONLAT: System = ("EPSG:4326", "EPSG:4326");
const MAPS: [System; 4] = [("lcc", LCC), ("EPSG:3857", "EPSG:3857"), ("EPSG:32615", "EPSG:32615"), LONLAT];

/// Corners of the contiguous United States in degrees: west, south and how far it is across.
const CORNER_DEG: [f64; 2] = [-125.0, 24.0];
const ACROSS_DEG: [f64; 2] = [58.0, 26.0];
const METRES_PER_DEGREE: f64 = 111_320.0;

#[derive(Clone, Debug)]
struct Map {
    proj: &'static str,
    view: View,
}

impl Map {
    /// Map coordinates of image coordinates, in this test's own arithmetic.
    fn map_from_px(&self, [i, j]: [f64; 2]) -> [f64; 2] {
        let [x0, x1, y0, y1] = self.view.extent.bounds();
        let [width, height] = self.size_px();
        [x0 + i / width * (x1 - x0), y1 - j / height * (y1 - y0)]
    }

    fn px_from_map(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [x0, x1, y0, y1] = self.view.extent.bounds();
        let [width, height] = self.size_px();
        [(x - x0) / (x1 - x0) * width, (y1 - y) / (y1 - y0) * height]
    }

    fn size_px(&self) -> [f64; 2] {
        [self.view.width_px, self.view.height_px].map(f64::from)
    }
}

/// Maps of two kilometres to the whole country, each in the middle of some place in it.
fn maps() -> impl Strategy<Value = Map> {
    let place = (0.0..1.0, 0.0..1.0, -3.3..0.0, -0.3..0.3);
    (select(MAPS.to_vec()), place, 50_u32..=700, 50_u32..=700).prop_map(
        |((name, proj), (east, north, log, stretch), width_px, height_px)| {
            let across = [log + stretch, log - stretch].map(|l: f64| 10_f64.powf(l.min(0.0)));
            let [lon_span, lat_span] = [0, 1].map(|k| ACROSS_DEG[k] * across[k]);
            let lon = CORNER_DEG[0] + lon_span / 2.0 + east * (ACROSS_DEG[0] - lon_span);
            let lat = CORNER_DEG[1] + lat_span / 2.0 + north * (ACROSS_DEG[1] - lat_span);
            let crs = Crs::from_user(name, "test").expect("a known system");
            let [x, y] = Projection::new(LONLAT.1, proj).point([lon, lat]);
            let metres = [METRES_PER_DEGREE * lat.to_radians().cos(), METRES_PER_DEGREE];
            let per_degree = if crs.is_geographic() { [1.0; 2] } else { metres };
            let [dx, dy] = [lon_span * per_degree[0] / 2.0, lat_span * per_degree[1] / 2.0];
            let extent = Extent::new(x - dx, x + dx, y - dy, y + dy).expect("an extent");
            Map { proj, view: View { crs, extent, width_px, height_px } }
        },
    )
}

#[derive(Clone, Debug)]
struct Raster {
    proj: &'static str,
    georeference: Georeference,
}

impl Raster {
    fn new((name, proj): System, corner: [f64; 2], cell: f64, across: [f64; 2]) -> Self {
        let crs = Crs::from_user(name, "test").expect("a known system");
        let transform = GeoTransform([corner[0], cell, 0.0, corner[1], 0.0, -cell]);
        let size = across.map(|length| (length / cell).ceil() as u32);
        Self { proj, georeference: Georeference { crs, transform, size } }
    }

    fn px_from_raster(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [x0, dx, _, y0, _, dy] = self.georeference.transform.0;
        [(x - x0) / dx, (y - y0) / dy]
    }

    fn raster_from_px(&self, [column, row]: [f64; 2]) -> [f64; 2] {
        let [x0, dx, _, y0, _, dy] = self.georeference.transform.0;
        [x0 + column * dx, y0 + row * dy]
    }
}

/// Rasters of the country in longitude and latitude or on a conic map, with cells of about 200 m to 20 km.
fn rasters() -> impl Strategy<Value = Raster> {
    (prop::bool::ANY, -2.7..-0.7).prop_map(|(is_lonlat, log): (bool, f64)| {
        let cell_deg = 10_f64.powf(log);
        if is_lonlat {
            Raster::new(LONLAT, [-130.0, 55.0], cell_deg, [70.0, 35.0])
        } else {
            Raster::new(MAPS[0], [-2_700_000.0, 1_600_000.0], cell_deg * METRES_PER_DEGREE, [5_400_000.0, 3_200_000.0])
        }
    })
}

/// Places in an image as shares of its width and height.
pub(crate) fn places() -> impl Strategy<Value = Vec<[f64; 2]>> {
    vec((0.0..1.0, 0.0..1.0).prop_map(|(x, y)| [x, y]), 200)
}

/// `bilinear` of `common.wgsl`.
fn bilinear([nw, ne, sw, se]: [[f32; 2]; 4], t: [f32; 2]) -> [f32; 2] {
    [0, 1].map(|k| {
        let north = nw[k] + (ne[k] - nw[k]) * t[0];
        let south = sw[k] + (se[k] - sw[k]) * t[0];
        north + (south - north) * t[1]
    })
}

/// `raster_px` of `frame.wgsl`, with the base added as it adds it to the whole part: exactly.
pub(crate) fn raster_px(grid: &InverseGrid, px: [u32; 2]) -> [f64; 2] {
    let patch = grid.patch_of_unit[((px[1] / UNIT_PX) * grid.unit_columns + px[0] / UNIT_PX) as usize];
    let relative = if patch != 0 {
        let within = px.map(|p| p % UNIT_PX);
        grid.patches[(((patch - 1) * UNIT_PX + within[1]) * UNIT_PX + within[0]) as usize]
    } else {
        let t = px.map(|p| ((p % grid.pitch_px) as f32 + 0.5) / grid.pitch_px as f32);
        let nx = grid.nodes[0] as usize;
        let k = (px[1] / grid.pitch_px) as usize * nx + (px[0] / grid.pitch_px) as usize;
        bilinear([k, k + 1, k + nx, k + nx + 1].map(|i| grid.values[i]), t)
    };
    [0, 1].map(|k| f64::from(relative[k]) + f64::from(grid.base_px[k]))
}

/// `box_px` of `project.wgsl`; None for what is not drawn.
pub(crate) fn box_px(grid: &ForwardGrid, vertex: FixedLonLat) -> Option<[f64; 2]> {
    let corner = grid.window.corner;
    let cells = grid.nodes.map(|n| (n - 1) as f32);
    let from_corner =
        [vertex.lon.wrapping_sub(corner.lon), vertex.lat.wrapping_sub(corner.lat)].map(|d| d as u32 as f32);
    let at = [0, 1].map(|k| from_corner[k] * (f64::from(grid.nodes[k] - 1) / f64::from(grid.window.size[k])) as f32);
    if at[0] > cells[0] || at[1] > cells[1] {
        return None;
    }
    let cell = [0, 1].map(|k| at[k].floor().min(cells[k] - 1.0));
    let nx = grid.nodes[0] as usize;
    let k = cell[1] as usize * nx + cell[0] as usize;
    let corners = [k, k + 1, k + nx, k + nx + 1].map(|i| grid.values[i]);
    if corners.iter().any(|c| c[0].abs().max(c[1].abs()) > OUTSIDE_PX.abs() / 2.0) {
        return None;
    }
    Some(bilinear(corners, [at[0] - cell[0], at[1] - cell[1]]).map(f64::from))
}

/// The larger of the differences along both axes.
pub(crate) fn off(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).abs().max((a[1] - b[1]).abs())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn inverse_grids_are_where_proj_is(map in maps(), raster in rasters(), places in places()) {
        let transformers = Transformers::default();
        let domain = Domain::of(&map.view, &transformers).expect("a domain");
        let grid = InverseGrid::new(&map.view, &domain, &raster.georeference, Precision::Cells, &transformers).expect("a grid");
        let pixel = |place: &[f64; 2]| [place[0] * map.size_px()[0], place[1] * map.size_px()[1]].map(|p| p as u32);
        let pixels: Vec<[u32; 2]> = places.iter().map(pixel).collect();
        let centres: Vec<[f64; 2]> = pixels.iter().map(|p| p.map(|k| f64::from(k) + 0.5)).collect();
        let on_map: Vec<[f64; 2]> = centres.iter().map(|c| map.map_from_px(*c)).collect();
        let wanted = Projection::new(map.proj, raster.proj).points(&on_map);
        let given: Vec<[f64; 2]> = pixels.iter().map(|p| raster_px(&grid, *p)).collect();
        let in_raster: Vec<[f64; 2]> = given.iter().map(|g| raster.raster_from_px(*g)).collect();
        let back_on_map = Projection::new(raster.proj, map.proj).points(&in_raster);
        let is_on_raster = |p: [f64; 2]| (0..2).all(|k| (0.0..f64::from(raster.georeference.size[k])).contains(&p[k]));
        for k in 0..pixels.len() {
            let wanted_px = raster.px_from_raster(wanted[k]);
            if !is_on_raster(wanted_px) && !is_on_raster(given[k]) {
                continue;
            }
            let raster_off = off(given[k], raster.px_from_raster(wanted[k]));
            let output_off = off(map.px_from_map(back_on_map[k]), centres[k]);
            prop_assert!(
                raster_off <= GRID_TOLERANCE_PX && output_off <= GRID_TOLERANCE_PX,
                "pixel {:?} is {raster_off} raster px and {output_off} output px off; pitch {}, {} patch px, bound {}",
                pixels[k], grid.pitch_px, grid.patches.len(), grid.max_error_px
            );
        }
    }

    #[test]
    fn forward_grids_are_where_proj_is(map in maps(), places in places()) {
        let transformers = Transformers::default();
        let metres_per_px = map.view.finest_metres_per_px(&transformers).expect("a way").expect("on Earth");
        let margin_m = LevelKey::for_view(metres_per_px).longest_segment_m();
        let window = GeoWindow::of_view(&map.view, margin_m, &transformers).expect("a way").expect("on Earth");
        let placer = Placer::new(&map.view, 100.0, &transformers).expect("a way");
        let grid = ForwardGrid::new(&placer, window);
        let in_image = places.iter().map(|p| [p[0] * map.size_px()[0], p[1] * map.size_px()[1]]);
        let on_map: Vec<[f64; 2]> = in_image.map(|p| map.map_from_px(p)).collect();
        let lonlat = Projection::new(map.proj, LONLAT.1).points(&on_map);
        // The grid's input is a whole number, so PROJ gets the same.
        let fixed = |p: &[f64; 2]| FixedLonLat::from_degrees(p[0], p[1]).expect("a position");
        let vertices: Vec<FixedLonLat> = lonlat.iter().map(fixed).collect();
        let degrees: Vec<[f64; 2]> = vertices.iter().map(|v| v.to_degrees().into()).collect();
        let wanted = Projection::new(LONLAT.1, map.proj).points(&degrees);
        for (vertex, wanted) in vertices.iter().zip(wanted) {
            let wanted = map.px_from_map(wanted);
            prop_assert!(grid.is_good(&GeoWindow { corner: *vertex, size: [0; 2] }), "{vertex:?} is left to PROJ");
            let Some(given) = box_px(&grid, *vertex) else {
                return Err(TestCaseError::fail(format!("{vertex:?}, at {wanted:?} in the view, is not drawn")));
            };
            let off = off(given, wanted);
            prop_assert!(
                off <= GRID_TOLERANCE_PX,
                "{vertex:?} is at {given:?}, not {wanted:?}: {off} px off; {:?} nodes, bound {}",
                grid.nodes, grid.max_error_px
            );
        }
    }
}
