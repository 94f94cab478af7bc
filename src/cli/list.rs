//! `testaudit list`: settings, run, list.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::{
    args::{Common, ListArgs},
    output,
    progress::Bar,
    settings,
};
use crate::{engine, error::Error, model::settings::Wanted, render, views};

/// Runs the command.
pub(super) fn run(args: &ListArgs, common: &Common) -> Result<ExitCode, Error> {
    let (mut settings, problems) = settings::load(&args.paths, common)?;
    let gates = args.format.0 == render::ListFormat::Json;
    settings.wanted = Wanted { rust: true, gates, ..Wanted::COLLECTION };
    let bar = Bar::new(common.quiet);
    let suite = engine::suite(&args.paths, &settings, problems, &|event| bar.show(event))?;
    let list = views::list(&suite);
    output::to(args.output.as_deref(), |out| render::render_list(&list, args.format.0, out))?;
    if !common.quiet {
        for problem in &list.problems {
            let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
            let text = format!("{}{line}: {}", problem.path, problem.message);
            // The JSON has them too; failing to print them is no reason to fail.
            let _ = writeln!(io::stderr(), "problem: {}", render::escape::visible(&text));
        }
    }
    Ok(ExitCode::SUCCESS)
}
