//! Users' texts in a web page: as text, as addresses, and numbers as people read them.

use std::fmt::{self, Write as _};

/// A text that means itself, between tags or in a quoted attribute.
pub(super) struct Text<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

/// A relative path with `/` between folders as an address (RFC 3986, section 2).
pub(super) struct Address<'a>(pub(super) &'a str);

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.bytes().try_for_each(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => f.write_char(byte.into()),
            // Also of a colon, before which an address may name its scheme.
            _ => write!(f, "%{byte:02X}"),
        })
    }
}

/// A number with its thousands apart.
pub(super) struct Count(pub(super) u64);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                f.write_char(',')?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}

/// A count of things: `1 figure`, `2 figures`.
pub(super) struct Things(pub(super) u64, pub(super) &'static str);

impl fmt::Display for Things {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, thing) = *self;
        write!(f, "{} {thing}{}", Count(count), if count == 1 { "" } else { "s" })
    }
}

/// A duration, given in seconds.
pub(super) struct Duration(pub(super) f64);

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0;
        let whole = seconds.round() as u64;
        match whole {
            _ if seconds < 1.0 => write!(f, "{:.0} ms", seconds * 1e3),
            0..60 => write!(f, "{seconds:.1} s"),
            60..3600 => write!(f, "{} min {} s", whole / 60, whole % 60),
            _ => write!(f, "{} h {} min", Count(whole / 3600), whole % 3600 / 60),
        }
    }
}

/// A time in ISO 8601, UTC, to the second; any other text as it is.
pub(super) struct Moment<'a>(pub(super) &'a str);

impl fmt::Display for Moment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.strip_suffix('Z').and_then(|time| time.split_once('T')) {
            Some((day, time)) => write!(f, "{day} {} UTC", time.split('.').next().unwrap_or(time)),
            None => f.write_str(self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_mean_themselves() {
        let text = Text("<script>alert('1 & \"2\"')</script>").to_string();
        assert_eq!(text, "&lt;script&gt;alert(&#39;1 &amp; &quot;2&quot;&#39;)&lt;/script&gt;");
        assert_eq!(Address("../a b/50%#1?/é:.png").to_string(), "../a%20b/50%25%231%3F/%C3%A9%3A.png");
    }

    #[test]
    fn numbers_are_as_people_read_them() {
        let counts = [0, 999, 1000, 1_234_567].map(|count| Count(count).to_string());
        assert_eq!(counts, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([1, 1000].map(|count| Things(count, "map").to_string()), ["1 map", "1,000 maps"]);
        let durations = [0.0123, 2.04, 59.97, 185.0, 36_061.0].map(|seconds| Duration(seconds).to_string());
        assert_eq!(Moment("2026-08-01T06:00:09.120Z").to_string(), "2026-08-01 06:00:09 UTC");
        assert_eq!(durations, ["12 ms", "2.0 s", "1 min 0 s", "3 min 5 s", "10 h 1 min"]);
    }
}
