//! Lists of options behind a file's name, `PATH:key=value,..`, as several flags take them.

use crate::error::{Error, Result};

/// Divides a list into its first option and the list behind it.
pub(crate) type Divide = fn(&str) -> (&str, Option<&str>);

/// The options of a list, each with its value, without blanks around them; none of None. `flag` begins messages.
pub(crate) fn options<'a>(
    flag: &'a str,
    list: Option<&'a str>,
    divide: Divide,
) -> impl Iterator<Item = Result<(&'a str, &'a str)>> {
    let mut rest = list;
    std::iter::from_fn(move || {
        let (item, after) = divide(rest?);
        rest = after;
        let option = item.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
        let fault = || Error::value(flag, item, "is not an option", "give key=value, separated by commas");
        Some(option.ok_or_else(fault))
    })
}

/// Divides a list at its first comma that no parentheses are around.
pub(crate) fn next_option(list: &str) -> (&str, Option<&str>) {
    at_comma_from(list, 0)
}

/// As [`next_option`], for a list whose first `start` bytes separate nothing either.
pub(super) fn at_comma_from(list: &str, start: usize) -> (&str, Option<&str>) {
    let mut depth = 0_i32;
    for (at, c) in list.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth <= 0 && at >= start => return (&list[..at], Some(&list[at + 1..])),
            _ => {}
        }
    }
    (list, None)
}

/// The path, and what follows the colon that begins the options with these keys.
///
/// A path may hold colons: the options begin after the first colon that is followed by a known key and an equals sign,
/// or else the last one followed by a word and an equals sign.
pub(crate) fn split_options<'a>(text: &'a str, keys: &[&str]) -> (&'a str, Option<&'a str>) {
    let halves = |(at, colon): (usize, &str)| (at, &text[at + colon.len()..]);
    let known =
        text.match_indices(':').map(halves).find(|(_, after)| first_key(after).is_some_and(|k| keys.contains(&k)));
    let chosen = known.or_else(|| text.rmatch_indices(':').map(halves).find(|(_, after)| first_key(after).is_some()));
    chosen.map_or((text, None), |(at, list)| (&text[..at], Some(list)))
}

/// The word before the first equals sign.
fn first_key(text: &str) -> Option<&str> {
    let key = text.split_once('=')?.0.trim();
    let is_word = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_word.then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_within_parentheses_separate_nothing() {
        let list = "a=1, b = (2,(3,4)) ,c=)5,d";
        let read: Vec<_> = options("--flag", Some(list), next_option).collect();
        assert_eq!(read.iter().flatten().copied().collect::<Vec<_>>(), [("a", "1"), ("b", "(2,(3,4))"), ("c", ")5")]);
        let fault = read.last().unwrap().as_ref().unwrap_err().to_string();
        assert_eq!(fault, "--flag: 'd' is not an option; give key=value, separated by commas");
        assert_eq!(options("--flag", None, next_option).count(), 0);
    }
}
