//! What to run when: before a change is handed in, while one works, where devices are at hand, as several processes. Each is a
//! command of the project or one that follows from its tests; owns the choice among them.

use serde::Serialize;

use super::{Distributed, GuideCommand, GuideMarker, ProjectCommand, ShownCommand};
use crate::model::Location;

/// The most commands that an occasion has.
const MAX_COMMANDS: usize = 5;

/// An occasion to run tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Workflow {
    /// When, as the beginning of a sentence.
    pub when: &'static str,
    /// What to run then, each with where it is written, where it is.
    pub commands: Vec<ShownCommand>,
}

/// The occasions of these parts of a guide.
pub(super) fn workflows(
    quick: &[GuideCommand],
    project: &[ProjectCommand],
    markers: &[GuideMarker],
    with_devices: &[GuideCommand],
    distributed: &[Distributed],
) -> Vec<Workflow> {
    let plain = |own: &GuideCommand| ShownCommand { command: own.command.clone(), at: None };
    let mut found = Vec::new();
    let mut add = |when: &'static str, commands: Vec<ShownCommand>| {
        if !commands.is_empty() {
            found.push(Workflow { when, commands });
        }
    };
    add("Before handing in a change", before(quick, project).into_iter().collect());
    let is_slow = |own: &&GuideMarker| own.name == "slow" && own.tests > 0;
    let faster = markers.iter().find(is_slow).map(|_| "pytest -m 'not slow'".to_owned());
    add("While working", faster.map(|command| ShownCommand { command, at: None }).into_iter().collect());
    add("With the devices at hand", with_devices.iter().take(MAX_COMMANDS).map(plain).collect());
    let shown = distributed.iter().filter_map(|own| own.commands.first());
    add("As several processes", shown.take(MAX_COMMANDS).cloned().collect());
    found
}

/// The project's own command that names most tests, else the one that runs everything.
fn before(quick: &[GuideCommand], project: &[ProjectCommand]) -> Option<ShownCommand> {
    let largest = project.iter().filter(|own| own.tests.is_some_and(|tests| tests > 0)).rev();
    let own = largest.max_by_key(|own| own.tests).map(|own| {
        let at = Location { path: own.at.path.clone(), line: own.at.line };
        ShownCommand { command: own.command.clone(), at: Some(at) }
    });
    own.or_else(|| quick.first().map(|own| ShownCommand { command: own.command.clone(), at: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(command: &str, tests: Option<usize>) -> ProjectCommand {
        let at = Location { path: "Makefile".to_owned(), line: 2 };
        ProjectCommand { command: command.to_owned(), at, places: 1, tests }
    }

    #[test]
    fn the_command_that_names_most_tests_is_run_before_a_change_is_handed_in() {
        let quick = [GuideCommand { command: "pytest".to_owned(), what: String::new() }];
        let told = |project: &[ProjectCommand]| before(&quick, project).unwrap().command;
        let all = [project("a", Some(3)), project("b", Some(9)), project("c", None), project("d", Some(9))];
        assert_eq!(told(&all), "b");
        assert_eq!(told(&[project("c", None), project("none", Some(0))]), "pytest");
        assert_eq!(before(&[], &[]), None);
    }
}
