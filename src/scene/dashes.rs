//! Cuts placed lines into dashes: lengths are in pixels, so that only a view can do it.

use crate::geo::OUTSIDE_PX;
use crate::style::{Dashes, LineStyle};

/// What separates polylines.
const PEN_UP: [f32; 2] = [OUTSIDE_PX; 2];

/// One layer's dashes, in pixels.
#[derive(Clone, Debug)]
pub struct DashCutter {
    dashes: Dashes,
    half_width_px: f64,
    /// Left, top, right, bottom: strokes beyond are not made.
    bounds: [f64; 4],
}

impl DashCutter {
    /// For lines of a width in pixels on a map of a size in pixels; None for lines that have no dashes of that width.
    #[must_use]
    pub fn new(style: &LineStyle, width_px: f64, size_px: [u32; 2]) -> Option<Self> {
        let reach = width_px + 2.0;
        let [width, height] = size_px.map(f64::from);
        let bounds = [-reach, -reach, width + reach, height + reach];
        Some(Self { dashes: style.dashes(width_px)?, half_width_px: width_px / 2.0, bounds })
    }

    /// Appends the strokes of one line, each closed by [`OUTSIDE_PX`]. The ends of strokes are marked by the lowest bit
    /// of x, for the shader to cut them square; a line's inner vertices are not.
    pub fn cut(&self, line: &[[f32; 2]], strokes: &mut Vec<[f32; 2]>) {
        let pattern = &*self.dashes.lengths_px;
        let mut at = Phase::new(&self.dashes);
        let mut stroke: Vec<[f64; 2]> = Vec::new();
        for ends in line.windows(2) {
            let [a, b] = [ends[0], ends[1]].map(|p| p.map(f64::from));
            let [dx, dy] = [b[0] - a[0], b[1] - a[1]];
            let length = dx.hypot(dy);
            if !self.sees(a, b) {
                self.finish(&mut stroke, strokes);
                at.advance(length, pattern);
                continue;
            }
            let mut done = 0.0;
            while done < length {
                let step = at.left_px.min(length - done);
                let point = |way: f64| [a[0] + dx * way / length, a[1] + dy * way / length];
                if at.is_stroke() && stroke.is_empty() && step > 0.0 {
                    stroke.push(point(done));
                }
                done += step;
                let ends_here = at.step(step, pattern);
                if !stroke.is_empty() {
                    stroke.push(point(done));
                }
                if ends_here {
                    self.finish(&mut stroke, strokes);
                }
            }
        }
        self.finish(&mut stroke, strokes);
    }

    /// Appends one stroke, if there is one, and forgets it.
    fn finish(&self, stroke: &mut Vec<[f64; 2]>, strokes: &mut Vec<[f32; 2]>) {
        if let (Some(&first), Some(&last)) = (stroke.first(), stroke.last()) {
            let distance = |p: [f64; 2], q: [f64; 2]| (p[0] - q[0]).hypot(p[1] - q[1]);
            strokes.push(marked(first, true));
            for k in 1..stroke.len().saturating_sub(1) {
                let p = stroke[k];
                // The round joint of a vertex so near would reach over the square end.
                let near = distance(p, first).min(distance(p, last)) < self.half_width_px;
                if !(near && is_nearly_straight([stroke[k - 1], p, stroke[k + 1]])) {
                    strokes.push(marked(p, false));
                }
            }
            strokes.extend([marked(last, true), PEN_UP]);
        }
        stroke.clear();
    }

    fn sees(&self, a: [f64; 2], b: [f64; 2]) -> bool {
        let [left, top, right, bottom] = self.bounds;
        a[0].max(b[0]) >= left && a[0].min(b[0]) <= right && a[1].max(b[1]) >= top && a[1].min(b[1]) <= bottom
    }
}

/// Whether a line turns by less than an eighth of a right angle.
fn is_nearly_straight([a, b, c]: [[f64; 2]; 3]) -> bool {
    const COS: f64 = 0.98;
    let [ux, uy, vx, vy] = [b[0] - a[0], b[1] - a[1], c[0] - b[0], c[1] - b[1]];
    ux * vx + uy * vy >= COS * ux.hypot(uy) * vx.hypot(vy)
}

/// A position whose lowest bit of x says whether it is the end of a stroke.
fn marked(p: [f64; 2], is_end: bool) -> [f32; 2] {
    // A mark on a zero would be a number so small that adapters may take it for zero.
    const LEAST: f32 = 1e-6;
    let x = p[0] as f32;
    let x = if x.abs() < LEAST { LEAST } else { x };
    [f32::from_bits(x.to_bits() & !1 | u32::from(is_end)), p[1] as f32]
}

/// Where in the pattern a line is.
struct Phase {
    index: usize,
    left_px: f64,
}

impl Phase {
    fn new(dashes: &Dashes) -> Self {
        let mut phase = Self { index: 0, left_px: dashes.lengths_px[0] };
        phase.advance(dashes.start_px, &dashes.lengths_px);
        phase
    }

    fn is_stroke(&self) -> bool {
        self.index.is_multiple_of(2)
    }

    /// Goes on by any length.
    fn advance(&mut self, length: f64, pattern: &[f64]) {
        let mut rest = length % pattern.iter().sum::<f64>();
        while rest > 0.0 {
            let step = self.left_px.min(rest);
            rest -= step;
            self.step(step, pattern);
        }
    }

    /// Goes on by a length within the stroke or gap at hand; whether that ends.
    fn step(&mut self, length: f64, pattern: &[f64]) -> bool {
        self.left_px -= length;
        if self.left_px > 1e-9 {
            return false;
        }
        let was_stroke = self.is_stroke();
        while self.left_px <= 1e-9 {
            self.index = (self.index + 1) % pattern.len();
            self.left_px = pattern[self.index];
        }
        // A gap of no length ends nothing.
        was_stroke && !self.is_stroke()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strokes(pattern: &[f64], offset: f64, line: &[[f32; 2]]) -> Vec<Vec<[f32; 2]>> {
        let style = LineStyle::Dashes { offset, pattern: pattern.to_vec() };
        let cutter = DashCutter::new(&style, 1.0, [100, 100]).expect("dashes");
        let mut all = Vec::new();
        cutter.cut(line, &mut all);
        all.split(|p| *p == PEN_UP).filter(|s| !s.is_empty()).map(<[_]>::to_vec).collect()
    }

    fn lengths(strokes: &[Vec<[f32; 2]>]) -> Vec<f32> {
        let length = |s: &Vec<[f32; 2]>| s.windows(2).map(|w| (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1])).sum();
        strokes.iter().map(length).collect()
    }

    #[test]
    fn strokes_and_gaps_alternate_along_the_line() {
        let made = strokes(&[4.0, 2.0], 0.0, &[[10.0, 5.0], [25.0, 5.0]]);
        let xs: Vec<[f32; 2]> = made.iter().map(|s| [s[0][0].round(), s[s.len() - 1][0].round()]).collect();
        assert_eq!(xs, [[10.0, 14.0], [16.0, 20.0], [22.0, 25.0]]);
        assert!(made.iter().flatten().all(|p| p[0].to_bits() & 1 == 1), "both ends are marked: {made:?}");
    }

    #[test]
    fn a_stroke_goes_round_corners() {
        let made = strokes(&[4.0, 2.0], 0.0, &[[10.0, 5.0], [12.0, 5.0], [12.0, 9.0]]);
        assert_eq!(made[0].len(), 3);
        assert_eq!(made[0].iter().map(|p| p[0].to_bits() & 1).collect::<Vec<_>>(), [1, 0, 1]);
        assert!((lengths(&made)[0] - 4.0).abs() < 1e-5, "{made:?}");
    }

    #[test]
    fn the_offset_moves_the_pattern_and_gaps_of_no_length_are_none() {
        let made = strokes(&[4.0, 2.0], 5.0, &[[10.0, 5.0], [20.0, 5.0]]);
        assert_eq!(made[0][0][0].round(), 11.0);
        assert_eq!(strokes(&[4.0, 0.0], 0.0, &[[10.0, 5.0], [30.0, 5.0]]).len(), 1);
        assert_eq!(strokes(&[0.0, 3.0], 0.0, &[[10.0, 5.0], [30.0, 5.0]]).len(), 0);
    }

    #[test]
    fn what_is_not_seen_keeps_the_pattern_going() {
        let seen = strokes(&[4.0, 2.0], 0.0, &[[-6000.0, 5.0], [-50.0, 5.0], [50.0, 5.0]]);
        let xs: Vec<f32> = seen.iter().map(|s| s[0][0]).filter(|x| *x > 0.0).collect();
        // Strokes begin every 6 px from -6000 on.
        assert!(xs.iter().all(|x| (x / 6.0 - (x / 6.0).round()).abs() < 1e-3) && xs.len() == 9, "{xs:?}");
        assert!(seen.len() < 20);
    }
}
