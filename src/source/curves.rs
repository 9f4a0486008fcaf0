//! Curves as polylines. GDAL's own way to make them linear has no safe binding, and a circle through three points is
//! soon computed.

use std::f64::consts::TAU;

use gdal::vector::{Geometry, OGRwkbGeometryType as Kind, geometry_type_flatten};

/// The angle at the centre between the points of an arc: the chord is off by less than a hundred-thousandth of the
/// radius.
const STEP_RAD: f64 = TAU / 720.0;

/// Appends the points of a line, ring, circular string or of the curve that several of them make up.
pub(super) fn line_points(geometry: &Geometry, points: &mut Vec<[f64; 2]>) {
    let mut controls = Vec::new();
    match geometry_type_flatten(geometry.geometry_type()) {
        Kind::wkbCompoundCurve => {
            for i in 0..geometry.geometry_count() {
                line_points(&geometry.get_geometry(i), points);
            }
        }
        Kind::wkbCircularString => {
            geometry.get_points(&mut controls);
            let controls: Vec<_> = controls.iter().map(|p| [p.0, p.1]).collect();
            points.extend(controls.first());
            for arc in controls.windows(3).step_by(2) {
                push_arc(points, [arc[0], arc[1], arc[2]]);
            }
        }
        _ => {
            geometry.get_points(&mut controls);
            points.extend(controls.iter().map(|p| [p.0, p.1]));
        }
    }
}

/// Appends the arc from `a` through `b` to `c`, without `a`; a full circle if `c` is `a` and `b` lies opposite, as
/// SQL/MM defines it.
fn push_arc(points: &mut Vec<[f64; 2]>, [a, b, c]: [[f64; 2]; 3]) {
    let centre = if a == c { Some([a[0].midpoint(b[0]), a[1].midpoint(b[1])]) } else { circumcentre(a, b, c) };
    if let Some(centre) = centre.filter(|p| p[0].is_finite() && p[1].is_finite()) {
        let angle = |p: [f64; 2]| (p[1] - centre[1]).atan2(p[0] - centre[0]);
        let start = angle(a);
        let turn = |p: [f64; 2]| (angle(p) - start).rem_euclid(TAU);
        let (to_b, to_c) = (turn(b), turn(c));
        let sweep = match (a == c, to_b < to_c) {
            (true, _) => TAU,
            (false, true) => to_c,
            (false, false) => to_c - TAU,
        };
        let radius = (a[0] - centre[0]).hypot(a[1] - centre[1]);
        let steps = (sweep.abs() / STEP_RAD).ceil().max(1.0);
        points.extend((1..steps as u32).map(|k| {
            let (sin, cos) = (start + sweep * f64::from(k) / steps).sin_cos();
            [centre[0] + radius * cos, centre[1] + radius * sin]
        }));
    } else {
        points.push(b);
    }
    points.push(c);
}

/// The centre of the circle through three points; not finite if they are on a line.
fn circumcentre(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> Option<[f64; 2]> {
    let [bx, by, cx, cy] = [b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]];
    let d = 2.0 * (bx * cy - by * cx);
    let (b2, c2) = (bx * bx + by * by, cx * cx + cy * cy);
    // Of three nearly straight points the centre is so far away that rounding moves the arc.
    (d.abs() > 1e-9 * (b2 + c2)).then(|| [a[0] + (cy * b2 - by * c2) / d, a[1] + (bx * c2 - cx * b2) / d])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_wkt(wkt: &str) -> Vec<[f64; 2]> {
        let mut points = Vec::new();
        line_points(&Geometry::from_wkt(wkt).expect("a geometry"), &mut points);
        points
    }

    #[test]
    fn arcs_stay_on_their_circle_and_turn_the_right_way() {
        for (wkt, first_quadrant) in
            [("CIRCULARSTRING(1 0, 0 1, -1 0)", true), ("CIRCULARSTRING(1 0, 0 -1, -1 0)", false)]
        {
            let points = of_wkt(wkt);
            assert!(points.len() > 300 && points.iter().all(|p| (p[0].hypot(p[1]) - 1.0).abs() < 1e-12), "{wkt}");
            assert_eq!(points[10][1] > 0.0, first_quadrant);
            assert_eq!((points[0], points[points.len() - 1]), ([1.0, 0.0], [-1.0, 0.0]));
        }
        let circle = of_wkt("CIRCULARSTRING(0 0, 2 0, 0 0)");
        assert!(circle.len() > 700 && circle.iter().all(|p| ((p[0] - 1.0).hypot(p[1]) - 1.0).abs() < 1e-12));
        assert_eq!(of_wkt("CIRCULARSTRING(0 0, 1 0, 2 0)"), [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]);
        let compound = of_wkt("COMPOUNDCURVE((5 0, 1 0), CIRCULARSTRING(1 0, 0 1, -1 0), (-1 0, -5 0))");
        assert_eq!((compound[0], compound[compound.len() - 1]), ([5.0, 0.0], [-5.0, 0.0]));
    }
}
