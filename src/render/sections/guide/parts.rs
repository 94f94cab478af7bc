//! The parts of a guide that say what there is: the tree, markers, what is run by hand, what needs something, fixtures.

use crate::model::Evidence;
use crate::render::document::{Block, Table, Text, Tone};
use crate::render::escape::visible;
use crate::views::{
    Distributed, GatedFile, Guide, GuideCommand, GuideMarker, Need, Script, SharedFixture, ShownCommand, TreeRow, count,
};

pub(super) fn tree(rows: &[TreeRow]) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    let name = |row: &TreeRow| {
        // A row is one line, whatever stands in it.
        let name = if row.depth == 0 { row.path.as_str() } else { row.path.rsplit('/').next().unwrap_or(&row.path) };
        format!("{}{}{}", "  ".repeat(row.depth), visible(name), if row.kind == "folder" { "/" } else { "" })
    };
    let width = rows.iter().map(|row| name(row).chars().count()).max().unwrap_or(0).min(48);
    let line = |row: &TreeRow| {
        if row.about.is_empty() { name(row) } else { format!("{:width$}  # {}", name(row), visible(&row.about)) }
    };
    let text = rows.iter().map(line).collect::<Vec<_>>().join("\n");
    vec![Block::heading(1, "Test Organization"), Block::code("text", text)]
}

pub(super) fn markers(guide: &Guide) -> Vec<Block> {
    if guide.markers.is_empty() {
        return Vec::new();
    }
    let row = |own: &GuideMarker| {
        let name = if own.registered { Text::code(&own.name) } else { Text::badge(&own.name, Tone::Warn) };
        let at = own.at.as_ref().map(|at| Text::place(&at.path, at.line)).unwrap_or_default();
        let meaning = match (own.registered, own.meaning.as_str()) {
            (true, meaning) => Text::plain(meaning),
            (false, "") => Text::plain("(registered nowhere in the tree)"),
            (false, meaning) => Text::plain(format!("{meaning} (written in a section that pytest does not read)")),
        };
        [name, meaning, Text::number(own.tests), Text::number(own.files), at, Text::code(&own.command)]
    };
    let table = Table::new("Markers").text("Marker").text("Meaning").number("Tests").number("Files").text("Where");
    let table = table.text("Select").rows(guide.markers.iter().map(row));
    let mut blocks = vec![Block::heading(1, "Test Markers"), table.into()];
    if !guide.expressions.is_empty() {
        let item = |own: &crate::views::UsedExpression| {
            Text::code(format!("-m '{}'", own.expression)).then(" in ").then(Text::place(&own.at.path, own.at.line))
        };
        blocks.push(Block::paragraph("The project's own commands select by these expressions:"));
        blocks.push(Block::list(guide.expressions.iter().map(item)));
    }
    blocks
}

/// Commands, each with where it is written.
pub(super) fn shown(commands: &[ShownCommand]) -> String {
    let line = |own: &ShownCommand| match &own.at {
        Some(at) => format!("{}  # {}:{}", own.command, visible(&at.path), at.line),
        None => own.command.clone(),
    };
    commands.iter().map(line).collect::<Vec<_>>().join("\n")
}

pub(super) fn distributed(files: &[Distributed]) -> Vec<Block> {
    if files.is_empty() {
        return Vec::new();
    }
    let what = "These are started as several processes, and plain `pytest` does not run what they test.";
    let mut blocks =
        vec![Block::heading(1, "Tests That Run as Several Processes"), Block::paragraph(Text::prose(what))];
    for file in files {
        blocks.push(Block::heading(2, Text::path(&file.path)));
        let mut said: Vec<Text> = file.about.iter().map(|about| Text::prose(&format!("{about}."))).collect();
        // What a command shows, stands below with its place.
        if !file.commands.iter().any(|own| own.command == file.evidence) {
            let place = Text::place(&file.at.path, file.at.line);
            said.push(Text::code(&file.evidence).then(" in ").then(place).then("."));
        }
        if !file.backends.is_empty() {
            said.push(Text::plain("Backend: ").then(Text::join(file.backends.iter().map(Text::code), ", ")).then("."));
        }
        said.extend(file.device.as_ref().map(|own| device(&file.path, own).then(".")));
        if !said.is_empty() {
            blocks.push(Block::paragraph(Text::join(said, " ")));
        }
        if !file.commands.is_empty() {
            blocks.push(Block::code("sh", shown(&file.commands)));
        }
    }
    blocks
}

fn device(path: &str, own: &Evidence) -> Text {
    let place = Text::line(path, own.line);
    Text::plain("Needs a GPU: ").then(Text::code(&own.text)).then(" (").then(place).then(")")
}

pub(super) fn gated(files: &[GatedFile], commands: &[GuideCommand]) -> Vec<Block> {
    if files.is_empty() {
        return Vec::new();
    }
    let need = |file: &GatedFile, need: &Need| {
        let most = if need.tests == 1 { "" } else { "up to " };
        let devices = need.devices.filter(|devices| *devices > 1).map(|devices| format!(" ({most}{devices} devices)"));
        Text::plain(format!("{}{}: ", need.kind, devices.unwrap_or_default()))
            .then(Text::number(need.tests))
            .then(", ")
            .then(Text::code(&need.mechanism))
            .then(" (")
            .then(Text::line(&file.path, need.line))
            .then(")")
    };
    let row = |file: &GatedFile| {
        let needs = Text::join(file.needs.iter().map(|own| need(file, own)), "; ");
        let most = file.needs.iter().map(|own| own.tests).max().unwrap_or_default();
        [Text::path(&file.path), Text::number(most), Text::number(file.tests), needs]
    };
    let what = "They are skipped where it is missing; the other tests of these files run everywhere.";
    let table = Table::new("Tests that need something").text("File").number("Gated").number("Tests").text("Needs");
    let mut blocks = vec![
        Block::heading(1, "Tests That Need Something"),
        Block::paragraph(what),
        table.rows(files.iter().map(row)).into(),
    ];
    if !commands.is_empty() {
        blocks.push(Block::code("sh", super::commands(commands)));
    }
    blocks
}

pub(super) fn scripts(scripts: &[Script]) -> Vec<Block> {
    if scripts.is_empty() {
        return Vec::new();
    }
    let what = "These are run by hand.";
    let mut blocks = vec![Block::heading(1, "Benchmarks, Profiling and Other Scripts"), Block::paragraph(what)];
    for (kind, title) in [("benchmark", "Benchmarks"), ("profiling", "Profiling"), ("script", "Other Scripts")] {
        let row = |own: &Script| {
            let place = Text::place(&own.path, own.line);
            let options = Text::join(own.options.iter().map(Text::code), " ");
            let commands = Text::join(own.commands.iter().take(3).map(|own| Text::code(&own.command)), "; ");
            let about = own.about.as_deref().map(Text::prose).unwrap_or_default();
            let collected = match own.tests {
                0 => Text::empty(),
                tests => Text::plain(format!(" (pytest collects {} too)", count(tests, "test"))),
            };
            let needs = own.device.as_ref().map(|evidence| device(&own.path, evidence)).unwrap_or_default();
            [place, about.then(collected), commands, options, needs]
        };
        let rows: Vec<_> = scripts.iter().filter(|own| own.kind == kind).map(row).collect();
        if !rows.is_empty() {
            let table = Table::new(title).text("Script").text("What it does").text("Command").text("Options");
            let table = table.text("Needs");
            blocks.push(Block::heading(2, title));
            blocks.push(table.rows(rows).into());
        }
    }
    blocks
}

pub(super) fn fixtures(fixtures: &[SharedFixture]) -> Vec<Block> {
    if fixtures.is_empty() {
        return Vec::new();
    }
    let row = |own: &SharedFixture| {
        let mut traits = vec![own.scope.clone().unwrap_or_else(|| "computed scope".to_owned())];
        if own.autouse {
            traits.push("autouse".to_owned());
        }
        match own.params {
            Some(0) => {}
            Some(number) => traits.push(count(number, "param")),
            None => traits.push("computed params".to_owned()),
        }
        if own.teardown {
            traits.push("cleans up".to_owned());
        }
        let about = own.about.as_deref().map(Text::prose).unwrap_or_default();
        [
            Text::code(&own.name),
            about,
            traits.join(", ").into(),
            Text::number(own.users),
            Text::place(&own.path, own.line),
        ]
    };
    let table =
        Table::new("Shared fixtures").text("Fixture").text("Description").text("Scope").number("Tests").text("Where");
    vec![Block::heading(1, "Shared Fixtures"), table.rows(fixtures.iter().map(row)).into()]
}
