//! What the files of one folder have in common: words that their names begin with, else the folder of the product that each
//! is mostly about. Mechanical, with what is shared as evidence; files that share nothing stay without a topic.

use std::collections::BTreeMap;

use serde::Serialize;

use super::areas::AreaFile;
use super::commands::quoted;

/// Fewer files are seen at a glance.
const MIN_FILES: usize = 4;

/// Files of a folder that are about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Topic {
    /// The word or the folder that they share.
    pub name: String,
    /// By what they belong together: `file-names` or `modules`.
    pub from: &'static str,
    /// What their names begin with, or the folder of the product.
    pub shared: String,
    /// The files, sorted.
    pub files: Vec<String>,
    /// How many tests.
    pub tests: usize,
    /// The command that runs them.
    pub command: String,
}

/// The topics of the files of one folder, those with most files first.
pub(super) fn topics(files: &[AreaFile]) -> Vec<Topic> {
    if files.len() < MIN_FILES {
        return Vec::new();
    }
    let mut by_word: BTreeMap<String, Vec<&AreaFile>> = BTreeMap::new();
    for file in files {
        by_word.entry(first_word(&file.path)).or_default().push(file);
    }
    let mut topics = Vec::new();
    let mut by_folder: BTreeMap<&str, Vec<&AreaFile>> = BTreeMap::new();
    for (word, members) in by_word {
        if !word.is_empty() && members.len() > 1 && members.len() < files.len() {
            topics.push(topic(shortest_word(&members), "file-names", word, &members));
            continue;
        }
        for file in members {
            let folder = file.modules.first().and_then(|module| module.rsplit_once('/')).map(|(folder, _)| folder);
            by_folder.entry(folder.unwrap_or_default()).or_default().push(file);
        }
    }
    for (folder, members) in by_folder {
        if !folder.is_empty() && members.len() > 1 && members.len() < files.len() {
            let name = folder.rsplit('/').next().unwrap_or(folder).trim_matches('_').to_owned();
            topics.push(topic(name, "modules", format!("{folder}/"), &members));
        }
    }
    topics
        .sort_by(|a, b| b.files.len().cmp(&a.files.len()).then_with(|| (a.from, &a.shared).cmp(&(b.from, &b.shared))));
    topics
}

fn topic(name: String, from: &'static str, shared: String, members: &[&AreaFile]) -> Topic {
    let mut files: Vec<String> = members.iter().map(|file| file.path.clone()).collect();
    files.sort();
    let words: Vec<String> = files.iter().map(|path| quoted(path)).collect();
    Topic {
        name,
        from,
        shared,
        tests: members.iter().map(|file| file.tests).sum(),
        command: format!("pytest {}", words.join(" ")),
        files,
    }
}

/// The shortest of the words that the names of these files begin with.
fn shortest_word(members: &[&AreaFile]) -> String {
    let words = members.iter().map(|file| written_word(&file.path));
    words.min_by_key(|word| (word.len(), *word)).unwrap_or_default().to_owned()
}

/// The word that the name of a file begins with; one form for singular and plural.
fn first_word(path: &str) -> String {
    let word = written_word(path);
    let singular = word.strip_suffix('s').filter(|rest| rest.len() > 3 && !rest.ends_with('s'));
    singular.unwrap_or(word).to_owned()
}

/// The word that the name of a file begins with, behind what says that it holds tests.
fn written_word(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.strip_suffix(".py").unwrap_or(name);
    let stem = stem.strip_prefix("test_").or_else(|| stem.strip_suffix("_test")).unwrap_or(stem);
    stem.split('_').find(|word| !word.is_empty()).unwrap_or_default()
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
        let found = topics(&files);
        let told: Vec<_> = found.iter().map(|own| (own.name.as_str(), own.from, own.shared.as_str())).collect();
        assert_eq!(told, [("checkpoint", "file-names", "checkpoint"), ("optim", "modules", "src/p/optim/")]);
        assert_eq!(found[0].command, "pytest t/test_checkpoint_types.py t/test_checkpoints.py");
        assert_eq!(found[0].tests, 4);
    }

    #[test]
    fn what_all_files_share_and_what_few_files_are_is_no_topic() {
        let all: Vec<_> = ["a", "b", "c", "d"].map(|name| file(&format!("t/test_x_{name}.py"), "p/x.py")).into();
        assert_eq!(topics(&all), []);
        let few = [file("t/test_x_a.py", ""), file("t/test_x_b.py", ""), file("t/test_y.py", "")];
        assert_eq!(topics(&few), []);
    }

    #[test]
    fn words_are_compared_without_what_makes_them_plural() {
        assert_eq!(first_word("t/test_losses.py"), "losse");
        assert_eq!(first_word("t/test_class.py"), "class");
        assert_eq!(first_word("t/bus_test.py"), "bus");
        assert_eq!(first_word("t/test_.py"), "");
    }
}
