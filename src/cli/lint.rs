//! `testaudit lint`: settings, run, findings; with fixes and baselines around it.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{
    FINDINGS,
    args::{Common, LintArgs},
    audit::colored,
    baseline,
    fix::{self, say},
    output,
    progress::Bar,
    settings,
};
use crate::{
    baseline::Baseline,
    discover,
    engine::{self, Linted},
    error::Error,
    model::{
        Overlay,
        path::{absolute, relative},
    },
    render::{self, Style},
    rules, views,
    views::Lint,
};

/// Runs the command.
pub(super) fn run(args: &LintArgs, common: &Common) -> Result<ExitCode, Error> {
    if let Some(message) = args.select.iter().chain(&args.ignore).find_map(|name| rules::unknown_name(name)) {
        return Err(Error::Usage(message));
    }
    let (mut settings, problems) = settings::load(&args.paths, common)?;
    args.apply(&mut settings.lint);
    let rootdir = settings.pytest.rootdir.clone();
    let written = args.write_baseline.as_ref().map(|path| {
        let path = path.clone().or_else(|| settings.lint.baseline.clone());
        path.unwrap_or_else(|| PathBuf::from(baseline::DEFAULT))
    });
    // What is written anew need not be there.
    let tolerated = match (&settings.lint.baseline, &written) {
        (Some(path), None) => Some(baseline::read(path)?),
        _ => None,
    };
    let current = discover::current_directory()?;
    settings.lint.baseline = written.as_ref().or(settings.lint.baseline.as_ref()).map(|path| absolute(&current, path));
    let own_baseline = settings.lint.baseline.clone();
    let bar = Bar::new(common.quiet);
    let first = engine::lint(&args.paths, &settings, problems, tolerated.as_ref(), &|event| bar.show(event))?;
    if let Some(path) = written {
        return write_baseline(args, common, &path, first);
    }
    let judge = |overlay: Overlay| {
        let (mut settings, problems) = settings::load_over(&args.paths, common, overlay)?;
        args.apply(&mut settings.lint);
        settings.lint.baseline.clone_from(&own_baseline);
        let bar = Bar::new(common.quiet);
        engine::lint(&args.paths, &settings, problems, tolerated.as_ref(), &|event| bar.show(event))
    };
    if !args.fix && !args.diff {
        return report(args, common, &first.lint);
    }
    let (fixes, mut left) = fix::plan(first, rootdir, judge)?;
    if args.diff {
        let changes = fixes.changes(&current);
        let borrowed = changes.iter().map(|(path, before, after)| (path.as_str(), *before, *after));
        output::to(args.output.as_deref(), |out| render::render_patch(borrowed, out))?;
        fixes.tell_refused(&current, common.quiet);
        return Ok(if changes.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FINDINGS) });
    }
    if fixes.write(&current, common.quiet) {
        // What could be fixed is: the rest is not to be tried again.
        left.lint.findings.iter_mut().for_each(|finding| finding.fix = None);
    } else {
        left = judge(Overlay::default())?;
    }
    fixes.tell_refused(&current, common.quiet);
    report(args, common, &left.lint)
}

/// Writes all that was found to the baseline, which leaves nothing to report.
fn write_baseline(args: &LintArgs, common: &Common, path: &Path, found: Linted) -> Result<ExitCode, Error> {
    let all = Baseline::of(found.entries);
    baseline::write(path, &all)?;
    if !common.quiet {
        let current = discover::current_directory()?;
        let seen = relative(&current, &absolute(&current, path));
        say(&format!("wrote {} to `{seen}`, which `--baseline {seen}` tolerates", views::count(all.len(), "finding")));
    }
    let tolerated = Lint { findings: Vec::new(), rules: Vec::new(), baselined: all.len(), gone: 0, ..found.lint };
    report(args, common, &tolerated)
}

fn report(args: &LintArgs, common: &Common, lint: &Lint) -> Result<ExitCode, Error> {
    let style = match args.output {
        Some(_) => Style::default(),
        None => Style::for_stdout(colored(common.color)),
    };
    output::to(args.output.as_deref(), |out| render::render_lint(lint, args.format.0, out, style))?;
    if !common.quiet && !lint.problems.is_empty() {
        let problems = views::count(lint.problems.len(), "problem");
        say(&format!("{problems} in reading the tree: `testaudit audit` lists them"));
    }
    Ok(if lint.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FINDINGS) })
}
