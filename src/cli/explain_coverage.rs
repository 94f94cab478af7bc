//! `testaudit audit --explain-coverage FILE`: which tests reach the functions of a file, and by which way.

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use super::{
    args::{AuditArgs, Common},
    output,
    progress::Bar,
};
use crate::{
    discover, engine,
    error::Error,
    estimate::{Constants, Explained, Reach, explain},
    model::{
        Problem, Settings,
        path::{absolute, relative},
        settings::Wanted,
    },
    render::escape::visible,
};

/// Runs the command.
pub(super) fn run(
    file: &Path,
    args: &AuditArgs,
    common: &Common,
    mut settings: Settings,
    problems: Vec<Problem>,
) -> Result<ExitCode, Error> {
    let is_rust = discover::is_rust(file);
    settings.wanted = Wanted { coverage: true, rust: is_rust, ..Wanted::COLLECTION };
    let bar = Bar::new(common.quiet);
    let suite = engine::suite(&args.paths, &settings, problems, &|event| bar.show(event))?;
    let root = discover::root(&args.paths, &settings.discovery)?;
    let path = relative(&root, &absolute(&discover::current_directory()?, file));
    let (graph, constants, tool) = match is_rust {
        true => (suite.rust_calls, Constants::of_rust(), "cargo llvm-cov"),
        false => (suite.calls, Constants::fitted(), "coverage.py"),
    };
    let graph = graph.unwrap_or_default();
    let reach = Reach::of(&graph, constants);
    let Some(explained) = explain(&reach, &path) else {
        let reason = format!("it is not among the files that {tool} would measure");
        return Err(Error::Input { path: file.to_owned(), reason });
    };
    output::to(args.output.as_deref(), |out| write(&path, &explained, out))?;
    Ok(ExitCode::SUCCESS)
}

/// A function with its way in the lines below it.
fn write(path: &str, explained: &[Explained], out: &mut dyn Write) -> io::Result<()> {
    for function in explained {
        let percent = function.chance * 100.0;
        let (place, name) = (visible(path), visible(&function.name));
        writeln!(out, "{place}:{} {name}: {percent:.0} %, {} tests", function.line, function.tests)?;
        if function.way.is_empty() {
            writeln!(out, "    no way from a test is known")?;
            continue;
        }
        if !function.test.is_empty() {
            writeln!(out, "    {}", visible(&function.test))?;
        }
        for (path, line, name) in &function.way {
            writeln!(out, "    {}:{line} {}", visible(path), visible(name))?;
        }
    }
    Ok(())
}
