//! Scripts whose letters join, stack or run from right to left: a glyph a character, from left to right, is not how
//! they are written, and the user is told so.

/// First and last character of the blocks of a script, by Unicode's Blocks.txt.
const UNSHAPED: [(u32, u32, &str); 20] = [
    (0x0590, 0x05FF, "Hebrew"),
    (0x0600, 0x06FF, "Arabic"),
    (0x0700, 0x074F, "Syriac"),
    (0x0750, 0x077F, "Arabic"),
    (0x0780, 0x07BF, "Thaana"),
    (0x0870, 0x08FF, "Arabic"),
    (0x0900, 0x097F, "Devanagari"),
    (0x0980, 0x09FF, "Bengali"),
    (0x0A00, 0x0A7F, "Gurmukhi"),
    (0x0A80, 0x0AFF, "Gujarati"),
    (0x0B00, 0x0B7F, "Oriya"),
    (0x0B80, 0x0BFF, "Tamil"),
    (0x0C00, 0x0C7F, "Telugu"),
    (0x0C80, 0x0CFF, "Kannada"),
    (0x0D00, 0x0D7F, "Malayalam"),
    (0x0D80, 0x0DFF, "Sinhala"),
    (0x0F00, 0x0FFF, "Tibetan"),
    (0x1000, 0x109F, "Myanmar"),
    (0x1780, 0x17FF, "Khmer"),
    (0xFB1D, 0xFDFF, "Hebrew or Arabic"),
];

/// The script of a character if letters of it stand otherwise beside others than alone.
pub(super) fn unshaped(character: char) -> Option<&'static str> {
    let code = u32::from(character);
    UNSHAPED.iter().find(|(first, last, _)| (*first..=*last).contains(&code)).map(|(_, _, script)| *script)
}
