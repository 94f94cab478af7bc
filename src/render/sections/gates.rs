//! The section that says what tests need to run.

use super::Context;
use crate::render::document::{Bars, Block, Figure, Table, Text};
use crate::views::{CpuShare, GateFolder, GateGroup, GateTotals, Gates, LaunchedFile, Machine};

/// What stands below the section's title.
pub(super) fn document(gates: &Gates, _: &Context<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::heading(1, "Totals"), Block::Figures(figures(&gates.totals))];
    blocks.push(Block::heading(1, "On a Machine with Nothing but a CPU"));
    blocks.push(Block::paragraph(assumed(&gates.machine)));
    blocks.push(shares(&gates.totals).into());
    if gates.totals.gated == 0 {
        blocks.push(Block::paragraph("Nothing decides at run time whether a test runs, as far as the source says."));
        return blocks;
    }
    blocks.push(Block::heading(1, "Kinds"));
    let bars = gates.totals.kinds.iter().map(|own| (own.kind.name(), own.tests));
    blocks.push(Block::Bars(Bars::new("Tests by what they need", bars)));
    blocks.push(kinds(&gates.totals).into());
    if !gates.totals.devices.is_empty() {
        blocks.push(Block::heading(1, "Devices"));
        blocks.push(devices(&gates.totals).into());
    }
    blocks.push(Block::heading(1, "Mechanisms"));
    blocks.push(mechanisms(&gates.totals).into());
    if !gates.processes.is_empty() {
        blocks.push(Block::heading(1, "Tests in Several Processes"));
        blocks.push(starters(&gates.totals).into());
    }
    if !gates.launched.is_empty() {
        blocks.push(Block::heading(1, "Files Started in Several Processes"));
        blocks.push(launched(&gates.launched).into());
    }
    blocks.push(Block::heading(1, "Folders with Gates"));
    blocks.push(folders(&gates.folders).into());
    blocks.push(Block::heading(1, "Gates"));
    blocks.push(groups(&gates.groups).into());
    blocks
}

fn figures(totals: &GateTotals) -> Vec<Figure> {
    vec![
        Figure::new("Tests", totals.tests),
        Figure::new("Tests with a gate", totals.gated).of(totals.tests).key(),
        Figure::new("Tests that need a device", totals.device).of(totals.tests).key(),
        Figure::new("Tests that need several devices", totals.several_devices).of(totals.tests),
        Figure::new("Tests that run in several processes", totals.several_processes).of(totals.tests),
        Figure::new("Tests that run on a CPU alone", totals.cpu_only.runs).of(totals.cpu_only.all).key(),
    ]
}

fn assumed(machine: &Machine) -> Text {
    let text = format!(
        "Assumed are {}, Python {}, no device besides the CPU, and no variable of the environment that a gate asks for. What \
         depends on a package, a library's features, an option or another condition is counted apart.",
        machine.platform, machine.python
    );
    Text::plain(text)
}

fn shares(totals: &GateTotals) -> Table {
    let row = |name: &str, share: &CpuShare| {
        let parts = [share.runs, share.depends, share.lacks, share.skipped];
        let parts = parts.map(|part| Text::share(part, share.all));
        [name.into(), Text::number(share.all)].into_iter().chain(parts).collect::<Vec<_>>()
    };
    let table = Table::new("What runs on a CPU alone").text("Of").number("All").number("Runs").number("Depends");
    let rows = [row("tests", &totals.cpu_only), row("known cases", &totals.cpu_only_cases)];
    table.number("Lacks something").number("Always skipped").rows(rows)
}

fn kinds(totals: &GateTotals) -> Table {
    let rows = totals.kinds.iter().map(|own| {
        let details = own.details.iter().map(|(detail, tests)| format!("{detail} ({tests})")).collect::<Vec<_>>();
        [own.kind.name().into(), Text::share(own.tests, totals.tests), details.join(", ").into()]
    });
    Table::new("Kinds").text("Needs").number("Tests").text("Most often").rows(rows)
}

fn devices(totals: &GateTotals) -> Table {
    let rows = totals.devices.iter().map(|own| {
        let devices = own.devices.map_or_else(|| "not known".into(), Text::number);
        [devices, Text::number(own.tests)]
    });
    Table::new("Devices").number("At least").number("Tests").rows(rows)
}

fn mechanisms(totals: &GateTotals) -> Table {
    let rows = totals.mechanisms.iter().map(|own| [own.mechanism.into(), Text::number(own.tests)]);
    Table::new("Mechanisms").text("Mechanism").number("Tests").rows(rows)
}

fn starters(totals: &GateTotals) -> Table {
    let rows = totals.starters.iter().map(|(by, tests)| [Text::code(by), Text::number(*tests)]);
    Table::new("Tests in several processes").text("Started by").number("Tests").rows(rows)
}

fn launched(files: &[LaunchedFile]) -> Table {
    let row = |own: &LaunchedFile| {
        let count = own.count.map_or_else(|| "not known".into(), Text::number);
        let shown = Text::place(&own.at, own.line);
        [Text::path(&own.path), Text::number(own.tests), count, Text::code(&own.command), shown]
    };
    let table = Table::new("Files started in several processes").text("File").number("Tests").number("Processes");
    table.text("Command").text("Shown in").rows(files.iter().map(row))
}

fn folders(folders: &[GateFolder]) -> Table {
    let gated = folders.iter().filter(|own| own.cpu_only.runs < own.cpu_only.all);
    let row = |own: &GateFolder| {
        let share = &own.cpu_only;
        let parts = [share.runs, share.depends, share.lacks, share.skipped].map(Text::number);
        let most = own.max_devices.map(Text::number).unwrap_or_default();
        let folder = if own.folder.is_empty() { "." } else { &own.folder };
        [Text::path(folder), Text::number(share.all)].into_iter().chain(parts).chain([most]).collect::<Vec<_>>()
    };
    let table = Table::new("Folders").text("Folder").number("Tests").number("Runs on a CPU").number("Depends");
    table.number("Lacks something").number("Always skipped").number("Most devices").rows(gated.map(row))
}

fn groups(groups: &[GateGroup]) -> Table {
    let row = |group: &GateGroup| {
        let own = &group.first;
        let needs = match (own.min_devices, &own.detail) {
            (Some(devices), Some(detail)) => format!("{} × {devices} ({detail})", own.kind.name()),
            (Some(devices), None) => format!("{} × {devices}", own.kind.name()),
            (None, Some(detail)) => format!("{} ({detail})", own.kind.name()),
            (None, None) => own.kind.name().to_owned(),
        };
        let place = Text::place(&own.evidence.path, own.evidence.line);
        let numbers = [Text::number(group.places), Text::number(group.tests)];
        [place, needs.into(), own.mechanism.into(), Text::code(&own.evidence.what)]
            .into_iter()
            .chain(numbers)
            .collect::<Vec<_>>()
    };
    let table = Table::new("Gates").text("First place").text("Needs").text("Mechanism").text("What stands there");
    table.number("Places").number("Tests").rows(groups.iter().map(row))
}
