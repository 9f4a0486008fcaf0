//! Regions files: what is read, and what is said of each kind of fault.

use std::path::PathBuf;

use mapfolio::Result;
use mapfolio::source::{Around, Bounds, Region, read_regions};

struct File {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

fn file(bytes: impl AsRef<[u8]>) -> File {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("regions.csv");
    std::fs::write(&path, bytes).expect("a file");
    File { path, _folder: folder }
}

fn regions(text: &str) -> Vec<Result<Region>> {
    read_regions(&file(text).path).unwrap_or_else(|e| panic!("{e}"))
}

fn only(text: &str) -> Region {
    let mut all = regions(text);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).unwrap_or_else(|e| panic!("{e}"))
}

/// The fault of the only row, without the folder's name.
fn row_fault(text: &str) -> String {
    let file = file(text);
    let rows = read_regions(&file.path).unwrap_or_else(|e| panic!("{e}"));
    let messages: Vec<_> = rows.into_iter().filter_map(Result::err).map(|e| e.to_string()).collect();
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages[0].rsplit_once("regions.csv ").expect("the file's name").1.to_owned()
}

fn file_fault(bytes: impl AsRef<[u8]>) -> String {
    let file = file(bytes);
    let message = read_regions(&file.path).expect_err("a bad file").to_string();
    message.rsplit_once("regions.csv: ").expect("the file's name").1.to_owned()
}

/// The numbers of a region's box.
fn numbers(region: &Region) -> [f64; 4] {
    match &region.bounds {
        Bounds::Box(bounds) => bounds.numbers,
        other => panic!("{other:?}"),
    }
}

#[test]
fn bounds_have_four_ways_to_be_written() {
    for text in [
        "name,x0,x1,y0,y1\nA,-1,2,-3,4e0\n",
        "ymax,ymin,xmax,xmin,name\n4,-3,2,-1,A\n",
        "NAME, West ,east,south,north\nA, -1 ,2,-3,4\n",
        "name,region\nA,\"[-1, 2, -3, 4]\"\n",
        "name;x0;x1;y0;y1\r\nA;-1;2;-3;4\r\n",
        "name\tx0\tx1\ty0\ty1\nA\t-1\t2\t-3\t4",
        "\u{feff}name,x0,x1,y0,y1\nA,-1,2,-3,4\n",
        "name;region\nA;[-1,2,-3,4]\n",
    ] {
        let region = only(text);
        assert_eq!((region.name.as_str(), numbers(&region)), ("A", [-1.0, 2.0, -3.0, 4.0]), "{text}");
    }
}

#[test]
fn the_other_columns_are_kept() {
    let text = "name,x0,x1,y0,y1,crs,extent_crs,title,figsize,State\n\
                \"São Tomé, N\",0,1,0,1,EPSG:3857,EPSG:4326,{name} now,\"14, 9\",TX\n\
                B,0,1,0,1,,,,,\n";
    let all: Vec<_> = regions(text).into_iter().map(|r| r.unwrap_or_else(|e| panic!("{e}"))).collect();
    let [a, b] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(a.name, "São Tomé, N");
    assert_eq!((a.crs.as_deref(), a.extent_crs.as_deref()), (Some("EPSG:3857"), Some("EPSG:4326")));
    assert_eq!((a.title.as_deref(), a.figsize), (Some("{name} now"), Some([14.0, 9.0])));
    assert_eq!(a.fields.get("state"), Some("TX"));
    assert!(b.crs.is_none() && b.title.is_none() && b.figsize.is_none());
    assert_eq!(b.fields.get("state"), Some(""));
}

#[test]
fn places_are_lines_as_an_editor_counts_them() {
    let text = "name,x0,x1,y0,y1\n\nA,0,1,0,1\r\n\n\n\"B\nb\",0,1,0,1\nC,0,1,0,1\n,,,,\nD,0,1,0,1\n";
    let places: Vec<_> =
        regions(text).into_iter().map(|r| r.map(|r| r.place)).collect::<Result<_>>().expect("good rows");
    let rows: Vec<_> = places.iter().map(|p| p.rsplit_once("regions.csv ").expect("the file's name").1).collect();
    assert_eq!(rows, ["row 3", "row 6", "row 8", "row 10"]);
}

#[test]
fn a_bad_row_names_itself_and_costs_only_itself() {
    let rows = regions("name,x0,x1,y0,y1\nA,0,1,0,1\nB,0,1,0,one\nC,0,1,0,1\n");
    assert_eq!(rows.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
}

#[test]
fn faults_of_rows_name_row_column_value_and_remedy() {
    for (row, message) in [
        ("A,0,1,0,one", "row 2, column ymax: 'one' is not a number; write a number with a decimal point"),
        ("A,,1,0,1", "row 2, column xmin: the number is missing; write a number with a decimal point"),
        ("A,0,nan,0,1", "row 2, column xmax: 'nan' is not a finite number; write a number with a decimal point"),
        ("A,0,1,-inf,1", "row 2, column ymin: '-inf' is not a finite number; write a number with a decimal point"),
        (
            "A,0,1,5,1",
            "row 2, columns xmin, xmax, ymin, ymax: ymin = 5 is greater than ymax = 1; give xmin < xmax and ymin < ymax",
        ),
        (
            "A,0,1,7,7",
            "row 2, columns xmin, xmax, ymin, ymax: ymin = 7 and ymax = 7 leave no size; give xmin < xmax and ymin < ymax",
        ),
        (" ,0,1,0,1", "row 2, column name: the name is empty; name the region"),
        (
            "A,0,1,0",
            "row 2: it has 4 fields where the header has 5; separate the fields as the header does, and quote text with commas",
        ),
        (
            "A,0,1,0,1,2",
            "row 2: it has 6 fields where the header has 5; separate the fields as the header does, and quote text with commas",
        ),
    ] {
        assert_eq!(row_fault(&format!("name,xmin,xmax,ymin,ymax\n{row}\n")), message);
    }
    let message = row_fault("name,region\nA,\"[0, 1, 2]\"\n");
    assert_eq!(message, "row 2, column region: it has 3 numbers, not 4; write [x0, x1, y0, y1]");
    let message = row_fault("name,x0,x1,y0,y1,figsize\nA,0,1,0,1,14\n");
    assert_eq!(message, "row 2, column figsize: '14' is not two numbers; write width,height in inches, such as 14,9");
}

#[test]
fn faults_of_the_file_name_what_is_missing() {
    for (text, parts) in [
        ("", ["it is empty", "name, x0,x1,y0,y1 or"]),
        ("name,x0,x1,y0,y1\n", ["a header but no rows", "add a row"]),
        ("title,x0,x1,y0,y1\nA,0,1,0,1\n", ["no column 'name'; its columns are title, x0", "first row"]),
        ("name,xmin,xmax,ymin\nA,0,1,0\n", ["no column ymax", "xmin,xmax,ymin,ymax"]),
        ("name,a\nA,0\n", ["no columns for the bounds; its columns are name, a", "west,east,south,north"]),
        ("name,x0,x1,y0,y1,region\nA,0,1,0,1,\n", ["bounds twice, as x0,x1,y0,y1 and as region", "remove one"]),
        ("name,x0,x1,y0,y1,Name\nA,0,1,0,1,B\n", ["two columns 'name'", "rename"]),
    ] {
        let message = file_fault(text);
        assert!(parts.iter().all(|part| message.contains(part)), "{text}: {message}");
    }
    let message = file_fault("name,x0,x1,y0,y1\n\"A,0,1,0,1\nB,0,1,0,1\n");
    assert!(message.contains("a quote is opened and never closed"), "{message}");
}

#[test]
fn a_row_that_is_no_text_is_named() {
    let file = file(b"name,x0,x1,y0,y1\nA,0,1,0,1\nS\xE3o,0,1,0,1\n");
    let rows = read_regions(&file.path).expect("a readable file");
    assert!(rows[0].is_ok());
    let message = rows[1].as_ref().expect_err("a row of bytes").to_string();
    assert!(message.contains("regions.csv row 3: it is not UTF-8 text; save the file"), "{message}");
}

#[test]
fn a_missing_file_is_an_error() {
    let message = read_regions("no/such/regions.csv".as_ref()).expect_err("no file").to_string();
    assert!(message.starts_with("no/such/regions.csv: cannot read: "), "{message}");
}

#[test]
#[expect(clippy::float_cmp, reason = "the numbers are read, not computed")]
fn an_extent_flag_is_a_region() {
    let region = Region::from_flag("New York=-1e6,1e6, -5e5 ,5e5").unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((region.name.as_str(), region.place.as_str()), ("New York", "--extent New York"));
    assert_eq!(numbers(&region), [-1e6, 1e6, -5e5, 5e5]);
    for (text, part) in [
        ("A", "has no '='"),
        ("=0,1,0,1", "the name is empty"),
        ("A=0,1,0", "3 numbers, not 4"),
        ("A=0,1,0,x", "'x' is not a number"),
        ("A=0,NaN,0,1", "'NaN' is not a finite number"),
        ("A=0,1,1,0", "y0 = 1 is greater than y1 = 0"),
        ("A=0,0,0,1", "leave no size"),
    ] {
        let message = Region::from_flag(text).expect_err(part).to_string();
        assert!(message.starts_with(&format!("--extent '{text}': ")) && message.contains(part), "{message}");
        assert!(message.ends_with("write NAME=X0,X1,Y0,Y1"), "{message}");
    }
}

#[test]
fn whether_west_may_be_greater_depends_on_the_system() {
    let region = only("name,west,east,south,north\nA,170,-160,-5,5\n");
    let Bounds::Box(bounds) = region.bounds else { panic!("{region:?}") };
    let degrees = bounds.extent(true).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(degrees.bounds().map(f64::to_bits), [170.0, 200.0, -5.0, 5.0].map(f64::to_bits));
    let message = bounds.extent(false).expect_err("metres").to_string();
    assert!(message.contains("row 2, columns west, east, south, north: west = 170 is greater than"), "{message}");
    assert!(message.ends_with("give west < east and south < north"), "{message}");
    for (numbers, part) in [
        ("-180,180.5,0,1", "west = -180 and east = 180.5 are more than 360 degrees apart; give a full turn or less"),
        ("180,-180,0,1", "leave no size"),
        ("600,-10,0,1", "west = 600 is greater than"),
    ] {
        let region = only(&format!("name,west,east,south,north\nA,{numbers}\n"));
        let Bounds::Box(bounds) = region.bounds else { panic!("{region:?}") };
        let message = bounds.extent(true).expect_err(part).to_string();
        assert!(message.contains(part), "{message}");
    }
    let region = only("name,west,east,south,north\nA,-180,180,-90,90\n");
    let Bounds::Box(bounds) = region.bounds else { panic!("{region:?}") };
    assert!(bounds.extent(true).is_ok(), "a full turn");
}

#[test]
fn a_place_and_a_size_are_bounds_too() {
    let header = "name,lon,lat,width_km,height_km";
    let region = only(&format!("{header}\nA,-97.5,35.25,300,200\n"));
    let around = Around { lon: -97.5, lat: 35.25, width_km: 300.0, height_km: 200.0 };
    assert_eq!(region.bounds, Bounds::Around(around));
    for (row, part) in [
        ("A,-97.5,95,300,200", "row 2, column lat: 95 is no latitude; write degrees from -90 to 90"),
        ("A,970,35,300,200", "row 2, column lon: 970 is no longitude"),
        ("A,0,35,0,200", "row 2, column width_km: 0 is not a size; write kilometres"),
        ("A,0,35,300,-1", "row 2, column height_km: -1 is not a size"),
        ("A,0,35,300,", "row 2, column height_km: the number is missing"),
    ] {
        let message = row_fault(&format!("{header}\n{row}\n"));
        assert!(message.contains(part), "{row}: {message}");
    }
    let message = row_fault(&format!("{header},extent_crs\nA,0,35,300,200,EPSG:4326\n"));
    assert!(message.contains("row 2, column extent_crs: lon and lat are WGS 84"), "{message}");
    let message = file_fault("name,lon,lat,width_km\nA,0,35,300\n");
    assert!(message.contains("no column height_km"), "{message}");
    let message = file_fault(format!("{header},region\nA,0,35,300,200,\n"));
    assert!(message.contains("bounds twice, as region and as lon,lat,width_km,height_km"), "{message}");
}
