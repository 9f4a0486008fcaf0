//! Colours and classes as matplotlib and numpy have them, from outside the library under test.

/// The map's own colour, where there is no value.
pub(crate) const WHITE: [u8; 3] = [255; 3];

/// matplotlib's `tab10` (Tableau's ten colours).
pub(crate) const TAB10: [[u8; 3]; 10] = [
    [0x1f, 0x77, 0xb4],
    [0xff, 0x7f, 0x0e],
    [0x2c, 0xa0, 0x2c],
    [0xd6, 0x27, 0x28],
    [0x94, 0x67, 0xbd],
    [0x8c, 0x56, 0x4b],
    [0xe3, 0x77, 0xc2],
    [0x7f, 0x7f, 0x7f],
    [0xbc, 0xbd, 0x22],
    [0x17, 0xbe, 0xcf],
];

/// A colormap resampled by matplotlib, from the answers that `tests/data/make_colors.py` recorded.
pub(crate) fn matplotlib_table(name: &str, size: usize) -> Vec<[u8; 3]> {
    let answers: serde_json::Value = serde_json::from_str(include_str!("../data/colors.json")).expect("JSON");
    let tables = answers["full"].as_array().expect("a list of tables");
    let fits = |t: &&serde_json::Value| t["name"] == name && t["colors"].as_array().is_some_and(|c| c.len() == size);
    let table = tables.iter().find(fits).unwrap_or_else(|| panic!("colors.json has no {name} of {size} colours"));
    let byte = |component: &serde_json::Value| u8::try_from(component.as_u64().expect("a number")).expect("a byte");
    let rgb = |color: &serde_json::Value| [0, 1, 2].map(|k| byte(&color[k]));
    table["colors"].as_array().expect("colours").iter().map(rgb).collect()
}

/// `numpy.digitize(value, levels)`: i such that `levels[i-1] <= value < levels[i]`.
pub(crate) fn digitize(value: f64, levels: &[f64]) -> usize {
    levels.iter().filter(|level| **level <= value).count()
}
