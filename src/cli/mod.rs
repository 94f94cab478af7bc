//! The command line: arguments in, exit code out. The only part that names clap.

mod annotate;
mod args;
mod audit;
mod baseline;
mod diff;
mod explain;
mod explain_coverage;
mod fix;
mod installation;
mod lint;
mod list;
mod output;
mod progress;
mod settings;

use std::{io::Write, process::ExitCode};

use clap::Parser;

use args::{Cli, Command};

/// Exit code of a run that found something.
const FINDINGS: u8 = 1;

/// Exit code of a run that could not be done.
const FAILURE: u8 = 2;

/// Parses the arguments of the process, runs the command and says how it went: 0 clean, 1 findings, 2 the run could not be done.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Command::Audit(args) => audit::run(args, &cli.common),
        Command::List(args) => list::run(args, &cli.common),
        Command::Lint(args) => lint::run(args, &cli.common),
        Command::Annotate(args) => annotate::run(args, &cli.common),
        Command::Diff(args) => diff::run(args, &cli.common),
        Command::Explain(args) => explain::run(args),
        Command::Completions(args) => installation::completions(args),
        Command::Man(args) => installation::man(args),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            // Where even standard error is gone there is nobody left to tell.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(FAILURE)
        }
    }
}
