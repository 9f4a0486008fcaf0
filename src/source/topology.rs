//! `TopoJSON` as the bundled layers have it: quantized coordinates, and borders that neighbours share stored once.
//!
//! Format: <https://github.com/topojson/topojson-specification>.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::outlines::OutlineBuilder;

/// One object of a topology: features with shapes and attributes, in a fixed order.
pub(super) struct Topology {
    transform: Transform,
    /// Lines that shapes are put together from, in steps of the grid, each from the one before.
    arcs: Vec<Vec<[i32; 2]>>,
    features: Vec<Feature>,
}

/// How steps of the grid become degrees.
#[derive(Clone, Copy, Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

/// A feature; the form of `arcs` depends on the type.
#[derive(Deserialize)]
struct Feature {
    #[serde(rename = "type")]
    kind: String,
    arcs: Option<Box<RawValue>>,
    coordinates: Option<[i32; 2]>,
    properties: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Document<'a> {
    transform: Transform,
    arcs: Vec<Vec<[i32; 2]>>,
    #[serde(borrow)]
    objects: BTreeMap<String, &'a RawValue>,
}

#[derive(Deserialize)]
struct Collection {
    geometries: Vec<Feature>,
}

/// What is wrong with a topology, in words.
pub(super) type Fault = String;

impl Topology {
    /// Reads one object of a document.
    ///
    /// # Errors
    /// The text is no topology with quantized coordinates, or has no such object.
    pub(super) fn read(text: &str, object: &str) -> Result<Self, Fault> {
        let Document { transform, arcs, objects } = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let object = objects.get(object).ok_or_else(|| format!("it has no object {object}"))?;
        let Collection { geometries: features } = serde_json::from_str(object.get()).map_err(|e| e.to_string())?;
        Ok(Self { transform, arcs, features })
    }

    /// How many features there are.
    pub(super) fn len(&self) -> usize {
        self.features.len()
    }

    /// The attributes alone, as `GeoJSON` of features without a shape; a feature's `id` is its index.
    pub(super) fn attributes(&self) -> String {
        let feature = |(index, feature): (usize, &Feature)| {
            let properties = feature.properties.as_deref().map_or("{}", RawValue::get);
            format!(r#"{{"type":"Feature","id":{index},"properties":{properties},"geometry":null}}"#)
        };
        let features: Vec<_> = self.features.iter().enumerate().map(feature).collect();
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    }

    /// Adds the shape of the feature with this index.
    ///
    /// # Errors
    /// The feature is of an unknown type, or refers to arcs that are not there.
    pub(super) fn add(&self, index: usize, builder: &mut OutlineBuilder) -> Result<(), Fault> {
        let feature = self.features.get(index).ok_or_else(|| format!("it has no feature {index}"))?;
        match feature.kind.as_str() {
            "Point" => {
                let at = feature.coordinates.ok_or("a point has no coordinates")?;
                builder.add_dots(index, std::iter::once(self.degrees(at)));
            }
            "LineString" => self.add_lines(index, &[feature.arcs()?], builder)?,
            "MultiLineString" => self.add_lines(index, &feature.arcs::<Vec<_>>()?, builder)?,
            "Polygon" => self.add_polygon(index, &feature.arcs::<Vec<_>>()?, builder)?,
            "MultiPolygon" => {
                for rings in feature.arcs::<Vec<Vec<_>>>()? {
                    self.add_polygon(index, &rings, builder)?;
                }
            }
            other => return Err(format!("feature {index} is a {other}")),
        }
        Ok(())
    }

    fn add_lines(&self, index: usize, lines: &[Vec<i32>], builder: &mut OutlineBuilder) -> Result<(), Fault> {
        for line in lines {
            builder.add_line(index, self.points(line)?.into_iter());
        }
        Ok(())
    }

    fn add_polygon(&self, index: usize, rings: &[Vec<i32>], builder: &mut OutlineBuilder) -> Result<(), Fault> {
        builder.begin_polygon();
        for ring in rings {
            builder.add_ring(index, self.points(ring)?.into_iter());
        }
        Ok(())
    }

    /// The points of arcs that follow each other; each begins where the one before ends. A negative number is the
    /// complement of an arc that runs backwards. Longitudes go on beyond 180 degrees: shapes are not cut there.
    fn points(&self, arcs: &[i32]) -> Result<Vec<[f64; 2]>, Fault> {
        let mut points = Vec::new();
        for &arc in arcs {
            let (number, is_backwards) = if arc < 0 { (!arc, true) } else { (arc, false) };
            let steps = self.arcs.get(number as usize).ok_or_else(|| format!("it has no arc {number}"))?;
            if !points.is_empty() {
                points.pop();
            }
            let start = points.len();
            let mut at = [0_i32; 2];
            points.extend(steps.iter().map(|step| {
                at = [at[0] + step[0], at[1] + step[1]];
                self.degrees(at)
            }));
            if is_backwards {
                points[start..].reverse();
            }
        }
        for k in 1..points.len() {
            const TURN_DEG: f64 = 360.0;
            let step = points[k][0] - points[k - 1][0];
            points[k][0] -= TURN_DEG * (step / TURN_DEG).round();
        }
        Ok(points)
    }

    /// As GDAL's `TopoJSON` driver computes it.
    fn degrees(&self, at: [i32; 2]) -> [f64; 2] {
        let Transform { scale, translate } = self.transform;
        [0, 1].map(|k| f64::from(at[k]) * scale[k] + translate[k])
    }
}

impl Feature {
    fn arcs<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Fault> {
        let text = self.arcs.as_deref().ok_or("a shape has no arcs")?;
        serde_json::from_str(text.get()).map_err(|e| e.to_string())
    }
}
