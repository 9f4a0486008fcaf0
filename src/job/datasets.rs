//! Names of datasets and choices of bands, which may be one or several.

use std::fmt;

use serde::de::{self, Deserializer, SeqAccess, Visitor};

use crate::source::{BandChoice, BandSelection};

/// Reads a text or a list of texts.
pub(super) fn one_or_several<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct TextOrList;

    impl<'de> Visitor<'de> for TextOrList {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("the name of a dataset, or a list of names")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<String>, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Vec<String>, A::Error> {
            items(list)
        }
    }

    deserializer.deserialize_any(TextOrList)
}

/// Reads bands as a number, a text as `--band` takes it, or a list of numbers and descriptions.
pub(super) fn bands<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<BandSelection>, D::Error> {
    struct Bands;

    impl<'de> Visitor<'de> for Bands {
        type Value = BandSelection;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str(
                "a band's number, counted from 1, its description, \"all\", or a list of numbers and descriptions",
            )
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<BandSelection, E> {
            self.visit_str(&number.to_string())
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<BandSelection, E> {
            text.parse().map_err(E::custom)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<BandSelection, A::Error> {
            let bands: Vec<Band> = items(list)?;
            if bands.is_empty() {
                return Err(de::Error::custom("the list of bands is empty"));
            }
            Ok(BandSelection::These(bands.into_iter().map(|Band(band)| band).collect()))
        }
    }

    deserializer.deserialize_any(Bands).map(Some)
}

/// One band in a list.
struct Band(BandChoice);

impl<'de> de::Deserialize<'de> for Band {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged, expecting = "a band's number, counted from 1, or its description")]
        enum NumberOrText {
            Number(usize),
            Text(String),
        }
        Ok(Self(match NumberOrText::deserialize(deserializer)? {
            NumberOrText::Number(number) => BandChoice::Number(number),
            NumberOrText::Text(text) => BandChoice::from(text.as_str()),
        }))
    }
}

fn items<'de, T: de::Deserialize<'de>, A: SeqAccess<'de>>(mut list: A) -> Result<Vec<T>, A::Error> {
    let mut items = Vec::new();
    while let Some(item) = list.next_element()? {
        items.push(item);
    }
    Ok(items)
}
