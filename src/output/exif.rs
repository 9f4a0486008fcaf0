//! EXIF for formats that have no other place for a resolution or a title. A block is a TIFF file without an image (CIPA
//! DC-008, section 4.6).

use super::encoder::{FigureMeta, SOFTWARE};

/// Bytes of the header: byte order, the number 42, where the directory is.
const HEADER_BYTES: usize = 8;
const ENTRY_BYTES: usize = 12;
/// A directory's count of entries, and where the next directory is.
const COUNT_AND_NEXT_BYTES: usize = 2 + 4;

const SHORT: u16 = 3;
const ASCII: u16 = 2;
const RATIONAL: u16 = 5;

/// Title, resolution and software.
pub(super) fn block(meta: &FigureMeta) -> Vec<u8> {
    let text = |text: &str| [text.as_bytes(), b"\0"].concat();
    let resolution = rational(meta.dpi);
    let title = meta.title_text();
    // In the order of their numbers.
    let mut fields = Vec::new();
    if !title.is_empty() {
        // ImageDescription; of UTF-8, as most programs write and read it.
        fields.push((0x010e, ASCII, text(&title)));
    }
    // XResolution, YResolution, ResolutionUnit (inches), Software.
    fields.push((0x011a, RATIONAL, resolution.clone()));
    fields.push((0x011b, RATIONAL, resolution));
    fields.push((0x0128, SHORT, 2_u16.to_le_bytes().to_vec()));
    fields.push((0x0131, ASCII, text(SOFTWARE)));
    directory(&fields)
}

/// A TIFF file of one directory of tags, types and values.
fn directory(fields: &[(u16, u16, Vec<u8>)]) -> Vec<u8> {
    let mut out = [b"II".as_slice(), &42_u16.to_le_bytes(), &(HEADER_BYTES as u32).to_le_bytes()].concat();
    out.extend((fields.len() as u16).to_le_bytes());
    let mut beyond = Vec::new();
    let values_at = HEADER_BYTES + COUNT_AND_NEXT_BYTES + fields.len() * ENTRY_BYTES;
    for (tag, kind, value) in fields {
        let value_bytes = match *kind {
            RATIONAL => 8,
            SHORT => 2,
            _ => 1,
        };
        out.extend(tag.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend(((value.len() / value_bytes) as u32).to_le_bytes());
        if let Some(padding) = 4_usize.checked_sub(value.len()) {
            // What fits stands in the entry itself.
            out.extend(value.iter().copied().chain(std::iter::repeat_n(0, padding)));
        } else {
            out.extend(((values_at + beyond.len()) as u32).to_le_bytes());
            beyond.extend(value);
            // Values begin at even places.
            beyond.extend(std::iter::repeat_n(0, value.len() % 2));
        }
    }
    out.extend([0; 4]);
    out.extend(beyond);
    out
}

/// A number as a fraction of ten-thousandths.
fn rational(number: f64) -> Vec<u8> {
    const PARTS: u32 = 10_000;
    let parts = (number * f64::from(PARTS)).round().clamp(1.0, f64::from(u32::MAX)) as u32;
    [parts.to_le_bytes(), PARTS.to_le_bytes()].concat()
}
