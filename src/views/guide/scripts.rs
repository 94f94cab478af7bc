//! What is run by hand: benchmarks, profiling scripts and others, and whatever is started as several processes. Decided by
//! names, by what a file does when it is run, and by the commands that its head or the texts beside it show.

use std::collections::BTreeMap;

use serde::Serialize;

use super::what::subject;
use crate::model::about::Prose;
use crate::model::path::is_of_tests;
use crate::model::{Evidence, Expr, FileRole, Language, Location, Signal, SignalKind, Suite, TestFile};

/// Programs that start several processes.
pub(in crate::views) const LAUNCHERS: [&str; 9] = [
    "torchrun",
    "torch.distributed.run",
    "torch.distributed.launch",
    "mpirun",
    "mpiexec",
    "srun",
    "deepspeed",
    "accelerate launch",
    "horovodrun",
];
/// Options of a script that are named.
const MAX_OPTIONS: usize = 12;

/// A file that is run by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Script {
    /// Relative to the root.
    pub path: String,
    /// `benchmark`, `profiling` or `script`.
    pub kind: &'static str,
    /// What it does, where it says so.
    pub about: Option<String>,
    /// 1-based line that shows that it is run: `if __name__ == "__main__"`; absent for scripts of the shell.
    pub line: Option<u32>,
    /// How it is run.
    pub commands: Vec<ShownCommand>,
    /// The options that it takes.
    pub options: Vec<String>,
    /// What shows that it needs a GPU.
    pub device: Option<Evidence>,
    /// How many tests pytest collects from it besides.
    pub tests: usize,
}

/// A command that some text shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ShownCommand {
    /// As it is written there, or as it follows from the path.
    pub command: String,
    /// Where it is written; `None` where it follows from the path.
    pub at: Option<Location>,
}

/// A file whose tests are started as several processes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Distributed {
    /// Relative to the root.
    pub path: String,
    /// What it does, where it says so.
    pub about: Option<String>,
    /// What shows it: the line that joins a group of processes, or the command.
    pub evidence: String,
    /// 1-based line of that; of a command, in the file that shows it.
    pub at: Location,
    /// What shows that it needs a GPU.
    pub device: Option<Evidence>,
    /// Backends that it names: `nccl` needs GPUs, `gloo` does not.
    pub backends: Vec<String>,
    /// How it is run.
    pub commands: Vec<ShownCommand>,
}

/// Every command that names a file, by that file's path.
pub(in crate::views) type Shown = BTreeMap<String, Vec<ShownCommand>>;

/// The scripts, and what is started as several processes; both sorted by path.
pub(super) fn scripts(suite: &Suite) -> (Vec<Script>, Vec<Distributed>) {
    let shown = shown(suite);
    let mut scripts: Vec<Script> = suite.files.iter().filter_map(|file| script(file, &shown)).collect();
    let mut distributed: Vec<Distributed> = suite.files.iter().filter_map(|file| processes(file, &shown)).collect();
    for companion in suite.companions.iter().filter(|companion| companion.is_script) {
        let launches = companion.commands.iter().find(|command| is_launched(&command.text));
        let commands = of_file(&shown, &companion.path, || format!("./{}", companion.path));
        let about = companion.doc.as_ref().map(|doc| doc.text.clone());
        if let Some(launches) = launches {
            distributed.push(Distributed {
                path: companion.path.clone(),
                about,
                evidence: launches.text.clone(),
                at: Location { path: companion.path.clone(), line: launches.line },
                device: None,
                backends: Vec::new(),
                commands,
            });
        } else {
            let (path, options) = (companion.path.clone(), Vec::new());
            scripts.push(Script { path, kind: "script", about, line: None, commands, options, device: None, tests: 0 });
        }
    }
    scripts.sort_by(|a, b| a.path.cmp(&b.path));
    distributed.sort_by(|a, b| a.path.cmp(&b.path));
    // What is started as several processes is told about there.
    scripts.retain(|script| !distributed.iter().any(|own| own.path == script.path));
    (scripts, distributed)
}

fn script(file: &TestFile, shown: &Shown) -> Option<Script> {
    let line = file.facts.main_guard?;
    if file.language != Language::Python || file.role == FileRole::Conftest {
        return None;
    }
    let kind = kind(&file.path);
    let is_meant = is_of_tests(&file.path) || file.role == FileRole::TestModule;
    // A module of tests that can also be run is no script.
    let is_test = !file.tests.is_empty() && kind == "script";
    if !is_meant || is_test || file.path.ends_with("__main__.py") {
        return None;
    }
    Some(Script {
        path: file.path.clone(),
        kind,
        about: about(file),
        line: Some(line),
        commands: of_file(shown, &file.path, || format!("python {}", super::commands::quoted(&file.path))),
        options: options(file),
        device: device(file),
        tests: file.tests.len(),
    })
}

/// What kind of script its name says that it is.
fn kind(path: &str) -> &'static str {
    let lower = path.to_ascii_lowercase();
    let mut words = lower.split(['/', '_', '-', '.']);
    let has = |names: &[&str], word: &str| names.contains(&word);
    if words.clone().any(|word| has(&["bench", "benchmark", "benchmarks", "perf", "benches"], word)) {
        "benchmark"
    } else if words.any(|word| has(&["profile", "profiling", "profiler"], word)) {
        "profiling"
    } else {
        "script"
    }
}

/// What a script says of itself, else the description of its arguments.
fn about(file: &TestFile) -> Option<String> {
    let doc = file.facts.about.as_ref().and_then(|about| about.doc.as_ref());
    let doc = doc.and_then(|doc| subject(&doc.text));
    doc.or_else(|| {
        let call = signals(file, SignalKind::ScriptArguments).find_map(|signal| signal.call.as_ref());
        match call?.keyword("description")? {
            Expr::Str(text) => crate::model::about::first_sentence(text).map(|text| Prose::new(0, &text).text),
            _ => None,
        }
    })
}

fn signals(file: &TestFile, kind: SignalKind) -> impl Iterator<Item = &Signal> {
    file.facts.signals.iter().filter(move |signal| signal.kind == kind)
}

fn options(file: &TestFile) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for signal in signals(file, SignalKind::ScriptOption) {
        let name = signal.name.trim_matches(['"', '\'']);
        if name.starts_with('-') && !found.iter().any(|known| known == name) && found.len() < MAX_OPTIONS {
            found.push(name.to_owned());
        }
    }
    found
}

/// What shows that a file needs a GPU: a call that fails without, or a backend that only GPUs have.
fn device(file: &TestFile) -> Option<Evidence> {
    let needs = signals(file, SignalKind::ScriptDevice).next();
    let nccl = || signals(file, SignalKind::ScriptProcesses).find(|signal| backend(signal) == Some("nccl"));
    needs.or_else(nccl).map(|signal| signal.evidence.clone())
}

/// The backend that a group of processes is made with.
fn backend(signal: &Signal) -> Option<&str> {
    match signal.call.as_ref()?.argument(0, "backend")? {
        Expr::Str(backend) => Some(backend),
        _ => None,
    }
}

fn processes(file: &TestFile, shown: &Shown) -> Option<Distributed> {
    if file.language != Language::Python || !is_of_tests(&file.path) && file.role != FileRole::TestModule {
        return None;
    }
    let commands = shown.get(&file.path).cloned().unwrap_or_default();
    let command = commands.iter().find(|own| is_launched(&own.command));
    let joins = signals(file, SignalKind::ScriptProcesses).next();
    // Who joins a group of processes and spawns them itself is an ordinary test.
    let by_hand = joins.filter(|_| file.facts.main_guard.is_some() && file.tests.is_empty());
    let (evidence, at) = match (command, by_hand) {
        (Some(own), _) => (own.command.clone(), own.at.clone()?),
        (None, Some(signal)) => {
            (signal.evidence.text.clone(), Location { path: file.path.clone(), line: signal.evidence.line })
        }
        (None, None) => return None,
    };
    let mut backends: Vec<String> =
        signals(file, SignalKind::ScriptProcesses).filter_map(|signal| backend(signal).map(str::to_owned)).collect();
    backends.sort();
    backends.dedup();
    let commands = if commands.iter().any(|own| is_launched(&own.command)) {
        commands
    } else {
        let command = format!("torchrun --nproc_per_node=2 {}", super::commands::quoted(&file.path));
        let is_torch = joins.is_some_and(|signal| signal.name.starts_with("torch."));
        let guess = is_torch.then_some(ShownCommand { command, at: None });
        commands.into_iter().chain(guess).collect()
    };
    Some(Distributed {
        path: file.path.clone(),
        about: about(file),
        evidence,
        at,
        device: device(file),
        backends,
        commands,
    })
}

fn is_launched(command: &str) -> bool {
    LAUNCHERS.iter().any(|launcher| command.contains(launcher))
}

/// The commands for a file: those that are shown, else the one that follows from its path.
fn of_file(shown: &Shown, path: &str, otherwise: impl Fn() -> String) -> Vec<ShownCommand> {
    let known = shown.get(path).cloned().unwrap_or_default();
    if known.is_empty() { vec![ShownCommand { command: otherwise(), at: None }] } else { known }
}

/// The commands that the heads of files, the texts beside them and the project's own files show.
pub(in crate::views) fn shown(suite: &Suite) -> Shown {
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let python = suite.files.iter().filter(|file| file.language == Language::Python).map(|file| file.path.as_str());
    let scripts = suite.companions.iter().filter(|own| own.is_script).map(|own| own.path.as_str());
    for path in python.chain(scripts).filter(|path| is_of_tests(path) || path.contains("test")) {
        names.entry(path.rsplit('/').next().unwrap_or(path)).or_default().push(path);
    }
    let mut found = Shown::new();
    let mut add = |at: &Location, command: &str| {
        for word in command.split_whitespace() {
            let word = word.trim_start_matches("./").trim_matches(['"', '\'', '`', ',']);
            let word = word.split("::").next().unwrap_or(word);
            let candidates = names.get(word.rsplit('/').next().unwrap_or(word)).map(Vec::as_slice).unwrap_or_default();
            // A path that ends as it is written there; of several, the one in the folder of the text.
            let fits = |path: &&&str| **path == word || path.ends_with(&format!("/{word}"));
            let mut fitting: Vec<&str> = candidates.iter().filter(fits).copied().collect();
            if fitting.len() > 1 {
                let folder = crate::model::path::folder(&at.path);
                fitting.retain(|path| crate::model::path::folder(path) == folder);
            }
            if let [path] = fitting.as_slice() {
                let commands = found.entry((*path).to_owned()).or_default();
                let is_new = !commands.iter().any(|own: &ShownCommand| own.command == command);
                if is_new && commands.len() < 8 {
                    commands.push(ShownCommand { command: command.to_owned(), at: Some(at.clone()) });
                }
            }
        }
    };
    let place = |path: &str, prose: &Prose| Location { path: path.to_owned(), line: prose.line };
    for file in &suite.files {
        for prose in file.facts.about.iter().flat_map(|about| &about.commands) {
            add(&place(&file.path, prose), &prose.text);
        }
    }
    for companion in &suite.companions {
        for prose in &companion.commands {
            add(&place(&companion.path, prose), &prose.text);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_script_says_what_kind_it_is() {
        for (path, expected) in [
            ("tests/benchmark_adam.py", "benchmark"),
            ("benchmarks/run.py", "benchmark"),
            ("tests/profile_memory.py", "profiling"),
            ("tests/test_profiles.py", "script"),
            ("tests/run.py", "script"),
        ] {
            assert_eq!(kind(path), expected, "{path}");
        }
    }
}
