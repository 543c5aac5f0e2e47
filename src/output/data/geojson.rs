//! What has a place, as GeoJSON (RFC 7946): points, with the record's row as properties.

use super::record::of_kind;
use super::table::{Column, Row, SEPARATOR, Type};
use super::{ROOT, kind_of};
use crate::content::KINDS;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject};
use crate::site::Site;
use crate::theme::values::entry::place_of;

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
    let row = |entry| &press.records.get(&press.site, &press.theme, entry).row;
    // The names of the fields take about as much as what they hold.
    let size = of_kind(&press.site, n).map(|entry| row(entry).size() * 2);
    let mut bytes = Vec::with_capacity(size.sum());
    bytes.extend_from_slice(b"{\"type\":\"FeatureCollection\",\"features\":[");
    let mut separator = "\n";
    for entry in of_kind(&press.site, n) {
        let row = row(entry);
        if let Some((longitude, latitude)) = row.point {
            let id = super::record::id(&press.site, entry);
            bytes.extend_from_slice(separator.as_bytes());
            separator = ",\n";
            bytes.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
            quoted(&mut bytes, &id);
            let point = format!("[{longitude},{latitude}]");
            bytes.extend_from_slice(b",\"geometry\":{\"type\":\"Point\",\"coordinates\":");
            bytes.extend_from_slice(point.as_bytes());
            bytes.extend_from_slice(b"},\"properties\":");
            properties(&mut bytes, columns, row);
            bytes.push(b'}');
        }
    }
    bytes.extend_from_slice(b"\n]}\n");
    Ok(bytes)
}

/// The cells that hold something, each as what its column says.
fn properties(bytes: &mut Vec<u8>, columns: &[Column], row: &Row) {
    let given = columns
        .iter()
        .zip(row.cells())
        .filter(|(_, cell)| !cell.is_empty());
    bytes.push(b'{');
    for (n, (column, cell)) in given.enumerate() {
        if n > 0 {
            bytes.push(b',');
        }
        quoted(bytes, &column.name);
        bytes.push(b':');
        match column.type_ {
            // These are written as JSON writes them.
            Type::Boolean | Type::Integer | Type::Number | Type::Json => {
                bytes.extend_from_slice(cell.as_bytes());
            }
            Type::List => {
                for (n, item) in cell.split(SEPARATOR).enumerate() {
                    bytes.push(if n == 0 { b'[' } else { b',' });
                    quoted(bytes, item);
                }
                bytes.push(b']');
            }
            _ => quoted(bytes, cell),
        }
    }
    bytes.push(b'}');
}

/// A text as JSON.
fn quoted(bytes: &mut Vec<u8>, text: &str) {
    // Writing a text into a `Vec` cannot fail.
    let _ = serde_json::to_writer(bytes, text);
}
