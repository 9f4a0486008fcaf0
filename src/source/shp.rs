//! Shapefiles, read shape by shape. The records' claims about their sizes are checked against the file before
//! any shape is read, so that a damaged file is an error with a place and never a huge allocation.
//!
//! Layout: ESRI Shapefile Technical Description, July 1998.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use shapefile::record::traits::HasXY;
use shapefile::{PolygonRing, Shape, ShapeReader, ShapeType};

use super::ogr;
use super::outlines::{OutlineBuilder, Outlines, Selection, assumed_crs, fault};
use crate::error::{Error, Result};
use crate::geo::Crs;

const FILE_HEADER_BYTES: u64 = 100;
const RECORD_HEADER_BYTES: u64 = 8;
/// Type, bounding box, number of parts, number of points.
const PARTS_HEADER_BYTES: u64 = 44;
/// Type, bounding box, number of points.
const MULTIPOINT_HEADER_BYTES: u64 = 40;
const DAMAGED: &str = "the file is truncated or damaged: fetch or write it again";
const READ_AHEAD_BYTES: usize = 256 << 10;

/// Reads a shapefile.
///
/// All attributes are GDAL's to read, so a filter, classes or labels make the whole file GDAL's.
pub(super) fn read(path: &Path, selection: &Selection) -> Result<Outlines> {
    check_selection(path, selection)?;
    let io_error = Error::io(path, "read");
    let file = File::open(path).map_err(io_error)?;
    let file_bytes = file.metadata().map_err(io_error)?.len();
    let mut reader = BufReader::with_capacity(READ_AHEAD_BYTES, file);
    let totals = check_records(&mut reader, file_bytes).map_err(|problem| fault(path, problem, DAMAGED))?;
    reader.seek(SeekFrom::Start(0)).map_err(io_error)?;
    let mut shapes = ShapeReader::new(reader).map_err(|e| fault(path, e.to_string(), DAMAGED))?;
    let header = *shapes.header();
    if header.shape_type == ShapeType::Multipatch {
        return Err(multipatch_fault(path));
    }
    if selection.needs_attributes() {
        return ogr::read(path, selection);
    }
    let bounds = [header.bbox.min.x, header.bbox.min.y, header.bbox.max.x, header.bbox.max.y];
    let (crs, warning) = layer_crs(path, bounds)?;
    let mut builder = OutlineBuilder::new(path, &crs, bounds, selection)?;
    if let Some(warning) = warning {
        builder.warn(warning);
    }
    builder.reserve(totals.points, totals.parts);
    for (feature, shape) in shapes.iter_shapes_as::<Shape>().enumerate() {
        builder.note_features();
        let shape = shape.map_err(|e| fault(path, format!("feature {feature} cannot be read: {e}"), DAMAGED))?;
        add_shape(&mut builder, path, feature, &shape)?;
    }
    builder.finish()
}

/// The system of the `.prj` beside the file, or an assumed one and a warning.
fn layer_crs(path: &Path, bounds: [f64; 4]) -> Result<(Crs, Option<String>)> {
    let prj = ["prj", "PRJ"].map(|e| path.with_extension(e)).into_iter().find(|p| p.is_file());
    if let Some(prj) = prj {
        return Ok((Crs::from_prj_file(&prj)?, None));
    }
    let (crs, warning) = assumed_crs(path, bounds, "put its .prj file beside it")?;
    Ok((crs, Some(warning)))
}

/// Checks that the selection is one of this file's, and that what GDAL needs for a filter is there.
fn check_selection(path: &Path, selection: &Selection) -> Result<()> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    if let Some(layer) = selection.layer.filter(|layer| *layer != stem) {
        return Err(fault(
            path,
            format!("it has no layer {layer}"),
            format!("its only layer is {stem}; leave layer out"),
        ));
    }
    let needed_by = match selection {
        Selection { filter: Some(_), .. } => Some(["`where` needs", "where"]),
        Selection { classes: Some(_), .. } => Some(["its classes need", "the classes"]),
        Selection { labels: Some(_), .. } => Some(["`labels` needs", "labels"]),
        _ => None,
    };
    let lacks = |ending: &str| {
        let beside = |e: &str| path.with_extension(e).is_file();
        needed_by.is_some() && !beside(ending) && !beside(&ending.to_uppercase())
    };
    for (ending, role) in [("dbf", "holds the attributes"), ("shx", "says where each feature is")] {
        if lacks(ending) {
            let [who_needs, what] = needed_by.unwrap_or_default();
            let problem = format!("its .{ending}, which {role}, is not there, and {who_needs} it");
            return Err(fault(path, problem, format!("put the .{ending} file beside it, or leave {what} out")));
        }
    }
    Ok(())
}

fn multipatch_fault(path: &Path) -> Error {
    fault(path, "it holds surfaces in space (multipatch)", "give a layer of points, lines or polygons")
}

fn add_shape(builder: &mut OutlineBuilder, path: &Path, feature: usize, shape: &Shape) -> Result<()> {
    match shape {
        Shape::Polygon(p) => add_polygon(builder, feature, p.rings().iter().map(PolygonRing::points)),
        Shape::PolygonM(p) => add_polygon(builder, feature, p.rings().iter().map(PolygonRing::points)),
        Shape::PolygonZ(p) => add_polygon(builder, feature, p.rings().iter().map(PolygonRing::points)),
        Shape::Polyline(p) => p.parts().iter().for_each(|line| builder.add_line(feature, positions(line))),
        Shape::PolylineM(p) => p.parts().iter().for_each(|line| builder.add_line(feature, positions(line))),
        Shape::PolylineZ(p) => p.parts().iter().for_each(|line| builder.add_line(feature, positions(line))),
        Shape::Point(p) => builder.add_dots(feature, std::iter::once([p.x, p.y])),
        Shape::PointM(p) => builder.add_dots(feature, std::iter::once([p.x, p.y])),
        Shape::PointZ(p) => builder.add_dots(feature, std::iter::once([p.x, p.y])),
        Shape::Multipoint(p) => builder.add_dots(feature, positions(p.points())),
        Shape::MultipointM(p) => builder.add_dots(feature, positions(p.points())),
        Shape::MultipointZ(p) => builder.add_dots(feature, positions(p.points())),
        // A feature without a geometry is legal.
        Shape::NullShape => {}
        Shape::Multipatch(_) => return Err(multipatch_fault(path)),
    }
    Ok(())
}

fn positions<P: HasXY>(points: &[P]) -> impl ExactSizeIterator<Item = [f64; 2]> {
    points.iter().map(|p| [p.x(), p.y()])
}

fn add_polygon<'p, P: HasXY + 'p>(builder: &mut OutlineBuilder, feature: usize, rings: impl Iterator<Item = &'p [P]>) {
    builder.begin_polygon();
    rings.for_each(|ring| builder.add_ring(feature, positions(ring)));
}

/// What the file holds in all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Totals {
    parts: usize,
    points: usize,
}

/// Walks over the records and checks that each one's counts fit its length, and its length the file.
///
/// # Errors
/// The problem, for the caller to put the file's name in front.
fn check_records(reader: &mut BufReader<impl Read + Seek>, file_bytes: u64) -> Result<Totals, String> {
    let header: [u8; 28] = read_bytes(reader).ok_or_else(|| too_short(file_bytes))?;
    if big_endian(&header, 0) != 9994 {
        return Err("it is not a shapefile: the file code is not 9994".into());
    }
    let promised_bytes = u64::from(big_endian(&header, 24)) * 2;
    if promised_bytes > file_bytes || file_bytes < FILE_HEADER_BYTES {
        return Err(format!("its header promises {promised_bytes} bytes, but the file has {file_bytes}"));
    }
    skip(reader, FILE_HEADER_BYTES - header.len() as u64).ok_or_else(|| too_short(file_bytes))?;
    let (mut totals, mut at, mut record) = (Totals::default(), FILE_HEADER_BYTES, 0);
    while at < promised_bytes {
        let left = (promised_bytes - at).saturating_sub(RECORD_HEADER_BYTES);
        let record_bytes = check_record(reader, left, &mut totals)
            .map_err(|problem| format!("feature {record}, at byte {at} of {promised_bytes}, {problem}"))?;
        at += RECORD_HEADER_BYTES + record_bytes;
        record += 1;
    }
    Ok(totals)
}

/// Checks one record and moves behind it; its content's length in bytes.
fn check_record(reader: &mut BufReader<impl Read + Seek>, left: u64, totals: &mut Totals) -> Result<u64, String> {
    const TYPES_WITH_PARTS: [u32; 7] = [3, 5, 13, 15, 23, 25, 31];
    const MULTIPOINT_TYPES: [u32; 3] = [8, 18, 28];
    let cut = || "is cut off".to_owned();
    let header: [u8; 8] = read_bytes(reader).ok_or_else(cut)?;
    let bytes = u64::from(big_endian(&header, 4)) * 2;
    if bytes > left {
        return Err(format!("claims {bytes} bytes where {left} are left"));
    }
    if bytes < 4 {
        return Err(format!("claims {bytes} bytes, too few for a shape"));
    }
    let kind: [u8; 4] = read_bytes(reader).ok_or_else(cut)?;
    if MULTIPOINT_TYPES.contains(&u32::from_le_bytes(kind)) {
        return check_multipoint(reader, bytes);
    }
    if !TYPES_WITH_PARTS.contains(&u32::from_le_bytes(kind)) {
        skip(reader, bytes - 4).ok_or_else(cut)?;
        return Ok(bytes);
    }
    if bytes < PARTS_HEADER_BYTES {
        return Err(format!("claims {bytes} bytes, too few for a line or polygon"));
    }
    let counts: [u8; 40] = read_bytes(reader).ok_or_else(cut)?;
    let [parts, points] = [32, 36].map(|at| u64::from(little_endian(&counts, at)));
    if PARTS_HEADER_BYTES + 4 * parts + 16 * points > bytes {
        return Err(format!("claims {parts} parts and {points} points in {bytes} bytes"));
    }
    // Both counts were just found to be less than the length of a file of at most 8 GB.
    totals.parts += usize::try_from(parts).unwrap_or(0);
    totals.points += usize::try_from(points).unwrap_or(0);
    check_part_starts(reader, parts, points)?;
    skip(reader, bytes - PARTS_HEADER_BYTES - 4 * parts).ok_or_else(cut)?;
    Ok(bytes)
}

/// Checks that a record's parts follow each other within its points: room for as many as they claim is made at once.
fn check_part_starts(reader: &mut impl Read, parts: u64, points: u64) -> Result<(), String> {
    let mut last = 0;
    for part in 0..parts {
        let start = read_bytes(reader).map(u32::from_le_bytes).ok_or_else(|| "is cut off".to_owned())?;
        if start < last || u64::from(start) > points {
            return Err(format!(
                "claims that part {part} begins at point {start} of {points}, the one before at {last}"
            ));
        }
        last = start;
    }
    Ok(())
}

/// Checks a record of several points, from behind its type on.
fn check_multipoint(reader: &mut BufReader<impl Read + Seek>, bytes: u64) -> Result<u64, String> {
    let cut = || "is cut off".to_owned();
    if bytes < MULTIPOINT_HEADER_BYTES {
        return Err(format!("claims {bytes} bytes, too few for points"));
    }
    let counts: [u8; 36] = read_bytes(reader).ok_or_else(cut)?;
    let points = u64::from(little_endian(&counts, 32));
    if MULTIPOINT_HEADER_BYTES + 16 * points > bytes {
        return Err(format!("claims {points} points in {bytes} bytes"));
    }
    skip(reader, bytes - MULTIPOINT_HEADER_BYTES).ok_or_else(cut)?;
    Ok(bytes)
}

fn too_short(file_bytes: u64) -> String {
    format!("{file_bytes} bytes are too few for a shapefile")
}

fn read_bytes<const N: usize>(reader: &mut impl Read) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes).is_ok().then_some(bytes)
}

fn word(bytes: &[u8], at: usize) -> [u8; 4] {
    [0, 1, 2, 3].map(|k| bytes[at + k])
}

fn big_endian(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(word(bytes, at))
}

fn little_endian(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(word(bytes, at))
}

/// Moves forward without losing what is read ahead.
fn skip(reader: &mut BufReader<impl Read + Seek>, bytes: u64) -> Option<()> {
    reader.seek_relative(i64::try_from(bytes).ok()?).ok()
}
