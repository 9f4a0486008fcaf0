//! The flags that say what rasters are drawn and how their values become colours.

use std::path::PathBuf;

use clap::Args;
use mapfolio::job::{Categories, ColormapJob, MemorySize, NormKind, Numbers, RasterJob};
use mapfolio::source::BandSelection;
use mapfolio::style::{Extend, ResamplingChoice};

use super::choice;

#[derive(Debug, Args)]
#[command(next_help_heading = "Raster")]
pub(super) struct RasterArgs {
    /// Any name that GDAL opens, or a quoted pattern of file names; repeatable
    #[arg(long, value_name = "DATASET")]
    raster: Vec<String>,
    /// Text file of rasters, one a line; - is the standard input
    #[arg(long, value_name = "FILE")]
    raster_list: Option<PathBuf>,
    /// Rasters of a container such as a netCDF file whose names fit, with * and ?
    #[arg(long, value_name = "GLOB")]
    subdatasets: Option<String>,
    /// The raster's system, if it has none or a wrong one; as --crs
    #[arg(long, value_name = "CRS", allow_hyphen_values = true)]
    raster_crs: Option<String>,
    /// Bands: numbers, counted from 1, as 1,3 or 1:24:6, a description, or all; each gives a set of figures [default: 1]
    #[arg(long, value_name = "BANDS", allow_negative_numbers = true)]
    band: Option<BandSelection>,
    /// Colormap by matplotlib's or cmocean's name, _r reverses it, see mapfolio colormaps; or colours in steps as
    /// white,#4040ff,navy, or blended as white..#4040ff..navy; or a file: GMT's .cpt, GDAL's colour-relief text, QGIS's
    /// exported colour map [default: viridis]
    #[arg(long, value_name = "NAME|COLORS|FILE")]
    cmap: Option<String>,
    /// Take this many colours out of the colormap, as matplotlib's lut [default: all that it has, or 256]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    lut: Option<usize>,
    /// Boundaries A,B,.. or A:B:STEP up to and including B, in value units
    #[arg(long, value_name = "LEVELS", allow_hyphen_values = true)]
    levels: Option<String>,
    /// How values are spread over the colours [default: boundary with --levels, categorical with --categories, else linear]
    #[arg(long, value_name = "NORM", value_parser = choice::<NormKind>())]
    norm: Option<NormKind>,
    /// Value of the first colour [default: the raster's minimum]
    #[arg(long, value_name = "VALUE", allow_negative_numbers = true)]
    vmin: Option<f64>,
    /// Value of the last colour [default: the raster's maximum]
    #[arg(long, value_name = "VALUE", allow_negative_numbers = true)]
    vmax: Option<f64>,
    /// Value of the middle colour, of --norm twoslope, and of centered [default there: 0]
    #[arg(long, value_name = "VALUE", allow_negative_numbers = true)]
    vcenter: Option<f64>,
    /// Half the range of --norm centered, from its middle to either end [default: as far as the raster's values]
    #[arg(long, value_name = "VALUE", allow_negative_numbers = true)]
    halfrange: Option<f64>,
    /// Exponent of --norm power
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    gamma: Option<f64>,
    /// Up to where --norm symlog is linear on both sides of 0
    #[arg(long, value_name = "VALUE", allow_negative_numbers = true)]
    linthresh: Option<f64>,
    /// Length of each half of that range on the scale, in decades [default: 1]
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    linscale: Option<f64>,
    /// Colours of values that stand for things: VALUE=COLOR[:NAME],.. such as 1=navy:Water,2=forestgreen:Forest
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    categories: Option<String>,
    /// Colour of values under the range [default: the colormap's]
    #[arg(long, value_name = "COLOR")]
    under: Option<String>,
    /// Colour of values over the range [default: the colormap's]
    #[arg(long, value_name = "COLOR")]
    over: Option<String>,
    /// Colour of cells without a value [default: none]
    #[arg(long, value_name = "COLOR")]
    bad: Option<String>,
    /// Ends with a colour of their own for values beyond them [default: neither]
    #[arg(long, value_name = "ENDS", value_parser = choice::<Extend>())]
    extend: Option<Extend>,
    /// How cells are sampled; auto: nearest where they are larger than pixels, else average; max and min: the largest and
    /// smallest of a pixel's cells, such as of radar or gusts [default: auto]
    #[arg(long, value_name = "HOW", value_parser = choice::<ResamplingChoice>())]
    resampling: Option<ResamplingChoice>,
    /// Opacity, 0 to 1; multiplies that of the colours [default: 1]
    #[arg(long, value_name = "A", allow_negative_numbers = true)]
    alpha: Option<f64>,
    /// Most memory for cells on the adapter, such as 200M; larger rasters are read in tiles [default: 36M on software
    /// adapters, else 1G]
    #[arg(long, value_name = "SIZE")]
    raster_memory: Option<MemorySize>,
}

impl RasterArgs {
    pub(super) fn into_job(self) -> RasterJob {
        RasterJob {
            paths: self.raster,
            list: self.raster_list,
            subdatasets: self.subdatasets,
            crs: self.raster_crs,
            bands: self.band,
            cmap: self.cmap.map(ColormapJob::Text),
            lut: self.lut,
            levels: self.levels.map(Numbers::Text),
            vmin: self.vmin,
            vmax: self.vmax,
            norm: self.norm,
            vcenter: self.vcenter,
            halfrange: self.halfrange,
            gamma: self.gamma,
            linthresh: self.linthresh,
            linscale: self.linscale,
            categories: self.categories.map(Categories::Text),
            under: self.under,
            over: self.over,
            bad: self.bad,
            extend: self.extend,
            resampling: self.resampling,
            alpha: self.alpha,
            memory: self.raster_memory,
        }
    }
}
