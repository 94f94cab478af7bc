//! What the sections of an audit say, as documents: a file for each section, and a row of [`ROWS`].
//!
//! A section turns its view into blocks and knows no format. The order and the titles of sections are those of views.

mod coverage;
mod fuzz;
mod gaps;
mod gates;
mod guide;
mod inventory;
mod layout;
mod markers;
mod problems;
mod risks;
mod targets;

use super::document::Block;
use crate::model::Problem;
use crate::views::{Audit, Section, Sections};

/// What a section may say besides its own data.
pub(super) struct Context<'a> {
    /// The root of the audit, as it is shown.
    pub(super) root: &'a str,
}

/// One section with what writes it.
struct Row {
    section: Section,
    /// The blocks below the section's title; nothing where the audit was made without it.
    document: fn(&Sections, &Context<'_>) -> Option<Vec<Block>>,
}

const ROWS: [Row; 9] = [
    Row {
        section: Section::Inventory,
        document: |sections, context| Some(inventory::document(sections.inventory.as_ref()?, context)),
    },
    Row {
        section: Section::Fuzz,
        document: |sections, context| Some(fuzz::document(sections.fuzz.as_ref()?, context)),
    },
    Row {
        section: Section::Markers,
        document: |sections, context| Some(markers::document(sections.markers.as_ref()?, context)),
    },
    Row {
        section: Section::Gates,
        document: |sections, context| Some(gates::document(sections.gates.as_ref()?, context)),
    },
    Row {
        section: Section::Gaps,
        document: |sections, context| Some(gaps::document(sections.gaps.as_ref()?, context)),
    },
    Row {
        section: Section::Coverage,
        document: |sections, context| Some(coverage::document(sections.coverage.as_ref()?, context)),
    },
    Row {
        section: Section::Risks,
        document: |sections, context| Some(risks::document(sections.risks.as_ref()?, context)),
    },
    Row {
        section: Section::Guide,
        document: |sections, context| Some(guide::document(sections.guide.as_ref()?, context)),
    },
    Row {
        section: Section::Layout,
        document: |sections, context| Some(layout::document(sections.layout.as_ref()?, context)),
    },
];

/// A section as a document.
pub(super) struct Part {
    /// Which section it is.
    pub(super) section: Section,
    /// What stands below its title.
    pub(super) blocks: Vec<Block>,
}

/// The sections of an audit as documents, in the order of every report.
pub(super) fn parts(audit: &Audit) -> Vec<Part> {
    let context = Context { root: root(audit) };
    let part = |section: Section| {
        let row =
            ROWS.iter().find(|row| row.section == section).expect("every section has a row: a test walks the table");
        Some(Part { section, blocks: (row.document)(&audit.sections, &context)? })
    };
    Section::all().filter_map(part).collect()
}

/// The root of an audit, as it is shown: a report is read elsewhere, where `.` says nothing.
pub(super) fn root(audit: &Audit) -> &str {
    match (audit.root.as_str(), audit.name.as_str()) {
        ("" | ".", "") => ".",
        ("" | ".", name) => name,
        (root, _) => root,
    }
}

/// The title of what could not be judged.
pub(super) const PROBLEMS: &str = "Not Judged";

/// What could not be judged, below its title; nothing where all was.
pub(super) fn problems(problems: &[Problem]) -> Option<Vec<Block>> {
    (!problems.is_empty()).then(|| problems::document(problems))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::Suite, views};

    #[test]
    fn every_section_has_a_document_where_it_was_asked_for_and_none_where_not() {
        for section in Section::all() {
            let audit = views::audit(&Suite::default(), &[section]);
            let parts = parts(&audit);
            assert_eq!(parts.iter().map(|part| part.section).collect::<Vec<_>>(), [section]);
        }
    }
}
