//! A finished figure's pixels, as encoders take them.

/// What a pixel's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channels {
    /// Red, green and blue of an opaque figure.
    Rgb,
    /// Red, green and blue with straight (not premultiplied) alpha.
    Rgba,
}

impl Channels {
    /// Bytes of a pixel.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// Rows of pixels from the top down, 8 bits a channel, without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    size_px: [u32; 2],
    channels: Channels,
    bytes: Vec<u8>,
}

impl Image {
    /// An image of these pixels; `size_px` is width and height.
    ///
    /// # Panics
    /// If there are not as many bytes as the size and the channels say.
    #[must_use]
    pub fn new(size_px: [u32; 2], channels: Channels, bytes: Vec<u8>) -> Self {
        let [width, height] = size_px.map(|size| size as usize);
        assert_eq!(bytes.len(), width * height * channels.count(), "bytes of {width}x{height} px of {channels:?}");
        Self { size_px, channels, bytes }
    }

    /// Width and height.
    #[must_use]
    pub fn size_px(&self) -> [u32; 2] {
        self.size_px
    }

    /// What a pixel's bytes are.
    #[must_use]
    pub fn channels(&self) -> Channels {
        self.channels
    }

    /// All pixels.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The memory of the pixels, for the next image.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
