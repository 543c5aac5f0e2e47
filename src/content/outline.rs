//! The shape of a city, as an editor draws or downloads it (GeoJSON, RFC 7946), and as the map reads it:
//! each shape with its kind, its name and its lines in steps of whole numbers.

use crate::diagnostic::{Diagnostic, Words, nearest};
use crate::phrase;
use crate::say;
use crate::source::{SourceId, Span};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

/// How the name of such a file ends.
pub const ENDING: &str = ".geojson";

/// Steps in a degree: about a metre.
const SCALE: f64 = 100_000.0;

/// What a shape may be, in `properties.kind`. Of these the last ones are lines, the others areas.
const KINDS: &[&str] = &[
    "land", "water", "green", "area", "border", "road", "railway",
];

/// A collection whose features keep their place in the file.
#[derive(Deserialize)]
struct Collection<'a> {
    #[serde(rename = "type")]
    type_: String,
    #[serde(borrow)]
    features: Vec<&'a RawValue>,
}

/// Reads an outline; tells all that is wrong in it, and then gives none.
pub fn read(source: SourceId, text: &str, faults: &mut Vec<Diagnostic>) -> Option<String> {
    let before = faults.len();
    let collection: Collection = match serde_json::from_str(text) {
        Ok(collection) => collection,
        Err(error) => {
            faults.push(unreadable(source, text, &error));
            return None;
        }
    };
    if collection.type_ != "FeatureCollection" {
        let message = say!(
            "this is a `{}`, not a collection of features",
            collection.type_
        );
        faults.push(fault(message, Span::new(source, 0, 1), COLLECTION));
    }
    let mut shapes = Vec::new();
    for (n, feature) in collection.features.iter().enumerate() {
        let raw = feature.get();
        let start = (raw.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        match serde_json::from_str(raw).map_or(Ok(None), |feature: Value| shape(&feature)) {
            Ok(shape) => shapes.extend(shape),
            Err((message, help)) => {
                let end = start + raw.lines().next().map_or(0, str::len);
                let message = say!("feature {} of the outline: {}", n + 1, message);
                faults.push(fault(message, Span::new(source, start, end), help));
            }
        }
    }
    let read = json!({ "scale": SCALE, "shapes": shapes });
    (faults.len() == before).then(|| read.to_string())
}

const COLLECTION: &str = phrase!(
    "write `{\"type\": \"FeatureCollection\", \"features\": [ … ]}`, as programs for maps save it"
);

fn fault(message: Words, span: Span, help: impl Into<Words>) -> Diagnostic {
    Diagnostic::error("config/bad-outline", message)
        .at(span, "here")
        .help(help)
}

/// JSON that is none, or no collection.
fn unreadable(source: SourceId, text: &str, error: &serde_json::Error) -> Diagnostic {
    let line = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    let at = (line + error.column().saturating_sub(1)).min(text.len());
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    fault(
        say!("this file is no GeoJSON: {}", words),
        Span::new(source, at, at + 1),
        COLLECTION,
    )
}

/// What is wrong, and the mend.
type Wrong = (Words, Words);

fn wrong<T>(message: impl Into<Words>, help: impl Into<Words>) -> Result<T, Wrong> {
    Err((message.into(), help.into()))
}

/// A feature as the map reads it; none when it has no geometry.
fn shape(feature: &Value) -> Result<Option<Value>, Wrong> {
    let geometry = &feature["geometry"];
    if geometry.is_null() {
        return Ok(None);
    }
    let given = &geometry["coordinates"];
    let (area, lines) = match geometry["type"].as_str().unwrap_or_default() {
        "Polygon" => (true, list(given)?),
        "MultiPolygon" => (
            true,
            list(given)?
                .into_iter()
                .map(list)
                .collect::<Result<Vec<_>, _>>()?
                .concat(),
        ),
        "LineString" => (false, vec![given]),
        "MultiLineString" => (false, list(given)?),
        other => {
            let message = say!("it is a `{}`, which has no shape", other);
            let help = say!("keep its polygons and lines; places come from the records");
            return wrong(message, help);
        }
    };
    let lines = lines
        .into_iter()
        .map(|line| steps(line, if area { 4 } else { 2 }))
        .collect::<Result<Vec<_>, _>>()?;
    let properties = &feature["properties"];
    let kind = match properties["kind"].as_str() {
        None => {
            if area {
                "area"
            } else {
                "border"
            }
        }
        Some(kind) if KINDS.contains(&kind) => kind,
        Some(kind) => {
            let near = nearest(kind, KINDS.iter().copied());
            let all = || say!("the kinds are {}", KINDS.join(", "));
            return wrong(
                say!("there is no kind `{}`", kind),
                near.map_or_else(all, |near| say!("did you mean `{}`?", near)),
            );
        }
    };
    let mut shape = Map::new();
    shape.insert("kind".to_owned(), kind.into());
    // One text, or one for each language.
    if properties["name"].is_string() || properties["name"].is_object() {
        shape.insert("name".to_owned(), properties["name"].clone());
    }
    shape.insert("lines".to_owned(), lines.into());
    Ok(Some(Value::Object(shape)))
}

fn list(value: &Value) -> Result<Vec<&Value>, Wrong> {
    match value.as_array() {
        Some(items) => Ok(items.iter().collect()),
        None => wrong(
            say!("its coordinates are not as deep as its type says"),
            say!("save it again with a program for maps"),
        ),
    }
}

/// A line as whole numbers: the first point, then steps from each to the next.
fn steps(line: &Value, least: usize) -> Result<Vec<i64>, Wrong> {
    let points = list(line)?;
    if points.len() < least {
        return wrong(
            say!("a line of it has {} points", points.len()),
            say!("such a line has at least {}", least),
        );
    }
    let (mut out, mut last) = (Vec::with_capacity(points.len() * 2), (0, 0));
    for point in points {
        let (Some(lon), Some(lat)) = (point[0].as_f64(), point[1].as_f64()) else {
            return wrong(
                say!("a point of it is not two numbers"),
                say!("write `[longitude, latitude]`"),
            );
        };
        if lon.abs() > 180.0 || lat.abs() > 90.0 {
            let help = say!(
                "write degrees, longitude first (WGS 84); of a national grid, convert them: `ogr2ogr -t_srs EPSG:4326`"
            );
            return wrong(
                say!("the point [{}, {}] is not on the globe", lon, lat),
                help,
            );
        }
        let at = ((lon * SCALE).round() as i64, (lat * SCALE).round() as i64);
        if out.is_empty() || at != last {
            out.extend([at.0 - last.0, at.1 - last.1]);
        }
        last = at;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(text: &str) -> (Option<String>, Vec<(String, std::ops::Range<usize>)>) {
        let mut faults = Vec::new();
        let read = read(SourceId(0), text, &mut faults);
        (
            read,
            faults
                .into_iter()
                .map(|f| (f.message.to_string(), f.labels[0].span.range()))
                .collect(),
        )
    }

    #[test]
    fn shapes_keep_their_kind_and_name_and_become_steps() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"kind":"water","name":{"nl":"Meer"}},"geometry":{"type":"Polygon",
             "coordinates":[[[5.1,52.3],[5.2,52.3],[5.2,52.4],[5.1,52.3]]]}},
            {"type":"Feature","properties":null,"geometry":null},
            {"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[5,52],[5,52],[5,53]]}}]}"#;
        let (read, faults) = told(text);
        assert_eq!(faults, []);
        let expected = r#"{"scale":100000.0,"shapes":[{"kind":"water","name":{"nl":"Meer"},"lines":[[510000,5230000,10000,0,0,10000,-10000,-10000]]},{"kind":"border","lines":[[500000,5200000,0,100000]]}]}"#;
        assert_eq!(read.as_deref(), Some(expected));
    }

    #[test]
    fn every_fault_is_told_at_its_feature() {
        let text = "{\"type\":\"FeatureCollection\",\"features\":[\n{\"geometry\":{\"type\":\"Point\",\"coordinates\":[5,52]}},\n\
            {\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[155000,463000],[155001,463000]]}}]}";
        let (read, faults) = told(text);
        assert_eq!(read, None);
        assert_eq!(
            faults[0].0,
            "feature 1 of the outline: it is a `Point`, which has no shape"
        );
        assert_eq!(
            faults[1].0,
            "feature 2 of the outline: the point [155000, 463000] is not on the globe"
        );
        assert_eq!(&text[faults[1].1.clone()][..12], "{\"geometry\":");
    }

    proptest! {
        #[test]
        fn steps_lead_back_to_the_points(points in prop::collection::vec((-180.0..180.0f64, -90.0..90.0f64), 2..20)) {
            let line: Value = points.iter().map(|(x, y)| json!([x, y])).collect();
            let steps = steps(&line, 2).unwrap();
            let mut at = (0, 0);
            let mut walked = Vec::new();
            for step in steps.chunks(2) {
                at = (at.0 + step[0], at.1 + step[1]);
                walked.push(at);
            }
            let mut rounded: Vec<(i64, i64)> = points.iter().map(|(x, y)| ((x * SCALE).round() as i64, (y * SCALE).round() as i64)).collect();
            rounded.dedup();
            prop_assert_eq!(walked, rounded);
        }

        #[test]
        fn nothing_that_is_written_makes_it_stop(text in ".{0,200}", part in "[\\[\\]{}\":,a-z0-9.]{0,80}") {
            let _ = told(&text);
            let _ = told(&format!("{{\"type\":\"FeatureCollection\",\"features\":[{part}]}}"));
        }
    }
}
