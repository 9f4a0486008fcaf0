//! Amounts of memory as users write them.

use serde::Deserialize;
use serde::de::{self, Deserializer};

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemorySize(pub u64);

impl std::str::FromStr for MemorySize {
    type Err = String;

    /// Reads `300M`, `2G` or a number of bytes; K, M and G are powers of 1024, as `GDAL_CACHEMAX` and `ulimit` take them.
    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim().trim_end_matches(['B', 'b']).trim_end_matches(['i', 'I']);
        let (digits, shift) = match number.char_indices().next_back() {
            Some((at, 'k' | 'K')) => (&number[..at], 10),
            Some((at, 'm' | 'M')) => (&number[..at], 20),
            Some((at, 'g' | 'G')) => (&number[..at], 30),
            Some((at, 't' | 'T')) => (&number[..at], 40),
            _ => (number, 0),
        };
        let wrong = || format!("'{text}' is no amount of memory; give a number with K, M or G, such as 300M or 2G");
        let number: f64 = digits.trim().parse().map_err(|_| wrong())?;
        let bytes = number * 2.0_f64.powi(shift);
        if bytes >= 1.0 && bytes < 2.0_f64.powi(60) { Ok(Self(bytes as u64)) } else { Err(wrong()) }
    }
}

impl<'de> Deserialize<'de> for MemorySize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "an amount of memory such as \"300M\", or a number of bytes")]
        enum TextOrBytes {
            Text(String),
            Bytes(u64),
        }
        match TextOrBytes::deserialize(deserializer)? {
            TextOrBytes::Text(text) => text.parse().map_err(de::Error::custom),
            TextOrBytes::Bytes(bytes) => bytes.to_string().parse().map_err(de::Error::custom),
        }
    }
}
