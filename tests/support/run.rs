//! Runs the program as a user does, and reads what it wrote.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use super::View;

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the program with these arguments; it is not told of the caller's terminal or log settings.
pub(crate) fn mapfolio<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Outcome {
    mapfolio_in(&[], args)
}

/// Runs the program with these arguments and additions to the environment.
pub(crate) fn mapfolio_in<S: AsRef<OsStr>>(env: &[(&str, &str)], args: impl IntoIterator<Item = S>) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_mapfolio"))
        .args(args)
        .env("NO_COLOR", "1")
        .env_remove("RUST_LOG")
        .envs(env.iter().copied())
        .output()
        .expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
    Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// The names in a folder, sorted, without the manifest's own; none if there is no such folder.
pub(crate) fn file_names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> = entries.map(|e| e.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.retain(|name| !name.trim_start_matches('.').starts_with("manifest"));
    names.sort();
    names
}

/// An image of opaque pixels.
pub(crate) struct Image {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) rgb: Vec<[u8; 3]>,
}

impl Image {
    pub(crate) fn at(&self, column: usize, row: usize) -> [u8; 3] {
        assert!(column < self.width, "column {column} of {}", self.width);
        self.rgb[row * self.width + column]
    }

    /// What lies within left, top, right and bottom.
    pub(crate) fn part(&self, [left, top, right, bottom]: [usize; 4]) -> Self {
        let rows = (top..bottom).flat_map(|row| (left..right).map(move |column| (column, row)));
        let rgb = rows.map(|(column, row)| self.at(column, row)).collect();
        Self { width: right - left, height: bottom - top, rgb }
    }

    /// Left, top, right and bottom of the pixels of a colour that `is_one` tells; None if there are none.
    pub(crate) fn bounds(&self, is_one: impl Fn([u8; 3]) -> bool) -> Option<[i64; 4]> {
        let found = self.rgb.iter().enumerate().filter(|(_, rgb)| is_one(**rgb));
        let boxes = found.map(|(index, _)| {
            let [x, y] = [(index % self.width) as i64, (index / self.width) as i64];
            [x, y, x + 1, y + 1]
        });
        boxes.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    }
}

/// Reads a PNG file of RGB8 pixels.
pub(crate) fn decode(path: &Path) -> Image {
    let file = std::fs::File::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("an image that fits memory")];
    let info = reader.next_frame(&mut bytes).expect("a whole image");
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight), "{}", path.display());
    let rgb = bytes.as_chunks::<3>().0.to_vec();
    Image { width: info.width as usize, height: info.height as usize, rgb }
}

/// A run with `--frame-only` that draws some views of one map.
pub(crate) struct Frames<'a> {
    /// The map's system as the user writes it.
    pub(crate) crs: &'a str,
    /// Width and height of the images in whole inches.
    pub(crate) inches: [u32; 2],
    /// Pixels an inch.
    pub(crate) dpi: u32,
    /// What to draw: `--raster`, `--layer` and the like; cells are drawn by `--resampling=nearest` if they do not say.
    pub(crate) args: Vec<String>,
}

impl Frames<'_> {
    /// Draws all views in one run and returns their images by name.
    ///
    /// # Panics
    /// If the program does not draw all of them.
    pub(crate) fn draw(&self, views: &[View]) -> BTreeMap<String, Image> {
        let folder = tempfile::tempdir().expect("a folder");
        let ([width, height], dpi) = (self.inches, self.dpi);
        let mut args: Vec<String> = ["render", "--frame-only", "--adapter=cpu"].map(String::from).to_vec();
        args.extend([format!("--figsize={width},{height}"), format!("--dpi={dpi}"), format!("--crs={}", self.crs)]);
        args.push(format!("--out={}", text(folder.path())));
        // Tests that say nothing of resampling look at single cells.
        if !self.args.iter().any(|arg| arg.starts_with("--resampling"))
            && self.args.iter().any(|arg| arg.starts_with("--raster"))
        {
            args.push("--resampling=nearest".into());
        }
        args.extend(self.args.iter().cloned());
        args.extend(views.iter().map(View::flag));
        let outcome = mapfolio(&args);
        assert_eq!(outcome.code, Some(0), "mapfolio {}\n{}", args.join(" "), outcome.stderr);
        let image = |view: &View| (view.name.clone(), decode(&folder.path().join(format!("{}.png", view.name))));
        views.iter().map(image).collect()
    }
}
