//! Places triangles by the map's own projection where no grid can: at seams, poles and limbs.

use std::collections::HashMap;

use super::FillMesh;
use super::fill::split;
use super::simplify::METRES_PER_UNIT;
use crate::geo::FixedLonLat;

/// Places positions in pixels; NaN where the map has no such point.
pub type Place<'a> = &'a dyn Fn(&[FixedLonLat]) -> Vec<[f64; 2]>;

/// The middle of an edge may be so far from the straight line between its ends, in pixels.
const TOLERANCE_PX: f64 = 0.1;

/// An edge of this length in pixels is not halved further.
const SHORT_PX: f64 = 0.3;

/// Appends triangles in pixels: each is halved where its edges bend, and what lies across a seam or off the map is left
/// out, no more than a third of a pixel from the seam.
///
/// `least_m` is the length on the ground, in metres, of a third of the finest pixel. Triangles beyond an image of
/// `size_px` may be left out. Whether an edge is halved depends
/// on its ends alone, so triangles that share an edge still share all of it.
pub fn split_and_place(
    triangles: impl Iterator<Item = [FixedLonLat; 3]>,
    least_m: f64,
    size_px: [f64; 2],
    place: Place,
    mesh: &mut FillMesh<[f32; 2]>,
) {
    let mut placed = Placed { place, known: HashMap::new() };
    let mut at_hand: Vec<_> = triangles.collect();
    for _ in 0..MOST_HALVINGS {
        if at_hand.is_empty() {
            break;
        }
        placed.learn(at_hand.iter().flatten().copied());
        placed.learn(at_hand.iter().flat_map(|t| edges(*t).map(middle)));
        let mut next = Vec::new();
        for corners in at_hand {
            if placed.is_beyond(corners, size_px) {
                continue;
            }
            let fates = edges(corners).map(|edge| placed.fate(edge, least_m));
            if fates.contains(&Fate::Halved) {
                // Nobody sees an edge off the map, so that it may be halved in one of its triangles only.
                let is_halved = |k: usize| matches!(fates[k], Fate::Halved | Fate::OffMap);
                next.extend(split(corners, [0, 1, 2].map(|k| is_halved(k).then(|| middle(edges(corners)[k])))));
            } else if fates == [Fate::Kept; 3] {
                mesh.push(corners.map(|c| placed.at(c).map(|v| v as f32)));
            }
        }
        at_hand = next;
    }
}

/// An edge of an eighth of a turn is by then a metre long.
const MOST_HALVINGS: u32 = 24;

/// What becomes of an edge.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Kept,
    Halved,
    /// It lies off the map, as far as its ends and middle tell.
    OffMap,
    /// It lies across a seam or a limb, and is too short to be halved.
    Lost,
}

struct Placed<'a> {
    place: Place<'a>,
    known: HashMap<FixedLonLat, [f64; 2]>,
}

impl Placed<'_> {
    fn learn(&mut self, points: impl Iterator<Item = FixedLonLat>) {
        let mut new: Vec<_> = points.filter(|p| !self.known.contains_key(p)).collect();
        new.sort_unstable();
        new.dedup();
        let positions = (self.place)(&new);
        self.known.extend(new.into_iter().zip(positions));
    }

    fn at(&self, point: FixedLonLat) -> [f64; 2] {
        self.known.get(&point).copied().unwrap_or([f64::NAN; 2])
    }

    /// Whether a triangle lies beyond one side of the image.
    fn is_beyond(&self, corners: [FixedLonLat; 3], size_px: [f64; 2]) -> bool {
        // A curved edge may reach further in than its ends and middle.
        const MARGIN_PX: f64 = 64.0;
        let points = corners.into_iter().chain(edges(corners).map(middle)).map(|p| self.at(p));
        let sides: Vec<[bool; 4]> = points
            .map(|[x, y]| [x < -MARGIN_PX, y < -MARGIN_PX, x > size_px[0] + MARGIN_PX, y > size_px[1] + MARGIN_PX])
            .collect();
        (0..4).any(|side| sides.iter().all(|s| s[side]))
    }

    fn fate(&self, edge: [FixedLonLat; 2], least_m: f64) -> Fate {
        // A limb may lie within an edge all of whose points are off the map; smaller parts of the map are not looked for.
        const FARTHEST_OFF_MAP_M: f64 = 200e3;
        let ([a, b], m) = (edge.map(|p| self.at(p)), self.at(middle(edge)));
        let off_map = [a, b, m].iter().filter(|p| p[0].is_nan()).count();
        let length_m = length_m(edge);
        let is_short = length_m <= least_m;
        if off_map > 0 {
            return match off_map {
                _ if is_short => Fate::Lost,
                3 if length_m < FARTHEST_OFF_MAP_M => Fate::OffMap,
                _ => Fate::Halved,
            };
        }
        let length_px = (b[0] - a[0]).hypot(b[1] - a[1]);
        let bend_px = (a[0].midpoint(b[0]) - m[0]).hypot(a[1].midpoint(b[1]) - m[1]);
        if bend_px <= TOLERANCE_PX || length_px <= SHORT_PX {
            Fate::Kept
        } else if is_short {
            // Too short to reach so far.
            Fate::Lost
        } else {
            Fate::Halved
        }
    }
}

fn edges([a, b, c]: [FixedLonLat; 3]) -> [[FixedLonLat; 2]; 3] {
    // The same way round whichever triangle asks.
    [[a, b], [b, c], [c, a]].map(|[p, q]| if p <= q { [p, q] } else { [q, p] })
}

fn middle([a, b]: [FixedLonLat; 2]) -> FixedLonLat {
    let lat = (i64::from(a.lat) + i64::from(b.lat)).div_euclid(2) as i32;
    FixedLonLat { lon: a.lon.wrapping_add(b.lon.wrapping_sub(a.lon) / 2), lat }
}

fn length_m([a, b]: [FixedLonLat; 2]) -> f64 {
    let cos_lat = a.to_degrees().1.abs().min(b.to_degrees().1.abs()).to_radians().cos();
    let dlon = f64::from(b.lon.wrapping_sub(a.lon)) * cos_lat;
    dlon.hypot((i64::from(b.lat) - i64::from(a.lat)) as f64) * METRES_PER_UNIT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(lon: f64, lat: f64) -> FixedLonLat {
        FixedLonLat::from_degrees(lon, lat).expect("a position")
    }

    /// The signed area of all triangles in square pixels.
    fn area(mesh: &FillMesh<[f32; 2]>) -> f64 {
        let twice = |[a, b, c]: [[f32; 2]; 3]| {
            let [ux, uy, vx, vy] = [b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]].map(f64::from);
            ux * vy - uy * vx
        };
        mesh.chunks.iter().flat_map(|c| mesh.triangles_of(*c)).map(twice).sum::<f64>() / 2.0
    }

    fn placed(triangles: &[[FixedLonLat; 3]], least_m: f64, place: Place) -> FillMesh<[f32; 2]> {
        let mut mesh = FillMesh::default();
        split_and_place(triangles.iter().copied(), least_m, [1440.0, 720.0], place, &mut mesh);
        mesh
    }

    /// A map of the world, 1440 px wide, with its seam at 180 degrees.
    fn plate_carree(points: &[FixedLonLat]) -> Vec<[f64; 2]> {
        points.iter().map(|p| p.to_degrees()).map(|(lon, lat)| [720.0 + 4.0 * lon, 360.0 - 4.0 * lat]).collect()
    }

    #[test]
    fn a_triangle_on_a_straight_map_stays_whole() {
        let mesh = placed(&[[p(0.0, 0.0), p(10.0, 0.0), p(0.0, 10.0)]], 9e3, &plate_carree);
        assert_eq!(mesh.triangles.len(), 1);
        assert!((area(&mesh) + 800.0).abs() < 1e-3, "{}", area(&mesh));
    }

    #[test]
    fn nothing_spans_a_seam_and_little_is_lost_there() {
        // 20 by 10 degrees across the antimeridian: 80 by 40 px, of which a third of a pixel at each side may go.
        let corners = [p(170.0, 0.0), p(-170.0, 0.0), p(-170.0, 10.0), p(170.0, 10.0)];
        let triangles = [[corners[0], corners[1], corners[2]], [corners[0], corners[2], corners[3]]];
        let mesh = placed(&triangles, 9e3, &plate_carree);
        let drawn = -area(&mesh);
        assert!(drawn < 3200.0 + 1e-3 && drawn > 3200.0 - 40.0, "{drawn} of 3200 px");
        assert!(mesh.vertices.iter().all(|v| v[0] <= 41.0 || v[0] >= 1399.0), "only at the edges");
    }

    #[test]
    fn what_is_off_the_map_is_left_out_up_to_its_limb() {
        // A map that ends at 45 degrees north.
        let half = |points: &[FixedLonLat]| -> Vec<[f64; 2]> {
            let cut = |q: [f64; 2]| if q[1] < 180.0 { [f64::NAN; 2] } else { q };
            plate_carree(points).into_iter().map(cut).collect()
        };
        let mesh = placed(&[[p(0.0, 40.0), p(10.0, 40.0), p(0.0, 50.0)]], 9e3, &half);
        let exact = 800.0 - 200.0;
        assert!((-area(&mesh) - exact).abs() < 20.0, "{} of {exact} px", -area(&mesh));
    }

    #[test]
    fn edges_bend_with_the_map() {
        // Parallels are circles about the pole at 300, 300; a pixel is a tenth of a degree of latitude.
        let polar = |points: &[FixedLonLat]| -> Vec<[f64; 2]> {
            let at = |(lon, lat): (f64, f64)| {
                let (sin, cos) = lon.to_radians().sin_cos();
                [300.0 + 10.0 * (90.0 - lat) * sin, 300.0 + 10.0 * (90.0 - lat) * cos]
            };
            points.iter().map(|p| at(p.to_degrees())).collect()
        };
        let cap: Vec<_> = (0..4).map(|k| [p(90.0 * f64::from(k), 70.0), p(90.0 * f64::from(k + 1), 70.0)]).collect();
        let triangles: Vec<_> = cap.iter().map(|[a, b]| [*a, *b, FixedLonLat { lon: a.lon, lat: 1 << 30 }]).collect();
        let drawn = area(&placed(&triangles, 3e3, &polar)).abs();
        // The triangles' other sides are meridians and a line to the pole; half of each quarter lies below it.
        let mesh_of_two: Vec<_> = cap
            .iter()
            .flat_map(|[a, b]| {
                let (pa, pb) = (FixedLonLat { lon: a.lon, lat: 1 << 30 }, FixedLonLat { lon: b.lon, lat: 1 << 30 });
                [[*a, *b, pb], [*a, pb, pa]]
            })
            .collect();
        let whole = area(&placed(&mesh_of_two, 3e3, &polar)).abs();
        let exact = std::f64::consts::PI * 200.0 * 200.0;
        assert!((whole - exact).abs() < exact * 1e-3, "{whole} of {exact}");
        assert!(drawn < whole);
    }
}
