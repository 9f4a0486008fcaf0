//! The known colormaps by what they are for, as matplotlib's and cmocean's documentation sorts them.

/// matplotlib's groups ("Choosing colormaps"); what is in none of them is in the last.
const MATPLOTLIB: [(&str, &[&str]); 7] = [
    ("Perceptually uniform", &["viridis", "plasma", "inferno", "magma", "cividis"]),
    (
        "Sequential",
        &[
            "Greys", "Purples", "Blues", "Greens", "Oranges", "Reds", "YlOrBr", "YlOrRd", "OrRd", "PuRd", "RdPu",
            "BuPu", "GnBu", "PuBu", "YlGnBu", "PuBuGn", "BuGn", "YlGn",
        ],
    ),
    (
        "Sequential, further",
        &[
            "binary",
            "gist_yarg",
            "gist_gray",
            "gray",
            "bone",
            "pink",
            "spring",
            "summer",
            "autumn",
            "winter",
            "cool",
            "Wistia",
            "hot",
            "afmhot",
            "gist_heat",
            "copper",
        ],
    ),
    (
        "Diverging",
        &[
            "PiYG", "PRGn", "BrBG", "PuOr", "RdGy", "RdBu", "RdYlBu", "RdYlGn", "Spectral", "coolwarm", "bwr",
            "seismic", "berlin", "managua", "vanimo",
        ],
    ),
    ("Cyclic", &["twilight", "twilight_shifted", "hsv"]),
    (
        "Qualitative",
        &[
            "Pastel1",
            "Pastel2",
            "Paired",
            "Accent",
            "okabe_ito",
            "Dark2",
            "Set1",
            "Set2",
            "Set3",
            "tab10",
            "tab20",
            "tab20b",
            "tab20c",
        ],
    ),
    (
        "Miscellaneous",
        &[
            "flag",
            "prism",
            "ocean",
            "gist_earth",
            "terrain",
            "gist_stern",
            "gnuplot",
            "gnuplot2",
            "CMRmap",
            "cubehelix",
            "brg",
            "gist_rainbow",
            "rainbow",
            "jet",
            "turbo",
            "nipy_spectral",
            "gist_ncar",
        ],
    ),
];

/// cmocean's own order.
const CMOCEAN: [&str; 22] = [
    "thermal", "haline", "solar", "ice", "gray", "oxy", "deep", "dense", "algae", "matter", "turbid", "speed", "amp",
    "tempo", "rain", "phase", "topo", "balance", "delta", "curl", "diff", "tarn",
];

/// The Weather Service's radar tables and standard color curves.
const WEATHER_SERVICE: [&str; 21] = [
    "nws_reflectivity",
    "nws_reflectivity_8bit",
    "nws_reflectivity_expanded",
    "nws_velocity",
    "nws_velocity_8bit",
    "nws_spectrum_width",
    "precipitation",
    "nws_temperature",
    "nws_dewpoint",
    "nws_heat_index",
    "nws_wind_chill",
    "nws_relative_humidity",
    "nws_wind_speed",
    "nws_cloud_cover",
    "nws_wave_height",
    "nws_pop",
    "nws_pop_snow",
    "nws_pop_ice",
    "nws_precipitation",
    "nws_snow",
    "nws_ice",
];

/// Colormaps that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColormapGroup {
    /// What they are.
    pub title: String,
    /// Their names, without those that only reverse or rename another.
    pub names: Vec<String>,
}

/// All known colormaps, each once.
#[must_use]
pub fn colormap_groups() -> Vec<ColormapGroup> {
    let group = |title: &str, names: Vec<String>| ColormapGroup { title: title.to_owned(), names };
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let mut groups: Vec<ColormapGroup> = MATPLOTLIB.iter().map(|(title, names)| group(title, owned(names))).collect();
    groups.push(group("cmocean", CMOCEAN.iter().map(|name| format!("cmo.{name}")).collect()));
    groups.push(group("cmocean, inverted", CMOCEAN.iter().map(|name| format!("cmo.{name}_i")).collect()));
    groups.push(group("US National Weather Service", owned(&WEATHER_SERVICE)));
    groups
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::colormap_data;
    use super::*;

    #[test]
    fn every_colormap_is_in_one_group_once() {
        let grouped: Vec<String> = colormap_groups().into_iter().flat_map(|group| group.names).collect();
        let set: BTreeSet<&str> = grouped.iter().map(String::as_str).collect();
        assert_eq!(set.len(), grouped.len());
        // matplotlib's documentation writes Greys, of which Grays is the alias there and the name here.
        let wanted: BTreeSet<&str> = colormap_data::names()
            .filter(|name| colormap_data::alias_of(name).is_none())
            .map(|name| if name == "Grays" { "Greys" } else { name })
            .collect();
        assert_eq!(set, wanted);
    }
}
