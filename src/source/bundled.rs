//! Layers that the program carries: `:states` and the like are drawn without a file. `assets/README.md` says where they
//! come from.

use std::io::Read as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::GzDecoder;
use gdal::errors::GdalError;
use gdal::vsi::{create_mem_file, unlink_mem_file};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::outlines::{OutlineBuilder, Outlines, Selection, fault};
use super::shapes::LayerShapes;
use super::topology::Topology;
use super::{gdal_reason, ogr};
use crate::error::{Error, Result};
use crate::geo::Crs;

/// A layer that the program carries.
#[derive(Debug)]
pub struct BundledLayer {
    /// What follows the colon: `states`.
    pub name: &'static str,
    /// What it holds, in a few words.
    pub what: &'static str,
    /// The attributes of its features.
    pub columns: &'static [&'static str],
    shape: Shape,
    system: &'static str,
    packed: &'static [u8],
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Points,
    Lines,
    Areas,
}

macro_rules! packed {
    ($name:literal) => {
        include_bytes!(concat!("../../assets/layers/", $name, ".json.gz"))
    };
}

static US: &[u8] = packed!("us");
static WORLD: &[u8] = packed!("world");
const WGS84: &str = "EPSG:4326";
const NAD83: &str = "EPSG:4269";

static LAYERS: [BundledLayer; 9] = [
    BundledLayer {
        name: "states",
        what: "US states and territories",
        columns: &["name", "postal", "fips"],
        shape: Shape::Areas,
        system: NAD83,
        packed: US,
    },
    BundledLayer {
        name: "counties",
        what: "US counties",
        columns: &["name", "state", "fips"],
        shape: Shape::Areas,
        system: NAD83,
        packed: US,
    },
    BundledLayer {
        name: "countries",
        what: "countries, 1:10m",
        columns: &["name", "iso_n3"],
        shape: Shape::Areas,
        system: WGS84,
        packed: WORLD,
    },
    BundledLayer {
        name: "borders",
        what: "borders between countries, 1:10m",
        columns: &[],
        shape: Shape::Lines,
        system: WGS84,
        packed: WORLD,
    },
    BundledLayer {
        name: "coastline",
        what: "coasts, 1:10m",
        columns: &[],
        shape: Shape::Lines,
        system: WGS84,
        packed: WORLD,
    },
    BundledLayer { name: "land", what: "land, 1:10m", columns: &[], shape: Shape::Areas, system: WGS84, packed: WORLD },
    BundledLayer {
        name: "provinces",
        what: "borders between states and provinces of all countries, 1:10m",
        columns: &[],
        shape: Shape::Lines,
        system: WGS84,
        packed: packed!("provinces"),
    },
    BundledLayer {
        name: "lakes",
        what: "lakes, 1:10m",
        columns: &[],
        shape: Shape::Areas,
        system: WGS84,
        packed: packed!("lakes"),
    },
    BundledLayer {
        name: "cities",
        what: "5227 populated places",
        columns: &["name", "pop", "country"],
        shape: Shape::Points,
        system: WGS84,
        packed: packed!("cities"),
    },
];

/// All bundled layers.
#[must_use]
pub fn bundled_layers() -> &'static [BundledLayer] {
    &LAYERS
}

/// The bundled layer that a path such as `:states` names; None for all paths that begin without a colon.
///
/// # Errors
/// [`Error::Layer`] for a colon and a name that no bundled layer has.
pub fn bundled_layer(path: &Path) -> Result<Option<&'static BundledLayer>> {
    let text = path.to_string_lossy();
    let Some(name) = text.strip_prefix(':') else { return Ok(None) };
    let found = LAYERS.iter().find(|layer| layer.name.eq_ignore_ascii_case(name));
    found.map(Some).ok_or_else(|| {
        let names: Vec<_> = LAYERS.iter().map(|layer| format!(":{}", layer.name)).collect();
        let remedy = format!("give one of {}, or ./{text} for a file of this name", names.join(", "));
        fault(path, "there is no bundled layer of this name", remedy)
    })
}

impl BundledLayer {
    /// What tells this layer's data from that of another version of the program.
    #[must_use]
    pub fn stamp(&self) -> String {
        // The checksum and the length of the unpacked data, RFC 1952.
        let tail = self.packed.last_chunk::<8>().copied().unwrap_or_default();
        format!("bundled {:016x}", u64::from_le_bytes(tail))
    }

    /// What kinds of shapes it holds.
    pub(super) fn shapes(&self) -> LayerShapes {
        let is = |shape| self.shape == shape;
        LayerShapes { points: is(Shape::Points), lines: is(Shape::Lines), areas: is(Shape::Areas) }
    }

    /// Reads the selected features.
    ///
    /// # Errors
    /// For a selection by columns that it does not have.
    pub(super) fn read(&self, path: &Path, selection: &Selection) -> Result<Outlines> {
        const ALL: [f64; 4] = [-180.0, -90.0, 180.0, 90.0];
        if let Some(layer) = selection.layer.filter(|layer| *layer != self.name) {
            return Err(fault(path, format!("it has no layer {layer}"), "leave layer out: it is one layer"));
        }
        let topology = self.topology()?;
        let mut builder = OutlineBuilder::new(path, &Crs::from_user(self.system, self.name)?, ALL, selection)?;
        builder.note_features();
        let add = |builder: &mut OutlineBuilder, index: usize| {
            topology.add(index, builder).map_err(|problem| self.broken(&problem))
        };
        if selection.needs_attributes() {
            let table = AttributeTable::open(self, &topology)?;
            let dataset = table.dataset()?;
            let mut layer = ogr::choose_layer(path, dataset, None)?;
            ogr::add_selected(path, dataset, &mut layer, selection, &mut builder, &mut |builder, _, feature| {
                let index = feature.fid().and_then(|fid| usize::try_from(fid).ok());
                add(builder, index.ok_or_else(|| self.broken("a feature has no number"))?)
            })?;
        } else {
            (0..topology.len()).try_for_each(|index| add(&mut builder, index))?;
        }
        builder.finish()
    }

    /// Its shapes and attributes.
    fn topology(&self) -> Result<Topology> {
        let mut text = String::new();
        let unpacked = GzDecoder::new(self.packed).read_to_string(&mut text).map_err(|e| e.to_string());
        unpacked.and_then(|_| Topology::read(&text, self.name)).map_err(|problem| self.broken(&problem))
    }

    /// The program's own data cannot be wrong, but a damaged binary may be.
    fn broken(&self, problem: &str) -> Error {
        let path = format!(":{}", self.name);
        fault(Path::new(&path), format!("the bundled data are damaged: {problem}"), "install mapfolio again")
    }
}

/// A layer's attributes as a dataset of GDAL's, in memory while this is there.
struct AttributeTable<'a> {
    layer: &'a BundledLayer,
    /// None only while it is dropped.
    dataset: Option<Dataset>,
    file: String,
}

impl<'a> AttributeTable<'a> {
    fn open(layer: &'a BundledLayer, topology: &Topology) -> Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        // The layer has the file's name in GDAL's messages.
        let file = format!("/vsimem/mapfolio-{}/{}.geojson", COUNT.fetch_add(1, Ordering::Relaxed), layer.name);
        let broken = |e: GdalError| layer.broken(&gdal_reason(&e));
        create_mem_file(&file, topology.attributes().into_bytes()).map_err(broken)?;
        let mut table = Self { layer, dataset: None, file };
        let options = DatasetOptions { open_flags: GdalOpenFlags::GDAL_OF_VECTOR, ..Default::default() };
        table.dataset = Some(Dataset::open_ex(&table.file, options).map_err(broken)?);
        Ok(table)
    }

    fn dataset(&self) -> Result<&Dataset> {
        self.dataset.as_ref().ok_or_else(|| self.layer.broken("its attributes are closed"))
    }
}

impl Drop for AttributeTable<'_> {
    fn drop(&mut self) {
        // The file may go once it is closed.
        self.dataset = None;
        if let Err(e) = unlink_mem_file(&self.file) {
            tracing::debug!("{}: cannot remove: {e}", self.file);
        }
    }
}
