//! Files that some text starts in several processes: `torchrun --nproc_per_node=2 tests/a.py` in a docstring, a comment, a
//! script of the shell or a text beside the tests. Reads command lines; refuses to know where they were found.

use serde::Serialize;

use crate::model::Suite;
use crate::views::guide::{self, LAUNCHERS};

/// Options that say how many.
const NUMBERS: [&str; 7] = ["nproc_per_node", "np", "n", "num_processes", "num_gpus", "ntasks", "nproc"];

/// A file that is started in several processes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LaunchedFile {
    /// Relative to the root.
    pub path: String,
    /// How many tests are collected from it.
    pub tests: usize,
    /// How many processes, where the command tells it.
    pub count: Option<u32>,
    /// What starts them.
    pub by: &'static str,
    /// The command.
    pub command: String,
    /// The file that shows it.
    pub at: String,
    /// 1-based.
    pub line: u32,
}

/// The files, by path, each with the first command that starts it so.
pub(super) fn launched(suite: &Suite) -> Vec<LaunchedFile> {
    let found = guide::shown(suite).into_iter().filter_map(|(path, commands)| {
        let (by, count, command, at) = commands.into_iter().find_map(|own| {
            let (by, count) = launcher(&own.command)?;
            Some((by, count, own.command, own.at?))
        })?;
        let tests = suite.files.iter().find(|file| file.path == path).map_or(0, |file| file.tests.len());
        Some(LaunchedFile { path, tests, count, by, command, at: at.path, line: at.line })
    });
    // One process is not several.
    found.filter(|own| own.count != Some(1)).collect()
}

/// What starts processes in a command, and how many.
fn launcher(command: &str) -> Option<(&'static str, Option<u32>)> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let name = |word: &str| {
        let word = word.rsplit('/').next().unwrap_or(word);
        LAUNCHERS.into_iter().find(|launcher| *launcher == word)
    };
    let accelerate = words.windows(2).any(|pair| pair == ["accelerate", "launch"]).then_some("accelerate launch");
    // What stands behind the file is the file's.
    let own = words.iter().position(|word| word.ends_with(".py")).unwrap_or(words.len());
    let by = accelerate.or_else(|| words[..own].iter().find_map(|word| name(word)))?;
    let count = words[..own].iter().enumerate().find_map(|(at, word)| {
        let option = word.strip_prefix('-')?.trim_start_matches('-');
        let (option, value) = option.split_once('=').map_or((option, None), |(option, value)| (option, Some(value)));
        NUMBERS.contains(&option.replace('-', "_").as_str()).then(|| value.or_else(|| words.get(at + 1).copied()))?
    });
    Some((by, count.and_then(|count| count.parse().ok())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_launcher_is_a_word_before_the_file_and_tells_the_number_by_an_option() {
        let cases = [
            ("torchrun --nproc_per_node=2 tests/a.py", Some(("torchrun", Some(2)))),
            ("torchrun --nproc-per-node 8 -m tests.a", Some(("torchrun", Some(8)))),
            ("python -m torch.distributed.run --nproc_per_node 4 a.py", Some(("torch.distributed.run", Some(4)))),
            ("mpirun -np 4 python a.py -n 9", Some(("mpirun", Some(4)))),
            ("accelerate launch a.py", Some(("accelerate launch", None))),
            ("deepspeed --num_gpus $N a.py", Some(("deepspeed", None))),
            ("python deepspeed/a.py", None),
            ("pytest -n 4 tests/test_torchrun.py", None),
            ("python a.py torchrun", None),
            ("accelerate config a.py", None),
        ];
        for (command, expected) in cases {
            assert_eq!(launcher(command), expected, "{command}");
        }
    }
}
