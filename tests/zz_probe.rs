#![allow(warnings)]
mod support;
use support::*;
#[test]
fn probe() {
    let f = Projection::new("EPSG:27700", "EPSG:4326");
    let b = Projection::new("EPSG:4326", "EPSG:27700");
    let v = View::around("a", "EPSG:27700", [-0.1, 51.5], [900e3, 700e3], [400, 300]);
    println!("{}", v.flag());
    for row in [0.5, 150.5, 299.5] {
    for c in (0..400).step_by(8) {
        let m = v.map_from_px([c as f64 + 0.5, row]);
        let g = f.point(m);
        let r = b.point(g);
        println!("{c} {row} {m:?} {g:?} back {:.3} {:.3} m", r[0]-m[0], r[1]-m[1]);
    }}
}
