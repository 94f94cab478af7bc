//! The section that tells a newcomer how to find one's way in the tests and how to run them.

mod parts;
mod project;

use std::collections::BTreeMap;

use super::Context;
use crate::render::document::{Block, Figure, Table, Text};
use crate::render::escape::visible;
use crate::views::{Area, AreaFile, Guide, GuideCommand, GuidePackage, GuideTarget, GuideTotals, Topic, What, count};

/// Modules that a row names.
const MAX_MODULES: usize = 3;

/// What stands below the section's title.
pub(super) fn document(guide: &Guide, _: &Context<'_>) -> Vec<Block> {
    let mut blocks = vec![
        Block::paragraph("How the tests are laid out and how to run them, put together from the tree alone."),
        Block::Figures(figures(&guide.totals)),
    ];
    blocks.extend(project::prerequisites(&guide.prerequisites, &guide.gated));
    blocks.extend(quick(guide));
    blocks.extend(parts::tree(&guide.tree));
    blocks.extend(parts::markers(guide));
    blocks.extend(areas(&guide.areas));
    blocks.extend(packages(&guide.packages));
    blocks.extend(parts::distributed(&guide.distributed));
    blocks.extend(parts::gated(&guide.gated, &guide.with_devices));
    blocks.extend(parts::scripts(&guide.scripts));
    blocks.extend(parts::fixtures(&guide.fixtures));
    blocks.extend(project::workflows(guide));
    blocks.extend(project::changes(guide));
    blocks.extend(project::configuration(&guide.configuration));
    blocks
}

fn figures(totals: &GuideTotals) -> Vec<Figure> {
    vec![
        Figure::new("Tests", totals.tests),
        Figure::new("Files with tests", totals.files),
        Figure::new("Tests that need something", totals.gated).of(totals.tests),
    ]
}

fn quick(guide: &Guide) -> Vec<Block> {
    let mut commands: Vec<GuideCommand> = guide.quick.clone();
    let of_rust = guide.packages.iter().map(|package| GuideCommand {
        command: package.command.clone(),
        what: count(package.targets.iter().map(|target| target.tests).sum::<usize>(), "test"),
    });
    commands.extend(of_rust);
    let mut blocks = vec![Block::heading(1, "Quick Reference")];
    if commands.is_empty() {
        blocks.push(Block::paragraph("No test was found."));
    } else {
        blocks.push(Block::code("sh", self::commands(&commands)));
    }
    if !guide.project.is_empty() {
        blocks.push(Block::paragraph("These are the commands of the project's own files:"));
        let row = |own: &crate::views::ProjectCommand| {
            [Text::code(&own.command), Text::place(&own.at.path, own.at.line), Text::number(own.places)]
        };
        let table = Table::new("Commands of the project").text("Command").text("First place").number("Places");
        blocks.push(table.rows(guide.project.iter().map(row)).into());
    }
    blocks
}

/// Commands below each other, what they do behind them.
pub(super) fn commands(commands: &[GuideCommand]) -> String {
    let width = commands.iter().map(|own| own.command.chars().count()).filter(|width| *width <= 60).max().unwrap_or(0);
    let line = |own: &GuideCommand| match own.what.as_str() {
        "" => own.command.clone(),
        what => format!("{:width$}  # {}", own.command, visible(what)),
    };
    commands.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn areas(areas: &[Area]) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !areas.is_empty() {
        blocks.push(Block::heading(1, "Tests by Folder"));
    }
    for area in areas {
        blocks.push(Block::heading(2, Text::path(&area.folder)));
        let about = area.about.as_ref().map(|about| Text::prose(&format!("{about}. "))).unwrap_or_default();
        let conditional = match area.conditional {
            0 => String::new(),
            some => format!(", {} of which may be skipped because something is missing", some),
        };
        let counted = format!("{} in {}{conditional}: ", count(area.tests, "test"), count(area.files.len(), "file"));
        blocks.push(Block::paragraph(about.then(counted).then(Text::code(&area.command))));
        blocks.push(files(area));
        let topic = |own: &Topic| {
            let what = format!("{}: {}", own.name, count(own.tests, "test"));
            own.command.clone().map(|command| GuideCommand { command, what })
        };
        let topics: Vec<_> = area.topics.iter().filter(|own| own.from == "file-names").filter_map(topic).collect();
        if !topics.is_empty() {
            blocks.push(Block::code("sh", commands(&topics)));
        }
        if !area.run_after.is_empty() {
            let after = Text::join(area.run_after.iter().map(Text::path), ", ");
            let text = Text::strong("When to run:").then(" after modifying ").then(after);
            blocks.push(Block::paragraph(text));
        }
    }
    blocks
}

/// The files of an area, those of one topic below each other.
fn files(area: &Area) -> Block {
    let of_topics = area.topics.iter().enumerate().flat_map(|(at, own)| own.files.iter().map(move |path| (path, at)));
    let topics: BTreeMap<&String, usize> = of_topics.collect();
    let topic = |file: &AreaFile| topics.get(&file.path).copied();
    let mut files: Vec<_> = area.files.iter().map(|file| (topic(file), file)).collect();
    let is_below = |file: &AreaFile| file.path.rsplit_once('/').is_some_and(|(folder, _)| folder != area.folder);
    files.sort_by_key(|(topic, file)| (is_below(file), topic.unwrap_or(usize::MAX)));
    let mut table = Table::new(area.folder.as_str());
    if !area.topics.is_empty() {
        table = table.text("Area");
    }
    let table = table.text("File").text("What it tests").text("Modules").number("Tests");
    let row = |(topic, file): (Option<usize>, &AreaFile)| {
        let shown = file.path.strip_prefix(&format!("{}/", area.folder)).unwrap_or(&file.path);
        let cells = [Text::code(shown), what(file.what.as_ref()), modules(&file.modules), Text::number(file.tests)];
        let name = topic.map(|at| Text::plain(&area.topics[at].name)).unwrap_or_default();
        (!area.topics.is_empty()).then_some(name).into_iter().chain(cells).collect::<Vec<_>>()
    };
    table.rows(files.into_iter().map(row)).into()
}

/// What a file tests; words of the tree are no markup.
fn what(what: Option<&What>) -> Text {
    what.map(|what| Text::prose(&what.text)).unwrap_or_default()
}

fn modules(modules: &[String]) -> Text {
    let shown = Text::join(modules.iter().take(MAX_MODULES).map(|path| Text::code(short(path))), ", ");
    match modules.len().saturating_sub(MAX_MODULES) {
        0 => shown,
        more => shown.then(format!(", {more} more")),
    }
}

/// A module of Python without its folder of sources, as it is imported.
fn short(path: &str) -> String {
    let path = ["src/", "lib/", "python/"].iter().find_map(|start| path.strip_prefix(start)).unwrap_or(path);
    let path = path.strip_suffix("/__init__.py").or_else(|| path.strip_suffix(".py")).unwrap_or(path);
    path.replace('/', ".")
}

fn packages(packages: &[GuidePackage]) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !packages.is_empty() {
        blocks.push(Block::heading(1, "Packages of Rust"));
    }
    for package in packages {
        let title = Text::code(&package.name).then(" in ").then(Text::path(&package.folder));
        blocks.push(Block::heading(2, title));
        let row = |target: &GuideTarget| {
            let ignored = if target.ignored == 0 { Text::empty() } else { Text::number(target.ignored) };
            let tests = if target.kind == "bench" { Text::empty() } else { Text::number(target.tests) };
            [
                Text::code(&target.binary),
                target.kind.into(),
                what(target.what.as_ref()),
                tests,
                ignored,
                Text::code(&target.command),
            ]
        };
        let table = Table::new(package.name.as_str()).text("Binary").text("Kind").text("What it tests");
        let table = table.number("Tests").number("Left out").text("Command");
        blocks.push(table.rows(package.targets.iter().map(row)).into());
        if !package.more.is_empty() {
            blocks.push(Block::code("sh", commands(&package.more)));
        }
    }
    blocks
}
