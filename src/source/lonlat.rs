//! From a layer's own system to WGS 84, with segments that stay where the layer has them: straight in its own
//! system, so bent in longitude and latitude.

use crate::error::Result;
use crate::geo::{Crs, EARTH_RADIUS_M, Transformer};

/// How far a segment may run from the layer's own straight line, in metres on the ground.
const TOLERANCE_M: f64 = 1.0;

/// Segments longer than this are halved once unasked: a curve that is odd about its middle, such as one across
/// the equator of a sinusoidal map, shows no deviation there.
const TRUSTED_LENGTH_M: f64 = 20_000.0;

/// Most times that a segment is halved, so that one through a pole ends too.
const MOST_HALVINGS: u32 = 14;

/// Difference in degrees up to which a system counts as WGS 84.
const IDENTITY_DEG: f64 = 1e-9;

/// How a layer's coordinates become WGS 84 longitude and latitude in degrees.
pub(super) enum ToLonLat {
    /// They are that already.
    Identity,
    /// PROJ's transformation.
    Projected(Transformer),
}

impl ToLonLat {
    /// Finds out whether `crs` is WGS 84 as far as it matters within `bounds` (x0, y0, x1, y1 in its units).
    pub(super) fn new(crs: &Crs, bounds: [f64; 4]) -> Result<Self> {
        let transformer = Transformer::new(crs, &Crs::wgs84())?;
        let is_identity = crs.is_geographic() && leaves_in_place(&transformer, bounds);
        Ok(if is_identity { Self::Identity } else { Self::Projected(transformer) })
    }
}

/// Whether a 5 by 5 grid over the bounds stays where it is.
fn leaves_in_place(transformer: &Transformer, bounds: [f64; 4]) -> bool {
    const POINTS_PER_SIDE: u32 = 5;
    let [x0, y0, x1, y1] = on_earth(bounds);
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    for j in 0..POINTS_PER_SIDE {
        for i in 0..POINTS_PER_SIDE {
            let at = |k: u32, low: f64, high: f64| low + (high - low) * f64::from(k) / f64::from(POINTS_PER_SIDE - 1);
            xs.push(at(i, x0, x1));
            ys.push(at(j, y0, y1));
        }
    }
    let (xs0, ys0) = (xs.clone(), ys.clone());
    transformer.transform(&mut xs, &mut ys);
    let stays = |before: &[f64], after: &[f64]| before.iter().zip(after).all(|(a, b)| (a - b).abs() <= IDENTITY_DEG);
    stays(&xs0, &xs) && stays(&ys0, &ys)
}

/// The part of the bounds within the range of longitude and latitude; all of that range for bounds that are none,
/// since headers may hold anything.
fn on_earth([x0, y0, x1, y1]: [f64; 4]) -> [f64; 4] {
    let clipped = [x0.max(-180.0), y0.max(-90.0), x1.min(180.0), y1.min(90.0)];
    let is_usable = clipped.iter().all(|v| v.is_finite()) && clipped[0] <= clipped[2] && clipped[1] <= clipped[3];
    if is_usable { clipped } else { [-180.0, -90.0, 180.0, 90.0] }
}

/// A vertex in the layer's system and in degrees, and whether the segment that starts here may still be halved.
#[derive(Clone, Copy)]
struct Vertex {
    layer: [f64; 2],
    lonlat: [f64; 2],
    is_open: bool,
}

/// Transforms one line and adds vertices until no segment's middle is off by more than a metre.
///
/// A vertex without an image is NaN.
pub(super) fn projected_line(transformer: &Transformer, line: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut vertices: Vec<Vertex> = transformed(transformer, line)
        .into_iter()
        .zip(line)
        .map(|(lonlat, &layer)| Vertex { layer, lonlat, is_open: true })
        .collect();
    for halving in 0..MOST_HALVINGS {
        let middles: Vec<_> = vertices
            .windows(2)
            .filter(|w| w[0].is_open)
            .map(|w| [0, 1].map(|k| w[0].layer[k].midpoint(w[1].layer[k])))
            .collect();
        if middles.is_empty() {
            break;
        }
        let images = transformed(transformer, &middles);
        vertices = halved(&vertices, &mut middles.into_iter().zip(images), halving == 0);
    }
    vertices.into_iter().map(|v| v.lonlat).collect()
}

/// Puts the middle into each open segment that bends there, and closes the others.
fn halved(
    vertices: &[Vertex],
    middles: &mut impl Iterator<Item = ([f64; 2], [f64; 2])>,
    is_first: bool,
) -> Vec<Vertex> {
    let mut next = Vec::with_capacity(vertices.len() * 2);
    for (i, &vertex) in vertices.iter().enumerate() {
        let end = vertices.get(i + 1).filter(|_| vertex.is_open);
        let middle = end.and_then(|end| middles.next().map(|middle| (end, middle)));
        let Some((end, (layer, lonlat))) = middle else {
            next.push(Vertex { is_open: false, ..vertex });
            continue;
        };
        let straight = midpoint(vertex.lonlat, end.lonlat);
        // A distance to NaN is NaN and compares as false: segments off the Earth are left alone.
        let bends = distance_m(straight, lonlat) > TOLERANCE_M
            || (is_first && distance_m(vertex.lonlat, end.lonlat) > TRUSTED_LENGTH_M);
        next.push(Vertex { is_open: bends, ..vertex });
        if bends && lonlat[0].is_finite() {
            next.push(Vertex { layer, lonlat, is_open: true });
        }
    }
    next
}

/// Transforms points one by one; one without an image is NaN.
pub(super) fn transformed(transformer: &Transformer, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut xs: Vec<_> = points.iter().map(|p| p[0]).collect();
    let mut ys: Vec<_> = points.iter().map(|p| p[1]).collect();
    transformer.transform(&mut xs, &mut ys);
    xs.into_iter().zip(ys).map(|(x, y)| [x, y]).collect()
}

/// Difference of longitudes the short way round.
fn lon_difference(from: f64, to: f64) -> f64 {
    (to - from + 540.0).rem_euclid(360.0) - 180.0
}

fn midpoint(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] + lon_difference(a[0], b[0]) / 2.0, a[1].midpoint(b[1])]
}

/// Distance of near points in degrees on the sphere.
fn distance_m(a: [f64; 2], b: [f64; 2]) -> f64 {
    let dx = lon_difference(a[0], b[0]).to_radians() * a[1].midpoint(b[1]).to_radians().cos();
    dx.hypot((b[1] - a[1]).to_radians()) * EARTH_RADIUS_M
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nad83_is_wgs84_and_a_projection_is_not() {
        let bounds = [-125.0, 24.0, -66.0, 50.0];
        let nad83 = Crs::from_user("EPSG:4269", "test").expect("NAD83 is known");
        assert!(matches!(ToLonLat::new(&nad83, bounds), Ok(ToLonLat::Identity)));
        assert!(matches!(ToLonLat::new(&nad83, [f64::NAN; 4]), Ok(ToLonLat::Identity)));
        let lcc = Crs::from_user("lcc", "test").expect("lcc is known");
        assert!(matches!(ToLonLat::new(&lcc, [-1e6, -1e6, 1e6, 1e6]), Ok(ToLonLat::Projected(_))));
        let paris = Crs::from_user("EPSG:4807", "test").expect("NTF (Paris) in grads is known");
        assert!(matches!(ToLonLat::new(&paris, bounds), Ok(ToLonLat::Projected(_))));
    }

    /// The largest distance of the layer's own line from the returned one, at many points of each segment.
    fn worst_m(definition: &str, line: [[f64; 2]; 2]) -> (usize, f64) {
        let crs = Crs::from_user(definition, "test").expect("a known system");
        let to_lonlat = Transformer::new(&crs, &Crs::wgs84()).expect("a transformation");
        let from_lonlat = Transformer::new(&Crs::wgs84(), &crs).expect("a transformation");
        let bent = projected_line(&to_lonlat, &line);
        let mut worst = 0.0_f64;
        for segment in bent.windows(2) {
            for t in [0.25, 0.5, 0.75] {
                let half = lon_difference(segment[0][0], segment[1][0]) * t;
                let (lon, lat) = (segment[0][0] + half, segment[0][1] + t * (segment[1][1] - segment[0][1]));
                let (x, y) = from_lonlat.point(lon, lat).expect("a point on the map");
                let [dx, dy] = [line[1][0] - line[0][0], line[1][1] - line[0][1]];
                let off = ((x - line[0][0]) * dy - (y - line[0][1]) * dx) / dx.hypot(dy);
                worst = worst.max(off.abs());
            }
        }
        (bent.len(), worst)
    }

    #[test]
    fn straight_lines_of_the_layer_stay_straight_there() {
        for (definition, line) in [
            ("lcc", [[-2e6, 5e5], [2e6, 5e5]]),
            ("EPSG:3857", [[-1.2e7, 3e6], [-8e6, 6e6]]),
            ("+proj=sinu +datum=WGS84 +type=crs", [[-3e6, -3e6], [3e6, 3e6]]),
        ] {
            let (points, worst) = worst_m(definition, line);
            assert!(worst < 1.5 * TOLERANCE_M, "{definition}: {worst} m off with {points} points");
            assert!((10..5000).contains(&points), "{definition}: {points} points");
        }
    }

    #[test]
    fn a_line_through_the_pole_ends() {
        let polar = Crs::from_user("EPSG:3995", "test").expect("polar stereographic is known");
        let transformer = Transformer::new(&polar, &Crs::wgs84()).expect("a transformation");
        let line = projected_line(&transformer, &[[-1e6, 1e5], [1e6, -1e5]]);
        assert!(line.len() < 10_000, "{} points", line.len());
    }

    #[test]
    fn points_without_an_image_are_nan() {
        let lcc = Crs::from_user("lcc", "test").expect("lcc is known");
        let transformer = Transformer::new(&lcc, &Crs::wgs84()).expect("a transformation");
        let line = projected_line(&transformer, &[[0.0, 0.0], [f64::NAN, 0.0], [1e5, 0.0]]);
        assert!(line[0][0].is_finite() && line.iter().any(|p| p[0].is_nan()));
    }
}
