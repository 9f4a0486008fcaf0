//! Norms give values matplotlib's colours, as recorded in `data/norms.json` by `data/make_norms.py`.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first wrong answer")]

use std::collections::BTreeMap;

use mapfolio::style::{Choice as _, Color, Colormap, Extend, Extremes, Norm, ValueMap};
use serde::Deserialize;

#[derive(Deserialize)]
struct Answers {
    colormaps: Vec<String>,
    extremes: BTreeMap<String, String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    norm: String,
    arguments_bits: Vec<u64>,
    #[serde(default)]
    extend: String,
    f32: Expected<u32>,
    f64: Expected<u64>,
}

/// Values by their bits, and for each colormap the CRC-32 of the RGBA bytes of all of them in turn: with the colormap's own
/// colours for values under, over and bad, and with others.
#[derive(Deserialize)]
struct Expected<Bits> {
    bits: Vec<Bits>,
    plain: Vec<u32>,
    extreme: Vec<u32>,
}

fn norm(case: &Case) -> Norm {
    let arguments: Vec<f64> = case.arguments_bits.iter().map(|bits| f64::from_bits(*bits)).collect();
    match (case.norm.as_str(), &arguments[..]) {
        ("linear", &[vmin, vmax]) => Norm::Linear { vmin, vmax },
        ("log", &[vmin, vmax]) => Norm::Log { vmin, vmax },
        ("symlog", &[vmin, vmax, linthresh, linscale]) => Norm::SymLog { vmin, vmax, linthresh, linscale },
        ("power", &[vmin, vmax, gamma]) => Norm::Power { vmin, vmax, gamma },
        ("twoslope", &[vmin, vcenter, vmax]) => Norm::TwoSlope { vmin, vcenter, vmax },
        ("centered", &[vcenter, halfrange]) => Norm::centered(vcenter, halfrange).unwrap(),
        ("boundary", levels) => Norm::boundary(levels.to_vec(), Extend::from_name(&case.extend).unwrap()).unwrap(),
        (other, _) => panic!("no norm {other}"),
    }
}

/// The colour of a value; what is not finite is bad, as matplotlib masks it.
fn color(map: &ValueMap, is_finite: bool, class: impl FnOnce() -> usize) -> [u8; 4] {
    if is_finite { map.colors()[class()] } else { map.bad() }
}

/// The CRC-32 of zlib.
fn crc(colors: impl Iterator<Item = [u8; 4]>) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !colors.flatten().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc)))
}

#[test]
fn every_norm_gives_every_colormaps_colours() {
    let answers: Answers = serde_json::from_str(include_str!("data/norms.json")).unwrap();
    let extreme = |name: &str| Some(Color::parse(name, &answers.extremes[name]).unwrap().to_table_rgba8());
    let extremes = Extremes { under: extreme("under"), over: extreme("over"), bad: extreme("bad") };
    assert!(answers.cases.len() >= 10 && answers.colormaps.len() > 150);
    for case in &answers.cases {
        assert!(case.f32.bits.len() >= 1800 && case.f64.bits.len() >= 2000);
        let mut wrong = Vec::new();
        for (index, name) in answers.colormaps.iter().enumerate() {
            let colormap = Colormap::by_name(name, "--cmap").unwrap();
            for (extremes, is_plain) in [(Extremes::default(), true), (extremes, false)] {
                let map = ValueMap::new(norm(case), &colormap, extremes).unwrap();
                let singles = case.f32.bits.iter().map(|bits| f32::from_bits(*bits));
                let single = crc(singles.map(|value| color(&map, value.is_finite(), || map.class_of_f32(value))));
                let doubles = case.f64.bits.iter().map(|bits| f64::from_bits(*bits));
                let double = crc(doubles.map(|value| color(&map, value.is_finite(), || map.class_of_f64(value))));
                let [in_f32, in_f64] =
                    if is_plain { [&case.f32.plain, &case.f64.plain] } else { [&case.f32.extreme, &case.f64.extreme] };
                let same = [single == in_f32[index], double == in_f64[index]];
                if same != [true; 2] {
                    wrong.push(format!("{name} in f32 and f64: {same:?}"));
                }
            }
        }
        assert!(
            wrong.is_empty(),
            "{} {}: {} wrong, as {:?}",
            case.norm,
            case.extend,
            wrong.len(),
            &wrong[..4.min(wrong.len())]
        );
    }
}
