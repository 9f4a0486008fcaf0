//! Rectangles of a view's pixels.

/// A rectangle of a view's pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelRect {
    /// The first column and row.
    pub corner: [u32; 2],
    /// Columns and rows.
    pub size: [u32; 2],
}

impl PixelRect {
    /// The two halves; None for a single pixel. Rows stay whole as long as there are several: they are wide bands of
    /// the file.
    #[must_use]
    pub fn halves(self) -> Option<[Self; 2]> {
        const FEW_ROWS: u32 = 16;
        let [width, height] = self.size;
        let axis = usize::from(height > FEW_ROWS || height >= width);
        let first = self.size[axis] / 2;
        if first == 0 {
            return None;
        }
        let mut halves = [self; 2];
        halves[0].size[axis] = first;
        halves[1].size[axis] -= first;
        halves[1].corner[axis] += first;
        Some(halves)
    }
}
