//! What the files of one area have in common: the folder that they stand in below it, else words that their names begin
//! with, else the folder of the product that each is mostly about. Mechanical, with what is shared as evidence; files that
//! share nothing stay without a topic.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::areas::AreaFile;
use super::commands::quoted;
use super::modules::stem;
use crate::model::path::folder;

/// Fewer files are seen at a glance.
const MIN_FILES: usize = 4;
/// The most files that a command names.
const MAX_FILES: usize = 4;
/// Words that names begin with and that say nothing about their subject.
const EMPTY: [&str; 18] = [
    "all", "and", "base", "basic", "can", "from", "general", "get", "has", "is", "main", "misc", "new", "no", "set",
    "the", "to", "with",
];

/// Files of an area that are about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Topic {
    /// The words or the folder that they share.
    pub name: String,
    /// By what they belong together: `folder`, `file-names` or `modules`.
    pub from: &'static str,
    /// The folder, what their names begin with, or the folder of the product.
    pub shared: String,
    /// The files, sorted.
    pub files: Vec<String>,
    /// How many tests.
    pub tests: usize,
    /// The command that runs them; `None` where it would be longer than anybody reads.
    pub command: Option<String>,
}

/// The topics of the files of an area, those with most files first.
pub(super) fn topics(area: &str, files: &[AreaFile]) -> Vec<Topic> {
    if files.len() < MIN_FILES {
        return Vec::new();
    }
    let mut topics = Vec::new();
    let mut by_folder: BTreeMap<&str, Vec<&AreaFile>> = BTreeMap::new();
    for file in files {
        by_folder.entry(folder(&file.path)).or_default().push(file);
    }
    let direct = by_folder.remove(area).unwrap_or_default();
    for (folder, members) in by_folder {
        let name = folder.strip_prefix(area).unwrap_or(folder).trim_start_matches('/').to_owned();
        topics.push(topic(name, "folder", folder.to_owned(), &members, Some(quoted(folder))));
    }
    let mut by_word: BTreeMap<&str, Vec<&AreaFile>> = BTreeMap::new();
    for file in &direct {
        by_word.entry(first_word(&file.path)).or_default().push(file);
    }
    let mut by_module: BTreeMap<&str, Vec<&AreaFile>> = BTreeMap::new();
    for (word, members) in by_word {
        let says_something = !word.is_empty() && !EMPTY.contains(&word) && word != last(area);
        if says_something && members.len() > 1 && members.len() < direct.len() {
            let shared = shared_name(&members);
            let arguments = arguments(area, &shared, &members, &direct);
            topics.push(topic(shared.clone(), "file-names", shared, &members, arguments));
            continue;
        }
        for file in members {
            by_module.entry(file.modules.first().map_or("", |module| folder(module))).or_default().push(file);
        }
    }
    for (module, members) in by_module {
        // A folder of tests that is named for one of the product says that by itself.
        let is_area = last(module) == last(area);
        if !module.is_empty() && !is_area && members.len() > 1 && members.len() < direct.len() {
            let named = (members.len() <= MAX_FILES).then(|| listed(&members));
            topics.push(topic(last(module).to_owned(), "modules", format!("{module}/"), &members, named));
        }
    }
    topics
        .sort_by(|a, b| b.files.len().cmp(&a.files.len()).then_with(|| (a.from, &a.shared).cmp(&(b.from, &b.shared))));
    topics
}

fn topic(name: String, from: &'static str, shared: String, members: &[&AreaFile], arguments: Option<String>) -> Topic {
    let mut files: Vec<String> = members.iter().map(|file| file.path.clone()).collect();
    files.sort();
    let tests = members.iter().map(|file| file.tests).sum();
    Topic { name, from, shared, files, tests, command: arguments.map(|words| format!("pytest {words}")) }
}

fn last(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder).trim_matches('_')
}

fn listed(members: &[&AreaFile]) -> String {
    members.iter().map(|file| quoted(&file.path)).collect::<Vec<_>>().join(" ")
}

/// What names these files to pytest: a pattern of the shell where it fits them and no other file of the folder.
fn arguments(area: &str, shared: &str, members: &[&AreaFile], direct: &[&AreaFile]) -> Option<String> {
    let start = if area.is_empty() { format!("test_{shared}") } else { format!("{area}/test_{shared}") };
    let fitting = direct.iter().filter(|file| file.path.starts_with(&start)).count();
    if fitting == members.len() && members.iter().all(|file| file.path.starts_with(&start)) {
        return Some(format!("{}*.py", quoted(&start)));
    }
    (members.len() <= MAX_FILES).then(|| listed(members))
}

/// The words that the names of all these files begin with, in the shortest form that one of them has.
fn shared_name(members: &[&AreaFile]) -> String {
    let words: Vec<Vec<&str>> = members.iter().map(|file| stem(&file.path).split('_').collect()).collect();
    let first: BTreeSet<&str> = words.iter().filter_map(|words| words.first().copied()).collect();
    let Some(shortest) = first.iter().min_by_key(|word| word.len()) else { return String::new() };
    if first.len() > 1 {
        return (*shortest).to_owned();
    }
    let shared = (1..).take_while(|at| {
        let word = words[0].get(*at);
        word.is_some() && words.iter().all(|words| words.get(*at) == word)
    });
    words[0][..=shared.count()].join("_")
}

/// The word that the name of a file begins with; one form for singular and plural.
fn first_word(path: &str) -> &str {
    let word = stem(path).split('_').next().unwrap_or_default();
    word.strip_suffix('s').filter(|rest| rest.len() > 3 && !rest.ends_with('s')).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, module: &str) -> AreaFile {
        AreaFile {
            path: path.to_owned(),
            tests: 2,
            cases: None,
            what: None,
            modules: if module.is_empty() { Vec::new() } else { vec![module.to_owned()] },
            conditional: 0,
        }
    }

    #[test]
    fn files_belong_together_by_their_names_else_by_the_folder_they_are_about() {
        let files = [
            file("t/test_checkpoints.py", "src/p/a.py"),
            file("t/test_checkpoint_types.py", "src/p/b.py"),
            file("t/test_loss.py", "src/p/optim/loss.py"),
            file("t/test_adam.py", "src/p/optim/adam.py"),
            file("t/test_alone.py", ""),
        ];
        let found = topics("t", &files);
        let told: Vec<_> = found.iter().map(|own| (own.name.as_str(), own.from, own.shared.as_str())).collect();
        assert_eq!(told, [("checkpoint", "file-names", "checkpoint"), ("optim", "modules", "src/p/optim/")]);
        assert_eq!(found[0].command.as_deref(), Some("pytest t/test_checkpoint*.py"));
        assert_eq!(found[1].command.as_deref(), Some("pytest t/test_adam.py t/test_loss.py"));
        assert_eq!(found[0].tests, 4);
    }

    #[test]
    fn files_of_a_folder_below_belong_together_whatever_their_names_are() {
        let files = [
            file("t/m/test_a_x.py", ""),
            file("t/m/clip/test_a_y.py", ""),
            file("t/m/clip/test_b.py", ""),
            file("t/m/gemma/test_c.py", ""),
        ];
        let found = topics("t/m", &files);
        let told: Vec<_> = found.iter().map(|own| (own.name.as_str(), own.from, own.files.len())).collect();
        assert_eq!(told, [("clip", "folder", 2), ("gemma", "folder", 1)]);
        assert_eq!(found[0].command.as_deref(), Some("pytest t/m/clip"));
    }

    #[test]
    fn what_all_files_share_and_what_few_files_are_is_no_topic() {
        let all: Vec<_> = ["a", "b", "c", "d"].map(|name| file(&format!("t/test_x_{name}.py"), "p/x.py")).into();
        assert_eq!(topics("t", &all), []);
        let few = [file("t/test_x_a.py", ""), file("t/test_x_b.py", ""), file("t/test_y.py", "")];
        assert_eq!(topics("t", &few), []);
    }

    #[test]
    fn a_verb_and_what_the_folder_is_named_for_are_no_topics() {
        let files = [
            file("t/loss/test_get_a.py", "p/loss/a.py"),
            file("t/loss/test_get_b.py", "p/loss/b.py"),
            file("t/loss/test_c.py", ""),
            file("t/loss/test_loss_d.py", ""),
            file("t/loss/test_loss_e.py", ""),
        ];
        assert_eq!(topics("t/loss", &files), []);
    }

    #[test]
    fn a_pattern_is_written_only_where_it_fits_no_other_file() {
        let file = |name: &str| file(&format!("t/test_{name}.py"), "");
        let files = [file("lora_a"), file("lora_b"), file("lorax"), file("z")];
        let found = topics("t", &files);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "lora");
        assert_eq!(found[0].command.as_deref(), Some("pytest t/test_lora_a.py t/test_lora_b.py"));
        let files = [file("lora_fast_a"), file("lora_fast_b"), file("y"), file("z")];
        assert_eq!(topics("t", &files)[0].command.as_deref(), Some("pytest t/test_lora_fast*.py"));
    }

    #[test]
    fn words_are_compared_without_what_makes_them_plural() {
        assert_eq!(first_word("t/test_checkpoints.py"), "checkpoint");
        assert_eq!(first_word("t/test_class.py"), "class");
        assert_eq!(first_word("t/bus_test.py"), "bus");
        assert_eq!(first_word("t/test_.py"), "");
    }
}
