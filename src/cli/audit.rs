//! `testaudit audit`: settings, run, report.

use std::{
    io::{self, IsTerminal, Write},
    path::Path,
    process::ExitCode,
};

use super::{
    args::{AuditArgs, ColorArg, Common},
    explain_coverage, output,
    progress::Bar,
    settings,
};
use crate::{
    engine,
    error::Error,
    render::{self, Format, Style},
    views::{self, Audit, Section},
};

/// Runs the command.
pub(super) fn run(args: &AuditArgs, common: &Common) -> Result<ExitCode, Error> {
    let (mut settings, problems) = settings::load(&args.paths, common)?;
    let sections: Vec<Section> = match args.only.as_slice() {
        [] => Section::all().collect(),
        only => Section::all().filter(|section| only.iter().any(|wanted| wanted.0 == *section)).collect(),
    };
    if let Some(file) = &args.explain_coverage {
        return explain_coverage::run(file, args, common, settings, problems);
    }
    settings.wanted = Section::wanted(&sections);
    settings.coverage.clone_from(&args.coverage);
    settings.junit.clone_from(&args.junit);
    let bar = Bar::new(common.quiet);
    let suite = engine::suite(&args.paths, &settings, problems, &|event| bar.show(event))?;
    let audit = views::audit(&suite, &sections);
    write(&audit, args, common)?;
    if !common.quiet && !audit.problems.is_empty() {
        let problems = views::count(audit.problems.len(), "problem");
        // The report says which; failing to print this summary is no reason to fail.
        let _ = writeln!(io::stderr(), "{problems} in reading the tree: see the end of the report");
    }
    Ok(ExitCode::SUCCESS)
}

fn write(audit: &Audit, args: &AuditArgs, common: &Common) -> Result<(), Error> {
    let format = args.format.map_or_else(|| format_of(args.output.as_deref()), |format| format.0);
    let style = match args.output {
        Some(_) => Style::default(),
        None => Style::for_stdout(colored(common.color)),
    };
    let links = args.link_base.clone().unwrap_or_default();
    output::to(args.output.as_deref(), |out| render::render_linked(audit, format, out, style, &links))
}

/// The format that a file's ending asks for.
fn format_of(output: Option<&Path>) -> Format {
    let ending = output.and_then(|path| path.extension()).and_then(|ending| ending.to_str()).unwrap_or_default();
    Format::from_name(ending).unwrap_or(Format::Markdown)
}

pub(super) fn colored(when: ColorArg) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match when {
        ColorArg::Always => true,
        ColorArg::Never => false,
        ColorArg::Auto => io::stdout().is_terminal() && !set("NO_COLOR") && !set("CI"),
    }
}
