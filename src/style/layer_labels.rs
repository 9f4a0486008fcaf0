//! How a layer's features are labelled: the text, its looks, and where it may stand.

use super::color::Color;
use crate::error::{Error, Result};

/// The options of labels.
pub(super) const LABEL_KEYS: [&str; 6] =
    ["labels", "labelsize", "labelcolor", "halo", "labelpriority", "labelplacement"];

/// What the user said about labels; the rest is left to the defaults.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LabelOptions {
    /// A column, or a text with columns in braces.
    pub text: Option<String>,
    /// The size in points; default 8.
    pub size_pt: Option<f64>,
    /// The colour; default black.
    pub color: Option<Color>,
    /// The halo, that of `none` included; default white, of 1.5 points.
    pub halo: Option<Halo>,
    /// The column whose numbers say which labels come first.
    pub priority: Option<String>,
    /// Where labels of points may stand, the best place first; default [`Anchor::AROUND`], or the middle of points
    /// without a marker.
    pub placement: Option<Vec<Anchor>>,
}

/// How labels look.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelStyle {
    /// The size in points.
    pub size_pt: f64,
    /// The colour.
    pub color: Color,
    /// What keeps the letters apart from the map; None for letters without an edge.
    pub halo: Option<Halo>,
    /// Where labels of points may stand, the best place first.
    pub placement: Vec<Anchor>,
}

/// A rim round letters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Halo {
    /// Its colour.
    pub color: Color,
    /// How far it reaches beyond the letters, in points.
    pub width_pt: f64,
}

impl Halo {
    /// The halo if there is anything of it to be seen: a colour of `none` and a width of 0 are ways to ask for none.
    #[must_use]
    pub fn seen(self) -> Option<Self> {
        (self.color.a > 0.0 && self.width_pt > 0.0).then_some(self)
    }
}

impl Default for Halo {
    /// White, and wide enough for letters on any ground.
    fn default() -> Self {
        Self { color: Color::WHITE, width_pt: 1.5 }
    }
}

/// Where a label stands, seen from its point: points of the compass, as matplotlib names anchors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// -1 west of the point, 0 over or under it, 1 east.
    pub east: i8,
    /// -1 south of the point, 0 level with it, 1 north.
    pub north: i8,
}

impl Anchor {
    /// On the point itself.
    pub const MIDDLE: Self = Self { east: 0, north: 0 };

    /// Round a marker, the best place first: above and to the right reads best (Imhof, Positioning names on maps,
    /// 1975), in the order of QGIS's cartographic placement.
    pub const AROUND: [Self; 8] = [
        Self { east: 1, north: 1 },
        Self { east: -1, north: 1 },
        Self { east: 1, north: -1 },
        Self { east: -1, north: -1 },
        Self { east: 1, north: 0 },
        Self { east: -1, north: 0 },
        Self { east: 0, north: 1 },
        Self { east: 0, north: -1 },
    ];

    fn parse(text: &str) -> Option<Self> {
        let anchor = |east, north| Some(Self { east, north });
        match text.to_ascii_uppercase().as_str() {
            "C" => anchor(0, 0),
            "N" => anchor(0, 1),
            "NE" => anchor(1, 1),
            "E" => anchor(1, 0),
            "SE" => anchor(1, -1),
            "S" => anchor(0, -1),
            "SW" => anchor(-1, -1),
            "W" => anchor(-1, 0),
            "NW" => anchor(-1, 1),
            _ => None,
        }
    }
}

impl LabelOptions {
    /// Sets an option of [`LABEL_KEYS`]; `place` is where it stands.
    ///
    /// # Errors
    /// The value is not one of the option's.
    pub(super) fn set(&mut self, place: &str, key: &str, value: &str) -> Result<()> {
        // Lists have parentheses where commas separate options.
        let list = value.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(value);
        let not_empty = |remedy: &str| {
            if value.is_empty() { Err(Error::value(place, value, "is empty", remedy)) } else { Ok(value.to_owned()) }
        };
        match key {
            "labels" => self.text = Some(not_empty("give a column, or a text with columns in braces")?),
            "labelsize" => self.size_pt = Some(size(place, value)?),
            "labelcolor" => self.color = Some(Color::parse(place, value)?),
            "halo" => self.halo = Some(halo(place, list)?),
            "labelpriority" => self.priority = Some(not_empty("give a column of numbers")?),
            _ => self.placement = Some(placement(place, list)?),
        }
        Ok(())
    }

    /// An option that is given though there are no labels.
    #[must_use]
    pub fn given_in_vain(&self) -> Option<&'static str> {
        let given = [
            ("labelsize", self.size_pt.is_some()),
            ("labelcolor", self.color.is_some()),
            ("halo", self.halo.is_some()),
            ("labelpriority", self.priority.is_some()),
            ("labelplacement", self.placement.is_some()),
        ];
        given.into_iter().find(|(_, is_given)| *is_given && self.text.is_none()).map(|(key, _)| key)
    }

    /// The looks, with the defaults where nothing was said; `has_markers` tells whether points are drawn.
    #[must_use]
    pub fn style(&self, has_markers: bool) -> LabelStyle {
        let usual = || if has_markers { Anchor::AROUND.to_vec() } else { vec![Anchor::MIDDLE] };
        LabelStyle {
            size_pt: self.size_pt.unwrap_or(8.0),
            color: self.color.unwrap_or(Color::BLACK),
            halo: self.halo.unwrap_or_default().seen(),
            placement: self.placement.clone().unwrap_or_else(usual),
        }
    }
}

fn size(place: &str, value: &str) -> Result<f64> {
    const MOST_PT: f64 = 500.0;
    let remedy = "give a size in points, more than 0 and at most 500";
    match value.parse::<f64>() {
        Ok(size) if size > 0.0 && size <= MOST_PT => Ok(size),
        Ok(_) => Err(Error::value(place, value, "is no size of letters", remedy)),
        Err(_) => Err(Error::value(place, value, "is not a number", remedy)),
    }
}

/// A colour, a width in points, or both.
fn halo(place: &str, list: &str) -> Result<Halo> {
    const MOST_PT: f64 = 20.0;
    let mut halo = Halo::default();
    let (mut has_color, mut has_width) = (false, false);
    for item in list.split([',', ' ']).map(str::trim).filter(|item| !item.is_empty()) {
        let twice =
            |what: &str| Error::value(place, list, format!("has two {what}"), "give a colour, a width, or both");
        match item.parse::<f64>() {
            // A grey such as 0.5 would be a colour too.
            Ok(_) if std::mem::replace(&mut has_width, true) => return Err(twice("widths")),
            Ok(width) if (0.0..=MOST_PT).contains(&width) => halo.width_pt = width,
            Ok(_) => return Err(Error::value(place, item, "is no width of a halo", "give points, 0 to 20")),
            Err(_) if std::mem::replace(&mut has_color, true) => return Err(twice("colours")),
            Err(_) => halo.color = Color::parse(place, item)?,
        }
    }
    if !has_color && !has_width {
        return Err(Error::value(place, list, "is empty", "give a colour, a width in points, or both, or none"));
    }
    Ok(halo)
}

fn placement(place: &str, list: &str) -> Result<Vec<Anchor>> {
    let fault = |item: &str| {
        let remedy = "give points of the compass such as NE or (E, W), the best one first, or C for the point itself";
        Error::value(place, item, "is no place beside a point", remedy)
    };
    let items: Vec<_> = list.split([',', ' ']).map(str::trim).filter(|item| !item.is_empty()).collect();
    if items.is_empty() {
        return Err(fault(list));
    }
    items.into_iter().map(|item| Anchor::parse(item).ok_or_else(|| fault(item))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(key: &str, value: &str) -> Result<LabelOptions> {
        let mut options = LabelOptions::default();
        options.set("layer: x", key, value).map(|()| options)
    }

    #[test]
    fn halos_have_a_colour_a_width_or_both() {
        let black = Color::BLACK;
        for (text, color, width_pt) in [
            ("none", Color::NONE, 1.5),
            ("black", black, 1.5),
            ("2", Halo::default().color, 2.0),
            ("black 0.5", black, 0.5),
            ("(3,black)", black, 3.0),
        ] {
            assert_eq!(set("halo", text).expect(text).halo, Some(Halo { color, width_pt }), "{text}");
        }
        for text in ["", "1 2", "red blue", "-1", "rde", "inf"] {
            assert!(set("halo", text).is_err(), "{text}");
        }
    }

    #[test]
    fn labels_have_a_halo_unless_none_is_asked_for() {
        let halo = |text: Option<&str>| {
            let options = text.map_or(Ok(LabelOptions::default()), |text| set("halo", text));
            options.expect("a halo").style(true).halo
        };
        assert_eq!(halo(None), Some(Halo::default()));
        assert_eq!(halo(Some("black")), Some(Halo { color: Color::BLACK, ..Halo::default() }));
        assert_eq!([halo(Some("none")), halo(Some("0"))], [None; 2]);
    }

    #[test]
    fn places_are_points_of_the_compass() {
        let places = set("labelplacement", "(ne, S)").expect("two places").placement.expect("they are set");
        assert_eq!(places, [Anchor { east: 1, north: 1 }, Anchor { east: 0, north: -1 }]);
        assert!(set("labelplacement", "up").expect_err("no place").to_string().contains("'up' is no place"));
        let mut all = Anchor::AROUND.to_vec();
        all.dedup();
        assert_eq!(all.len(), 8);
    }

    #[test]
    fn looks_without_a_text_are_in_vain() {
        assert_eq!(set("labelsize", "7").expect("a size").given_in_vain(), Some("labelsize"));
        assert_eq!(set("labels", "name").expect("a text").given_in_vain(), None);
    }
}
