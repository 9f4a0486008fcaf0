//! Regions of one run, each in a system of its own: what is drawn where, against PROJ pixel by pixel.

mod support;

use std::path::{Path, PathBuf};

use support::{Image, LCC, Numbers, Placement, Projection, TestRaster, decode, file_names, hash, mapfolio, text};

const LONLAT: &str = "EPSG:4326";

struct Bench {
    folder: tempfile::TempDir,
    raster: TestRaster,
}

impl Bench {
    /// A raster of the whole Earth in cells of two degrees, each of another grey than its neighbours.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Placement { crs: LONLAT, transform: [-180.0, 2.0, 0.0, 90.0, 0.0, -2.0], size: [180, 90] };
        let value = |i: usize, j: usize| Some((3 * (hash(i, j) % 83)) as f64);
        let raster = TestRaster::write(folder.path().join("world.tif"), place, Numbers::U8, value);
        Self { folder, raster }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn out(&self) -> PathBuf {
        self.path("out")
    }

    /// Draws the raster in grey, frame only.
    fn draw(&self, args: &[String]) -> support::Outcome {
        self.render(&[&["--frame-only".to_owned()], args].concat())
    }

    fn render(&self, args: &[String]) -> support::Outcome {
        let mut all: Vec<String> =
            ["render", "--adapter=cpu", "--cmap=gray", "--resampling=nearest"].map(String::from).to_vec();
        all.extend(["--vmin=0", "--vmax=255", "--figsize=3,2", "--dpi=40"].map(String::from));
        all.extend([format!("--raster={}", text(&self.raster.path)), format!("--out={}", text(&self.out()))]);
        all.extend(args.iter().cloned());
        mapfolio(&all)
    }

    fn image(&self, name: &str) -> Image {
        decode(&self.out().join(format!("{name}.png")))
    }

    /// The share of pixels that have the colour of the cell in which PROJ puts them.
    fn agreement(&self, name: &str, crs: &str, [x0, x1, y0, y1]: [f64; 4]) -> f64 {
        let image = self.image(name);
        let (width, height) = (image.width as f64, image.height as f64);
        let centre = |k: usize| {
            let (i, j) = ((k % image.width) as f64 + 0.5, (k / image.width) as f64 + 0.5);
            [x0 + i / width * (x1 - x0), y1 - j / height * (y1 - y0)]
        };
        let centres: Vec<_> = (0..image.rgb.len()).map(centre).collect();
        let (there, back) = (Projection::new(crs, LONLAT), Projection::new(LONLAT, crs));
        let lonlat = there.points(&centres);
        let returned = back.points(&lonlat);
        let size = (x1 - x0).max(y1 - y0);
        let same = (0..centres.len()).filter(|&k| {
            let off = (returned[k][0] - centres[k][0]).abs().max((returned[k][1] - centres[k][1]).abs());
            let is_on_earth = off <= 1e-6 * size || crs == LONLAT;
            let [lon, lat] = lonlat[k];
            let cell = [(lon + 180.0).rem_euclid(360.0) - 180.0, lat];
            let value = self.raster.cell(self.raster.place.cell_from_map(cell)).filter(|_| is_on_earth);
            (f64::from(image.rgb[k][0]) - value.unwrap_or(255.0)).abs() <= 1.0
        });
        same.count() as f64 / centres.len() as f64
    }
}

/// The bounds of a box of longitudes and latitudes on a map, by brute force.
fn bounds_of([west, east, south, north]: [f64; 4], crs: &str) -> [f64; 4] {
    const SIDE: usize = 500;
    let share = |k: usize| (k as f64 / (SIDE - 1) as f64).clamp(1e-9, 1.0 - 1e-9);
    let point = |k: usize| [west + share(k % SIDE) * (east - west), south + share(k / SIDE) * (north - south)];
    let images = Projection::new(LONLAT, crs).points(&(0..SIDE * SIDE).map(point).collect::<Vec<_>>());
    let mut found = [f64::MAX, f64::MIN, f64::MAX, f64::MIN];
    for [x, y] in images.into_iter().filter(|p| p[0].is_finite()) {
        found = [found[0].min(x), found[1].max(x), found[2].min(y), found[3].max(y)];
    }
    found
}

/// Name, system and box of longitudes and latitudes.
const REGIONS: [(&str, &str, [f64; 4]); 12] = [
    ("Conus", LCC, [-120.0, -70.0, 24.0, 50.0]),
    ("Texas", "EPSG:2276", [-107.0, -93.0, 25.5, 36.5]),
    ("Iowa", "EPSG:32615", [-97.0, -90.0, 40.0, 44.0]),
    ("Arctic", "EPSG:3995", [-180.0, 180.0, 60.0, 90.0]),
    ("Antarctic", "EPSG:3031", [-180.0, 180.0, -90.0, -60.0]),
    ("Europe", "EPSG:3035", [-10.0, 30.0, 35.0, 70.0]),
    ("Fiji", "EPSG:3832", [170.0, 190.0, -25.0, -10.0]),
    ("World", "+proj=robin +lon_0=0 +datum=WGS84", [-180.0, 180.0, -90.0, 90.0]),
    ("Globe", "+proj=ortho +lat_0=40 +lon_0=-96 +R=6371000", [-180.0, 180.0, -90.0, 90.0]),
    ("Satellite", "+proj=geos +h=35785831 +lon_0=-75 +sweep=x +R=6371000", [-180.0, 180.0, -90.0, 90.0]),
    ("Mercator", "EPSG:3857", [-20.0, 60.0, -40.0, 70.0]),
    ("Plain", LONLAT, [100.0, 160.0, -50.0, 10.0]),
];

/// A regions file of them all, with one more column.
fn regions_csv(path: &Path) -> String {
    let row = |(name, crs, [w, e, s, n]): &(&str, &str, [f64; 4])| format!("{name},{w},{e},{s},{n},{crs},EPSG:4326\n");
    let rows: String = REGIONS.iter().map(row).collect();
    std::fs::write(path, format!("name,west,east,south,north,crs,extent_crs\n{rows}")).expect("a file");
    format!("--regions={}", text(path))
}

#[test]
fn twelve_regions_in_twelve_systems_are_drawn_in_one_run() {
    let bench = Bench::new();
    let outcome = bench.draw(&[regions_csv(&bench.path("regions.csv"))]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    for (name, crs, lonlat) in REGIONS {
        let bounds = if crs == LONLAT { lonlat } else { bounds_of(lonlat, crs) };
        let agreement = bench.agreement(name, crs, bounds);
        // The bounds by brute force are a little short, which moves the edges of some cells by a pixel.
        assert!(agreement > 0.985, "{name}: {agreement}");
    }
}

#[test]
fn the_system_of_all_extents_is_a_flag_and_a_row_has_the_last_word() {
    let bench = Bench::new();
    let csv = bench.path("r.csv");
    let rows = "name,x0,x1,y0,y1,extent_crs\nDegrees,-120,-70,24,50,\nMetres,-2e6,2e6,-1e6,1e6,lcc\n";
    std::fs::write(&csv, rows).expect("a file");
    let args = [format!("--regions={}", text(&csv)), "--extent=Dateline=170,-170,50,60".into()];
    let flags = ["--extent-crs=EPSG:4326".to_owned(), "--crs=lcc".into()];
    let outcome = bench.draw(&[&args[..], &flags].concat());
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(bench.agreement("Degrees", LCC, bounds_of([-120.0, -70.0, 24.0, 50.0], LCC)) > 0.985);
    assert!(bench.agreement("Metres", LCC, [-2e6, 2e6, -1e6, 1e6]) > 0.99);
    assert!(bench.agreement("Dateline", LCC, bounds_of([170.0, 190.0, 50.0, 60.0], LCC)) > 0.985);
}

#[test]
fn a_map_of_degrees_may_cross_the_antimeridian() {
    let bench = Bench::new();
    let outcome = bench.draw(&["--extent=A=170,-160,-20,20".into(), "--extent=B=0,360,-90,90".into()]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(bench.agreement("A", LONLAT, [170.0, 200.0, -20.0, 20.0]) > 0.999);
    assert!(bench.agreement("B", LONLAT, [0.0, 360.0, -90.0, 90.0]) > 0.999);
}

#[test]
fn a_place_and_a_size_are_drawn() {
    let bench = Bench::new();
    let csv = bench.path("r.csv");
    let rows = "name,lon,lat,width_km,height_km,crs\nA,-97,35,1500,1000,lcc\nB,-97,35,1500,1000,EPSG:2276\nC,-97,35,1500,1000,\n";
    std::fs::write(&csv, rows).expect("a file");
    let outcome = bench.draw(&[format!("--regions={}", text(&csv))]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    // A degree of latitude at 35 is 110.94 km, one of longitude 91.29 km (WGS 84).
    let (w, h) = (1500.0 / 91.288 / 2.0, 1000.0 / 110.941 / 2.0);
    assert!(bench.agreement("C", LONLAT, [-97.0 - w, -97.0 + w, 35.0 - h, 35.0 + h]) > 0.985);
    let image = bench.image("A");
    assert_eq!((image.width, image.height), (120, 80));
}

#[test]
fn boxes_shrink_and_extents_grow_as_matplotlib_has_it_in_every_system() {
    let bench = Bench::new();
    for adjustable in ["datalim", "box"] {
        let flags = [regions_csv(&bench.path("regions.csv")), format!("--adjustable={adjustable}")];
        let outcome = bench.render(&flags);
        assert_eq!(outcome.code, Some(0), "{adjustable}: {}", outcome.stderr);
        assert_eq!(file_names(&bench.out()).len(), 12);
        for (name, ..) in REGIONS {
            let image = bench.image(name);
            assert_eq!((image.width, image.height), (120, 80), "{name}");
            assert!(image.rgb.iter().filter(|rgb| **rgb != [255; 3]).count() > 1000, "{name} is blank");
        }
    }
}

#[test]
fn figures_may_have_sizes_of_their_own() {
    let bench = Bench::new();
    let csv = bench.path("r.csv");
    let rows = "name,west,east,south,north,figsize\nA,0,10,0,10,\nB,0,10,0,10,\"4,3\"\nC,0,10,0,10,\"2.5,2\"\n\
                D,0,10,0,10,\"4,3\"\nTiny,0,10,0,10,\"0.2,0.2\"\nHuge,0,10,0,10,\"425,2.5\"\n";
    std::fs::write(&csv, rows).expect("a file");
    let outcome = bench.render(&[format!("--regions={}", text(&csv))]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
    for (name, size) in [("A", (120, 80)), ("B", (160, 120)), ("C", (100, 80)), ("D", (160, 120))] {
        let image = bench.image(name);
        assert_eq!((image.width, image.height), size, "{name}");
    }
    assert_eq!(file_names(&bench.out()), ["A.png", "B.png", "C.png", "D.png"]);
    for part in ["r.csv row 6, column figsize: '0.2,0.2' leaves a map", "a figure of 17000 x 100 px does not fit"] {
        assert!(outcome.stderr.contains(part), "{}", outcome.stderr);
    }
}

#[test]
fn regions_that_no_map_shows_cost_only_themselves() {
    let bench = Bench::new();
    let csv = bench.path("r.csv");
    let rows = "name,west,east,south,north,crs,extent_crs\nGood,0,10,0,10,EPSG:3857,EPSG:4326\n\
                Pole,0,10,60,90,EPSG:3857,EPSG:4326\nBehind,80,90,-50,-40,+proj=ortho +lat_0=40 +lon_0=-96,EPSG:4326\n\
                Turned,10,0,0,10,EPSG:3857,EPSG:3857\nWide,-190,180,0,10,EPSG:3857,EPSG:4326\n\
                Odd,0,10,0,10,EPSG:3857,nonsense\n";
    std::fs::write(&csv, rows).expect("a file");
    let outcome = bench.draw(&[format!("--regions={}", text(&csv))]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
    assert_eq!(file_names(&bench.out()), ["Good.png"]);
    for part in [
        "r.csv row 3: the map goes on without end towards its point x = 0, y = 90; end the region before that",
        "r.csv row 4: no point of it is on the map",
        "r.csv row 5, columns west, east, south, north: west = 10 is greater than east = 0; give west < east",
        "west = -190 and east = 180 are more than 360 degrees apart; give a full turn or less",
        "r.csv row 7, column extent_crs",
    ] {
        assert!(outcome.stderr.contains(part), "no '{part}' in\n{}", outcome.stderr);
    }
}

#[test]
fn a_map_without_end_shows_the_part_it_is_meant_for_and_says_so() {
    let bench = Bench::new();
    for (crs, part) in [
        ("EPSG:3857", "latitudes -85.06 to 85.06"),
        ("+proj=merc +R=6371000", "stretched less than 12 times"),
        ("EPSG:3995", "latitudes 60 to 90"),
    ] {
        let outcome = bench.draw(&[format!("--crs={crs}"), "--name=m.png".into()]);
        assert_eq!(outcome.code, Some(0), "{crs}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(part), "{crs}: {}", outcome.stderr);
    }
}
