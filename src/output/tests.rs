//! What every format's files hold: the pixels, the resolution, the title, and what they say of images that they cannot
//! hold.

use std::path::Path;

use ::png as png_crate;

use super::*;
use crate::geo::{Crs, GeoTransform, Georeference};

const PNG: FileFormat = FileFormat::Png { level: PngLevel::Fast, palette: false };
const SMALL: FileFormat = FileFormat::Png { level: PngLevel::Small, palette: false };
const PALETTE: FileFormat = FileFormat::Png { level: PngLevel::Fast, palette: true };
const SMALL_PALETTE: FileFormat = FileFormat::Png { level: PngLevel::Small, palette: true };
const JPEG: FileFormat = FileFormat::Jpeg { quality: 90 };
const ALL: [FileFormat; 7] = [PNG, SMALL, PALETTE, SMALL_PALETTE, JPEG, FileFormat::Webp, FileFormat::Tiff];
const DPI: f64 = 100.0;

fn place([width, height]: [u32; 2]) -> Georeference {
    let transform = GeoTransform([-1000.0, 30.0, 0.0, 2000.0, 0.0, -30.0]);
    Georeference { crs: Crs::from_user("EPSG:3857", "test").expect("known"), transform, size: [width, height] }
}

fn encode(encoder: &mut FigureEncoder, image: &Image, title: &str) -> crate::Result<Vec<u8>> {
    let place = place(image.size_px());
    let meta = FigureMeta { path: Path::new("out/figure"), dpi: DPI, title, place: Some(&place) };
    encoder.encode(image, &meta).map(<[u8]>::to_vec)
}

/// An image of so many colours that differ by column and row, of all alphas if it has alpha.
fn image(size_px: [u32; 2], channels: Channels, colors: u32) -> Image {
    let pixel = |k: u32| {
        let k = (k / 3 * 7) % colors;
        [k as u8, (k >> 4) as u8 ^ 0x5a, 255 - k as u8, 255 - (k >> 2) as u8]
    };
    let pixels = (0..size_px[0] * size_px[1]).flat_map(|k| pixel(k)[..channels.count()].to_vec());
    Image::new(size_px, channels, pixels.collect())
}

/// Pixels of a PNG file as the image had them, its colour type and its bits a sample, after looking at all that it says.
fn read_png(bytes: &[u8], channels: Channels, title: &str) -> (Vec<u8>, png_crate::ColorType, u8) {
    let mut decoder = png_crate::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png_crate::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut pixels).expect("pixels");
    if channels == Channels::Rgba && reader.output_color_type().0 == png_crate::ColorType::Rgb {
        pixels = pixels.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect();
    }
    let info = reader.info();
    let density = info.pixel_dims.expect("pHYs");
    assert_eq!((density.xppu, density.yppu, density.unit), (3937, 3937, png_crate::Unit::Meter));
    let mut texts: Vec<(String, String)> = Vec::new();
    texts.extend(info.uncompressed_latin1_text.iter().map(|text| (text.keyword.clone(), text.text.clone())));
    texts.extend(info.utf8_text.iter().map(|text| (text.keyword.clone(), text.get_text().expect("UTF-8"))));
    let mut wanted = vec![("Software".to_owned(), encoder::SOFTWARE.to_owned())];
    wanted.extend((!title.is_empty()).then(|| ("Title".to_owned(), title.to_owned())));
    assert_eq!(texts, wanted);
    (pixels, info.color_type, info.bit_depth as u8)
}

/// Pixels and EXIF block of a WebP file.
fn read_webp(bytes: &[u8], channels: Channels) -> (Vec<u8>, Vec<u8>) {
    let mut decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(bytes)).expect("a WebP");
    let mut pixels = vec![0; decoder.output_buffer_size().expect("a size")];
    decoder.read_image(&mut pixels).expect("pixels");
    assert_eq!(decoder.has_alpha(), channels == Channels::Rgba);
    (pixels, decoder.exif_metadata().expect("readable").expect("EXIF"))
}

#[test]
fn png_files_hold_pixels_resolution_and_title() {
    let titles = ["Café, 20 °C", "", "Łódź −4 °C 東京"];
    for format in [PNG, SMALL, PALETTE, SMALL_PALETTE] {
        let mut encoder = FigureEncoder::new(format);
        let sizes = [[31, 17], [1, 1], [400, 3]];
        let cases = sizes.into_iter().flat_map(|size| [1, 2, 3, 16, 17, 256, 257].map(|colors| (size, colors)));
        for (k, (size_px, colors)) in cases.enumerate() {
            for channels in [Channels::Rgb, Channels::Rgba] {
                let (pixels, title) = (image(size_px, channels, colors), titles[k % 3]);
                let bytes = encode(&mut encoder, &pixels, title).expect("encodes");
                let (read, ..) = read_png(&bytes, channels, title);
                assert!(read == pixels.bytes(), "{format:?} {size_px:?} {channels:?} {colors}");
            }
        }
    }
}

#[test]
fn a_palette_has_no_more_bits_than_it_needs() {
    let mut encoder = FigureEncoder::new(PALETTE);
    for (colors, bits) in [(1, 1), (2, 1), (3, 2), (4, 2), (5, 4), (16, 4), (17, 8), (256, 8)] {
        for channels in [Channels::Rgb, Channels::Rgba] {
            let bytes = encode(&mut encoder, &image([300, 50], channels, colors), "t").expect("encodes");
            let (_, color, depth) = read_png(&bytes, channels, "t");
            assert_eq!((color, depth), (png_crate::ColorType::Indexed, bits), "{colors} colours of {channels:?}");
        }
    }
    let bytes = encode(&mut encoder, &image([300, 50], Channels::Rgb, 257), "t").expect("encodes");
    assert_eq!(read_png(&bytes, Channels::Rgb, "t").1, png_crate::ColorType::Rgb);
}

#[test]
fn webp_files_hold_pixels_resolution_and_title() {
    let mut encoder = FigureEncoder::new(FileFormat::Webp);
    for (size_px, title) in [([31, 17], "Café, 20 °C"), ([1, 1], ""), ([400, 3], "Łódź −4 °C 東京")] {
        for channels in [Channels::Rgb, Channels::Rgba] {
            let pixels = image(size_px, channels, 4000);
            let (read, exif) = read_webp(&encode(&mut encoder, &pixels, title).expect("encodes"), channels);
            assert!(read == pixels.bytes(), "{size_px:?} {channels:?}");
            let has = |part: &[u8]| part.is_empty() || exif.windows(part.len()).any(|window| window == part);
            assert!(has(title.as_bytes()) && has(&[64, 66, 15, 0, 16, 39, 0, 0]), "{exif:?}");
        }
    }
}

#[test]
fn images_that_a_format_cannot_hold_are_errors_that_name_the_file() {
    let long = image([16_385, 1], Channels::Rgb, 9);
    let longer = image([65_536, 1], Channels::Rgb, 9);
    let clear = image([4, 4], Channels::Rgba, 9);
    let cases = [(JPEG, &clear, "transparency"), (JPEG, &longer, "65535"), (FileFormat::Webp, &long, "")];
    let empty = image([0, 4], Channels::Rgb, 1);
    let all = ALL.map(|format| (format, &empty, ""));
    for (format, image, part) in cases.into_iter().chain(all) {
        let mut encoder = FigureEncoder::new(format);
        let message = encode(&mut encoder, image, "").expect_err("must be refused").to_string();
        assert!(message.starts_with("out/figure: cannot encode: ") && message.contains(part), "{message}");
        let good = self::image([4, 4], Channels::Rgb, 9);
        encode(&mut encoder, &good, "a\0b\u{1}").expect("usable after errors, odd titles included");
    }
}

#[test]
fn figures_do_not_depend_on_those_before() {
    for format in ALL {
        let mut encoder = FigureEncoder::new(format);
        let pixels = image([50, 40], Channels::Rgb, 100);
        let first = encode(&mut encoder, &pixels, "t").expect("encodes");
        encode(&mut encoder, &image([90, 9], Channels::Rgb, 999), "other").expect("encodes");
        assert!(encode(&mut encoder, &pixels, "t").expect("encodes") == first, "{format:?}");
    }
}

#[test]
fn threads_encode_the_same() {
    for format in ALL {
        let encode = || encode(&mut FigureEncoder::new(format), &image([700, 300], Channels::Rgb, 999), "t");
        let first = encode().expect("encodes");
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| encode().expect("encodes"))).collect();
            assert!(threads.into_iter().all(|thread| thread.join().expect("no panic") == first), "{format:?}");
        });
    }
}
