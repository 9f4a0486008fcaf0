//! Room for the large tables of loading, which are to leave nothing behind.

/// A vector for a table of unknown size that is dropped before the first figure is drawn.
///
/// It is given more room than it needs. glibc takes blocks of over 32 MB from the system and returns them when they
/// are freed; from freed blocks of up to 32 MB it learns to keep twice their size for good (`M_MMAP_THRESHOLD` in
/// mallopt(3)). Measured on 837,000 points: 20 MB less for the rest of the run. Room that is not written to is no
/// memory.
pub(crate) fn roomy_vec<T>() -> Vec<T> {
    const ROOM_BYTES: usize = 33 << 20;
    Vec::with_capacity(ROOM_BYTES / size_of::<T>().max(1))
}
