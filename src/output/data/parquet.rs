//! The same rows as Parquet, each cell as what its column says, for who works out figures from them.
//!
//! Where records have places there is a column of points more, which makes it GeoParquet 1.1.

use super::record::of_kind;
use super::table::{Column, Row, SEPARATOR, Type};
use super::{ROOT, kind_of, occurrences};
use crate::content::KINDS;
use crate::diagnostic::Diagnostic;
use crate::output::{Artifact, Output, Plan, Press, Subject};
use crate::say;
use jiff::Timestamp;
use jiff::civil::Date;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type as stored;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type as Field, TypePtr};
use serde_json::json;
use std::sync::Arc;

/// The output.
pub const OUTPUT: Output = Output {
    name: "parquet",
    about: "records as typed columns, with points where they have places",
    plan,
};

/// The media type, as registered with IANA.
pub const PARQUET: &str = "application/vnd.apache.parquet";

/// How many rows lie together: what readers take in at once.
const GROUP: usize = 100_000;

/// The column of points.
const GEOMETRY: &str = "geometry";

fn plan(_: &Press, plan: &mut Plan) {
    for (n, kind) in KINDS.iter().enumerate() {
        let path = format!("{ROOT}/{}.parquet", kind.folder);
        plan.add(path, PARQUET, Subject::Kind(n), None, render);
    }
    let path = format!("{ROOT}/{}.parquet", occurrences::NAME);
    plan.add(
        path,
        PARQUET,
        Subject::Occurrences,
        None,
        render_occurrences,
    );
}

fn render(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let n = kind_of(artifact)?;
    let of = |entry| &press.records.get(&press.site, &press.theme, entry).row;
    let rows: Vec<&Row> = of_kind(&press.site, n).map(of).collect();
    write(press.records.columns(n), &rows).map_err(|fault| failed(artifact, &fault))
}

fn render_occurrences(press: &Press, _: &Plan, artifact: &Artifact) -> Result<Vec<u8>, Diagnostic> {
    let rows = occurrences::rows(&press.site);
    let rows: Vec<&Row> = rows.iter().collect();
    write(&occurrences::columns(), &rows).map_err(|fault| failed(artifact, &fault))
}

/// A table that does not fit its own columns: a mistake of ours, told like any other.
fn failed(artifact: &Artifact, fault: &ParquetError) -> Diagnostic {
    let message = say!(
        "`{}` cannot be written: {}",
        artifact.path,
        fault.to_string()
    );
    Diagnostic::error("output/failed", message)
        .in_file(artifact.file())
        .help("this is a fault in Plein; please report it")
}

/// A table as Parquet, with points if any row has one.
pub fn write(columns: &[Column], rows: &[&Row]) -> Result<Vec<u8>> {
    let bounds = bounds(rows);
    let mut properties = WriterProperties::builder()
        // Without a version: another release of the program writes the same bytes.
        .set_created_by("Plein".to_owned())
        .set_compression(Compression::SNAPPY);
    if let Some(bounds) = bounds {
        let geo = KeyValue::new("geo".to_owned(), metadata(bounds));
        properties = properties.set_key_value_metadata(Some(vec![geo]));
    }
    let schema = schema(columns, bounds.is_some())?;
    let mut file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build()))?;
    for rows in rows.chunks(GROUP) {
        let mut group = file.next_row_group()?;
        let mut n = 0;
        while let Some(mut writer) = group.next_column()? {
            match columns.get(n) {
                Some(column) => write_column(&mut writer, column, n, rows)?,
                None => write_points(&mut writer, rows)?,
            }
            writer.close()?;
            n += 1;
        }
        group.close()?;
    }
    file.into_inner()
}

/// West, south, east and north of all points.
fn bounds(rows: &[&Row]) -> Option<[f64; 4]> {
    let points = rows.iter().filter_map(|row| row.point);
    let boxes = points.map(|(x, y)| [x, y, x, y]);
    boxes.reduce(|a, b| {
        let ([west, south, east, north], [x, y, ..]) = (a, b);
        [west.min(x), south.min(y), east.max(x), north.max(y)]
    })
}

/// What GeoParquet 1.1 asks a file to tell; without a `crs` it is longitude and latitude in WGS 84.
fn metadata(bounds: [f64; 4]) -> String {
    let column = json!({ "encoding": "WKB", "geometry_types": ["Point"], "bbox": bounds });
    let columns = json!({ GEOMETRY: column });
    json!({ "version": "1.1.0", "primary_column": GEOMETRY, "columns": columns }).to_string()
}

fn schema(columns: &[Column], points: bool) -> Result<TypePtr> {
    let mut fields = columns.iter().map(field).collect::<Result<Vec<_>>>()?;
    if points {
        let optional = Repetition::OPTIONAL;
        fields.push(primitive(GEOMETRY, Physical::BYTE_ARRAY, None, optional)?);
    }
    let schema = Field::group_type_builder("schema").with_fields(fields);
    schema.build().map(Arc::new)
}

fn field(column: &Column) -> Result<TypePtr> {
    let repetition = match column.required {
        true => Repetition::REQUIRED,
        false => Repetition::OPTIONAL,
    };
    let (physical, logical) = match column.type_ {
        Type::List => return list(&column.name, repetition),
        Type::Text | Type::Uri => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Type::Json => (Physical::BYTE_ARRAY, Some(LogicalType::Json)),
        Type::Boolean => (Physical::BOOLEAN, None),
        Type::Integer => (Physical::INT64, None),
        Type::Number => (Physical::DOUBLE, None),
        Type::Date => (Physical::INT32, Some(LogicalType::Date)),
        Type::DateTime => {
            let micros = LogicalType::timestamp(true, TimeUnit::MICROS);
            (Physical::INT64, Some(micros))
        }
    };
    primitive(&column.name, physical, logical, repetition)
}

fn primitive(
    name: &str,
    physical: Physical,
    logical: Option<LogicalType>,
    repetition: Repetition,
) -> Result<TypePtr> {
    let field = Field::primitive_type_builder(name, physical)
        .with_logical_type(logical)
        .with_repetition(repetition);
    field.build().map(Arc::new)
}

/// A list of texts, on the three levels that the specification of logical types asks for.
fn list(name: &str, repetition: Repetition) -> Result<TypePtr> {
    let text = Some(LogicalType::String);
    let element = primitive("element", Physical::BYTE_ARRAY, text, Repetition::REQUIRED)?;
    let inner = Field::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![element])
        .build()?;
    let field = Field::group_type_builder(name)
        .with_logical_type(Some(LogicalType::List))
        .with_repetition(repetition)
        .with_fields(vec![Arc::new(inner)]);
    field.build().map(Arc::new)
}

type Writer<'a> = SerializedColumnWriter<'a>;

fn write_column(writer: &mut Writer, column: &Column, n: usize, rows: &[&Row]) -> Result<()> {
    let cells = rows.iter().map(|row| row.cell(n));
    match column.type_ {
        Type::Text | Type::Uri | Type::Json => {
            let text = |cell: &str| (!cell.is_empty()).then(|| cell.into());
            put::<stored::ByteArrayType>(writer, column, cells.map(text))
        }
        Type::List => put_lists(writer, column, cells),
        Type::Boolean => put::<stored::BoolType>(writer, column, cells.map(|it| it.parse().ok())),
        Type::Integer => put::<stored::Int64Type>(writer, column, cells.map(|it| it.parse().ok())),
        Type::Number => put::<stored::DoubleType>(writer, column, cells.map(|it| it.parse().ok())),
        Type::Date => put::<stored::Int32Type>(writer, column, cells.map(day)),
        Type::DateTime => put::<stored::Int64Type>(writer, column, cells.map(moment)),
    }
}

/// Days since the beginning of 1970.
fn day(cell: &str) -> Option<i32> {
    let date: Date = cell.parse().ok()?;
    Some((date - Date::constant(1970, 1, 1)).get_days())
}

/// Microseconds since the beginning of 1970, UTC.
fn moment(cell: &str) -> Option<i64> {
    let at: Timestamp = cell.parse().ok()?;
    Some(at.as_microsecond())
}

/// Writes a column of single values; `None` is a cell that holds nothing.
fn put<T: stored::DataType>(
    writer: &mut Writer,
    column: &Column,
    cells: impl Iterator<Item = Option<T::T>>,
) -> Result<()> {
    let (mut values, mut levels) = (Vec::new(), Vec::with_capacity(cells.size_hint().0));
    for cell in cells {
        levels.push(i16::from(cell.is_some()));
        values.extend(cell);
    }
    if column.required && values.len() < levels.len() {
        let message = format!("a row has no `{}`", column.name);
        return Err(ParquetError::General(message));
    }
    let levels = (!column.required).then_some(&*levels);
    let writer = writer.typed::<T>();
    writer.write_batch(&values, levels, None).map(drop)
}

fn put_lists<'a>(
    writer: &mut Writer,
    column: &Column,
    cells: impl Iterator<Item = &'a str>,
) -> Result<()> {
    let (mut values, mut levels, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
    let given = 2 - i16::from(column.required);
    for cell in cells {
        if cell.is_empty() {
            levels.push(0);
            repeats.push(0);
        } else {
            for (n, item) in cell.split(SEPARATOR).enumerate() {
                values.push(item.into());
                levels.push(given);
                repeats.push(i16::from(n > 0));
            }
        }
    }
    let writer = writer.typed::<stored::ByteArrayType>();
    let written = writer.write_batch(&values, Some(&levels), Some(&repeats));
    written.map(drop)
}

/// Writes the points as well-known binary: little endian, a point, longitude and latitude.
fn write_points(writer: &mut Writer, rows: &[&Row]) -> Result<()> {
    let point = |(x, y): (f64, f64)| {
        let mut bytes = vec![1, 1, 0, 0, 0];
        bytes.extend(x.to_le_bytes());
        bytes.extend(y.to_le_bytes());
        bytes.into()
    };
    let points = rows.iter().map(|row| row.point.map(point));
    let column = Column::new(GEOMETRY, Type::Text, "");
    put::<stored::ByteArrayType>(writer, &column, points)
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::Field as Found;
    use proptest::prelude::*;

    /// A column of each type.
    fn columns() -> Vec<Column> {
        let column = |type_| Column::new(&format!("{type_:?}"), type_, "");
        Type::ALL.iter().copied().map(column).collect()
    }

    fn row(cells: &[&str]) -> Row {
        let mut row = Row::default();
        cells.iter().for_each(|cell| row.push(cell));
        row
    }

    fn open(file: Vec<u8>) -> SerializedFileReader<bytes::Bytes> {
        SerializedFileReader::new(file.into()).unwrap()
    }

    /// The cells of a file as tables write them, but moments in UTC.
    fn read(file: Vec<u8>) -> Vec<Vec<String>> {
        let reader = open(file);
        let rows = reader.get_row_iter(None).unwrap();
        let cells = |row: parquet::record::Row| {
            row.get_column_iter()
                .map(|(_, cell)| text(cell))
                .collect::<Vec<_>>()
        };
        rows.map(|row| cells(row.unwrap())).collect()
    }

    fn text(cell: &Found) -> String {
        let day = |days: i32| jiff::Span::new().days(days);
        match cell {
            Found::Null => String::new(),
            Found::Str(text) => text.clone(),
            Found::Bool(it) => it.to_string(),
            Found::Long(it) => it.to_string(),
            Found::Double(it) => it.to_string(),
            Found::Date(days) => (Date::constant(1970, 1, 1) + day(*days)).to_string(),
            Found::TimestampMicros(at) => Timestamp::from_microsecond(*at).unwrap().to_string(),
            Found::Bytes(bytes) => format!("{:?}", bytes.data()),
            Found::ListInternal(items) => {
                let items: Vec<String> = items.elements().iter().map(text).collect();
                items.join(&SEPARATOR.to_string())
            }
            other => panic!("no column of ours holds {other:?}"),
        }
    }

    #[test]
    fn cells_are_read_back_as_what_they_were() {
        let full = [
            "=één\n",
            "https://lab.example/id/event/a",
            "true",
            "-12",
            "5.25",
            "1969-12-31",
            "2026-12-03T19:30:00+01:00",
            "soep|brood",
            "{\"a\":[1]}",
        ];
        let rows = [row(&full), row(&[""; 9])];
        let found = read(write(&columns(), &[&rows[0], &rows[1]]).unwrap());
        let mut expected = full.map(str::to_owned);
        expected[6] = "2026-12-03T18:30:00Z".to_owned();
        assert_eq!(found, [expected.to_vec(), vec![String::new(); 9]]);
    }

    #[test]
    fn what_every_row_must_have_is_told_when_it_is_missing() {
        for type_ in Type::ALL.iter().copied() {
            let column = Column {
                required: true,
                ..Column::new("id", type_, "")
            };
            let written = write(&[column], &[&row(&[""])]);
            // A list may be empty where it must be there.
            assert_eq!(written.is_ok(), type_ == Type::List);
        }
    }

    #[test]
    fn required_lists_keep_their_items() {
        let column = Column {
            required: true,
            ..Column::new("tags", Type::List, "")
        };
        let rows = [row(&["a|b"]), row(&[""]), row(&["c"])];
        let file = write(&[column], &rows.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(read(file), [["a|b"], [""], ["c"]]);
    }

    #[test]
    fn places_are_points_and_the_file_tells_where_they_lie() {
        let mut rows = [row(&["a"]), row(&["b"]), row(&["c"])];
        rows[0].point = Some((5.25, 52.5));
        rows[2].point = Some((-0.5, 52.375));
        let columns = [Column::new("id", Type::Text, "")];
        let file = write(&columns, &rows.iter().collect::<Vec<_>>()).unwrap();
        let reader = open(file.clone());
        let about = reader.metadata().file_metadata().key_value_metadata();
        let geo = about.and_then(|about| about[0].value.clone()).unwrap();
        assert_eq!(
            geo,
            "{\"version\":\"1.1.0\",\"primary_column\":\"geometry\",\"columns\":{\"geometry\":\
             {\"encoding\":\"WKB\",\"geometry_types\":[\"Point\"],\"bbox\":[-0.5,52.375,5.25,52.5]}}}"
        );
        let points = read(file).into_iter().map(|cells| cells[1].clone());
        let expected = [
            "[1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 21, 64, 0, 0, 0, 0, 0, 64, 74, 64]",
            "",
            "[1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 224, 191, 0, 0, 0, 0, 0, 48, 74, 64]",
        ];
        assert_eq!(points.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_table_without_rows_still_tells_its_columns() {
        let reader = open(write(&columns(), &[]).unwrap());
        let about = reader.metadata().file_metadata();
        assert_eq!((about.num_rows(), about.created_by()), (0, Some("Plein")));
        assert_eq!(about.schema().get_fields().len(), Type::ALL.len());
    }

    #[test]
    fn no_field_is_called_what_the_column_of_points_is() {
        for kind in KINDS {
            let columns = super::super::table::columns(kind, &["nl".to_owned()]);
            let mut names: Vec<_> = columns.iter().map(|column| &*column.name).collect();
            assert!(!names.contains(&GEOMETRY), "{}", kind.folder);
            names.sort();
            assert!(names.windows(2).all(|two| two[0] != two[1]));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(cells in prop::collection::vec(("\\PC*", any::<String>()), 0..20)) {
            let columns = [Type::Text, Type::List, Type::Json].map(|type_| Column::new(&format!("{type_:?}"), type_, ""));
            let rows: Vec<Row> = cells.iter().map(|(a, b)| row(&[a, b, b])).collect();
            let found = read(write(&columns, &rows.iter().collect::<Vec<_>>()).unwrap());
            let expected: Vec<Vec<String>> = rows.iter().map(|row| row.cells().map(str::to_owned).collect()).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn a_cell_that_is_not_what_its_column_says_holds_nothing(cell in any::<String>()) {
            let row = row(&[&*cell; 9]);
            let found = read(write(&columns(), &[&row]).unwrap());
            prop_assert_eq!(&found[0][0], &cell);
            // Whatever is left can be read.
            prop_assert_eq!(found[0].len(), 9);
        }
    }
}
