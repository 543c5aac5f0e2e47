//! Tables as text (RFC 4180), with any separator, quoted or not.

/// The character that parts cells: the one that the first lines have most evenly.
pub fn separator(text: &str) -> char {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(12)
        .collect();
    let score = |c: char| {
        let first = lines.first().map_or(0, |line| line.matches(c).count());
        let even = lines
            .iter()
            .filter(|line| line.matches(c).count() == first)
            .count();
        if first == 0 { 0 } else { even * 100 + first }
    };
    [';', '\t', '|', ',']
        .into_iter()
        .rev()
        .max_by_key(|c| score(*c))
        .unwrap_or(',')
}

/// Cells, with `""` for a quote within quotes. A quote that never closes ends with the text.
pub fn cells(text: &str, separator: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            c if c == separator && !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}
