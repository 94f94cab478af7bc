//! Where a project runs its tests: the commands of its CI, task runners and scripts, and how their words select tests.
//! Owns the reading of a runner's own arguments; refuses to know how a file spells a command or who runs the file.

/// One word of a command as its program gets it: unquoted, line continuations removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    /// What the program gets. Where the word is `computed`, the interpolations stand in it as they are written.
    pub text: String,
    /// The 1-based line in which the word begins.
    pub line: u32,
    /// Whether some of it is only known when the command runs: `$VAR`, `${{ … }}`, `{posargs}`, a default that a
    /// caller may replace.
    pub computed: bool,
}

/// Who runs the tests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Program {
    /// `pytest`, `python -m pytest`, `coverage run -m pytest`.
    Pytest,
    /// `python -m unittest`.
    Unittest,
    /// `python FILE`, `torchrun … FILE`, `coverage run FILE`: the file, as the command names it.
    Script(Word),
    /// `cargo test`, `cargo nextest run`; the words begin with the subcommand.
    Cargo,
    /// A tool, by its name, that hands the words to a runner which another file names: `tox -- …`,
    /// `make test ARGS=…`, `PYTEST_ADDOPTS`.
    Forwarded(String),
}

/// A runner that is called, and with what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Invocation {
    /// The file that holds the command, relative to the root.
    pub path: String,
    /// The 1-based line of the runner's word.
    pub line: u32,
    /// Who runs the tests.
    pub program: Program,
    /// The words behind the runner.
    pub words: Vec<Word>,
}

/// A value of a CI file whose key says that it is a mark expression: `cpu_markers: 'gpu_0 and not slow'`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MarkerInput {
    /// The file, relative to the root.
    pub path: String,
    /// The 1-based line in which the value begins.
    pub line: u32,
    /// The key, as written.
    pub key: String,
    /// The value.
    pub expression: String,
    /// Whether some of it is only known when the job runs.
    pub computed: bool,
}

/// What one file says about running tests, each in the order of lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandFacts {
    /// The runners that are called.
    pub invocations: Vec<Invocation>,
    /// The mark expressions that stand alone.
    pub marker_inputs: Vec<MarkerInput>,
    /// What could not be judged.
    pub problems: Vec<super::Problem>,
}

/// A mark expression of the project: in `addopts`, a command, or an input of a CI file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MarkerSelection {
    /// Where it stands.
    pub at: super::Location,
    /// As pytest gets it.
    pub expression: String,
    /// The markers that it asks for, except those of known plugins, in order.
    pub names: Vec<String>,
    /// Whether it is certain that it selects tests of this tree.
    pub certain: bool,
}

/// The value of an option that selects tests by an expression.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selection {
    /// The expression, as pytest gets it.
    pub expression: String,
    /// The 1-based line in which the expression's word begins.
    pub line: u32,
    /// Whether some of it is only known when the command runs.
    pub computed: bool,
    /// Whether it counts: of several, argparse keeps the last.
    pub counts: bool,
}

/// Letters of pytest's and its best known plugins' short options that take a value.
const SHORT_WITH_VALUE: &str = "mkncpoWr";

/// Long options of pytest and its best known plugins whose value may stand in the next word.
const LONG_WITH_VALUE: [&str; 58] = [
    "--alluredir",
    "--asyncio-mode",
    "--basetemp",
    "--benchmark-group-by",
    "--benchmark-json",
    "--benchmark-sort",
    "--capture",
    "--code-highlight",
    "--color",
    "--confcutdir",
    "--config-file",
    "--count",
    "--cov-config",
    "--cov-context",
    "--cov-fail-under",
    "--cov-report",
    "--deselect",
    "--dist",
    "--doctest-glob",
    "--doctest-report",
    "--ds",
    "--durations",
    "--durations-min",
    "--group",
    "--html",
    "--hypothesis-profile",
    "--hypothesis-seed",
    "--ignore",
    "--ignore-glob",
    "--import-mode",
    "--junit-prefix",
    "--junit-xml",
    "--junitprefix",
    "--junitxml",
    "--last-failed-no-failures",
    "--log-auto-indent",
    "--log-cli-format",
    "--log-cli-level",
    "--log-date-format",
    "--log-file",
    "--log-file-level",
    "--log-format",
    "--log-level",
    "--maxfail",
    "--max-worker-restart",
    "--numprocesses",
    "--override-ini",
    "--pastebin",
    "--pdbcls",
    "--pythonwarnings",
    "--report-log",
    "--reruns",
    "--reruns-delay",
    "--rootdir",
    "--splits",
    "--tb",
    "--timeout",
    "--tx",
];

/// What a word is to pytest's parser.
enum Part<'a> {
    /// An option without its value, or one that needs none.
    Option,
    /// The value of a short option, by its letter, and the word that holds it.
    Value(char, &'a str, &'a Word),
    /// A file, folder or node id.
    Path(&'a Word),
}

impl Invocation {
    /// Every `-m EXPRESSION`, in order: mark expressions for pytest and for whom words are handed on to. Nothing for
    /// other programs, to which `-m` means something else.
    pub fn mark_expressions(&self) -> Vec<Selection> {
        self.selections('m')
    }

    /// Every `-k EXPRESSION`, in order.
    pub fn keyword_expressions(&self) -> Vec<Selection> {
        self.selections('k')
    }

    /// The files, folders and node ids that are given. What is computed is among them as it is written.
    pub fn paths(&self) -> Vec<&Word> {
        let parts = self.parts();
        parts.into_iter().filter_map(|part| if let Part::Path(word) = part { Some(word) } else { None }).collect()
    }

    fn selections(&self, option: char) -> Vec<Selection> {
        let mut found: Vec<_> = self
            .parts()
            .into_iter()
            .filter_map(|part| match part {
                Part::Value(letter, text, word) if letter == option => Some(Selection {
                    expression: text.to_owned(),
                    line: word.line,
                    computed: word.computed,
                    counts: false,
                }),
                _ => None,
            })
            .collect();
        if let Some(last) = found.last_mut() {
            last.counts = true;
        }
        found
    }

    /// The words as argparse takes them apart (`_parse_optional` and `consume_optional` of CPython's `argparse.py`):
    /// `-m X`, `-mX`, `-m=X`, and `-xm X`, where the letters before take no value.
    fn parts(&self) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        if !matches!(self.program, Program::Pytest | Program::Forwarded(_)) {
            return parts;
        }
        let mut words = self.words.iter().peekable();
        while let Some(word) = words.next() {
            let text = word.text.as_str();
            if text == "--" {
                parts.extend(words.by_ref().map(Part::Path));
            } else if text.starts_with("--") {
                if LONG_WITH_VALUE.contains(&text) {
                    words.next_if(|next| !next.text.starts_with('-'));
                }
                parts.push(Part::Option);
            } else if let Some(letters) = text.strip_prefix('-').filter(|letters| !letters.is_empty()) {
                let valued = letters.char_indices().find(|(_, letter)| SHORT_WITH_VALUE.contains(*letter));
                let Some((at, letter)) = valued else {
                    parts.push(Part::Option);
                    continue;
                };
                let attached = &letters[at + letter.len_utf8()..];
                if !attached.is_empty() {
                    parts.push(Part::Value(letter, attached.strip_prefix('=').unwrap_or(attached), word));
                } else if let Some(next) = words.next_if(|next| !is_option(&next.text)) {
                    parts.push(Part::Value(letter, &next.text, next));
                } else {
                    parts.push(Part::Option);
                }
            } else if !text.is_empty() {
                parts.push(Part::Path(word));
            }
        }
        parts
    }
}

/// Whether argparse takes a word for an option: it begins with `-` and holds no blank.
fn is_option(text: &str) -> bool {
    text.len() > 1 && text.starts_with('-') && !text.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pytest(words: &[&str]) -> Invocation {
        let words = words.iter().map(|text| Word { text: (*text).to_owned(), line: 1, computed: false }).collect();
        Invocation { path: "ci.sh".to_owned(), line: 1, program: Program::Pytest, words }
    }

    fn expressions(invocation: &Invocation) -> Vec<(String, bool)> {
        invocation.mark_expressions().into_iter().map(|found| (found.expression, found.counts)).collect()
    }

    /// Each is what `argparse` makes of it with pytest's options.
    #[test]
    fn mark_expressions_are_taken_apart_as_argparse_does() {
        let cases: [(&[&str], &[&str]); 12] = [
            (&["-m", "not slow"], &["not slow"]),
            (&["-mslow"], &["slow"]),
            (&["-m=slow"], &["slow"]),
            (&["-xm", "slow"], &["slow"]),
            (&["-xvsmslow"], &["slow"]),
            (&["-m", ""], &[""]),
            (&["-k", "m", "-p", "no:m"], &[]),
            (&["-km"], &[]),
            (&["--", "-m", "slow"], &[]),
            (&["--maxfail=1", "tests", "-m", "a"], &["a"]),
            (&["-m", "-x"], &[]),
            (&["-m"], &[]),
        ];
        for (words, expected) in cases {
            let found = expressions(&pytest(words));
            assert_eq!(found.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), expected, "{words:?}");
        }
    }

    #[test]
    fn of_several_mark_expressions_the_last_counts() {
        let found = expressions(&pytest(&["-m", "a", "tests", "-mb"]));
        assert_eq!(found, [("a".to_owned(), false), ("b".to_owned(), true)]);
    }

    #[test]
    fn paths_are_what_is_neither_an_option_nor_its_value() {
        let invocation =
            pytest(&["-n", "4", "--ignore", "a", "--tb=short", "-vv", "b", "-m", "c", "--cov", "--", "-d"]);
        let paths: Vec<_> = invocation.paths().into_iter().map(|word| word.text.as_str()).collect();
        assert_eq!(paths, ["b", "-d"]);
    }

    #[test]
    fn the_module_flag_of_another_program_is_no_mark_expression() {
        let script = Word { text: "t.py".to_owned(), line: 1, computed: false };
        for program in [Program::Script(script), Program::Unittest, Program::Cargo] {
            assert_eq!(Invocation { program, ..pytest(&["-m", "deepspeed"]) }.mark_expressions(), []);
        }
    }
}
