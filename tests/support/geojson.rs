//! Layers as `GeoJSON` texts.

use super::LonLat;

/// A file of features: of each its properties, such as `"name":"a","n":1`, and its geometry.
pub(crate) fn geojson<P: AsRef<str>, G: AsRef<str>>(features: impl IntoIterator<Item = (P, G)>) -> String {
    let feature = |(properties, geometry): (P, G)| {
        let (properties, geometry) = (properties.as_ref(), geometry.as_ref());
        format!(r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{geometry}}}"#)
    };
    let all: Vec<_> = features.into_iter().map(feature).collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, all.join(","))
}

/// A geometry of a kind such as `LineString`; coordinates as they are written there.
pub(crate) fn geometry(kind: &str, coordinates: &str) -> String {
    format!(r#"{{"type":"{kind}","coordinates":{coordinates}}}"#)
}

/// A point.
pub(crate) fn point([lon, lat]: LonLat) -> String {
    geometry("Point", &format!("[{lon},{lat}]"))
}
