//! `testaudit lint`: settings, run, findings.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::{
    FINDINGS,
    args::{Common, LintArgs},
    audit::colored,
    output,
    progress::Bar,
    settings,
};
use crate::{
    engine,
    error::Error,
    render::{self, Style},
    rules, views,
};

/// Runs the command.
pub(super) fn run(args: &LintArgs, common: &Common) -> Result<ExitCode, Error> {
    let (mut settings, problems) = settings::load(&args.paths, common)?;
    if let Some(message) = args.select.iter().chain(&args.ignore).find_map(|name| rules::unknown_name(name)) {
        return Err(Error::Usage(message));
    }
    args.apply(&mut settings.lint);
    let bar = Bar::new(common.quiet);
    let lint = engine::lint(&args.paths, &settings, problems, &|event| bar.show(event))?;
    let style = match args.output {
        Some(_) => Style::default(),
        None => Style::for_stdout(colored(common.color)),
    };
    output::to(args.output.as_deref(), |out| render::render_lint(&lint, args.format.0, out, style))?;
    if !common.quiet && !lint.problems.is_empty() {
        let problems = views::count(lint.problems.len(), "problem");
        // Failing to print this summary is no reason to fail.
        let _ = writeln!(io::stderr(), "{problems} in reading the tree: `testaudit audit` lists them");
    }
    Ok(if lint.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FINDINGS) })
}
