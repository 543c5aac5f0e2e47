//! Numbers as a language writes them, by ICU.

use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::Locale;

/// Writes numbers in one language.
pub struct Numbers(DecimalFormatter);

impl Numbers {
    /// The numbers of a locale.
    pub fn new(locale: &Locale) -> Self {
        let formatter = DecimalFormatter::try_new(locale.clone().into(), Default::default())
            .or_else(|_| DecimalFormatter::try_new(Locale::UNKNOWN.into(), Default::default()));
        Numbers(formatter.expect("the root number format is compiled in"))
    }

    /// A number; with this many decimals, unless it is whole, or with as many as it has.
    pub fn write(&self, n: f64, decimals: Option<usize>) -> String {
        let text = match decimals {
            Some(decimals) if n.fract() != 0.0 => format!("{n:.decimals$}"),
            _ => n.to_string(),
        };
        match text.parse::<Decimal>() {
            Ok(decimal) => self.0.format(&decimal).to_string(),
            Err(_) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dutch_writes_a_comma_and_leaves_whole_amounts_whole() {
        let numbers = Numbers::new(&"nl".parse().unwrap());
        let shown = [
            numbers.write(12.5, Some(2)),
            numbers.write(12.0, Some(2)),
            numbers.write(1234.0, None),
        ];
        assert_eq!(shown, ["12,50", "12", "1.234"]);
    }
}
