//! How settings are named in messages: as the flag and as the key of a job file, for a message does not know which of them
//! the user wrote.

/// Flags and the keys that say the same.
const SETTINGS: [(&str, &str); 79] = [
    ("--raster", "[raster] path"),
    ("--raster-list", "[raster] list"),
    ("--subdatasets", "[raster] subdatasets"),
    ("--raster-crs", "[raster] crs"),
    ("--band", "[raster] band"),
    ("--cmap", "[raster] cmap"),
    ("--lut", "[raster] lut"),
    ("--levels", "[raster] levels"),
    ("--norm", "[raster] norm"),
    ("--vmin", "[raster] vmin"),
    ("--vmax", "[raster] vmax"),
    ("--vcenter", "[raster] vcenter"),
    ("--halfrange", "[raster] halfrange"),
    ("--gamma", "[raster] gamma"),
    ("--linthresh", "[raster] linthresh"),
    ("--linscale", "[raster] linscale"),
    ("--categories", "[raster] categories"),
    ("--under", "[raster] under"),
    ("--over", "[raster] over"),
    ("--bad", "[raster] bad"),
    ("--extend", "[raster] extend"),
    ("--resampling", "[raster] resampling"),
    ("--alpha", "[raster] alpha"),
    ("--raster-memory", "[raster] memory"),
    ("--overlay", "[[overlay]]"),
    ("--layer", "[[layer]]"),
    ("--regions", "[regions] path"),
    ("--extent", "[regions] extents"),
    ("--extent-crs", "[regions] crs"),
    ("--only", "[regions] only"),
    ("--crs", "[map] crs"),
    ("--adjustable", "[map] adjustable"),
    ("--facecolor", "[map] facecolor"),
    ("--title", "[figure] title"),
    ("--title-left", "[figure] title_left"),
    ("--title-right", "[figure] title_right"),
    ("--subtitle", "[figure] subtitle"),
    ("--footer", "[figure] footer"),
    ("--font", "[figure] fonts"),
    ("--figsize", "[figure] figsize"),
    ("--dpi", "[figure] dpi"),
    ("--frame-only", "[figure] frame_only"),
    ("--figure-facecolor", "[figure] facecolor"),
    ("--transparent", "[figure] transparent"),
    ("--ticks", "[colorbar] ticks"),
    ("--label", "[colorbar] label"),
    ("--minor-ticks", "[colorbar] minor_ticks"),
    ("--colorbar-location", "[colorbar] location"),
    ("--colorbar-pad", "[colorbar] pad"),
    ("--colorbar-width", "[colorbar] width"),
    ("--colorbar-aspect", "[colorbar] aspect"),
    ("--colorbar-shrink", "[colorbar] shrink"),
    ("--colorbar-extendfrac", "[colorbar] extendfrac"),
    ("--colorbar-drawedges", "[colorbar] drawedges"),
    ("--colorbar-spacing", "[colorbar] spacing"),
    ("--colorbar-format", "[colorbar] format"),
    ("--graticule", "[graticule] step"),
    ("--graticule-labels", "[graticule] labels"),
    ("--graticule-format", "[graticule] format"),
    ("--graticule-color", "[graticule] color"),
    ("--graticule-linewidth", "[graticule] linewidth"),
    ("--graticule-linestyle", "[graticule] linestyle"),
    ("--legend", "[legend] loc"),
    ("--legend-ncols", "[legend] ncols"),
    ("--legend-title", "[legend] title"),
    ("--legend-categories", "[legend] categories"),
    ("--scalebar", "[scalebar] length"),
    ("--scalebar-loc", "[scalebar] loc"),
    ("--text", "[[text]]"),
    ("--logo", "[[logo]]"),
    ("--north-arrow", "[north_arrow] loc"),
    ("--out", "[output] dir"),
    ("--name", "[output] name"),
    ("--format", "[output] format"),
    ("--quality", "[output] quality"),
    ("--png-level", "[output] png_level"),
    ("--png-palette", "[output] png_palette"),
    ("--world-file", "[output] world_file"),
    ("--retry-failed", "[output] retry_failed"),
];

/// A setting by both of its names, given one of them; anything else as it is.
pub(super) fn both_names(place: &str) -> String {
    let found = SETTINGS.iter().find(|(flag, key)| place == *flag || place == *key);
    found.map_or_else(|| place.to_owned(), |(flag, key)| format!("{flag} ({key})"))
}

/// A text that names flags, with the last parts of their keys instead: for tables that have keys of the same names, but
/// no flags of their own.
pub(crate) fn flags_as_keys(text: &str) -> String {
    let mut renamed = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("--") {
        let (before, from) = rest.split_at(at);
        let length = from.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(from.len());
        let (flag, behind) = from.split_at(length);
        renamed.push_str(before);
        renamed.push_str(key_of(flag).unwrap_or(flag));
        rest = behind;
    }
    renamed + rest
}

/// The last part of a flag's key.
fn key_of(flag: &str) -> Option<&'static str> {
    let (_, key) = SETTINGS.iter().find(|(known, _)| *known == flag)?;
    key.rsplit(' ').next()
}

/// All settings that have a flag and a key, for the test that compares them with both.
#[must_use]
pub fn settings() -> &'static [(&'static str, &'static str)] {
    &SETTINGS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_get_both_names() {
        for (place, expected) in [
            ("--cmap", "--cmap ([raster] cmap)"),
            ("[raster] cmap", "--cmap ([raster] cmap)"),
            ("--raster-crs", "--raster-crs ([raster] crs)"),
            ("[[text]] 2, xy", "[[text]] 2, xy"),
            ("--layer a.shp: facecolor", "--layer a.shp: facecolor"),
            ("[figure] title_left", "--title-left ([figure] title_left)"),
            ("[figure] titlesize", "[figure] titlesize"),
            ("regions.csv, row 3", "regions.csv, row 3"),
            ("[graticule] longitudes", "[graticule] longitudes"),
        ] {
            assert_eq!(both_names(place), expected);
        }
    }

    #[test]
    fn flags_in_a_text_become_keys() {
        let text = "'log' takes no --gamma; give --colorbar-minor, --minor-ticks or --raster-crs";
        let expected = "'log' takes no gamma; give --colorbar-minor, minor_ticks or crs";
        assert_eq!(flags_as_keys(text), expected);
    }
}
