//! Patterns of names.

/// Whether a pattern with `*` (any text) and `?` (any character) fits the whole name.
pub(super) fn matches_glob(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    // `fits[i]`: the pattern so far fits the first i characters.
    let mut fits: Vec<bool> = (0..=name.len()).map(|i| i == 0).collect();
    for p in pattern {
        let before = fits.clone();
        for i in 0..fits.len() {
            fits[i] = match p {
                '*' => before[i] || (i > 0 && fits[i - 1]),
                _ => i > 0 && before[i - 1] && (p == '?' || p == name[i - 1]),
            };
        }
    }
    fits[name.len()]
}

#[cfg(test)]
mod tests {
    use super::matches_glob;

    #[test]
    fn patterns_fit_whole_names() {
        for (pattern, name, fits) in [
            ("CONUS", "CONUS", true),
            ("CONUS", "CONUS2", false),
            ("*", "", true),
            ("N*", "Northern Plains", true),
            ("*Plains", "Northern Plains", true),
            ("*Plains", "Northern Plains West", false),
            ("?owa", "Iowa", true),
            ("?owa", "owa", false),
            ("*a*a*", "Alabama", true),
            ("S?o*", "São Tomé", true),
        ] {
            assert_eq!(matches_glob(pattern, name), fits, "{pattern} on {name}");
        }
    }
}
