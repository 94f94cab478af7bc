//! `testaudit annotate`: settings, run, headers. What has to change is planned for all files before the first is written.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{
    FAILURE, FINDINGS,
    args::{AnnotateArgs, Common},
    fix::say,
    output,
    progress::Bar,
    settings,
};
use crate::{
    annotate::{self, Annotated, Change},
    discover, engine,
    error::Error,
    fix,
    model::{FileRole, HeaderTemplate, Problem, Settings, path::relative, settings::Wanted},
    render::{self, escape::visible},
    views::{Section, fuzz},
};

/// A file and the header that it is to have.
struct Target {
    /// Relative to the root.
    path: String,
    /// Where to open it.
    place: PathBuf,
    /// Without a line break.
    header: Option<String>,
}

/// What is known of the files before any of them is read for its header.
struct Judged {
    /// What all paths are relative to.
    root: PathBuf,
    files: Vec<Target>,
    /// What could not be judged, with files that are left as they are.
    problems: Vec<Problem>,
}

/// A file that changes.
struct Planned {
    /// As seen from the current directory.
    seen: String,
    place: PathBuf,
    before: Vec<u8>,
    annotated: Annotated,
}

/// Runs the command.
pub(super) fn run(args: &AnnotateArgs, common: &Common) -> Result<ExitCode, Error> {
    let (mut settings, problems) = settings::load(&args.paths, common)?;
    if let Some(template) = &args.template {
        settings.header = HeaderTemplate::new(template).map_err(Error::Usage)?;
    }
    let paths = paths(args, &settings)?;
    if paths.is_empty() && !args.paths.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let judged = match args.remove {
        true => found(&paths, &settings, problems)?,
        false => judged(&paths, &mut settings, problems, common)?,
    };
    let current = discover::current_directory()?;
    let seen = |path: &str| relative(&current, &judged.root.join(path));
    for Problem { path, line, message, .. } in judged.problems.iter().filter(|_| !common.quiet) {
        let line = line.map(|line| format!(":{line}")).unwrap_or_default();
        say(&format!("problem: {}{line}: {message}; left as it is", seen(path)));
    }
    let (planned, mut all) = plan(&judged, &settings.header, &seen);
    if args.diff {
        let changes = planned.iter().map(|file| (&*file.seen, &*file.before, &*file.annotated.after));
        output::to(None, |out| render::render_patch(changes, out))?;
    } else {
        let mut done: Vec<&Planned> = Vec::new();
        for file in &planned {
            if args.check {
                done.push(file);
                continue;
            }
            match fix::replace(&judged.root, &file.place, &file.before, &file.annotated.after) {
                Ok(()) => done.push(file),
                Err(message) => {
                    all = false;
                    say(&format!("error: `{}` is left as it is: {message}", file.seen));
                }
            }
        }
        if !common.quiet {
            output::to(None, |out| list(&done, args.check, out))?;
        }
    }
    Ok(match (all, args.check || args.diff) {
        (false, _) => ExitCode::from(FAILURE),
        (true, true) if !planned.is_empty() => ExitCode::from(FINDINGS),
        (true, _) => ExitCode::SUCCESS,
    })
}

/// What is given, without the files that have no headers: a hook is handed whatever was changed.
fn paths(args: &AnnotateArgs, settings: &Settings) -> Result<Vec<PathBuf>, Error> {
    let mut paths = Vec::new();
    for path in &args.paths {
        // What is not there is told by the walk.
        let has_header = !path.is_file()
            || match discover::role_by_name(path, &settings.discovery)? {
                FileRole::TestModule => true,
                role => args.remove && role != FileRole::DoctestText,
            };
        if has_header {
            paths.push(path.clone());
        }
    }
    Ok(paths)
}

/// Every Python file, to be without a header. None of them has to be parsed for that.
fn found(paths: &[PathBuf], settings: &Settings, mut problems: Vec<Problem>) -> Result<Judged, Error> {
    let discovery = discover::discover(paths, &settings.discovery)?;
    problems.extend(discovery.problems);
    problems.retain(|problem| annotate::prevents(problem.kind));
    let python = discovery.files.into_iter().filter(|file| file.role != FileRole::DoctestText);
    let files = python.map(|file| Target { path: file.path, place: file.absolute, header: None }).collect();
    Ok(Judged { root: discovery.root, files, problems })
}

/// Every test module with the header that it deserves.
fn judged(
    paths: &[PathBuf],
    settings: &mut Settings,
    problems: Vec<Problem>,
    common: &Common,
) -> Result<Judged, Error> {
    // Why the others are no candidates, and what detectors of the user's own find, no header says.
    // Headers are comments of Python.
    settings.wanted = Wanted { why_not: false, rust: false, ..Section::wanted(&[Section::Fuzz]) };
    settings.detectors.clear();
    let bar = Bar::new(common.quiet);
    let located = engine::located_suite(paths, settings, problems, &|event| bar.show(event))?;
    let suite = located.suite;
    let mut problems = suite.problems.clone();
    problems.retain(|problem| annotate::prevents(problem.kind));
    let unknown: BTreeSet<&str> = problems.iter().map(|problem| &*problem.path).collect();
    let fuzz = fuzz::fuzz(&suite);
    let candidates = fuzz.files.iter().map(|file| (&file.path, Some(settings.header.line(&file.reasons))));
    let others = fuzz.non_candidates.iter().map(|file| (&file.path, None));
    let files = candidates.chain(others).filter(|(path, _)| !unknown.contains(path.as_str()));
    let wanted = |(path, header): (&String, _)| {
        Some(Target { path: path.clone(), place: located.places.get(path)?.clone(), header })
    };
    let mut files: Vec<Target> = files.filter_map(wanted).collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    // What is wrong with helpers is told by `audit`.
    let helpers: BTreeSet<&str> =
        suite.files.iter().filter(|file| file.role != FileRole::TestModule).map(|file| &*file.path).collect();
    problems.retain(|problem| !helpers.contains(&*problem.path));
    Ok(Judged { root: located.root, files, problems })
}

/// What has to change, and whether every file could be read. A file that several links lead to changes once.
fn plan(judged: &Judged, template: &HeaderTemplate, seen: &dyn Fn(&str) -> String) -> (Vec<Planned>, bool) {
    let mut planned = Vec::new();
    let mut all = true;
    let mut places: BTreeSet<&Path> = BTreeSet::new();
    for Target { path, place, header } in judged.files.iter() {
        if !places.insert(place) {
            continue;
        }
        let read = fix::read(&judged.root, place);
        let annotated = read.and_then(|before| {
            let annotated = annotate::annotate(&before, header.as_deref(), template)?;
            Ok(annotated.map(|annotated| (before, annotated)))
        });
        match annotated {
            Ok(None) => {}
            Ok(Some((before, annotated))) => {
                planned.push(Planned { seen: seen(path), place: place.clone(), before, annotated });
            }
            Err(message) => {
                all = false;
                say(&format!("error: `{}` is left as it is: {message}", seen(path)));
            }
        }
    }
    (planned, all)
}

/// One line for each file that changed, or would.
fn list(files: &[&Planned], would: bool, out: &mut dyn Write) -> io::Result<()> {
    for file in files {
        let change = match file.annotated.change {
            Change::Added => "added",
            Change::Updated => "updated",
            Change::Removed => "removed",
        };
        let change = if would { format!("would be {change}") } else { change.to_owned() };
        writeln!(out, "{}: header {change}", visible(&file.seen))?;
    }
    out.flush()
}
