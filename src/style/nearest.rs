//! A mistyped name is answered with the names it is closest to.

use crate::error::Error;

const MAX_SUGGESTIONS: usize = 3;
/// Jaro-Winkler similarity, 0 to 1, from which a name is worth suggesting; below it the list is noise.
const MIN_SIMILARITY: f64 = 0.8;

/// The error for `name`, which is none of `known`: it gives the nearest of them, or `remedy` where none is near.
///
/// Case is ignored when the nearest are chosen.
pub(crate) fn unknown_name<'a>(
    key: &str,
    kind: &'static str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    remedy: &str,
) -> Error {
    let wanted = name.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    if scored.is_empty() {
        let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        return Error::value(key, name, format!("is not {article} {kind}"), remedy);
    }
    // A name that differs in case alone is what was meant.
    let wanted_count = if scored.first().is_some_and(|(best, _)| *best >= 1.0) { 1 } else { MAX_SUGGESTIONS };
    Error::UnknownName {
        key: key.to_owned(),
        kind,
        name: name.to_owned(),
        nearest: scored.into_iter().take(wanted_count).map(|(_, candidate)| candidate.to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(name: &str) -> Error {
        unknown_name("--cmap", "colormap", name, ["viridis", "turbo", "RdBu", "RdBu_r", "RdGy"], "ask for a list")
    }

    fn nearest(name: &str) -> Vec<String> {
        match error(name) {
            Error::UnknownName { nearest, .. } => nearest,
            other => panic!("not an unknown name: {other}"),
        }
    }

    #[test]
    fn a_typing_error_finds_its_name() {
        assert_eq!(nearest("virdis"), ["viridis"]);
        assert_eq!(nearest("trubo"), ["turbo"]);
    }

    #[test]
    fn a_difference_in_case_alone_suggests_one_name() {
        assert_eq!(nearest("rdbu"), ["RdBu"]);
    }

    #[test]
    fn a_name_like_nothing_is_answered_with_the_remedy() {
        assert_eq!(error("qqqq").to_string(), "--cmap ([raster] cmap): 'qqqq' is not a colormap; ask for a list");
    }
}
