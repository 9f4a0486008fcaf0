//! Rasters that no geotransform places, but ground control points or arrays of longitude and latitude: GDAL resamples
//! them to a regular grid, block by block as they are read, through a virtual dataset that says how.

use std::fmt::Write as _;

use gdal::raster::{ColorInterpretation, PaletteInterpretation, RasterBand};
use gdal::spatial_ref::SpatialRef;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags, Metadata as _};

use super::gdal_reason;
use super::opening::Fault;
use super::polynomial::Polynomial;
use crate::geo::GeoTransform;

/// What says where a raster's cells lie.
pub(super) enum Placement {
    /// A geotransform.
    Affine(GeoTransform),
    /// Ground control points.
    ControlPoints,
    /// Arrays of x and y, named by entries `KEY=VALUE` of the metadata domain GEOLOCATION.
    Arrays(Vec<String>),
}

/// A dataset on a regular grid.
pub(super) struct Resampled {
    pub dataset: Dataset,
    pub geotransform: GeoTransform,
    /// The system of the control points or arrays; None if they have none.
    pub crs: Option<SpatialRef>,
    /// The virtual dataset's text, by which GDAL opens it.
    pub xml: String,
}

/// Samples along each side of a raster, from which its bounds are found.
const SAMPLES: usize = 65;

/// Resamples a dataset to the nearest cell on a grid that has about as many cells along its diagonal, as gdalwarp does
/// (GDAL, `GDALSuggestedWarpOutput`). All bands keep their numbers; what is outside has no value.
pub(super) fn resampled(name: &str, source: &Dataset, placement: &Placement) -> Result<Resampled, Fault> {
    let (transformer, grid, crs) = match placement {
        Placement::ControlPoints => (control_points(source), control_point_grid(source)?, source.gcp_spatial_ref()),
        Placement::Arrays(entries) => {
            let value = |key: &str| entry(entries, key);
            // GDAL's own default where the arrays have no system.
            let crs = SpatialRef::from_definition(value("SRS").unwrap_or("EPSG:4326")).ok();
            (arrays(entries), array_grid(source, &value)?, crs)
        }
        Placement::Affine(transform) => (String::new(), Grid { size: [1, 1], transform: transform.0 }, None),
    };
    let xml = virtual_dataset(name, source, &transformer, &grid);
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_RASTER | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR,
        ..Default::default()
    };
    let dataset = Dataset::open_ex(&xml, options).map_err(|e| {
        let problem = format!("GDAL cannot resample it to a regular grid: {}", gdal_reason(&e));
        (problem, "warp it with gdalwarp, and give what that writes".to_owned())
    })?;
    let [columns, rows] = grid.size;
    let by = if matches!(placement, Placement::ControlPoints) { "ground control points" } else { "geolocation arrays" };
    tracing::info!(dataset = name, columns, rows, "placed by {by}: resampled to a regular grid");
    Ok(Resampled { dataset, geotransform: GeoTransform(grid.transform), crs, xml })
}

/// A regular grid, north up.
struct Grid {
    size: [usize; 2],
    transform: [f64; 6],
}

impl Grid {
    /// A grid over x0, x1, y0, y1 with square cells, of which the diagonal `diagonal` has as many as that of the
    /// source's columns and rows.
    fn over([x0, x1, y0, y1]: [f64; 4], diagonal: f64, source: [usize; 2]) -> Result<Self, Fault> {
        let [columns, rows] = source.map(|n| n as f64);
        let cell = diagonal / columns.hypot(rows);
        let sizes = [(x1 - x0) / cell, (y1 - y0) / cell];
        // A grid of more cells than the diagonal allows comes of points that contradict each other.
        let most = 4.0 * columns.hypot(rows) + 2.0;
        if !(cell > 0.0 && cell.is_finite() && sizes.iter().all(|n| (0.0..=most).contains(n))) {
            return Err((
                format!("what places it gives it the bounds x {x0} to {x1}, y {y0} to {y1}, which make no raster"),
                "check its ground control points or geolocation arrays with gdalinfo".into(),
            ));
        }
        let size = sizes.map(|n| n.round().max(1.0) as usize);
        Ok(Self { size, transform: [x0, cell, 0.0, y1, 0.0, -cell] })
    }

    /// GDAL's `GenImgProjTransformer` takes the inverse as well.
    fn inverse(&self) -> [f64; 6] {
        let [x0, dx, _, y1, _, dy] = self.transform;
        [-x0 / dx, 1.0 / dx, 0.0, -y1 / dy, 0.0, 1.0 / dy]
    }
}

/// The grid of a dataset with ground control points.
fn control_point_grid(source: &Dataset) -> Result<Grid, Fault> {
    let points: Vec<_> = source.gcps().iter().map(|p| ([p.pixel(), p.line()], [p.x(), p.y()])).collect();
    let fault = |problem: &str| {
        let problem = format!("its {} ground control points {problem}", points.len());
        (problem, "give it at least three that are not in a line, as with gdal_translate -gcp".to_owned())
    };
    if points.len() < 3 {
        return Err(fault("do not place it"));
    }
    let polynomial = Polynomial::fit(&points).ok_or_else(|| fault("lie in a line"))?;
    let (columns, rows) = source.raster_size();
    let mut bounds = Bounds::EMPTY;
    for j in 0..SAMPLES {
        for i in 0..SAMPLES {
            let at = |k: usize, n: usize| k as f64 / (SAMPLES - 1) as f64 * n as f64;
            bounds.add(polynomial.at([at(i, columns), at(j, rows)]));
        }
    }
    let [a, b] = [[0.0, 0.0], [columns as f64, rows as f64]].map(|corner| polynomial.at(corner));
    Grid::over(bounds.0, (b[0] - a[0]).hypot(b[1] - a[1]), [columns, rows])
}

/// The grid of a dataset with arrays of x and y.
fn array_grid<'a>(source: &Dataset, value: &impl Fn(&str) -> Option<&'a str>) -> Result<Grid, Fault> {
    let [x0, x1] = array_range(value, "X")?;
    let [y0, y1] = array_range(value, "Y")?;
    let (columns, rows) = source.raster_size();
    // The arrays hold centres of cells; half a cell and the bend of the rows are beyond them.
    let (dx, dy) = ((x1 - x0) / columns as f64, (y1 - y0) / rows as f64);
    let bounds = [x0 - dx, x1 + dx, y0 - dy, y1 + dy];
    Grid::over(bounds, (bounds[1] - bounds[0]).hypot(bounds[3] - bounds[2]), [columns, rows])
}

/// The least and the greatest coordinate in an array.
fn array_range<'a>(value: &impl Fn(&str) -> Option<&'a str>, axis: &str) -> Result<[f64; 2], Fault> {
    const FARTHEST_JUMP_DEG: f64 = 180.0;
    let warp = "warp it to a regular grid with gdalwarp -geoloc, and give what that writes";
    let fault = |problem: String| (format!("it is placed by geolocation arrays, and {problem}"), warp.to_owned());
    let (name, band) = (value(&format!("{axis}_DATASET")), value(&format!("{axis}_BAND")));
    let name = name.ok_or_else(|| fault(format!("that of {axis} is not named")))?;
    let number = band.and_then(|text| text.parse().ok()).unwrap_or(1);
    let read = || -> gdal::errors::Result<(usize, Vec<f64>)> {
        let dataset = Dataset::open(name)?;
        let band = dataset.rasterband(number)?;
        let (columns, rows) = band.size();
        let nodata = band.no_data_value();
        let mut cells = band.read_as::<f64>((0, 0), (columns, rows), (columns, rows), None)?.data().to_vec();
        cells.iter_mut().filter(|v| nodata == Some(**v)).for_each(|v| *v = f64::NAN);
        Ok((columns, cells))
    };
    let (columns, cells) =
        read().map_err(|e| fault(format!("that of {axis}, {name}, cannot be read: {}", gdal_reason(&e))))?;
    let jumps = |row: &[f64]| row.windows(2).any(|pair| (pair[1] - pair[0]).abs() > FARTHEST_JUMP_DEG);
    let is_degrees = cells.iter().all(|v| v.is_nan() || v.abs() <= 360.0);
    if axis == "X" && is_degrees && cells.chunks(columns.max(1)).any(jumps) {
        return Err(fault("its longitudes jump at the antimeridian".into()));
    }
    let (low, high) =
        cells.iter().filter(|v| v.is_finite()).fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    if low < high { Ok([low, high]) } else { Err(fault(format!("that of {axis}, {name}, holds no range of values"))) }
}

/// x0, x1, y0, y1.
struct Bounds([f64; 4]);

impl Bounds {
    const EMPTY: Self = Self([f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY]);

    fn add(&mut self, [x, y]: [f64; 2]) {
        let [x0, x1, y0, y1] = self.0;
        self.0 = [x0.min(x), x1.max(x), y0.min(y), y1.max(y)];
    }
}

fn entry<'a>(entries: &'a [String], key: &str) -> Option<&'a str> {
    entries.iter().filter_map(|e| e.split_once('=')).find(|(k, _)| *k == key).map(|(_, value)| value)
}

/// The element that places the source by its ground control points. Order 0 lets GDAL choose.
fn control_points(source: &Dataset) -> String {
    let mut xml = "<SrcGCPTransformer><GCPTransformer><Order>0</Order><Reversed>0</Reversed><GCPList>".to_owned();
    for (id, p) in source.gcps().iter().enumerate() {
        let _infallible = write!(
            xml,
            r#"<GCP Id="{id}" Pixel="{:?}" Line="{:?}" X="{:?}" Y="{:?}"/>"#,
            p.pixel(),
            p.line(),
            p.x(),
            p.y()
        );
    }
    xml + "</GCPList></GCPTransformer></SrcGCPTransformer>"
}

/// The element that places the source by arrays.
fn arrays(entries: &[String]) -> String {
    let mut items = String::new();
    for (key, value) in entries.iter().filter_map(|e| e.split_once('=')) {
        let _infallible = write!(items, r#"<MDI key="{}">{}</MDI>"#, escaped(key), escaped(value));
    }
    format!(
        "<SrcGeoLocTransformer><GeoLocTransformer><Reversed>0</Reversed><Metadata>{items}</Metadata>\
         </GeoLocTransformer></SrcGeoLocTransformer>"
    )
}

/// GDAL's description of the resampled dataset.
fn virtual_dataset(name: &str, source: &Dataset, transformer: &str, grid: &Grid) -> String {
    let count = source.raster_count();
    let bands: Vec<_> = (1..=count).filter_map(|number| source.rasterband(number).ok()).collect();
    // Outside the source there is nodata, or else an alpha band of 0.
    let has_alpha = bands.iter().any(|b| b.color_interpretation() == ColorInterpretation::AlphaBand);
    let needs_alpha = !has_alpha && bands.iter().any(|b| b.no_data_value().is_none());
    let mut described = String::new();
    let mut mapped = String::new();
    for (number, band) in (1..).zip(&bands) {
        described += &band_element(number, band);
        mapped += &mapping(number, band);
    }
    let mut alpha = String::new();
    if needs_alpha {
        let number = count + 1;
        let _infallible = write!(
            described,
            r#"<VRTRasterBand dataType="Byte" band="{number}" subClass="VRTWarpedRasterBand"><ColorInterp>Alpha</ColorInterp></VRTRasterBand>"#
        );
        alpha = format!("<DstAlphaBand>{number}</DstAlphaBand>");
    }
    let [columns, rows] = grid.size;
    format!(
        r#"<VRTDataset rasterXSize="{columns}" rasterYSize="{rows}" subClass="VRTWarpedDataset">
<GeoTransform>{transform}</GeoTransform>{described}
<GDALWarpOptions><WarpMemoryLimit>3.2e7</WarpMemoryLimit><ResampleAlg>NearestNeighbour</ResampleAlg>
<Option name="INIT_DEST">NO_DATA</Option><Option name="UNIFIED_SRC_NODATA">NO</Option>
<Option name="ERROR_OUT_IF_EMPTY_SOURCE_WINDOW">FALSE</Option>
<SourceDataset relativeToVRT="0">{source}</SourceDataset>
<Transformer><ApproxTransformer><MaxError>0.125</MaxError><BaseTransformer><GenImgProjTransformer>{transformer}
<DstGeoTransform>{transform}</DstGeoTransform><DstInvGeoTransform>{inverse}</DstInvGeoTransform>
</GenImgProjTransformer></BaseTransformer></ApproxTransformer></Transformer>
<BandList>{mapped}</BandList>{alpha}</GDALWarpOptions></VRTDataset>"#,
        transform = listed(&grid.transform),
        inverse = listed(&grid.inverse()),
        source = escaped(name),
    )
}

/// Numbers with all their digits.
fn listed(numbers: &[f64]) -> String {
    numbers.iter().map(|n| format!("{n:?}")).collect::<Vec<_>>().join(",")
}

/// A band with all that its cells mean.
fn band_element(number: usize, band: &RasterBand) -> String {
    // The crate has no name for complex types; of these the real part is drawn.
    let kind = match band.band_type() {
        gdal::raster::GdalDataType::Unknown => "Float64".to_owned(),
        kind => kind.name(),
    };
    let mut xml = format!(r#"<VRTRasterBand dataType="{kind}" band="{number}" subClass="VRTWarpedRasterBand">"#);
    let mut add = |element: &str, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            let _infallible = write!(xml, "<{element}>{}</{element}>", escaped(&text));
        }
    };
    add("Description", band.description().ok());
    add("UnitType", Some(band.unit()));
    add("Offset", band.offset().map(|v| format!("{v:?}")));
    add("Scale", band.scale().map(|v| format!("{v:?}")));
    add("NoDataValue", band.no_data_value().map(number_text));
    add("ColorInterp", Some(band.color_interpretation().name()));
    xml + &palette(band) + "</VRTRasterBand>"
}

fn palette(band: &RasterBand) -> String {
    let Some(table) = band.color_table().filter(|t| t.palette_interpretation() == PaletteInterpretation::Rgba) else {
        return String::new();
    };
    let mut elements = String::new();
    for c in (0..table.entry_count()).filter_map(|index| table.entry_as_rgb(index)) {
        let _infallible = write!(elements, r#"<Entry c1="{}" c2="{}" c3="{}" c4="{}"/>"#, c.r, c.g, c.b, c.a);
    }
    format!("<ColorTable>{elements}</ColorTable>")
}

fn mapping(number: usize, band: &RasterBand) -> String {
    let nodata = band.no_data_value().map_or_else(String::new, |value| {
        let value = number_text(value);
        format!("<SrcNoDataReal>{value}</SrcNoDataReal><DstNoDataReal>{value}</DstNoDataReal>")
    });
    format!(r#"<BandMapping src="{number}" dst="{number}">{nodata}</BandMapping>"#)
}

/// A number as GDAL reads it.
fn number_text(value: f64) -> String {
    if value.is_nan() { "nan".into() } else { format!("{value:?}") }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
