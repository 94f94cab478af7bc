//! Which runner a simple command calls, behind the environment, wrappers and launchers that stand before it. Owns the
//! table of programs; refuses to know where the command came from.

use super::interpolation::{Dialect, is_name};
use super::shell::{ShellWord, assignment, split};
use super::snippet::Snippet;
use crate::model::{CommandFacts, Invocation, Program, Word};

/// How deep commands stand in `$(…)` and `sh -c '…'`.
const MAX_DEPTH: u32 = 8;
/// How many programs are looked for in one command: behind `xargs` any word may be one.
const MAX_PROGRAMS: u32 = 60;

/// What a program does with the words behind it.
#[derive(Clone, Copy)]
enum Kind {
    Pytest,
    Python,
    Coverage,
    Unittest,
    /// Runs a module (`-m`) or a Python file.
    Launcher,
    /// Hands on what stands behind `--`.
    Forwarder,
    Make,
    Cargo,
    Shell,
    /// Runs the first word that is no option, behind so many others; with a subcommand that says so, if one is named;
    /// these options take a value.
    Wrapper(&'static str, &'static str, usize),
    /// Runs some later word, behind words of its own that are not told apart; with one of these subcommands.
    Rough(&'static str),
    Unknown,
}

const UV: &str = "--with --with-requirements --with-editable --group --only-group --no-group --extra --no-extra --python -p \
    --package --env-file --from --directory --project --index-url --index --find-links -f --refresh-package -C \
    --config-setting --config-file --resolution --isolated-package";
const ROUGH: &str = "--name -e --env --entrypoint -w --workdir -v --volume -u --user --network --hostname -h --image";

fn kind(name: &str) -> Kind {
    use Kind::*;
    if let Some(version) = ["python", "pypy"].iter().find_map(|python| name.strip_prefix(python))
        && version.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b't' | b'w'))
    {
        return Python;
    }
    match name {
        "py" => Python,
        "pytest" | "py.test" | "pytest-3" => Pytest,
        "unittest" => Unittest,
        "coverage" | "coverage3" => Coverage,
        "torchrun"
        | "deepspeed"
        | "accelerate"
        | "slipcover"
        | "memray"
        | "scalene"
        | "kernprof"
        | "viztracer"
        | "pyinstrument"
        | "pdb"
        | "cProfile"
        | "trace"
        | "mpi4py"
        | "torch.distributed.run"
        | "torch.distributed.launch"
        | "accelerate.commands.launch" => Launcher,
        "tox" | "nox" => Forwarder,
        "make" | "gmake" => Make,
        "cargo" => Cargo,
        "bash" | "sh" | "zsh" | "dash" | "ash" | "ksh" | "su" | "runuser" | "script" | "sg" => Shell,
        "uv" => Wrapper("run", UV, 0),
        "uvx" => Wrapper("", UV, 0),
        "pipx" => Wrapper("run", "--spec --python --pip-args", 0),
        "poetry" => Wrapper("run", "-C --directory -P --project", 0),
        "pdm" => Wrapper("run", "-p --project --venv -c --config", 0),
        "hatch" => Wrapper("run", "-e --env -p --project --data-dir -i --include -x --exclude -f --filter", 0),
        "rye" | "pipenv" => Wrapper("run", "-f --pyproject", 0),
        "pixi" => Wrapper("run", "-e --environment --manifest-path --color", 0),
        "conda" | "mamba" | "micromamba" => Wrapper("run", "-n --name -p --prefix --cwd -r --root-prefix", 0),
        "xvfb-run" => Wrapper(
            "",
            "-e --error-file -f --auth-file -n --server-num -p --xauth-protocol -s --server-args -w --wait",
            0,
        ),
        "timeout" | "gtimeout" => Wrapper("", "-k --kill-after -s --signal", 1),
        "nice" | "ionice" => Wrapper("", "-n -c", 0),
        "sudo" => Wrapper("", "-u -g -h -p -C --user --group", 0),
        "env" => Wrapper("", "-u --unset -C --chdir", 0),
        "taskset" => Wrapper("", "", 1),
        "stdbuf" => Wrapper("", "-i -o -e", 0),
        "time" | "nohup" | "exec" | "command" | "call" | "setsid" | "unbuffer" | "dbus-run-session" | "ddtrace-run"
        | "catchsegv" | "caffeinate" | "busybox" | "then" | "do" | "else" | "if" | "elif" | "while" | "until" | "!"
        | "{" => Wrapper("", "-f -o", 0),
        "docker" | "podman" | "nvidia-docker" | "docker-compose" | "nerdctl" | "kubectl" | "singularity"
        | "apptainer" => Rough("run exec"),
        "srun" | "mpirun" | "mpiexec" | "xargs" | "gosu" | "numactl" | "valgrind" | "strace" | "parallel" | "perf"
        | "compute-sanitizer" | "nsys" | "flock" => Rough(""),
        _ if name.ends_with(".sh") => Rough(""),
        _ => Unknown,
    }
}

/// The name of the program that a word stands for; of `$PYTHON` and `{envpython}` what the variable's name says.
fn program_name(word: &ShellWord) -> &str {
    let text = word.text.text.as_str();
    let last = text.rsplit(['/', '\\']).next().unwrap_or(text);
    let last = last.strip_suffix(".exe").unwrap_or(last);
    if !word.computed || !last.contains(['$', '{', '%']) {
        return last;
    }
    let end = last.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
    let start = end.bytes().rev().take_while(|byte| is_name(*byte) || *byte == b'.').count();
    let name = end[end.len() - start..].to_ascii_lowercase();
    match name.rsplit(['_', '.']).next() {
        Some("python" | "python3" | "envpython" | "py") => "python",
        Some("pytest") => "pytest",
        Some("coverage") => "coverage",
        Some("tox") => "tox",
        Some("uv") => "uv",
        Some("poetry") => "poetry",
        _ => "",
    }
}

/// Whether a word is a variable that says nothing about the program it may name.
fn is_unknown(word: &ShellWord) -> bool {
    word.computed && program_name(word).is_empty()
}

/// Finds the runners that one text calls.
pub(super) struct Finder<'a> {
    pub(super) path: &'a str,
    pub(super) dialect: Dialect,
    pub(super) facts: &'a mut CommandFacts,
    /// How many more programs may be looked for in the command at hand.
    budget: u32,
}

impl<'a> Finder<'a> {
    /// A finder that found nothing yet in the file at this path.
    pub(super) fn new(path: &'a str, facts: &'a mut CommandFacts) -> Self {
        Self { path, dialect: Dialect::Shell, facts, budget: 0 }
    }

    /// Adds every runner that the text calls.
    pub(super) fn text(&mut self, text: &Snippet) {
        self.nested(text, self.dialect, 0);
    }

    /// Adds the runner that these words call, a command without a shell.
    pub(super) fn words(&mut self, words: &[ShellWord]) {
        self.budget = MAX_PROGRAMS;
        self.command(words, &[], 0);
    }

    /// Adds words that are handed on to a runner.
    pub(super) fn forwarded(&mut self, by: &str, line: u32, text: &Snippet) {
        let words = split(text, self.dialect).commands.into_iter().flat_map(|command| command.words);
        let words: Vec<_> = words.collect();
        self.push(Program::Forwarded(by.to_owned()), line, &words);
    }

    fn nested(&mut self, text: &Snippet, dialect: Dialect, depth: u32) {
        if depth > MAX_DEPTH {
            return;
        }
        let split = split(text, dialect);
        for command in &split.commands {
            self.budget = if depth == 0 { MAX_PROGRAMS } else { self.budget };
            self.command(&command.words, &command.documents, depth);
        }
        for nested in &split.nested {
            self.budget = self.budget.max(MAX_PROGRAMS / (depth + 2));
            self.nested(nested, dialect, depth + 1);
        }
    }

    fn push(&mut self, program: Program, line: u32, words: &[ShellWord]) {
        let words = words.iter().map(word).collect();
        self.facts.invocations.push(Invocation { path: self.path.to_owned(), line, program, words });
    }

    fn command(&mut self, words: &[ShellWord], documents: &[Snippet], depth: u32) {
        let words = match words {
            // The brace of a block of PowerShell or Groovy.
            [first, inner @ .., last] if first.text.text == "{" && last.text.text == "}" => inner,
            _ => words,
        };
        let program = words.iter().position(|word| assignment(&word.text.text).is_none()).unwrap_or(words.len());
        for word in &words[..program] {
            self.addopts(word);
        }
        if !self.judge(&words[program..], depth)
            && matches!(words.get(program).map(program_name).map(kind), Some(Kind::Shell))
        {
            for document in documents {
                self.nested(document, Dialect::Shell, depth + 1);
            }
        }
    }

    /// `PYTEST_ADDOPTS=…` says to every pytest behind it what to run.
    fn addopts(&mut self, word: &ShellWord) {
        if let Some(("PYTEST_ADDOPTS", _)) = assignment(&word.text.text) {
            let start = "PYTEST_ADDOPTS=".len();
            let value = word.text.range(start..word.text.text.len());
            let before = self.facts.invocations.len();
            self.forwarded("PYTEST_ADDOPTS", word.line, &value);
            if word.computed {
                self.facts.invocations[before..].iter_mut().flat_map(|added| &mut added.words).for_each(|word| {
                    word.computed |= word.text.contains(['$', '{', '%', '`']);
                });
            }
        }
    }

    /// Adds the runner that the words call, if they call one.
    fn judge(&mut self, words: &[ShellWord], depth: u32) -> bool {
        let Some((first, rest)) = words.split_first() else { return false };
        if depth > MAX_DEPTH || self.budget == 0 {
            return false;
        }
        self.budget -= 1;
        let name = program_name(first);
        // `$(SUDO) $(PYTHON) -m pytest`: whatever stands there, what follows is a runner.
        if first.computed && name.is_empty() {
            return self.judge(rest, depth + 1);
        }
        let name = if name == "export" { "env" } else { name };
        self.program(name, first, rest, depth)
    }

    fn program(&mut self, name: &str, first: &ShellWord, rest: &[ShellWord], depth: u32) -> bool {
        match kind(name) {
            Kind::Pytest => self.push(Program::Pytest, first.line, rest),
            Kind::Unittest => self.push(Program::Unittest, first.line, rest),
            Kind::Python => return self.python(rest, depth),
            Kind::Coverage => {
                let Some(at) = rest.iter().position(|word| word.text.text == "run") else { return false };
                let valued = "--rcfile --omit --include --source --data-file --context --concurrency";
                return self.launched(&rest[at + 1..], valued, depth);
            }
            Kind::Launcher => return self.launched(rest, "--config_file --config-file --hostfile -o", depth),
            Kind::Forwarder => return self.handed_on(name, first, rest, depth),
            Kind::Make => return self.make(name, first, rest),
            Kind::Cargo => {
                let rest = &rest[rest.iter().take_while(|word| word.text.text.starts_with('+')).count()..];
                let texts: Vec<_> = rest.iter().take(2).map(|word| word.text.text.as_str()).collect();
                if !matches!(texts[..], ["test" | "t", ..] | ["nextest", "run" | "r"]) {
                    return false;
                }
                self.push(Program::Cargo, first.line, rest);
            }
            Kind::Shell => return self.shell(rest, depth),
            Kind::Wrapper(subcommand, valued, skipped) => {
                return self.wrapped(name, (subcommand, valued, skipped), rest, depth);
            }
            Kind::Rough(subcommands) => return self.rough(subcommands, rest, depth),
            Kind::Unknown if name == "eval" => {
                let mut text = Snippet::default();
                for word in rest {
                    text.push_range(&word.text, 0..word.text.text.len());
                    text.push(" ", word.line, false);
                }
                self.nested(&text, Dialect::Shell, depth + 1);
            }
            Kind::Unknown => return false,
        }
        true
    }

    /// `python [OPTION]… (-m MODULE | FILE) …`, as CPython's command line is read (`getopt` of `Python/getopt.c`).
    fn python(&mut self, words: &[ShellWord], depth: u32) -> bool {
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let text = word.text.text.as_str();
            let Some(letters) = text.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
                if is_unknown(word) && !text.contains(".py") {
                    at += 1;
                    continue;
                }
                if !text.contains(".py") {
                    return program_name(word) == "pytest" && self.judge(&words[at..], depth + 1);
                }
                return self.script(word, &words[at + 1..]);
            };
            if letters.starts_with('-') {
                at += 1 + usize::from(letters == "-check-hash-based-pycs");
                continue;
            }
            match letters.char_indices().find(|(_, letter)| matches!(letter, 'm' | 'c' | 'W' | 'X')) {
                Some((_, 'c')) => return false,
                Some((place, 'm')) => {
                    let attached = &letters[place + 1..];
                    if !attached.is_empty() {
                        return self.module(attached, word, &words[at + 1..], depth);
                    }
                    let Some(module) = words.get(at + 1) else { return false };
                    return self.module(&module.text.text, module, &words[at + 2..], depth);
                }
                Some((place, _)) => at += if place + 1 == letters.len() { 2 } else { 1 },
                None => at += 1,
            }
        }
        false
    }

    fn module(&mut self, name: &str, word: &ShellWord, rest: &[ShellWord], depth: u32) -> bool {
        depth <= MAX_DEPTH && self.program(name, word, rest, depth + 1)
    }

    fn script(&mut self, file: &ShellWord, rest: &[ShellWord]) -> bool {
        self.push(Program::Script(word(file)), file.line, rest);
        true
    }

    /// Words of a program that runs a module or a file: what stands before may be options and their values.
    fn launched(&mut self, words: &[ShellWord], valued: &str, depth: u32) -> bool {
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let text = word.text.text.as_str();
            if text == "-m" || text == "--module" {
                let Some(module) = words.get(at + 1) else { return false };
                return self.module(&module.text.text, module, &words[at + 2..], depth);
            } else if text.starts_with('-') {
                at += usize::from(valued.split(' ').any(|option| option == text));
            } else if text.ends_with(".py") {
                return self.script(word, &words[at + 1..]);
            } else if program_name(word) == "pytest" || text.contains("which pytest") {
                self.push(Program::Pytest, word.line, &words[at + 1..]);
                return true;
            }
            at += 1;
        }
        false
    }

    /// `tox … -- WORDS`.
    fn handed_on(&mut self, name: &str, first: &ShellWord, words: &[ShellWord], depth: u32) -> bool {
        let Some(at) = words.iter().position(|word| word.text.text == "--") else { return false };
        let (own, behind) = (&words[..at], &words[at + 1..]);
        if behind.is_empty() {
            return false;
        }
        // `tox exec` runs what stands there.
        if own.iter().any(|word| matches!(word.text.text.as_str(), "exec" | "e")) {
            return self.judge(behind, depth + 1);
        }
        self.push(Program::Forwarded(name.to_owned()), first.line, behind);
        true
    }

    /// `make test ARGS='-m slow'`.
    fn make(&mut self, name: &str, first: &ShellWord, words: &[ShellWord]) -> bool {
        let mut found = false;
        for word in words {
            let Some((variable, value)) = assignment(&word.text.text) else { continue };
            let variable = variable.to_ascii_uppercase();
            let options = ["ARGS", "OPTS", "OPTIONS", "FLAGS"].iter().any(|ending| variable.ends_with(ending));
            if options && value.split(' ').any(|part| part.starts_with("-m")) {
                let from = word.text.text.len() - value.len();
                self.forwarded(name, first.line, &word.text.range(from..word.text.text.len()));
                found = true;
            }
        }
        found
    }

    fn shell(&mut self, words: &[ShellWord], depth: u32) -> bool {
        let is_flag = |word: &ShellWord| {
            let letters = word.text.text.strip_prefix('-').and_then(|letters| letters.strip_suffix('c'));
            letters.is_some_and(|letters| letters.bytes().all(|byte| byte.is_ascii_alphabetic()))
        };
        if let Some(text) = words.iter().position(is_flag).and_then(|at| words.get(at + 1)) {
            self.nested(&text.text, Dialect::Shell, depth + 1);
            return true;
        }
        let script = words.iter().position(|word| word.text.text.ends_with(".sh"));
        script.is_some_and(|at| self.rough("", &words[at + 1..], depth))
    }

    fn wrapped(
        &mut self,
        name: &str,
        (subcommand, valued, skipped): (&str, &str, usize),
        words: &[ShellWord],
        depth: u32,
    ) -> bool {
        let mut subcommand = Some(subcommand).filter(|subcommand| !subcommand.is_empty());
        let mut skipped = skipped;
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let text = word.text.text.as_str();
            at += 1;
            // `command -v pytest` asks where it is.
            if name == "command" && matches!(text, "-v" | "-V") {
                return false;
            }
            if text == "--" || subcommand.is_none() && is_unknown(word) {
                continue;
            }
            // `uv run -m pytest` and `--module`.
            if matches!(text, "-m" | "--module") && name == "uv" && subcommand.is_none() {
                let Some(module) = words.get(at) else { return false };
                return self.module(&module.text.text, module, &words[at + 1..], depth);
            }
            if text.starts_with('-') && text.len() > 1 {
                at += usize::from(valued.split_ascii_whitespace().any(|option| option == text));
            } else if assignment(text).is_some() {
                self.addopts(word);
            } else if let Some(wanted) = subcommand {
                match text {
                    _ if text == wanted => subcommand = None,
                    "tool" if name == "uv" => {}
                    "test" if name == "hatch" => return self.handed_on(name, word, &words[at..], depth),
                    _ => return false,
                }
            } else if name == "hatch" && text.starts_with('+') {
                // A variable of the matrix.
            } else if skipped > 0 {
                skipped -= 1;
            } else if name == "hatch" && text.contains(':') {
                let program = text.rsplit(':').next().unwrap_or(text);
                return depth <= MAX_DEPTH && self.program(program, word, &words[at..], depth + 1);
            } else if text.ends_with(".py") {
                return matches!(name, "uv" | "hatch" | "pdm" | "poetry") && self.script(word, &words[at..]);
            } else {
                return self.judge(&words[at - 1..], depth + 1);
            }
        }
        false
    }

    fn rough(&mut self, subcommands: &str, words: &[ShellWord], depth: u32) -> bool {
        let mut from = 0;
        if !subcommands.is_empty() {
            let found = words.iter().position(|word| subcommands.split(' ').any(|name| name == word.text.text));
            let Some(at) = found else { return false };
            from = at + 1;
        }
        while let Some(word) = words.get(from) {
            let text = word.text.text.as_str();
            if text.starts_with('-') {
                from += 1 + usize::from(ROUGH.split(' ').any(|option| option == text));
                continue;
            }
            let known = !matches!(kind(program_name(word)), Kind::Unknown | Kind::Rough(_) | Kind::Wrapper("", ..));
            if known && self.judge(&words[from..], depth + 1) {
                return true;
            }
            from += 1;
        }
        false
    }
}

fn word(word: &ShellWord) -> Word {
    Word { text: word.text.text.clone(), line: word.line, computed: word.computed }
}
