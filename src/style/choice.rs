//! Settings with few values, by the names that flags and job files share.

/// A setting with few values, each with a name that flags and job files share.
pub trait Choice: Copy + Sized + 'static {
    /// All values and their names.
    const ALL: &'static [(&'static str, Self)];

    /// The value with this name.
    #[must_use]
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(n, _)| *n == name).map(|(_, value)| *value)
    }

    /// The name.
    #[must_use]
    fn name(self) -> &'static str
    where
        Self: PartialEq,
    {
        Self::ALL.iter().find(|(_, value)| *value == self).map_or("", |(name, _)| name)
    }
}
