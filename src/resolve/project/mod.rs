//! From what each module says to the project: what it is there for, its name, and how far tests lead to it. Reads facts
//! only.

mod names;
mod reach;

use rustc_hash::FxHashSet;

use self::{
    names::{Index, Tree},
    reach::{Graph, Member, Reached},
};
use crate::model::{
    FileRole,
    project::{CommandLine, ExampleText, ModuleFacts, Part, Project, ProjectModule},
};

/// What is joined.
pub struct ProjectInput {
    /// Modules with what they are by their names and what they say, sorted by path.
    pub modules: Vec<(String, FileRole, ModuleFacts)>,
    /// Texts with examples.
    pub texts: Vec<ExampleText>,
    /// Other files of some meaning.
    pub others: Vec<String>,
    /// Names of data in folders of tests.
    pub test_data: Vec<String>,
    /// What is run.
    pub commands: Vec<CommandLine>,
    /// Modules that pytest loads as plugins, by path.
    pub plugins: Vec<String>,
    /// Modules in which pytest finds tests, by path: those too that their names do not show.
    pub tested: Vec<String>,
}

/// Joins a project.
pub fn project(input: ProjectInput) -> Project {
    let ProjectInput { modules, texts, others, test_data, commands, plugins, tested } = input;
    let tree = Tree::new(modules.iter().map(|(path, role, _)| (path.as_str(), *role)));
    let part = |path: &String, role| {
        let own = tree.part(path, role);
        if own == Part::Product && tested.contains(path) { Part::Tests } else { own }
    };
    let parts: Vec<Part> = modules.iter().map(|(path, role, _)| part(path, *role)).collect();
    let names: Vec<String> = modules.iter().map(|(path, ..)| tree.name(path).unwrap_or_default()).collect();
    let index = Index::new(modules.iter().map(|(path, ..)| path.as_str()), &tree);
    let members: Vec<Member<'_>> =
        modules.iter().zip(&parts).map(|((path, _, facts), part)| Member { path, part: *part, facts }).collect();
    let graph = Graph::new(&members, &index);
    let is_start = |(_, member): &(usize, &Member<'_>)| {
        member.part == Part::Tests || plugins.iter().any(|path| path == member.path)
    };
    let starts: Vec<usize> = members.iter().enumerate().filter(is_start).map(|(place, _)| place).collect();
    let mut mentioned: FxHashSet<&str> = FxHashSet::default();
    for start in &starts {
        mentioned.extend(members[*start].facts.words.iter().map(|word| &**word));
    }
    let Reached { reach, perhaps, named } = reach::modules(&members, &graph, &starts, &mentioned, &names);
    // A test that runs over its data may take what it calls from their names.
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let words = test_data.iter().flat_map(|name| name.split(|letter| !is_part(letter)));
    let mut test_data: Vec<String> = words.map(str::to_owned).collect();
    test_data.sort();
    test_data.dedup();
    mentioned.extend(test_data.iter().map(String::as_str));
    let unreached = reach::symbols(&members, &reach, &mentioned);
    let importers = graph.importers(&members);
    let has_ci = commands.iter().any(|own| is_of_ci(&own.path));
    let modules =
        modules.into_iter().zip(names).zip(parts.into_iter().zip(importers).zip(reach.into_iter().zip(perhaps)));
    let modules =
        modules.zip(unreached.into_iter().zip(named)).map(
            |((((path, _, facts), name), ((part, importers), (reach, perhaps_by))), (unreached, named_by))| {
                ProjectModule { path, name, part, facts, importers, reach, perhaps_by, named_by, unreached }
            },
        );
    Project { known: true, modules: modules.collect(), texts, others, test_data, commands, has_ci }
}

/// Whether a file belongs to a CI system.
fn is_of_ci(path: &str) -> bool {
    const FOLDERS: [&str; 9] = [
        ".azure/",
        ".azure-pipelines/",
        ".buildkite/",
        ".ci/",
        ".circleci/",
        ".github/",
        ".gitlab/",
        "azure-pipelines/",
        "ci/",
    ];
    const NAMES: [&str; 10] = [
        ".appveyor.yml",
        ".cirrus.yml",
        ".gitlab-ci.yaml",
        ".gitlab-ci.yml",
        ".travis.yml",
        "Jenkinsfile",
        "appveyor.yml",
        "azure-pipelines.yml",
        "bitbucket-pipelines.yml",
        ".woodpecker.yml",
    ];
    FOLDERS.iter().any(|folder| path.starts_with(folder)) || NAMES.contains(&path)
}
