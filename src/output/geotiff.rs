//! TIFF with the map's place in it, written by GDAL, which knows how systems are told in `GeoTIFF`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use gdal::cpl::CslStringList;
use gdal::raster::Buffer;
use gdal::spatial_ref::SpatialRef;
use gdal::{Dataset, DriverManager, Metadata as _};

use super::encoder::{Fault, FigureMeta, SOFTWARE};
use super::image::{Channels, Image};
use crate::geo::Crs;

/// Bytes of a strip, about: so much is decoded at a time by what reads a part of the figure.
const STRIP_BYTES: usize = 256 << 10;

/// What is used again from figure to figure.
#[derive(Default)]
pub(super) struct Scratch {
    /// The last map's system: reading one takes as long as encoding a small figure.
    system: Option<(Crs, SpatialRef)>,
}

impl Scratch {
    /// Appends a TIFF file: all pixels as they are, resolution, title, software, and where the map box lies.
    ///
    /// # Errors
    /// What GDAL says.
    pub(super) fn write(&mut self, out: &mut Vec<u8>, image: &Image, meta: &FigureMeta) -> Result<(), Fault> {
        let file = MemoryFile::new();
        let rows = (STRIP_BYTES / (image.size_px()[0] as usize * image.channels().count())).max(1);
        let mut dataset = create(&file.0, image, rows)?;
        self.describe(&mut dataset, meta)?;
        for first_row in (0..image.size_px()[1] as usize).step_by(rows) {
            write_strip(&dataset, image, first_row, rows)?;
            // Whatever GDAL's cache has room for, strips are written once and in their order.
            dataset.flush_cache()?;
        }
        dataset.close()?;
        *out = gdal::vsi::get_vsi_mem_file_bytes_owned(&file.0)?;
        Ok(())
    }

    /// Tells what the file is before its pixels are written: GDAL would else write the head again behind them.
    fn describe(&mut self, dataset: &mut Dataset, meta: &FigureMeta) -> Result<(), Fault> {
        let place = meta.place.ok_or("it has no place on a map")?;
        if self.system.as_ref().is_none_or(|(crs, _)| *crs != place.crs) {
            self.system = Some((place.crs.clone(), place.crs.spatial_ref()?));
        }
        if let Some((_, system)) = &self.system {
            dataset.set_spatial_ref(system)?;
        }
        dataset.set_geo_transform(&place.transform.0)?;
        let dpi = meta.dpi.to_string();
        let title = meta.title_text();
        let tags = [
            ("TIFFTAG_SOFTWARE", SOFTWARE),
            ("TIFFTAG_IMAGEDESCRIPTION", &title),
            ("TIFFTAG_XRESOLUTION", &dpi),
            ("TIFFTAG_YRESOLUTION", &dpi),
            ("TIFFTAG_RESOLUTIONUNIT", "2"),
        ];
        for (tag, value) in tags.into_iter().filter(|(_, value)| !value.is_empty()) {
            dataset.set_metadata_item(tag, value, "")?;
        }
        Ok(())
    }
}

/// Whether `GeoTIFF` can tell a system: its keys know some projections only. (GDAL says nothing of those that are left
/// out, so this looks at what it reads.)
#[must_use]
pub fn geotiff_holds(crs: &Crs) -> bool {
    let image = Image::new([1, 1], Channels::Rgb, vec![0; 3]);
    let holds = || -> Result<bool, Fault> {
        let file = MemoryFile::new();
        let mut dataset = create(&file.0, &image, 1)?;
        dataset.set_spatial_ref(&crs.spatial_ref()?)?;
        dataset.set_geo_transform(&[0.0, 1.0, 0.0, 0.0, 0.0, -1.0])?;
        dataset.close()?;
        // What GDAL puts beside the file does not count.
        let _rare = gdal::vsi::unlink_mem_file(file.beside());
        Ok(Dataset::open(&file.0)?.spatial_ref().is_ok())
    };
    holds().unwrap_or(false)
}

fn create(path: &Path, image: &Image, strip_rows: usize) -> Result<Dataset, Fault> {
    let mut options = CslStringList::new();
    let rows = strip_rows.to_string();
    let settings = [
        ("PHOTOMETRIC", "RGB"),
        ("INTERLEAVE", "PIXEL"),
        // Measured on maps of 1400x900 px, beyond what no compression takes: 13 to 32 ms, 95 to 525 kB; LZW 4 to 16 ms,
        // 179 to 516 kB; with differences of neighbours deflate is larger.
        ("COMPRESS", "DEFLATE"),
        ("BLOCKYSIZE", &rows),
        // Whatever the environment says: the same figure is the same file.
        ("NUM_THREADS", "1"),
        ("ALPHA", "NON-PREMULTIPLIED"),
    ];
    // An opaque figure has no fourth band.
    let used = settings.len() - usize::from(image.channels().count() == 3);
    for (name, value) in &settings[..used] {
        options.set_name_value(name, value)?;
    }
    let [width, height] = image.size_px().map(|size| size as usize);
    let driver = DriverManager::get_driver_by_name("GTiff")?;
    let bands = image.channels().count();
    Ok(driver.create_with_band_type_with_options::<u8, _>(path, width, height, bands, &options)?)
}

/// Writes some rows of all bands.
fn write_strip(dataset: &Dataset, image: &Image, first_row: usize, rows: usize) -> Result<(), Fault> {
    let [width, height] = image.size_px().map(|size| size as usize);
    let (rows, bands) = (rows.min(height - first_row), image.channels().count());
    let strip = &image.bytes()[first_row * width * bands..(first_row + rows) * width * bands];
    for band in 0..bands {
        let values: Vec<u8> = strip.iter().skip(band).step_by(bands).copied().collect();
        let mut buffer = Buffer::new((width, rows), values);
        dataset.rasterband(band + 1)?.write((0, first_row as isize), (width, rows), &mut buffer)?;
    }
    Ok(())
}

/// A file in memory, which goes with whatever GDAL put beside it.
struct MemoryFile(PathBuf);

impl MemoryFile {
    fn new() -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        Self(PathBuf::from(format!("/vsimem/mapfolio-figure-{number}.tif")))
    }

    /// Where GDAL puts what the file itself cannot hold.
    fn beside(&self) -> PathBuf {
        self.0.with_extension("tif.aux.xml")
    }
}

impl Drop for MemoryFile {
    fn drop(&mut self) {
        // Either may be there or not.
        let _taken = gdal::vsi::unlink_mem_file(&self.0);
        let _rare = gdal::vsi::unlink_mem_file(self.beside());
    }
}
