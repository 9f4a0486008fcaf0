//! Fingerprints: of what a figure is made from, so that it is drawn again only when that changes, and of the bytes of
//! its file, so that damage is seen.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

/// Bytes of a file that are read at a time.
const CHUNK_BYTES: usize = 64 << 10;

/// `N` bytes of a hash; as text, two hexadecimal digits a byte.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint<const N: usize>(pub(super) [u8; N]);

/// The first 128 bits of the sha256 of all that a figure is made from.
pub type Key = Fingerprint<16>;

/// The sha256 of a file.
pub type FileHash = Fingerprint<32>;

impl FileHash {
    /// The sha256 of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The sha256 of a file's bytes, of which a part is in memory at a time.
    ///
    /// # Errors
    /// What the operating system answers.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut hasher = Sha256::new();
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            match file.read(&mut chunk) {
                Ok(0) => return Ok(Self(hasher.finalize().into())),
                Ok(length) => hasher.update(&chunk[..length]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<const N: usize> fmt::Display for Fingerprint<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<const N: usize> fmt::Debug for Fingerprint<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {0} hexadecimal digits")]
pub struct NoFingerprint(usize);

impl<const N: usize> FromStr for Fingerprint<N> {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Self, NoFingerprint> {
        let mut bytes = [0; N];
        let digit = |at: u8| char::from(at).to_digit(16).ok_or(NoFingerprint(2 * N));
        if text.len() != 2 * N {
            return Err(NoFingerprint(2 * N));
        }
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().as_chunks::<2>().0) {
            *byte = (digit(digits[0])? << 4 | digit(digits[1])?) as u8;
        }
        Ok(Self(bytes))
    }
}

impl<const N: usize> Serialize for Fingerprint<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Fingerprint<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Makes a [`Key`] of whatever is written to it.
///
/// A value's `Debug` form goes in without being made in memory. What many figures share is hashed once, in a hasher
/// that is then cloned:
///
/// ```
/// use std::fmt::Write as _;
/// # use mapfolio::manifest::KeyHasher;
/// let mut job = KeyHasher::default();
/// write!(job, "{:?}", ("viridis", [0.0, 10.0]))?;
/// let mut figure = job.clone();
/// write!(figure, "{:?}", "Utah")?;
/// assert_eq!(figure.finish().to_string().len(), 32);
/// # Ok::<(), std::fmt::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeyHasher(Sha256);

impl KeyHasher {
    /// The key of all that was written.
    #[must_use]
    pub fn finish(self) -> Key {
        let hash: [u8; 32] = self.0.finalize().into();
        let mut first = [0; 16];
        first.copy_from_slice(&hash[..16]);
        Fingerprint(first)
    }

    /// Adds a text so that no other sequence of texts gives the same key.
    pub(super) fn add(mut self, text: &str) -> Self {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
        self
    }
}

impl fmt::Write for KeyHasher {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn hashes_are_those_that_sha256sum_prints() {
        let hash = FileHash::of(b"abc");
        // FIPS 180-2, appendix B.1.
        assert_eq!(hash.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        for text in ["", "ba78", "zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"] {
            assert_eq!(text.parse::<FileHash>(), Err(NoFingerprint(64)), "{text}");
        }
    }

    #[test]
    fn a_common_prefix_is_hashed_once() {
        let mut whole = KeyHasher::default();
        write!(whole, "job figure").expect("never fails");
        let mut prefix = KeyHasher::default();
        write!(prefix, "job").expect("never fails");
        let (mut figure, other) = (prefix.clone(), prefix);
        write!(figure, " figure").expect("never fails");
        assert_eq!(figure.finish(), whole.finish());
        assert_ne!(other.clone().add("ab").add("c").finish(), other.add("a").add("bc").finish());
    }
}
