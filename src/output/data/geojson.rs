//! What has a place, as GeoJSON (RFC 7946): points, with the record's row as properties.

use super::record::of_kind;
use super::table::{Column, Row, Type};
use super::{ROOT, kind_of};
use crate::content::KINDS;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject};
use crate::site::Site;
use crate::theme::values::entry::place_of;
use serde_json::{Map, Value, json};

/// The output.
pub const OUTPUT: Output = Output {
    name: "geojson",
    about: "what has a place, as points for maps",
    plan,
};

/// The media type (RFC 7946, section 12).
pub const GEOJSON: &str = "application/geo+json";

fn plan(press: &Press, plan: &mut Plan) {
    for (n, kind) in KINDS.iter().enumerate() {
        if has_places(&press.site, n) {
            let path = format!("{ROOT}/{}.geojson", kind.folder);
            plan.add(path, GEOJSON, Subject::Kind(n), None, render);
        }
    }
}

/// Whether anything of a kind can be shown on a map.
pub fn has_places(site: &Site, n: usize) -> bool {
    let point = |entry| place_of(site, entry).and_then(|(_, place)| place.coordinates());
    of_kind(site, n).any(|entry| point(entry).is_some())
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let n = kind_of(artifact)?;
    let columns = press.records.columns(n);
    let mut text = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
    let mut separator = "\n";
    for entry in of_kind(&press.site, n) {
        let row = &press.records.get(&press.site, &press.theme, entry).row;
        if let Some((longitude, latitude)) = row.point {
            let feature = json!({
                "type": "Feature",
                "id": super::record::id(&press.site, entry),
                "geometry": { "type": "Point", "coordinates": [longitude, latitude] },
                "properties": properties(columns, row),
            });
            text.push_str(separator);
            text.push_str(&feature.to_string());
            separator = ",\n";
        }
    }
    text.push_str("\n]}\n");
    Ok(text.into_bytes())
}

/// The cells that hold something, each as what its column says.
fn properties(columns: &[Column], row: &Row) -> Map<String, Value> {
    let given = columns
        .iter()
        .zip(row.cells())
        .filter(|(_, cell)| !cell.is_empty());
    given
        .map(|(column, cell)| (column.name.clone(), value(column.type_, cell)))
        .collect()
}

fn value(type_: Type, cell: &str) -> Value {
    let parsed = match type_ {
        Type::Boolean | Type::Integer | Type::Number | Type::Json => {
            serde_json::from_str(cell).ok()
        }
        Type::List => Some(json!(
            cell.split(super::table::SEPARATOR).collect::<Vec<_>>()
        )),
        _ => None,
    };
    parsed.unwrap_or_else(|| json!(cell))
}
