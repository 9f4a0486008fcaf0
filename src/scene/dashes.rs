//! Cuts placed lines into dashes: lengths are in pixels, so that only a view can do it.

use crate::geo::OUTSIDE_PX;
use crate::style::LineStyle;

/// What separates polylines.
const PEN_UP: [f32; 2] = [OUTSIDE_PX; 2];

/// One layer's dashes, in pixels.
#[derive(Clone, Debug)]
pub struct DashCutter {
    offset_px: f64,
    /// Stroke, gap, stroke, gap.
    pattern_px: Vec<f64>,
    /// Left, top, right, bottom: strokes beyond are not made.
    bounds_px: [f64; 4],
}

impl DashCutter {
    /// For lines of a width in pixels on a map of a size in pixels; None for solid lines.
    ///
    /// A dash shorter than a hundredth of a pixel together with its gap is no dash.
    #[must_use]
    pub fn new(style: &LineStyle, width_px: f64, size_px: [u32; 2]) -> Option<Self> {
        const LEAST_PX: f64 = 0.01;
        let LineStyle::Dashes { offset, pattern } = style else { return None };
        let pattern_px: Vec<f64> = pattern.iter().map(|length| length * width_px).collect();
        let period: f64 = pattern_px.iter().sum();
        let reach = width_px + 2.0;
        let [width, height] = size_px.map(f64::from);
        let bounds_px = [-reach, -reach, width + reach, height + reach];
        (period > LEAST_PX).then(|| Self { offset_px: (offset * width_px).rem_euclid(period), pattern_px, bounds_px })
    }

    /// Appends the strokes of one line, each closed by [`pen_up_px`]. The ends of strokes are marked by the lowest bit
    /// of x, for the shader to cut them square; a line's inner vertices are not.
    pub fn cut(&self, line: &[[f32; 2]], strokes: &mut Vec<[f32; 2]>) {
        let mut at = Phase::new(self);
        let mut is_down = false;
        for ends in line.windows(2) {
            let [a, b] = [ends[0], ends[1]].map(|p| p.map(f64::from));
            let [dx, dy] = [b[0] - a[0], b[1] - a[1]];
            let length = dx.hypot(dy);
            if !self.sees(a, b) {
                lift(&mut is_down, strokes, a);
                at.advance(length, &self.pattern_px);
                continue;
            }
            let point = |t: f64| [a[0] + dx * t / length.max(1e-12), a[1] + dy * t / length.max(1e-12)];
            let mut done = 0.0;
            while done < length {
                let step = at.left_px.min(length - done);
                if at.is_stroke() && !is_down && step > 0.0 {
                    strokes.push(marked(point(done), true));
                    is_down = true;
                }
                done += step;
                let ends_here = at.step(step, &self.pattern_px);
                if is_down && ends_here {
                    strokes.extend([marked(point(done), true), PEN_UP]);
                    is_down = false;
                } else if is_down {
                    strokes.push(marked(b, false));
                }
            }
        }
        if is_down {
            // The line ends within a stroke.
            if let Some(last) = strokes.last_mut() {
                *last = marked(last.map(f64::from), true);
            }
            strokes.push(PEN_UP);
        }
    }

    fn sees(&self, a: [f64; 2], b: [f64; 2]) -> bool {
        let [left, top, right, bottom] = self.bounds_px;
        a[0].max(b[0]) >= left && a[0].min(b[0]) <= right && a[1].max(b[1]) >= top && a[1].min(b[1]) <= bottom
    }
}

fn lift(is_down: &mut bool, strokes: &mut Vec<[f32; 2]>, at: [f64; 2]) {
    if std::mem::take(is_down) {
        if let Some(last) = strokes.last_mut() {
            *last = marked(at, true);
        }
        strokes.push(PEN_UP);
    }
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
    fn new(cutter: &DashCutter) -> Self {
        let mut phase = Self { index: 0, left_px: cutter.pattern_px[0] };
        phase.advance(cutter.offset_px, &cutter.pattern_px);
        phase
    }

    fn is_stroke(&self) -> bool {
        self.index % 2 == 0
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
        assert!((xs[0] - 6.0).abs() < 1e-3 || xs[0] == 0.0, "{xs:?}");
        assert!(seen.len() < 20);
    }
}
