//! Valid files and texts, damaged: by flipped bits, cuts, spliced pieces and other numbers. The same seed gives the
//! same damage.

/// Random bits (splitmix64, S. Vigna).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ bits >> 31
    }

    /// A number below `end`, 0 if that is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn range(&mut self, length: usize, longest: usize) -> std::ops::Range<usize> {
        let start = self.below(length);
        start..(start + 1 + self.below(longest)).min(length)
    }
}

/// Numbers that programs stumble over.
const NUMBERS: [&str; 18] = [
    "0",
    "-0",
    "-1",
    "1e308",
    "-1e308",
    "1e-320",
    "NaN",
    "inf",
    "-inf",
    "2147483648",
    "4294967295",
    "99999999999999999999",
    "1e",
    "0x10",
    "1_000",
    "1,5",
    "--1",
    "\u{0663}",
];

/// Texts that programs stumble over.
const TEXTS: [&str; 16] = [
    "",
    ",",
    ":",
    "=",
    "\"",
    "'",
    "\0",
    "\n",
    "\r\n",
    "{",
    "}}",
    "[",
    "\u{fffd}",
    "\u{1F5FA}",
    "\u{feff}",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

/// Words of four bytes that programs stumble over, as both ends of byte order have them.
const WORDS: [u32; 8] = [0, 1, 0x7FFF_FFFF, 0x8000_0000, u32::MAX, 0x1000_0000, 0x7FF0_0000, 0x0001_0000];

/// One to four damages of a file, pieces of others among them.
pub(crate) fn damaged_bytes(random: &mut Random, files: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = files[random.below(files.len())].clone();
    for _ in 0..=random.below(4) {
        damage(random, &mut bytes, files);
    }
    bytes
}

fn damage(random: &mut Random, bytes: &mut Vec<u8>, files: &[Vec<u8>]) {
    if bytes.is_empty() {
        return;
    }
    let at = random.below(bytes.len());
    match random.below(6) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes[at] = random.next() as u8,
        2 => bytes.truncate(at),
        3 => {
            let word = WORDS[random.below(WORDS.len())];
            let word = if random.below(2) == 0 { word.to_be_bytes() } else { word.to_le_bytes() };
            // Numbers in files of whole words begin at whole words.
            let at = at / 4 * 4;
            let end = (at + 4).min(bytes.len());
            bytes[at..end].copy_from_slice(&word[..end - at]);
        }
        4 => {
            let other = &files[random.below(files.len())];
            let piece = other[random.range(other.len(), 200)].to_vec();
            let end = if random.below(2) == 0 { at } else { (at + piece.len()).min(bytes.len()) };
            bytes.splice(at..end, piece);
        }
        _ => {
            let range = random.range(bytes.len(), 100);
            bytes.drain(range);
        }
    }
}

/// One to three damages of a text, pieces of others among them.
pub(crate) fn damaged_text(random: &mut Random, texts: &[&str]) -> String {
    let mut text = texts[random.below(texts.len())].to_owned();
    for _ in 0..=random.below(3) {
        text = match random.below(5) {
            0 => with_number(random, &text),
            1 => {
                let piece = TEXTS[random.below(TEXTS.len())];
                inserted(random, &text, piece)
            }
            2 => {
                let piece = NUMBERS[random.below(NUMBERS.len())];
                inserted(random, &text, piece)
            }
            3 => {
                let other: Vec<char> = texts[random.below(texts.len())].chars().collect();
                let piece: String = other[random.range(other.len(), 40)].iter().collect();
                inserted(random, &text, &piece)
            }
            _ => {
                let mut characters: Vec<char> = text.chars().collect();
                let range = random.range(characters.len(), 20);
                characters.drain(range);
                characters.into_iter().collect()
            }
        };
    }
    text
}

fn inserted(random: &mut Random, text: &str, piece: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let (before, after) = characters.split_at(random.below(characters.len() + 1));
    before.iter().copied().chain(piece.chars()).chain(after.iter().copied()).collect()
}

/// The text with another number in place of one of its own.
fn with_number(random: &mut Random, text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | 'e');
    let starts: Vec<usize> = text
        .char_indices()
        .filter(|(at, c)| c.is_ascii_digit() && !text[..*at].ends_with(is_part))
        .map(|(at, _)| at)
        .collect();
    let Some(&start) = starts.get(random.below(starts.len())) else { return text.to_owned() };
    let length = text[start..].find(|c| !is_part(c)).unwrap_or(text.len() - start);
    format!("{}{}{}", &text[..start], NUMBERS[random.below(NUMBERS.len())], &text[start + length..])
}
