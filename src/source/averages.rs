//! Coarser cells from finer ones: means, prevailing numbers and mixed colours, cells without a value left out.

use bytemuck::Pod;

use super::encoding::{Encoding, RawType};

/// Sums over the valid cells under each coarse cell, of one number or of the channels of a colour.
pub(super) struct Sums<const N: usize> {
    /// Columns and rows.
    pub size: [usize; 2],
    /// In `f64`, so that the mean of equal `f32` is that number to the last bit.
    totals: Vec<[f64; N]>,
    counts: Vec<f32>,
}

impl<const N: usize> Sums<N> {
    /// Sums of two by two cells; `cell` gives the cell with a number, counted row by row.
    fn of_cells(size: [usize; 2], cell: impl Fn(usize) -> Option<[f64; N]>) -> Self {
        Self::of(size, |k| cell(k).map_or(([0.0; N], 0.0), |cell| (cell, 1.0)))
    }

    /// Sums of two by two of these.
    pub(super) fn halved(&self) -> Self {
        Self::of(self.size, |k| (self.totals[k], self.counts[k]))
    }

    fn of([columns, rows]: [usize; 2], fine: impl Fn(usize) -> ([f64; N], f32)) -> Self {
        let size = [columns.div_ceil(2), rows.div_ceil(2)];
        let mut coarse =
            Self { size, totals: Vec::with_capacity(size[0] * size[1]), counts: Vec::with_capacity(size[0] * size[1]) };
        for row in 0..size[1] {
            let north = 2 * row * columns;
            // The last row or column may have no second.
            let south = if 2 * row + 1 < rows { Some(north + columns) } else { None };
            for column in 0..size[0] {
                let (mut sum, mut count) = ([0.0; N], 0.0);
                for start in [Some(north), south].into_iter().flatten() {
                    for k in 2 * column..(2 * column + 2).min(columns) {
                        let (cell, n) = fine(start + k);
                        (0..N).for_each(|i| sum[i] += cell[i]);
                        count += n;
                    }
                }
                coarse.totals.push(sum);
                coarse.counts.push(count);
            }
        }
        coarse
    }
}

/// Sums of two by two cells of a raw type.
pub(super) fn sums_of_values(bytes: &[u8], size: [usize; 2], encoding: &Encoding) -> Sums<1> {
    match encoding.raw_type {
        RawType::U8 => sums_of::<u8>(bytes, size, encoding),
        RawType::I16 => sums_of::<i16>(bytes, size, encoding),
        RawType::U16 => sums_of::<u16>(bytes, size, encoding),
        RawType::I32 => sums_of::<i32>(bytes, size, encoding),
        RawType::U32 => sums_of::<u32>(bytes, size, encoding),
        RawType::F32 => {
            let cells: &[f32] = bytemuck::cast_slice(bytes);
            let nodata = encoding.nodata.map_or(f32::NAN, |n| n as f32);
            let is_valid = |v: f32| v.abs() <= f32::MAX && v != nodata;
            Sums::of_cells(size, |k| is_valid(cells[k]).then(|| [f64::from(cells[k])]))
        }
    }
}

fn sums_of<T: Pod + Into<f64>>(bytes: &[u8], size: [usize; 2], encoding: &Encoding) -> Sums<1> {
    let cells: &[T] = bytemuck::cast_slice(bytes);
    let value = |k: usize| -> f64 { cells[k].into() };
    match encoding.nodata {
        None => Sums::of_cells(size, |k| Some([value(k)])),
        Some(nodata) => Sums::of_cells(size, |k| Some([value(k)]).filter(|[v]| *v != nodata)),
    }
}

/// Sums of two by two packed colours, each weighted by its alpha; colours without any are left out.
pub(super) fn sums_of_colors(bytes: &[u8], size: [usize; 2]) -> Sums<4> {
    let cells: &[u32] = bytemuck::cast_slice(bytes);
    Sums::of_cells(size, |k| {
        let [r, g, b, a] = cells[k].to_le_bytes().map(f64::from);
        (a > 0.0).then_some([r * a, g * a, b * a, a])
    })
}

impl Sums<1> {
    /// The mean of a cell as the bits of an `f32`, NaN if nothing is under it.
    pub(super) fn mean_bits(&self, k: usize) -> u32 {
        // NaN by its bits: what 0 / 0 gives differs from machine to machine.
        if self.counts[k] > 0.0 {
            ((self.totals[k][0] / f64::from(self.counts[k])) as f32).to_bits()
        } else {
            f32::NAN.to_bits()
        }
    }
}

impl Sums<4> {
    /// The mean of a cell as a packed colour, 0 if nothing is under it.
    pub(super) fn color_bits(&self, k: usize) -> u32 {
        let [r, g, b, a] = self.totals[k];
        if a <= 0.0 {
            return 0;
        }
        let byte = |v: f64| (v + 0.5) as u8;
        u32::from_le_bytes([byte(r / a), byte(g / a), byte(b / a), byte(a / f64::from(self.counts[k])).max(1)])
    }
}

/// The number found most often among the valid cells of each square of `side` cells, the smallest of equals;
/// that for "no data" where there is none. In the raw type.
pub(super) fn prevailing(bytes: &[u8], size: [usize; 2], side: usize, encoding: &Encoding) -> Vec<u8> {
    let nodata = encoding.nodata;
    match encoding.raw_type {
        RawType::U8 => prevailing_of(bytes, size, side, nodata.map(|n| n as u8)),
        RawType::I16 => prevailing_of(bytes, size, side, nodata.map(|n| n as i16)),
        RawType::U16 => prevailing_of(bytes, size, side, nodata.map(|n| n as u16)),
        RawType::I32 => prevailing_of(bytes, size, side, nodata.map(|n| n as i32)),
        RawType::U32 => prevailing_of(bytes, size, side, nodata.map(|n| n as u32)),
        // All ways to write "not a number" become one; positive numbers order as their bits do, which will do.
        RawType::F32 => {
            let nodata = nodata.map_or(f32::NAN, |n| n as f32);
            let bits: Vec<u32> = bytemuck::cast_slice::<u8, f32>(bytes)
                .iter()
                .map(|v| if v.is_nan() || *v == nodata { f32::NAN } else { *v }.to_bits())
                .collect();
            prevailing_of(bytemuck::cast_slice(&bits), size, side, Some(f32::NAN.to_bits()))
        }
    }
}

fn prevailing_of<T: Pod + Ord>(bytes: &[u8], size: [usize; 2], side: usize, nodata: Option<T>) -> Vec<u8> {
    let cells: &[T] = bytemuck::cast_slice(bytes);
    let [columns, rows] = size;
    let mut result: Vec<T> = Vec::with_capacity(columns.div_ceil(side) * rows.div_ceil(side));
    let mut under = Vec::with_capacity(side * side);
    for top in (0..rows).step_by(side) {
        for left in (0..columns).step_by(side) {
            under.clear();
            for row in top..(top + side).min(rows) {
                let of_row = &cells[row * columns + left..row * columns + (left + side).min(columns)];
                under.extend(of_row.iter().filter(|cell| Some(**cell) != nodata));
            }
            under.sort_unstable();
            let most = under
                .chunk_by(T::eq)
                .fold((0, None), |best, run| if run.len() > best.0 { (run.len(), run.first().copied()) } else { best });
            result.push(most.1.or(nodata).unwrap_or_else(T::zeroed));
        }
    }
    bytemuck::cast_slice(&result).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding(raw_type: RawType, nodata: Option<f64>) -> Encoding {
        Encoding { raw_type, scale: 1.0, offset: 0.0, nodata, rounded: false }
    }

    #[test]
    fn means_are_of_all_valid_cells_and_not_of_means() {
        // 3 by 3 cells, of which the last of the first row has no value.
        let cells: [i16; 9] = [1, 2, -9, 4, 5, 6, 7, 8, 30];
        let sums = sums_of_values(bytemuck::cast_slice(&cells), [3, 3], &encoding(RawType::I16, Some(-9.0)));
        let mean = |sums: &Sums<1>, k| f32::from_bits(sums.mean_bits(k));
        assert_eq!([0, 1, 2, 3].map(|k| mean(&sums, k)), [3.0, 6.0, 7.5, 30.0]);
        assert_eq!(mean(&sums.halved(), 0), (1 + 2 + 4 + 5 + 6 + 7 + 8 + 30) as f32 / 8.0);
    }

    #[test]
    fn a_cell_over_nothing_is_nothing() {
        let cells = [f32::NAN, f32::INFINITY, -1.0, f32::NAN];
        let sums = sums_of_values(bytemuck::cast_slice(&cells), [2, 2], &encoding(RawType::F32, Some(-1.0)));
        assert!(f32::from_bits(sums.mean_bits(0)).is_nan());
        assert_eq!(sums_of_colors(&[0; 16], [2, 2]).color_bits(0), 0);
    }

    #[test]
    fn colours_mix_by_their_alpha() {
        let cells = [[200_u8, 0, 0, 255], [0, 0, 0, 0], [100, 50, 0, 255], [0, 0, 0, 0]].concat();
        let words: Vec<u32> = cells.as_chunks::<4>().0.iter().map(|c| u32::from_le_bytes(*c)).collect();
        let mixed = sums_of_colors(bytemuck::cast_slice(&words), [2, 2]).color_bits(0).to_le_bytes();
        assert_eq!(mixed, [150, 25, 0, 255]);
    }

    #[test]
    fn the_prevailing_number_is_counted_among_valid_cells() {
        let cells = [7_u8, 7, 0, 0, 0, 0, 3, 3];
        assert_eq!(prevailing(&cells, [4, 2], 2, &encoding(RawType::U8, Some(0.0))), [7, 3]);
        assert_eq!(prevailing(&cells, [4, 2], 2, &encoding(RawType::U8, None)), [0, 0]);
    }
}
