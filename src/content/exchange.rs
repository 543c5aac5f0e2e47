//! What records ask of one another, and what they have for one another.

use super::fields::{Id, LanguageTag};
use crate::source::Spanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a record asks of others or has for them; what the market matches.
#[derive(Debug, Clone, Copy)]
pub struct Exchange<'a> {
    /// Its part in the exchange.
    pub part: Part,
    /// Which sorts of things it asks or gives; none where it does not say.
    pub categories: &'a [Category],
    /// The neighbourhood for which it holds, where that is another than its own.
    pub area: Option<&'a Spanned<Id>>,
    /// Languages spoken.
    pub languages: &'a [LanguageTag],
    /// The fields that say whose it is.
    pub owners: &'static [&'static str],
    /// Whether people have to come to it, or it to them.
    pub bound: bool,
}

/// A part in the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Something that is needed.
    Need,
    /// Something that is offered.
    Offer,
    /// A place that can be used.
    Place,
    /// What others learned.
    Lesson,
    /// An invitation to take part.
    Invitation,
}

impl Part {
    /// Every part.
    pub const ALL: [Part; 5] = [
        Part::Need,
        Part::Offer,
        Part::Place,
        Part::Lesson,
        Part::Invitation,
    ];

    /// The parts that can be of use to this one, or this one to them, in the order in which a page
    /// shows them. Who is on this list of another has the other on theirs.
    pub fn partners(self) -> &'static [Part] {
        match self {
            Part::Need => &[Part::Offer, Part::Place, Part::Invitation, Part::Lesson],
            Part::Offer => &[Part::Need, Part::Invitation],
            Part::Invitation => &[Part::Need, Part::Offer],
            Part::Place | Part::Lesson => &[Part::Need],
        }
    }

    /// Whether it hangs on the market's board, and comes off when it is over.
    pub fn is_notice(self) -> bool {
        matches!(self, Part::Need | Part::Offer)
    }

    /// Its name in interface texts and templates.
    pub fn name(self) -> &'static str {
        match self {
            Part::Need => "need",
            Part::Offer => "offer",
            Part::Place => "place",
            Part::Lesson => "lesson",
            Part::Invitation => "invitation",
        }
    }
}

/// What sort of thing.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Category {
    Space,
    Material,
    Tool,
    Skill,
    Time,
    Money,
    Knowledge,
    Transport,
    Other,
}

impl Category {
    /// Every sort, in the order in which the market shows them.
    pub const ALL: [Category; 9] = [
        Category::Space,
        Category::Material,
        Category::Tool,
        Category::Skill,
        Category::Time,
        Category::Money,
        Category::Knowledge,
        Category::Transport,
        Category::Other,
    ];

    /// Its name, as content writes it.
    pub fn name(self) -> &'static str {
        match self {
            Category::Space => "space",
            Category::Material => "material",
            Category::Tool => "tool",
            Category::Skill => "skill",
            Category::Time => "time",
            Category::Money => "money",
            Category::Knowledge => "knowledge",
            Category::Transport => "transport",
            Category::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_can_be_of_use_to_another_finds_the_other_too() {
        for one in Part::ALL {
            for other in one.partners() {
                assert!(other.partners().contains(&one), "{one:?} and {other:?}");
            }
        }
    }

    #[test]
    fn a_sort_is_called_as_content_writes_it() {
        for category in Category::ALL {
            assert_eq!(
                serde_json::to_value(category).unwrap(),
                serde_json::json!(category.name())
            );
        }
    }
}
