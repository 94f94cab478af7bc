//! The parts of a guide that say what the project asks for: what must be installed, what to run after a change, and how
//! pytest is configured.

use std::collections::BTreeMap;

use crate::render::document::{Block, Table, Text};
use crate::views::{
    GatedFile, Guide, GuideChange, GuideConfiguration, NotInEffect, OptionalModule, Prerequisites, RequiredRunner,
    TestPackage, count,
};

pub(super) fn prerequisites(own: &Prerequisites, gated: &[GatedFile]) -> Vec<Block> {
    let mut items: Vec<Text> = own.runners.iter().map(runner).collect();
    items.extend(own.install.iter().map(Text::code));
    let mut needs: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for need in gated.iter().flat_map(|file| &file.needs) {
        let counted = needs.entry(&need.kind).or_default();
        *counted = (counted.0 + need.tests, counted.1 + 1);
    }
    let need = |(kind, (tests, files)): (&str, (usize, usize))| {
        Text::strong(kind).then(format!(" - asked for by {} of {}", count(tests, "test"), count(files, "file")))
    };
    items.extend(
        needs
            .into_iter()
            .filter(|(kind, _)| !["missing-dependency", "condition", "build-feature"].contains(kind))
            .map(need),
    );
    items.extend(own.optional.iter().map(optional));
    if items.is_empty() && own.packages.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::heading(1, "Prerequisites")];
    if !items.is_empty() {
        blocks.push(Block::list(items));
    }
    if !own.packages.is_empty() {
        let row = |own: &TestPackage| {
            let required = own.required.as_ref().map(|at| Text::place(&at.path, at.line));
            [
                Text::code(&own.module),
                Text::number(own.files),
                required.unwrap_or_else(|| "nowhere by this name".into()),
                own.specifier.as_str().into(),
            ]
        };
        let table =
            Table::new("Imported by tests").text("Module").number("Test files").text("Required").text("Versions");
        blocks.push(Block::paragraph("Test files import these from outside of the project:"));
        blocks.push(table.rows(own.packages.iter().map(row)).into());
    }
    if own.unread > 0 {
        let what = format!("{} computed: more may be required than was read.", statements(own.unread));
        blocks.push(Block::paragraph(what));
    }
    blocks
}

fn statements(number: usize) -> String {
    if number == 1 {
        "1 statement of requirements is".to_owned()
    } else {
        format!("{number} statements of requirements are")
    }
}

fn runner(own: &RequiredRunner) -> Text {
    let version = if own.specifier.is_empty() { String::new() } else { format!(" {}", own.specifier) };
    Text::code(&own.name).then(version).then(" - required in ").then(Text::place(&own.at.path, own.at.line))
}

fn optional(own: &OptionalModule) -> Text {
    let what = format!(" - optional: what needs it in {} is skipped without (", count(own.files, "file"));
    Text::code(&own.module).then(what).then(Text::place(&own.first.path, own.first.line)).then(")")
}

/// Folders that are told in sentences; the table of modules has the others.
const MAX_WORKFLOWS: usize = 20;

/// What to run when, in sentences.
pub(super) fn workflows(guide: &Guide) -> Vec<Block> {
    let mut items = Vec::new();
    if let Some(all) = guide.quick.first() {
        let mut text = Text::strong("Before handing in a change:").then(" ").then(Text::code(&all.command));
        if let Some(own) = guide.project.first() {
            let place = Text::place(&own.at.path, own.at.line);
            text = text
                .then("; the project's own files run ")
                .then(Text::code(&own.command))
                .then(" (")
                .then(place)
                .then(")");
        }
        items.push(text.then("."));
    }
    if let Some(own) = guide.with_devices.first() {
        items.push(Text::strong("With the devices at hand:").then(" ").then(Text::code(&own.command)).then("."));
    }
    let folder = |own: &GuideChange| {
        let importing = match own.files {
            1 => " (1 test file imports from it).".to_owned(),
            files => format!(" ({files} test files import from it)."),
        };
        Text::strong("After changing anything in ")
            .then(Text::path(&own.modified))
            .then(": run ")
            .then(Text::code(&own.command))
            .then(importing)
    };
    items.extend(guide.folder_changes.iter().take(MAX_WORKFLOWS).map(folder));
    if items.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::heading(1, "Recommended Workflows"), Block::list(items)];
    match guide.folder_changes.len().saturating_sub(MAX_WORKFLOWS) {
        0 => {}
        more => blocks.push(Block::paragraph(format!("{} more are not listed.", count(more, "folder")))),
    }
    blocks
}

pub(super) fn changes(changes: &[GuideChange]) -> Vec<Block> {
    if changes.is_empty() {
        return Vec::new();
    }
    let row = |own: &GuideChange| [Text::path(&own.modified), Text::code(&own.command), Text::number(own.files)];
    let table = Table::new("After a change").text("Modified").text("Run").number("Test files that import it");
    let what = "What to run first after a module was changed: the test files that import it, the one that is named for it \
                before others.";
    vec![Block::heading(1, "After a Change"), Block::paragraph(what), table.rows(changes.iter().map(row)).into()]
}

pub(super) fn configuration(own: &GuideConfiguration) -> Vec<Block> {
    let mut blocks = vec![Block::heading(1, "Configuration in Effect")];
    let source = match (&own.path, own.section.as_deref().unwrap_or_default()) {
        (None, _) => Text::plain("pytest has no configuration here: its defaults hold"),
        (Some(path), "") => {
            Text::plain("pytest reads ").then(Text::path(path)).then(", which sets no option: its defaults hold")
        }
        (Some(path), section) => {
            Text::plain("pytest reads ").then(Text::code(format!("[{section}]"))).then(" in ").then(Text::path(path))
        }
    };
    blocks.push(Block::paragraph(source.then("; ").then(Text::prose(&own.strict_markers)).then(".")));
    if !own.options.is_empty() {
        let path = own.path.as_deref().unwrap_or_default();
        let row = |option: &crate::model::about::WrittenOption| {
            [Text::code(&option.name), value(&option.value), Text::line(path, option.line)]
        };
        let table = Table::new("Options in effect").text("Option").text("Value").text("Where");
        blocks.push(table.rows(own.options.iter().map(row)).into());
    }
    if !own.not_in_effect.is_empty() {
        blocks.push(Block::heading(2, "Not in Effect"));
        let row = |own: &NotInEffect| {
            let options = own.options.iter().map(|option| Text::code(&option.name));
            [
                Text::place(&own.at.path, own.at.line),
                Text::code(&own.what),
                Text::prose(&own.why),
                Text::join(options, ", "),
            ]
        };
        let table = Table::new("Not in effect").text("Where").text("What").text("Why").text("Options");
        blocks.push(table.rows(own.not_in_effect.iter().map(row)).into());
    }
    blocks
}

/// Lines of a value, of a long one the first.
fn value(lines: &[String]) -> Text {
    const MOST: usize = 8;
    let shown = Text::join(lines.iter().take(MOST).map(Text::code), " ");
    match lines.len().saturating_sub(MOST) {
        0 => shown,
        more => shown.then(format!(" and {more} more")),
    }
}
