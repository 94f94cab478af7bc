//! What a Python project says it depends on: its metadata, its requirements files, its test runners' and its lanes'.
//! Owns which files are read and how; refuses to know what follows from a requirement.
//!
//! Nothing is resolved and nothing is run: a lock file, which lists what dependencies depend on, and a constraint, which
//! installs nothing, do not count. Where a statement is computed, that it is there is told.

mod command;
mod conda;
mod files;
mod line;
mod listed;
mod places;
mod python;
mod sections;
mod tables;

use std::path::Path;

use crate::model::marker::Location;
use crate::model::requirement::normalized;
use crate::model::{Problem, ProblemKind, Requirement, Requirements};
use files::Files;
use line::Distribution;
use places::{Kind, Place};

/// The most files of one project.
const MAX_FILES: usize = 2000;

/// What one text says; lines are 1-based.
#[derive(Debug, Default)]
struct Said {
    /// The name of the project's own distribution.
    project: Option<String>,
    /// The distributions required.
    required: Vec<(u32, Distribution)>,
    /// Where a requirement stands that cannot be told.
    unread: Vec<u32>,
    /// Requirements files that are named, relative to the file that names them.
    beside: Vec<(u32, String)>,
    /// Requirements files that are named, relative to the project's folder.
    below: Vec<(u32, String)>,
}

impl Said {
    /// Takes one requirement as PEP 508 or pip writes it.
    fn require(&mut self, line: u32, text: &str) {
        match line::read(text) {
            line::Line::Distribution(distribution) => self.required.push((line, distribution)),
            line::Line::Unread => self.unread.push(line),
            line::Line::Nothing => {}
        }
    }
}

/// Everything that the project of `root`, pytest's `rootdir`, requires: said there, in the usual folders below it, and in
/// the same places of the folders above it, up to the one that holds `.git`.
pub fn requirements(root: &Path) -> Requirements {
    let files = Files::new(root);
    let mut found = Requirements::default();
    let mut places = places::places(&files);
    let mut at = 0;
    while let Some(place) = places.get(at).cloned() {
        at += 1;
        if at > MAX_FILES {
            let message = format!("more than {MAX_FILES} files with requirements, the rest is not read");
            found.problems.push(Problem::file(files.shown(&place.path), ProblemKind::TooLarge, message));
            break;
        }
        read(&files, &place, &mut found, &mut places);
    }
    found.own.sort();
    found.own.dedup();
    found.list.sort();
    found.list.dedup();
    found.unread.sort();
    found.unread.dedup();
    found.problems.sort();
    found.problems.dedup();
    found
}

/// One requirement that stands somewhere else, as PEP 508 writes it: an item of pytest's `required_plugins`. `None` where
/// it names no distribution.
pub fn requirement(text: &str, at: Location) -> Option<Requirement> {
    match line::read(text) {
        line::Line::Distribution(Distribution { name, specifier }) => {
            Some(Requirement { name, specifier, path: at.path, line: at.line })
        }
        line::Line::Unread | line::Line::Nothing => None,
    }
}

/// Reads one file; files that it names are added to the places.
fn read(files: &Files, place: &Place, found: &mut Requirements, places: &mut Vec<Place>) {
    let shown = files.shown(&place.path);
    // What is wrong with these, the readers of pytest's configuration tell.
    let reported = matches!(place.kind, Kind::Pyproject | Kind::SetupCfg | Kind::ToxIni);
    let text = match files.read(&place.path) {
        Ok(text) => text,
        Err((kind, message)) => {
            if !reported {
                found.problems.push(Problem::file(&shown, kind, message));
            }
            return;
        }
    };
    let mut said = Said::default();
    let parsed = match place.kind {
        Kind::Pyproject => tables::pyproject(&text, &mut said),
        Kind::Toml(table) => tables::file(&text, table, &mut said),
        Kind::SetupCfg => sections::setup_cfg(&text, &mut said),
        Kind::ToxIni => sections::tox_ini(&text, &mut said),
        Kind::Listed => listed::file(&text, &mut said),
        Kind::PerhapsListed => listed::perhaps(&text, &mut said),
        Kind::SetupPy => python::setup(&text, &mut said),
        Kind::Noxfile => python::nox(&text, &mut said),
        Kind::Conda => conda::environment(&text, &mut said),
        Kind::Script => command::script(&text, &mut said),
    };
    if let Err((line, message)) = parsed
        && !reported
    {
        found.problems.push(Problem::at(&shown, line, ProblemKind::Config, message));
    }
    found.own.extend(said.project.map(|name| normalized(&name)).filter(|name| !name.is_empty()));
    for (line, Distribution { name, specifier }) in said.required {
        found.list.push(Requirement { name, specifier, path: shown.clone(), line });
    }
    found.unread.extend(said.unread.into_iter().map(|line| Location { path: shown.clone(), line }));
    let beside = place.path.parent().unwrap_or(&place.path);
    let named = said.beside.into_iter().map(|named| (beside, named));
    let named = named.chain(said.below.into_iter().map(|named| (&*place.project, named)));
    for (count, (folder, (line, name))) in named.enumerate() {
        match (count < MAX_FILES).then(|| files.named(folder, &name)).flatten() {
            Some(path) => {
                let known = places.iter_mut().find(|known| known.path == path);
                match known {
                    None => places.push(Place { path, project: place.project.clone(), kind: Kind::Listed }),
                    // What was only a guess is now known, and is read again, as what it is.
                    Some(known) if known.kind == Kind::PerhapsListed => {
                        known.kind = Kind::Listed;
                        let again = known.clone();
                        places.push(again);
                    }
                    Some(_) => {}
                }
            }
            None => found.unread.push(Location { path: shown.clone(), line }),
        }
    }
}

/// What a reader of a text returns: where and why it is not what its name says.
type Parsed = Result<(), (u32, String)>;
