//! Names beside markers, as they are read from the pictures: each is told apart from those of other features, none hides
//! a marker, none is left out that has room, and all stand where they do at whatever resolution.

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use mapfolio::figure::{Coverage, Font, LabelLook};
use mapfolio::style::{Anchor, MarkerReach};
use support::geojson::{geojson, point};
use support::{Folder, Image, LCC, Projection, Random, decode, mapfolio, text};

/// Sizes and distances in points.
const EM: f64 = 7.0;
const GREAT: f64 = 500_000.0;

/// A city and the radius of its marker.
struct City {
    name: String,
    rank: f64,
    at: [f64; 2],
    radius: f64,
}

/// Cities here and there, many of them in clusters.
fn cities(random: &mut Random, count: usize) -> Vec<City> {
    let mut unit = || random.below(1_000_000) as f64 / 1e6;
    let mut all: Vec<City> = Vec::new();
    for k in 0..count {
        let near = (k % 3 == 2).then(|| all[(unit() * k as f64) as usize].at);
        let at = match near {
            Some([lon, lat]) => [lon + 1.5 * unit() - 0.75, lat + 1.0 * unit() - 0.5],
            None => [-120.0 + 48.0 * unit(), 26.0 + 22.0 * unit()],
        };
        let rank = (unit() * 1e6).round();
        let name = format!("{}{k}", ["Ash", "Birchwood", "Elm", "Hornbeam Hill", "Yew"][k % 5]);
        all.push(City { name, rank, at, radius: if rank < GREAT { 1.5 } else { 3.0 } });
    }
    all
}

/// The layer with red markers and names in black on white.
fn layer(folder: &Folder, cities: &[City], halo: f64) -> String {
    let feature = |City { name, rank, at, .. }: &City| (format!(r#""name":"{name}","rank":{rank}"#), point(*at));
    let path = folder.put("cities.geojson", geojson(cities.iter().map(feature)));
    format!(
        "{}:column=rank,levels=(-1,{GREAT},2000000),cmap=(#ff0000,#ff0000),markersizes=(3,6),edgecolor=none,\
         labels=name,labelsize={EM},labelpriority=rank,halo=(white,{halo})",
        text(&path)
    )
}

/// Where a map's coordinates are in a figure, from its world file.
struct WorldFile([f64; 6]);

impl WorldFile {
    fn read(path: &Path) -> Self {
        let content = std::fs::read_to_string(path).expect("a world file");
        let numbers: Vec<f64> = content.lines().map(|line| line.trim().parse().expect("a number")).collect();
        Self(numbers.try_into().expect("six numbers"))
    }

    fn px(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [sx, _, _, sy, x0, y0] = self.0;
        [(x - x0) / sx + 0.5, (y - y0) / sy + 0.5]
    }
}

/// A map as it was drawn.
struct Drawn<'a> {
    cities: &'a [City],
    image: Image,
    /// Where the cities are.
    px: Vec<[f64; 2]>,
    px_per_pt: f64,
    /// The width of the names' halo, in points.
    halo: f64,
}

/// A name that was found in a picture.
struct Found {
    city: usize,
    anchor: usize,
    letters: [f64; 4],
    ink: Coverage,
}

impl<'a> Drawn<'a> {
    fn all(
        folder: &Folder,
        cities: &'a [City],
        views: &[[f64; 4]],
        (dpi, halo): (f64, f64),
        options: &[&str],
    ) -> Vec<Drawn<'a>> {
        let out = folder.path(&format!("out{dpi}"));
        let mut csv = "name,xmin,xmax,ymin,ymax\n".to_owned();
        for (k, [x0, x1, y0, y1]) in views.iter().enumerate() {
            writeln!(csv, "m{k},{x0},{x1},{y0},{y1}").expect("a row");
        }
        let regions = folder.put("views.csv", csv);
        let mut args = vec![
            "render".to_owned(),
            "--adapter=cpu".into(),
            "--world-file".into(),
            "--crs=lcc".into(),
            format!("--dpi={dpi}"),
            format!("--layer={}", layer(folder, cities, halo)),
            format!("--regions={}", text(&regions)),
            format!("--out={}", text(&out)),
        ];
        args.extend(options.iter().map(|option| (*option).to_owned()));
        let outcome = mapfolio(&args);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        let lonlats: Vec<_> = cities.iter().map(|city| city.at).collect();
        let places = Projection::new("EPSG:4326", LCC).points(&lonlats);
        let drawn = |k: usize| {
            let world = WorldFile::read(&out.join(format!("m{k}.pgw")));
            let px = places.iter().map(|place| world.px(*place)).collect();
            Drawn { cities, image: decode(&out.join(format!("m{k}.png"))), px, px_per_pt: dpi / 72.0, halo }
        };
        (0..views.len()).map(drawn).collect()
    }

    fn height(&self) -> usize {
        self.image.rgb.len() / self.image.width
    }

    fn shows(&self, [x, y]: [f64; 2]) -> bool {
        x >= 0.0 && x <= self.image.width as f64 && y >= 0.0 && y <= self.height() as f64
    }

    /// Those on a picture that is all map.
    fn shown(&self) -> impl Iterator<Item = usize> {
        (0..self.cities.len()).filter(|city| self.shows(self.px[*city]))
    }

    /// How dark a pixel's letters are; red is as light as white.
    fn ink_at(&self, [x, y]: [i64; 2]) -> Option<u8> {
        let is_within = x >= 0 && y >= 0 && x < self.image.width as i64 && y < self.height() as i64;
        is_within.then(|| 255 - self.image.at(x as usize, y as usize)[0])
    }

    /// Left, top, right and bottom of a city's name, and its ink, at each of its places.
    fn candidates(&self, city: usize) -> Vec<Found> {
        let em_px = EM * self.px_per_pt;
        let look = LabelLook { em_px, color: [0, 0, 0, 255], halo: Some(([255; 4], self.halo * self.px_per_pt)) };
        let City { name, radius, .. } = &self.cities[city];
        let extent = Font::embedded().measure(name, em_px as f32);
        let side = radius * self.px_per_pt;
        let marker = MarkerReach::of_disc(side);
        let found = |(anchor, place): (usize, &Anchor)| {
            let [x, y] = look.origin(&extent, self.px[city], *place, marker);
            let [width, up, down] = [extent.width_px, extent.ascent_px, extent.descent_px].map(f64::from);
            let letters = [x as f64, y as f64 - up, x as f64 + width, y as f64 + down];
            Found { city, anchor, letters, ink: Font::embedded().draw(name, em_px as f32, x, y) }
        };
        Anchor::AROUND.iter().enumerate().map(found).collect()
    }

    /// The names that are in the picture.
    fn names(&self) -> Vec<Found> {
        let near = (0..self.cities.len()).filter(|city| self.shows(self.px[*city]));
        let all = near.flat_map(|city| self.candidates(city));
        all.filter(|found| {
            pixels(&found.ink).all(|(at, value)| self.ink_at(at).is_some_and(|ink| ink.saturating_add(3) >= value))
        })
        .collect()
    }

    /// How far a box is from a city's marker, in points.
    fn away(&self, letters: [f64; 4], city: usize) -> f64 {
        let [x, y] = self.px[city];
        let [left, top, right, bottom] = letters;
        let way = [(left - x).max(x - right).max(0.0), (top - y).max(y - bottom).max(0.0)];
        (way[0].hypot(way[1]) / self.px_per_pt - self.cities[city].radius).max(0.0)
    }

    /// How far two cities are from each other, in points.
    fn apart(&self, a: usize, b: usize) -> f64 {
        (self.px[a][0] - self.px[b][0]).hypot(self.px[a][1] - self.px[b][1]) / self.px_per_pt
    }

    /// The share of a marker that is red.
    fn visible_share(&self, city: usize) -> f64 {
        let [x, y] = self.px[city];
        let radius = self.cities[city].radius * self.px_per_pt - 0.7;
        let (mut all, mut seen) = (0, 0);
        let reach = radius.ceil() as i64 + 1;
        for row in y as i64 - reach..=y as i64 + reach {
            for column in x as i64 - reach..=x as i64 + reach {
                let is_marker = (column as f64 + 0.5 - x).hypot(row as f64 + 0.5 - y) < radius;
                if is_marker && self.ink_at([column, row]).is_some() {
                    let [red, green, _] = self.image.at(column as usize, row as usize);
                    all += 1;
                    seen += i32::from(red > 128 && green < 128);
                }
            }
        }
        if all == 0 { 1.0 } else { f64::from(seen) / f64::from(all) }
    }
}

/// The places of a coverage that have ink.
fn pixels(ink: &Coverage) -> impl Iterator<Item = ([i64; 2], u8)> {
    let at = |index: usize| [ink.x + (index % ink.width) as i64, ink.y + (index / ink.width) as i64];
    ink.values.iter().enumerate().filter(|(_, value)| **value > 0).map(move |(index, value)| (at(index), *value))
}

fn views(random: &mut Random, count: usize) -> Vec<[f64; 4]> {
    let mut unit = || random.below(1_000_000) as f64 / 1e6;
    let view = |_| {
        let (x, y, width) = (-1.6e6 + 3.2e6 * unit(), -1e6 + 2e6 * unit(), 8e5 + 2e6 * unit());
        [x - width / 2.0, x + width / 2.0, y - width * 0.375, y + width * 0.375]
    };
    (0..count).map(view).collect()
}

#[test]
fn names_are_told_apart_hide_no_markers_and_are_there_where_there_is_room() {
    let folder = Folder::new();
    let mut random = Random(11);
    let cities = cities(&mut random, 400);
    let views = views(&mut random, 30);
    let maps = Drawn::all(&folder, &cities, &views, (144.0, 1.5), &["--frame-only", "--figsize=4,3"]);
    let (mut named, mut crowded) = (0, 0);
    for map in &maps {
        let names = map.names();
        let is_named = |city: usize| names.iter().any(|found| found.city == city);
        check_ink(map, &names);
        for (k, found) in names.iter().enumerate() {
            let name = &cities[found.city].name;
            assert!(names[..k].iter().all(|other| other.city != found.city), "{name} is there twice");
            // Names were placed before they were rounded to pixels, half a point here.
            let other = names[..k].iter().find(|other| overlap(grown(other.letters, -1.0), found.letters));
            assert!(other.is_none(), "{name} is on {}", cities[other.map_or(0, |other| other.city)].name);
            let own = map.away(found.letters, found.city);
            for other in map.shown().filter(|other| *other != found.city) {
                let is_on_it = map.apart(found.city, other) <= cities[found.city].radius / 2.0;
                let away = map.away(found.letters, other);
                assert!(is_on_it || away > own - 0.6, "{name} is read for {}: {own} {away}", cities[other].name);
            }
        }
        for city in map.shown() {
            let share = map.visible_share(city);
            assert!(share >= 0.6, "{share} of the marker of {} is to be seen", cities[city].name);
            crowded += usize::from(!is_named(city));
            let room = map.candidates(city).into_iter().find(|found| has_room(map, &names, found));
            assert!(is_named(city) || room.is_none(), "{} has room at {:?}", cities[city].name, room.map(|r| r.anchor));
        }
        named += names.len();
    }
    assert!(named > 1000 && crowded > 100, "{named} names, and {crowded} without room");
}

/// All ink of a picture is that of names, and of no other.
fn check_ink(map: &Drawn, names: &[Found]) {
    let mut wanted = vec![0_u8; map.image.rgb.len()];
    for ([x, y], value) in names.iter().flat_map(|found| pixels(&found.ink)) {
        let pixel = &mut wanted[y as usize * map.image.width + x as usize];
        *pixel = (*pixel).max(value);
    }
    for (index, wanted) in wanted.iter().enumerate() {
        let at = [index % map.image.width, index / map.image.width];
        let ink = map.ink_at(at.map(|c| c as i64)).expect("a pixel");
        assert!(ink.abs_diff(*wanted) <= 40, "{ink} and not {wanted} at {at:?}");
    }
}

/// Whether nothing at all can be said against a place: no rule of names asks for so much.
fn has_room(map: &Drawn, names: &[Found], found: &Found) -> bool {
    let room = grown(found.letters, (map.halo + 1.0) * map.px_per_pt + 1.0);
    let own = map.away(found.letters, found.city);
    room[0] >= 0.0
        && room[1] >= 0.0
        && room[2] <= map.image.width as f64
        && room[3] <= map.height() as f64
        && names.iter().all(|other| !overlap(grown(other.letters, 0.4 * EM * map.px_per_pt), room))
        && map.shown().filter(|other| *other != found.city).all(|other| map.away(found.letters, other) > 4.0 * own + EM)
}

fn grown([left, top, right, bottom]: [f64; 4], px: f64) -> [f64; 4] {
    [left - px, top - px, right + px, bottom + px]
}

fn overlap(a: [f64; 4], b: [f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

#[test]
fn wide_halos_hide_no_markers() {
    let folder = Folder::new();
    let mut random = Random(17);
    let cities = cities(&mut random, 400);
    let views = views(&mut random, 10);
    let mut named = 0;
    for map in Drawn::all(&folder, &cities, &views, (300.0, 5.0), &["--frame-only", "--figsize=4,3"]) {
        named += map.names().len();
        for city in map.shown() {
            let share = map.visible_share(city);
            assert!(share >= 0.6, "{share} of the marker of {} is to be seen", cities[city].name);
        }
    }
    assert!(named > 100, "{named} names");
}

#[test]
fn the_first_has_a_place_wherever_no_marker_forbids_it() {
    let folder = Folder::new();
    let mut random = Random(5);
    let cities = cities(&mut random, 400);
    let views = views(&mut random, 30);
    let maps = Drawn::all(&folder, &cities, &views, (72.0, 1.5), &["--frame-only", "--figsize=6,4.5"]);
    let mut checked = 0;
    for map in &maps {
        let Some(first) = map.shown().max_by(|a, b| cities[*a].rank.total_cmp(&cities[*b].rank)) else { continue };
        if map.candidates(first).iter().any(|found| has_room(map, &[], found)) {
            checked += 1;
            assert!(map.names().iter().any(|found| found.city == first), "{} is not named", cities[first].name);
        }
    }
    assert!(checked > 15, "{checked} maps");
}

#[test]
fn the_same_names_stand_on_the_same_sides_at_all_resolutions() {
    let folder = Folder::new();
    let mut random = Random(3);
    let cities = cities(&mut random, 500);
    let views = views(&mut random, 6);
    for options in [&["--figsize=7.3,5.1", "--title={name}"][..], &["--figsize=6.1,4.7", "--adjustable=box"]] {
        let mut first: Vec<BTreeSet<(usize, usize)>> = Vec::new();
        for dpi in [72.0, 100.0, 150.0, 300.0] {
            let maps = Drawn::all(&folder, &cities, &views, (dpi, 1.5), options);
            let sets = maps.iter().map(|map| map.names().iter().map(|found| (found.city, found.anchor)).collect());
            let sets: Vec<BTreeSet<_>> = sets.collect();
            if first.is_empty() {
                assert!(sets.iter().map(BTreeSet::len).sum::<usize>() > 300, "{sets:?}");
                first = sets;
                continue;
            }
            for (view, (set, first)) in sets.iter().zip(&first).enumerate() {
                let other: Vec<_> = set.symmetric_difference(first).map(|(city, k)| (&cities[*city].name, k)).collect();
                assert!(other.is_empty(), "map {view} at {dpi} dpi: {other:?}");
            }
        }
    }
}
