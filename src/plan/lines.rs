//! How many lines of text figures need room for: as many as the batch's longest, so that all have one layout.

/// Lines to keep room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lines {
    /// Of the titles.
    pub title: u32,
    /// Of the subtitle.
    pub subtitle: u32,
    /// Of the footer.
    pub footer: u32,
}

impl Lines {
    /// Room for both.
    pub(super) fn max(self, other: Self) -> Self {
        Self {
            title: self.title.max(other.title),
            subtitle: self.subtitle.max(other.subtitle),
            footer: self.footer.max(other.footer),
        }
    }

    /// The lines of a text; none if nothing of it is seen.
    pub(super) fn count(text: &str) -> u32 {
        if text.trim().is_empty() { 0 } else { text.trim_end().lines().count() as u32 }
    }
}
