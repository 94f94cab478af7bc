//! Command lines in prose: in comments, docstrings, Markdown and scripts. Owns what such a line looks like; refuses to take
//! it apart.

use crate::model::about::Prose;

/// Command lines of one file that are kept.
pub(super) const MAX_COMMANDS: usize = 12;

/// Programs that run tests or scripts.
const PROGRAMS: [&str; 22] = [
    "torchrun",
    "python",
    "python3",
    "pytest",
    "py.test",
    "bash",
    "sh",
    "mpirun",
    "mpiexec",
    "srun",
    "accelerate",
    "deepspeed",
    "tox",
    "nox",
    "make",
    "cargo",
    "uv",
    "poetry",
    "hatch",
    "coverage",
    "ctest",
    "just",
];
/// What stands before a command in a sentence.
const LEADS: [&str; 8] = ["`", "$ ", ": ", " with ", " via ", "run ", "Run ", "> "];

/// The command lines of a text whose first line has this number.
pub(super) fn find(first: u32, text: &str) -> Vec<Prose> {
    let mut found: Vec<Prose> = Vec::new();
    let mut lines = (first..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        let Some(command) = in_line(line) else { continue };
        let mut command = command.to_owned();
        while command.ends_with('\\') {
            command.pop();
            let Some((_, next)) = lines.next() else { break };
            command.push_str(next.trim_start_matches(['#', ' ', '\t']));
        }
        if !found.iter().any(|known| known.text == command) {
            found.push(Prose::new(number, &command));
        }
        if found.len() == MAX_COMMANDS {
            break;
        }
    }
    found
}

/// The command in a line: from its beginning, or from behind what leads to it.
fn in_line(line: &str) -> Option<&str> {
    let line = line.trim();
    let starts = LEADS.iter().filter_map(|lead| line.find(lead).map(|at| at + lead.len()));
    let mut starts: Vec<_> = std::iter::once(0).chain(starts).collect();
    starts.sort_unstable();
    starts.into_iter().find_map(|start| {
        let rest = line[start..].trim_start();
        let is_quoted = line[..start].ends_with('`');
        let end = if is_quoted { rest.find('`')? } else { rest.len() };
        let command = rest[..end].trim();
        is_command(command).then_some(command)
    })
}

/// Whether a text is a command: a known program or a path to a script, and a word that only a command has.
fn is_command(text: &str) -> bool {
    let is_setting = |word: &&str| {
        word.split_once('=').is_some_and(|(name, _)| {
            name.starts_with(|first: char| first.is_ascii_uppercase())
                && name.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
        })
    };
    let mut words = text.split_whitespace().skip_while(is_setting);
    let Some(program) = words.next() else { return false };
    if program.starts_with("./") && program.len() > 2 {
        return true;
    }
    let is_file = |word: &str| {
        let word = word.split("::").next().unwrap_or(word);
        [".py", ".sh", ".toml", ".yml", ".yaml"].iter().any(|ending| word.ends_with(ending)) || word.contains('/')
    };
    let is_option = |word: &str| word.starts_with('-') && word.len() > 1 && word.chars().nth(1) != Some(' ');
    PROGRAMS.contains(&program) && words.any(|word| word == "\\" || is_file(word) || is_option(word) && word != "--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_found_where_it_stands_alone_or_is_led_to() {
        for (line, expected) in [
            ("    torchrun --nproc_per_node=2 tests/a.py", "torchrun --nproc_per_node=2 tests/a.py"),
            ("$ pytest tests/unit -m 'not slow'", "pytest tests/unit -m 'not slow'"),
            ("Run with: python tests/a.py --all", "python tests/a.py --all"),
            ("Use `torchrun a.py`, as ever.", "torchrun a.py"),
            ("CUDA_VISIBLE_DEVICES=0 python a.py", "CUDA_VISIBLE_DEVICES=0 python a.py"),
            ("./tests/run.sh nccl", "./tests/run.sh nccl"),
            ("python -m pytest -x", "python -m pytest -x"),
        ] {
            assert_eq!(in_line(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn a_sentence_is_no_command() {
        for line in [
            "pytest is needed for this",
            "python code that is run",
            "make sure that it works",
            "Run the tests",
            "sh",
            "",
            "`pytest`",
            "- python - and more",
        ] {
            assert_eq!(in_line(line), None, "{line}");
        }
    }

    #[test]
    fn a_command_goes_on_behind_a_backslash() {
        let text = "# torchrun \\\n#   --nproc 2 \\\n#   a.py\nx";
        let commented: String = text.lines().map(|line| line.trim_start_matches("# ").to_owned() + "\n").collect();
        let found = find(7, &commented);
        assert_eq!((found[0].line, found[0].text.as_str()), (7, "torchrun --nproc 2 a.py"));
    }
}
