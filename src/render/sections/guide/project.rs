//! The parts of a guide that say what the project asks for: what must be installed, what to run after a change, and how
//! pytest is configured.

use std::collections::{BTreeMap, BTreeSet};

use crate::render::document::{Block, Table, Text};
use crate::views::{
    GatedFile, Guide, GuideChange, GuideConfiguration, NotInEffect, OptionalModule, Prerequisites, RequiredRunner,
    TestPackage, Workflow, count,
};

/// Details of a need and packages that are named.
const MAX_NAMED: usize = 24;

pub(super) fn prerequisites(own: &Prerequisites, gated: &[GatedFile]) -> Vec<Block> {
    let mut items: Vec<Text> = runners(&own.runners);
    items.extend(own.install.iter().map(Text::code));
    items.extend(needs(gated));
    if !own.optional.is_empty() {
        let module = |own: &OptionalModule| Text::code(&own.module).then(format!(" ({})", count(own.tests, "test")));
        let named = Text::join(own.optional.iter().take(MAX_NAMED).map(module), ", ");
        let more = match own.optional.len().saturating_sub(MAX_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        items
            .push(Text::strong("Optional packages").then(", without which tests are skipped: ").then(named).then(more));
    }
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

/// pytest and its plugins, by the file that requires them.
fn runners(runners: &[RequiredRunner]) -> Vec<Text> {
    let mut files: BTreeMap<&str, Vec<&RequiredRunner>> = BTreeMap::new();
    for own in runners {
        files.entry(&own.at.path).or_default().push(own);
    }
    let runner = |own: &&RequiredRunner| {
        let version = if own.specifier.is_empty() { String::new() } else { format!(" {}", own.specifier) };
        Text::code(&own.name).then(version).then(" (").then(Text::line(&own.at.path, own.at.line)).then(")")
    };
    let file = |(path, own): (&str, Vec<&RequiredRunner>)| {
        Text::path(path).then(" requires ").then(Text::join(own.iter().map(runner), ", "))
    };
    files.into_iter().map(file).collect()
}

/// What tests ask for besides packages, by kind.
fn needs(gated: &[GatedFile]) -> Vec<Text> {
    let mut needs: BTreeMap<&str, (usize, usize, BTreeSet<&str>)> = BTreeMap::new();
    let is_told = |kind: &str| !["missing-dependency", "condition", "build-feature", "no-device"].contains(&kind);
    for need in gated.iter().flat_map(|file| &file.needs).filter(|need| is_told(&need.kind)) {
        let own = needs.entry(&need.kind).or_default();
        own.0 += need.tests;
        own.1 += 1;
        own.2.extend(need.details.iter().map(String::as_str));
    }
    let need = |(kind, (tests, files, details)): (&str, (usize, usize, BTreeSet<&str>))| {
        let text =
            Text::strong(kind).then(format!(" - asked for by {} of {}", count(tests, "test"), count(files, "file")));
        if details.is_empty() {
            return text;
        }
        text.then(": ").then(Text::join(details.into_iter().take(MAX_NAMED).map(Text::code), ", "))
    };
    needs.into_iter().map(need).collect()
}

/// What to run when.
pub(super) fn workflows(guide: &Guide) -> Vec<Block> {
    if guide.workflows.is_empty() {
        return Vec::new();
    }
    let lines = |own: &Workflow| format!("# {}\n{}", own.when, super::parts::shown(&own.commands));
    let text = guide.workflows.iter().map(lines).collect::<Vec<_>>().join("\n\n");
    vec![Block::heading(1, "Recommended Workflows"), Block::code("sh", text)]
}

/// What to run after a change in a folder and in a module.
pub(super) fn changes(guide: &Guide) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (title, of, changes) in [
        ("After a Change in a Folder", "Anything directly in", &guide.folder_changes),
        ("After a Change in a Module", "Modified", &guide.changes),
    ] {
        if changes.is_empty() {
            continue;
        }
        let row = |own: &GuideChange| [Text::path(&own.modified), Text::code(&own.command), Text::number(own.files)];
        let table = Table::new(title).text(of).text("Run").number("Test files that import it");
        blocks.push(Block::heading(2, title));
        blocks.push(table.rows(changes.iter().map(row)).into());
    }
    if !blocks.is_empty() {
        let what = "What to run first after a change: the test files that import what was changed, or those that are named \
                    for it, or their folders where they are many.";
        blocks.insert(0, Block::paragraph(what));
    }
    blocks
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
