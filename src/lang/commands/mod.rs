//! From one file of a CI system, a task runner or a shell to the runners that it calls. Pure; owns which kind of file is
//! read how. Refuses to judge, to evaluate anything, and to read a file.

mod docker;
mod interpolation;
mod lines;
mod make;
mod noxfile;
mod runner;
mod shell;
mod snippet;
mod toml;
mod tox;
mod values;
mod yaml;

use crate::model::CommandFacts;
pub use lines::lines;
use runner::Finder;
use snippet::Snippet;

/// What a file says about running tests. The path, relative to the root, decides how it is read; a file that is none of
/// the known kinds is read as a shell script.
pub fn extract(path: &str, text: &str) -> CommandFacts {
    let mut facts = CommandFacts::default();
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let mut finder = Finder::new(path, &mut facts);
    match (name, ending) {
        ("noxfile.py", _) => noxfile::extract(&mut finder, text),
        ("tox.ini" | "setup.cfg", _) => tox::extract(&mut finder, text, 1),
        (_, "yml" | "yaml") => yaml::extract(&mut finder, text),
        (_, "toml") => toml::extract(&mut finder, text),
        ("Makefile" | "GNUmakefile" | "makefile", _) | (_, "mk") => make::extract(&mut finder, text),
        ("justfile" | ".justfile" | "Justfile", _) => make::extract_just(&mut finder, text),
        _ if name.starts_with("Dockerfile") || ending == "Dockerfile" => docker::extract(&mut finder, text),
        _ if name.starts_with("Jenkinsfile") => docker::extract_jenkins(&mut finder, text),
        _ => finder.text(&Snippet::new(text, 1)),
    }
    facts.invocations.sort_by_key(|invocation| invocation.line);
    facts.marker_inputs.sort_by_key(|input| input.line);
    facts
}
