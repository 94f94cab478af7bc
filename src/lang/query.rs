//! Detector files: loading, strict checks, and what each pattern means. Knows tree-sitter's queries, no grammar.
//!
//! All files of a language are compiled into one query. Anything that tree-sitter would silently ignore (an unknown
//! capture, predicate or `#set!` key) is an error that names file and row.

use std::{fmt, sync::Arc};

use tree_sitter::{Language, Query, QueryErrorKind, QueryPredicateArg};

use super::{
    anchors::{Anchors, Needs, words as words_of},
    compiled::Queries,
    name_pattern::{Literal, NamePatterns, called_literals, literals},
    shapes::{PatternText, reaches_bodies, without_reported},
};
use crate::model::SignalKind;

/// The keys of `#set!` and, where the list of values is closed, the values.
const SETTINGS: [(&str, &[&str]); 4] = [
    ("library", &["torch", "numpy", "stdlib", "jax", "tensorflow", "paddle", "faker", "any"]),
    ("cases", CASE_RULES),
    ("anchor", &[]),
    ("within", &["pytestmark"]),
];

/// The rules by which a parametrization is counted: the values of `#set! cases`.
const CASE_RULES: &[&str] = &[
    "argvalues",  // pytest's and torch's `parametrize(argnames, argvalues)`
    "first",      // the first argument is the list: `parameterized.expand`, `fixture(params=…)` excepted
    "params",     // the keyword `params`: a fixture
    "arguments",  // every positional argument is a case, or the only one is the list: absl `parameters`
    "product",    // keyword arguments multiply: absl `product`
    "sample",     // at most the product of the keyword arguments: jax `sample_product`
    "data",       // ddt `data(*values)`: one case for each positional argument
    "per-device", // positional arguments multiply what a device instantiation makes: torch `dtypes`
    "hook",       // decided while pytest collects
    "unknown",
];

/// Predicates that tree-sitter evaluates itself.
const TEXT_PREDICATES: [&str; 8] =
    ["eq?", "not-eq?", "any-eq?", "any-not-eq?", "any-of?", "not-any-of?", "match?", "not-match?"];

/// A detector file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// The file as it should be shown.
    pub file: String,
    /// 1-based row in that file.
    pub row: usize,
    /// What is wrong, in the house style.
    pub message: String,
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "detector `{}`, row {}: {}", self.file, self.row, self.message)
    }
}

impl std::error::Error for QueryError {}

/// The text of one detector file.
#[derive(Debug, Clone)]
pub(crate) struct DetectorSource {
    /// The detector's name in signals and reports.
    pub(crate) name: String,
    /// How errors name the file.
    pub(crate) file: String,
    pub(crate) text: String,
}

/// A condition of ours on a capture: `#resolves?` or `#not-resolves?`.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) capture: u32,
    pub(crate) patterns: NamePatterns,
    /// `false` for `#not-resolves?`.
    pub(crate) positive: bool,
}

/// What a match of one pattern means.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// Index into [`Detectors::names`].
    pub(crate) detector: usize,
    /// The capture that is reported.
    pub(crate) capture: u32,
    pub(crate) kind: SignalKind,
    pub(crate) conditions: Vec<Condition>,
    /// Whether `#resolves?` is asked of the reported capture.
    pub(crate) by_name: bool,
    /// `#set! within pytestmark`: only what is assigned to that name counts.
    pub(crate) in_pytestmark: bool,
    pub(crate) library: Option<Arc<str>>,
    pub(crate) cases: Option<Arc<str>>,
}

/// All detectors of a language, compiled.
#[derive(Debug)]
pub(crate) struct Detectors {
    pub(crate) queries: Queries,
    /// What a match of a shape means: patterns that differ in their conditions only are matched once.
    pub(crate) patterns: Vec<Vec<Pattern>>,
    pub(crate) names: Vec<Arc<str>>,
    pub(crate) anchors: Anchors,
    /// Whether every pattern stays within one statement or the header of a compound one, so that statements can be
    /// queried by themselves.
    pub(crate) statement_wise: bool,
}

impl Detectors {
    /// Compiles detector files into one query and checks them. `marks` are words whose places [`Anchors::scan`] returns
    /// beside those that the detectors need.
    pub(crate) fn new(language: &Language, sources: &[DetectorSource], marks: &[&str]) -> Result<Self, QueryError> {
        let loader = Loader::new(sources);
        let mut query = Query::new(language, &loader.text).map_err(|error| loader.syntax_error(&error))?;
        loader.check_captures(&query)?;
        let patterns =
            (0..query.pattern_count()).map(|index| loader.pattern(&query, index)).collect::<Result<Vec<_>, _>>()?;
        let needs = |index| Needs { shape: index, ..loader.needs(&query, index) };
        let mut needs: Vec<Needs> = (0..patterns.len()).map(needs).collect();
        let statement_wise = (0..patterns.len()).all(|index| !loader.spans_statements(&query, index));
        let shape = |(index, pattern): (usize, &Pattern)| Some((loader.shape(&query, index)?, pattern.by_name));
        let shapes: Vec<_> = patterns.iter().enumerate().map(shape).collect();
        let mut grouped: Vec<Vec<Pattern>> = patterns.iter().map(|_| Vec::new()).collect();
        for (index, pattern) in patterns.into_iter().enumerate() {
            let first = shapes[index]
                .as_ref()
                .and_then(|shape| shapes.iter().position(|other| other.as_ref() == Some(shape)))
                .unwrap_or(index);
            if first != index {
                query.disable_pattern(index);
            }
            needs[index].shape = first;
            join(&mut grouped[first], pattern);
        }
        Ok(Self {
            anchors: Anchors::new(&needs, marks),
            names: sources.iter().map(|source| source.name.as_str().into()).collect(),
            queries: Queries::compiled(language, query),
            patterns: grouped,
            statement_wise,
        })
    }

    /// [`Detectors::new`] for detectors of testaudit itself, which keep to the grammar because tests compile them: each shape
    /// is compiled once, all of them now, or with `few` those that a file needs when it needs them.
    pub(crate) fn built_in(
        language: &Language,
        sources: &[DetectorSource],
        marks: &[&str],
        few: bool,
    ) -> Result<Self, QueryError> {
        let texts: Option<Vec<_>> = sources.iter().map(|source| PatternText::all(&source.text)).collect();
        let Some(texts) = texts else { return Self::new(language, sources, marks) };
        let flat = |patterns: &Vec<PatternText<'_>>| {
            let mut text = String::new();
            patterns.iter().for_each(|pattern| pattern.write_flat(&mut text));
            text
        };
        let loader = Loader::with(sources, texts.iter().map(flat));
        // What takes time to compile is what a pattern matches.
        let meanings = Query::new(language, &loader.text).map_err(|error| loader.syntax_error(&error))?;
        let mut keys: Vec<(String, bool)> = Vec::new();
        let mut shapes = Vec::new();
        let mut grouped: Vec<Vec<Pattern>> = Vec::new();
        let mut needs = Vec::new();
        for (index, text) in texts.iter().flatten().enumerate() {
            let pattern = loader.pattern(&meanings, index)?;
            let asked = text.predicates.iter().filter(|predicate| is_text_predicate(predicate));
            let asked: String = asked.map(|predicate| format!(" {predicate}")).collect();
            // What tree-sitter asks names captures.
            let structure = if asked.is_empty() { without_reported(text.structure) } else { text.structure.to_owned() };
            let key = (structure + &asked, pattern.by_name);
            let shape = keys.iter().position(|known| *known == key).unwrap_or_else(|| {
                keys.push(key);
                shapes.push(format!("({}{asked})", text.structure));
                grouped.push(Vec::new());
                keys.len() - 1
            });
            needs.push(Needs { shape, ..loader.needs(&meanings, index) });
            join(&mut grouped[shape], pattern);
        }
        let captures = meanings.capture_names().iter().map(|name| (*name).to_owned()).collect();
        let statement_wise = !texts.iter().flatten().any(|text| reaches_bodies(text.structure));
        let queries = Queries::new(language, captures, shapes);
        if !few {
            queries.all().map_err(|error| loader.syntax_error(&error))?;
        }
        Ok(Self {
            anchors: Anchors::new(&needs, marks),
            names: sources.iter().map(|source| source.name.as_str().into()).collect(),
            queries,
            patterns: grouped,
            statement_wise,
        })
    }
}

/// Adds a pattern to those of its shape, with the first one's name for the capture that is reported.
fn join(patterns: &mut Vec<Pattern>, mut pattern: Pattern) {
    if let Some(first) = patterns.first() {
        let (own, shared) = (pattern.capture, first.capture);
        pattern.capture = shared;
        for condition in pattern.conditions.iter_mut().filter(|condition| condition.capture == own) {
            condition.capture = shared;
        }
    }
    patterns.push(pattern);
}

/// Whether tree-sitter evaluates a predicate by itself.
fn is_text_predicate(predicate: &str) -> bool {
    TEXT_PREDICATES.iter().any(|name| predicate.contains(&format!("#{name}")))
}

/// The concatenated text and where each file begins in it.
struct Loader<'a> {
    sources: &'a [DetectorSource],
    starts: Vec<usize>,
    text: String,
}

impl<'a> Loader<'a> {
    fn new(sources: &'a [DetectorSource]) -> Self {
        Self::with(sources, sources.iter().map(|source| source.text.clone()))
    }

    /// With these texts in place of those of the files.
    fn with(sources: &'a [DetectorSource], texts: impl Iterator<Item = String>) -> Self {
        let mut text = String::new();
        let mut starts = Vec::new();
        for own in texts {
            starts.push(text.len());
            text.push_str(&own);
            text.push('\n');
        }
        Self { sources, starts, text }
    }

    fn source_index(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    fn error(&self, byte: usize, message: impl Into<String>) -> QueryError {
        let index = self.source_index(byte);
        let start = self.starts.get(index).copied().unwrap_or_default();
        let before = &self.text.as_bytes()[start..byte.min(self.text.len())];
        QueryError {
            file: self.sources.get(index).map(|source| source.file.clone()).unwrap_or_default(),
            row: memchr::memchr_iter(b'\n', before).count() + 1,
            message: message.into(),
        }
    }

    /// tree-sitter's own errors, in our words.
    fn syntax_error(&self, error: &tree_sitter::QueryError) -> QueryError {
        let byte = match error.kind {
            QueryErrorKind::Predicate => self.predicate_place(error),
            // What is never closed is found missing at the end.
            _ => error.offset.min(self.text.trim_end().len()),
        };
        let message = match error.kind {
            QueryErrorKind::Syntax => "the query does not parse here".to_owned(),
            QueryErrorKind::NodeType => format!("unknown node type `{}`", error.message),
            QueryErrorKind::Field => format!("unknown field `{}`", error.message),
            QueryErrorKind::Capture => format!("a predicate names the capture `{}`, which is not there", error.message),
            QueryErrorKind::Structure => "this pattern can never match".to_owned(),
            QueryErrorKind::Predicate => error.message.to_lowercase(),
            QueryErrorKind::Language => "the grammar does not fit the parser".to_owned(),
        };
        self.error(byte, message)
    }

    /// Where a predicate stands that tree-sitter refuses: it says the row of the pattern, and in words which predicate or
    /// which regular expression it means.
    fn predicate_place(&self, error: &tree_sitter::QueryError) -> usize {
        let pattern: usize = self.text.split_inclusive('\n').take(error.row).map(str::len).sum();
        let operator = error.message.split_whitespace().find(|word| word.starts_with('#')).map(str::to_owned);
        let regex = || {
            let (_, quoted) = error.message.split_once('\'')?;
            Some(format!("\"{}\"", quoted.strip_suffix('\'')?.replace('\\', "\\\\")))
        };
        let place = operator.or_else(regex).and_then(|words| self.text[pattern..].find(&words));
        pattern + place.unwrap_or_default()
    }

    fn check_captures(&self, query: &Query) -> Result<(), QueryError> {
        for name in query.capture_names() {
            if !name.starts_with('_') && capture_kind(name).is_none() {
                let place = self.find_word(&format!("@{name}"), 0, self.text.len());
                let known: Vec<_> = SignalKind::CAPTURES.iter().map(|(name, _)| format!("`@{name}`")).collect();
                let message = format!(
                    "unknown capture `@{name}`; known are {}, and helpers that begin with `_`",
                    known.join(", ")
                );
                return Err(self.error(place, message));
            }
        }
        Ok(())
    }

    /// The offset of a word within a range of the text; the range's start where it is not there.
    fn find_word(&self, word: &str, start: usize, end: usize) -> usize {
        let range = &self.text[start..end];
        range
            .match_indices(word)
            .find(|(at, _)| {
                !range[at + word.len()..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
            })
            .map_or(start, |(at, _)| start + at)
    }

    fn pattern(&self, query: &Query, index: usize) -> Result<Pattern, QueryError> {
        let (start, end) = (query.start_byte_for_pattern(index), query.end_byte_for_pattern(index));
        let mut pattern = Pattern {
            detector: self.source_index(start),
            capture: 0,
            kind: SignalKind::Custom,
            conditions: Vec::new(),
            by_name: false,
            in_pytestmark: false,
            library: None,
            cases: None,
        };
        let reported: Vec<(u32, &str)> = (0u32..)
            .zip(query.capture_names())
            .filter(|(_, name)| !name.starts_with('_'))
            .filter(|(_, name)| self.captured_in(name, start, end))
            .map(|(id, name)| (id, *name))
            .collect();
        match reported.as_slice() {
            [(capture, name)] => {
                pattern.capture = *capture;
                pattern.kind = capture_kind(name).expect("`check_captures` ran before");
            }
            [] => {
                return Err(self.error(start, "the pattern reports nothing: it has no capture such as `@custom.match`"));
            }
            [_, (_, second), ..] => {
                let place = self.find_word(&format!("@{second}"), start, end);
                let message = "a pattern reports one capture; others begin with `_`".to_owned();
                return Err(self.error(place, message));
            }
        }
        for predicate in query.general_predicates(index) {
            let place = self.find_word(&format!("#{}", predicate.operator), start, end);
            let positive = match predicate.operator.as_ref() {
                "resolves?" => true,
                "not-resolves?" => false,
                other => {
                    let known: Vec<_> = ["resolves?", "not-resolves?"]
                        .iter()
                        .chain(&TEXT_PREDICATES)
                        .map(|name| format!("`#{name}`"))
                        .collect();
                    return Err(
                        self.error(place, format!("unknown predicate `#{other}`; known are {}", known.join(", ")))
                    );
                }
            };
            let Some((QueryPredicateArg::Capture(capture), names)) = predicate.args.split_first() else {
                let message = format!("`#{}` takes a capture and then names", predicate.operator);
                return Err(self.error(place, message));
            };
            let names: Option<Vec<&str>> = names
                .iter()
                .map(|argument| match argument {
                    QueryPredicateArg::String(text) => Some(text.as_ref()),
                    QueryPredicateArg::Capture(_) => None,
                })
                .collect();
            let Some(names) = names.filter(|names| !names.is_empty()) else {
                let message = format!("`#{}` takes a capture and then at least one quoted name", predicate.operator);
                return Err(self.error(place, message));
            };
            let patterns = NamePatterns::new(names).map_err(|message| self.error(place, message))?;
            pattern.by_name |= positive && *capture == pattern.capture;
            pattern.conditions.push(Condition { capture: *capture, patterns, positive });
        }
        if let Some((property, _)) = query.property_predicates(index).first() {
            let place = self.find_word("#is", start, end);
            return Err(self.error(place, format!("unknown predicate `#is? {}`", property.key)));
        }
        for property in query.property_settings(index) {
            let place = self.find_word(&property.key, start, end);
            let Some((_, allowed)) = SETTINGS.iter().find(|(key, _)| *key == property.key.as_ref()) else {
                let known: Vec<_> = SETTINGS.iter().map(|(key, _)| format!("`{key}`")).collect();
                let message = format!("unknown `#set!` key `{}`; known are {}", property.key, known.join(", "));
                return Err(self.error(place, message));
            };
            let value = property.value.as_deref().unwrap_or_default();
            if value.is_empty() || (!allowed.is_empty() && !allowed.contains(&value)) {
                let allowed: Vec<_> = allowed.iter().map(|value| format!("`{value}`")).collect();
                let message = format!("`#set! {}` takes one of {}, not `{value}`", property.key, allowed.join(", "));
                return Err(self.error(place, message));
            }
            match property.key.as_ref() {
                "library" => pattern.library = Some(value.into()),
                "within" => pattern.in_pytestmark = true,
                "cases" => pattern.cases = Some(value.into()),
                _ => {}
            }
        }
        Ok(pattern)
    }

    /// Whether a capture stands on a node of the pattern, not only in one of its predicates.
    fn captured_in(&self, name: &str, start: usize, end: usize) -> bool {
        let word = format!("@{name}");
        let place = self.find_word(&word, start, end);
        self.text[place..end].starts_with(&word)
    }

    /// The literals without which the pattern cannot match: from `#resolves?`, else `#set! anchor`, else `#eq?` and
    /// `#any-of?`.
    fn needs(&self, query: &Query, index: usize) -> Needs {
        let predicates = query.general_predicates(index);
        if let Some(predicate) = predicates.iter().find(|predicate| &*predicate.operator == "resolves?") {
            let names = predicate.args.iter().filter_map(|argument| match argument {
                QueryPredicateArg::String(text) => Some(text.as_ref()),
                QueryPredicateArg::Capture(_) => None,
            });
            let called = names.clone().flat_map(called_literals).collect();
            // A builtin stands alone.
            let dotted = !names.clone().any(|name| name.starts_with("builtins."));
            return Needs { alternatives: names.map(literals).collect(), dotted, called, ..Needs::default() };
        }
        let words = |text: &str| text.split_whitespace().map(|word| vec![Literal::Word(word.to_owned())]).collect();
        if let Some(anchor) = query.property_settings(index).iter().find(|property| &*property.key == "anchor") {
            let alternatives = words(anchor.value.as_deref().unwrap_or_default());
            return Needs { alternatives, ..Needs::default() };
        }
        let text = &self.text[query.start_byte_for_pattern(index)..query.end_byte_for_pattern(index)];
        let texts = ["(#eq? ", "(#any-of? "].iter().find_map(|operator| {
            let (_, rest) = text.split_once(operator)?;
            Some(quoted(rest)).filter(|texts| !texts.is_empty())
        });
        // The text of a node begins and ends with whole words, all of which stand in the file.
        let whole = |text: &str| {
            let word = |(_, word): (u32, &[u8])| Literal::Word(String::from_utf8_lossy(word).into_owned());
            words_of(text.as_bytes()).map(word).collect()
        };
        let alternatives = texts.unwrap_or_default().into_iter().map(whole).collect();
        Needs { alternatives, ..Needs::default() }
    }

    /// The pattern without its predicates, and with one name for the capture it reports; `None` where tree-sitter
    /// evaluates some of the predicates, so that it cannot be matched together with others.
    fn shape(&self, query: &Query, index: usize) -> Option<String> {
        let text = &self.text[query.start_byte_for_pattern(index)..query.end_byte_for_pattern(index)];
        if is_text_predicate(text) {
            return None;
        }
        let (structure, _) = text.split_once("(#").unwrap_or((text, ""));
        Some(without_reported(structure))
    }

    /// Whether a match can reach over more than one statement, so that the whole file has to be queried at once.
    fn spans_statements(&self, query: &Query, index: usize) -> bool {
        let text = &self.text[query.start_byte_for_pattern(index)..query.end_byte_for_pattern(index)];
        !query.is_pattern_rooted(index) || reaches_bodies(text)
    }
}

/// The quoted arguments of a predicate, up to its closing parenthesis.
fn quoted(arguments: &str) -> Vec<&str> {
    let mut texts = Vec::new();
    let mut rest = arguments;
    while let Some(at) = rest.find(['"', ')']).filter(|at| rest[*at..].starts_with('"')) {
        let text = &rest[at + 1..];
        let Some(end) = text.find('"') else { break };
        texts.push(&text[..end]);
        rest = &text[end + 1..];
    }
    texts
}

fn capture_kind(name: &str) -> Option<SignalKind> {
    SignalKind::CAPTURES.iter().find(|(capture, _)| *capture == name).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(texts: &[&str]) -> Result<Detectors, QueryError> {
        let sources: Vec<_> = (1..)
            .zip(texts)
            .map(|(number, text)| DetectorSource {
                name: format!("detector-{number}"),
                file: format!("{number}.scm"),
                text: (*text).to_owned(),
            })
            .collect();
        Detectors::new(&tree_sitter_python::LANGUAGE.into(), &sources, &[])
    }

    const GOOD: &str =
        "; prose\n((call function: (_) @random.generator)\n (#resolves? @random.generator \"torch.rand*\"))";

    /// The error of a second file, so that mapping rows back to files is tested as well.
    fn error(text: &str) -> (String, usize, String) {
        let error = compile(&[GOOD, text]).expect_err("the query should be refused");
        (error.file, error.row, error.message)
    }

    fn assert_error(text: &str, row: usize, part: &str) {
        let (file, found, message) = error(text);
        assert_eq!((file.as_str(), found), ("2.scm", row), "{message}");
        assert!(message.contains(part), "{message}");
    }

    #[test]
    fn a_good_file_compiles_and_keeps_its_meaning() {
        let detectors = compile(&[GOOD]).unwrap();
        assert_eq!(detectors.patterns[0][0].kind, SignalKind::RandomGenerator);
        assert!(detectors.statement_wise && !detectors.anchors.unanchored());
    }

    #[test]
    fn an_unknown_capture_is_an_error() {
        assert_error("; one\n(call) @random.genrator", 2, "unknown capture `@random.genrator`");
    }

    #[test]
    fn an_unknown_predicate_is_an_error() {
        assert_error(
            "((call\n  function: (_) @seed.call)\n (#resolvs? @seed.call \"a\"))",
            3,
            "unknown predicate `#resolvs?`",
        );
        assert_error("((call) @seed.call (#is? local))", 1, "unknown predicate");
    }

    #[test]
    fn an_unknown_setting_is_an_error() {
        assert_error("((call) @seed.call\n (#set! libary torch))", 2, "unknown `#set!` key `libary`");
        assert_error("((call) @seed.call\n (#set! library torsh))", 2, "takes one of");
        assert_error("((call) @seed.call\n (#set! library))", 2, "takes one of");
    }

    #[test]
    fn predicates_are_checked_for_their_arguments() {
        assert_error("((call) @seed.call\n (#resolves? @seed.call))", 2, "at least one quoted name");
        assert_error("((call) @seed.call\n (#resolves? \"a\" \"b\"))", 2, "takes a capture");
        assert_error("((call) @seed.call\n (#resolves? @seed.call \"a..b\"))", 2, "no dotted name");
        assert_error("((call) @seed.call\n (#resolves? @_nowhere \"a\"))", 2, "_nowhere");
        assert_error("((call) @seed.call\n (#match? @seed.call \"(\"))", 2, "regex");
    }

    #[test]
    fn a_pattern_reports_exactly_one_capture() {
        assert_error("\n(call)", 2, "reports nothing");
        assert_error("(call function: (_) @seed.call\n arguments: (_) @custom.match)", 2, "one capture");
    }

    #[test]
    fn syntax_and_grammar_errors_name_their_row() {
        assert_error("(call) @seed.call\n(call", 2, "parse");
        assert_error("\n(cal) @seed.call", 2, "unknown node type");
        assert_error("\n(call fnction: (_) @seed.call)", 2, "unknown field");
    }

    #[test]
    fn patterns_over_several_statements_are_queried_on_the_whole_file() {
        assert!(
            !compile(&["(class_definition body: (block (function_definition) @custom.match))"]).unwrap().statement_wise
        );
    }

    #[test]
    fn anchors_come_from_text_predicates_too() {
        let detectors =
            compile(&["((identifier) @custom.match (#any-of? @custom.match \"uniform_\" \"normal_\"))"]).unwrap();
        assert!(detectors.anchors.scan(b"x.normal_()").possible);
        assert!(!detectors.anchors.scan(b"x.normal()").possible);
    }

    #[test]
    fn quoted_texts_need_all_their_words() {
        let query = r#"((attribute) @custom.match (#any-of? @custom.match "arg.clock.sleep" "f()"))"#;
        let detectors = compile(&[query]).unwrap();
        assert!(detectors.anchors.scan(b"arg.clock.sleep(1)").possible);
        assert!(detectors.anchors.scan(b"f()").possible);
        assert!(!detectors.anchors.scan(b"clock.sleep(1)").possible);
        assert!(compile(&[r#"((call) @custom.match (#eq? @custom.match "()"))"#]).unwrap().anchors.unanchored());
    }

    #[test]
    fn every_kind_has_a_capture() {
        for (name, kind) in SignalKind::CAPTURES {
            assert_eq!(kind.capture(), name);
        }
    }
}
