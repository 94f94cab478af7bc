//! The detectors of a language: what each pattern looks for, what a match of it means, and which words tell where to look.
//!
//! Patterns of testaudit itself are matched as [`TreePattern`]s; those of users, which may need all that tree-sitter knows,
//! by one tree-sitter query. What a match means is read in the same way of both.

use std::sync::Arc;

use tree_sitter::{Language, Query, QueryErrorKind};

pub(crate) use super::detector_file::DetectorSource;
pub use super::detector_file::QueryError;
use super::{
    anchors::{Anchors, Needs, Shapes, shape},
    detector_file::{Files, Pattern, needs},
    shapes::{PatternText, is_name, reaches_bodies},
    tree_pattern::{REPORTED, TreePattern},
};

/// All detectors of a language.
#[derive(Debug)]
pub(crate) struct Detectors {
    pub(crate) shapes: ShapeTable,
    /// Those of users.
    pub(crate) own: Option<Own>,
    pub(crate) names: Vec<Arc<str>>,
    pub(crate) anchors: Anchors,
    /// Whether every pattern stays within one statement or the header of a compound one, so that statements can be
    /// queried by themselves.
    pub(crate) statement_wise: bool,
}

/// What testaudit's patterns look for: patterns that differ in their conditions only are matched once.
#[derive(Debug, Default)]
pub(crate) struct ShapeTable {
    shapes: Vec<Shape>,
    /// Numbers of shapes by the kind of node that they can match.
    by_kind: Vec<Vec<usize>>,
    /// Of those that can match any.
    of_any: Vec<usize>,
}

/// What some patterns look for, and what a match means for each.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) tree: TreePattern,
    pub(crate) patterns: Vec<Pattern>,
}

/// Detectors of users.
#[derive(Debug)]
pub(crate) struct Own {
    pub(crate) query: Query,
    /// What a match means, by the pattern's number in the query.
    pub(crate) patterns: Vec<Pattern>,
    /// What stands for them among the shapes that a file needs.
    pub(crate) shape: Shapes,
}

/// What some patterns need, and whether each stays within a statement.
#[derive(Debug)]
struct Demands {
    needs: Vec<Needs>,
    statement_wise: bool,
}

impl Detectors {
    /// Reads detector files, those of users strictly. `marks` are words whose places [`Anchors::scan`] returns beside those
    /// that the detectors need.
    ///
    /// # Errors
    /// When a file does not keep to the rules of `docs/QUERIES.md`. Those of testaudit do: tests read them like a user's.
    pub(crate) fn new(
        language: &Language,
        built_in: &[DetectorSource],
        users: &[DetectorSource],
        marks: &[&str],
    ) -> Result<Self, QueryError> {
        let mut demands = Demands { needs: Vec::new(), statement_wise: true };
        let shapes = ShapeTable::new(language, &Files::new(built_in), &mut demands)?;
        let own = match users {
            [] => None,
            _ => Some(Own::new(language, &Files::new(users), shapes.shapes.len(), &mut demands)?),
        };
        let own = own.map(|mut own| {
            own.patterns.iter_mut().for_each(|pattern| pattern.detector += built_in.len());
            own
        });
        Ok(Self {
            shapes,
            own,
            names: built_in.iter().chain(users).map(|source| source.name.as_str().into()).collect(),
            anchors: Anchors::new(&demands.needs, marks),
            statement_wise: demands.statement_wise,
        })
    }
}

impl ShapeTable {
    fn new(language: &Language, files: &Files<'_>, demands: &mut Demands) -> Result<Self, QueryError> {
        let mut table = Self::default();
        let no_pattern =
            |at| files.error(at, "this is no pattern of a form that is matched without tree-sitter's queries");
        let texts = PatternText::all(&files.text).ok_or_else(|| no_pattern(0))?;
        // The reported capture has one number, whatever its name; helpers have others.
        let mut helpers: Vec<&str> = Vec::new();
        let mut keys: Vec<(String, bool)> = Vec::new();
        for text in &texts {
            for name in text.captures().into_iter().filter(|name| name.starts_with('_')) {
                if !helpers.contains(&name) {
                    helpers.push(name);
                }
            }
            let number = |name: &str| match helpers.iter().position(|helper| *helper == name) {
                Some(place) => u32::try_from(place).map_or(u32::MAX, |place| place + 1),
                None => REPORTED,
            };
            let pattern = files.pattern(text, &number, true)?;
            let structure = text.structure().ok_or_else(|| no_pattern(text.start))?;
            let key = (without_reported(structure), pattern.by_name);
            let known = keys.iter().position(|known| *known == key);
            let place = match known {
                Some(place) => place,
                None => {
                    let tree = TreePattern::new(language, structure, &mut |name| number(name));
                    table.add(tree.ok_or_else(|| no_pattern(text.start))?);
                    keys.push(key);
                    keys.len() - 1
                }
            };
            table.shapes[place].patterns.push(pattern);
            demands.needs.push(Needs { shape: place, ..needs(text) });
            demands.statement_wise &= !reaches_bodies(structure);
        }
        Ok(table)
    }

    fn add(&mut self, tree: TreePattern) {
        let number = self.shapes.len();
        for kind in tree.kinds() {
            let numbers = match kind {
                Some(kind) => {
                    let kind = usize::from(kind);
                    self.by_kind.resize_with(self.by_kind.len().max(kind + 1), Vec::new);
                    &mut self.by_kind[kind]
                }
                None => &mut self.of_any,
            };
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
        self.shapes.push(Shape { tree, patterns: Vec::new() });
    }

    /// The shapes among `wanted` that may match a node of this kind.
    pub(crate) fn of_kind(&self, kind: u16, wanted: Shapes) -> impl Iterator<Item = &Shape> {
        let of_kind = self.by_kind.get(usize::from(kind)).map(Vec::as_slice).unwrap_or_default();
        let numbers = of_kind.iter().chain(&self.of_any);
        numbers.filter(move |number| shape(**number) & wanted != 0).map(|number| &self.shapes[*number])
    }
}

impl Own {
    /// `number` is that of the first shape behind those of the built-in detectors.
    fn new(language: &Language, files: &Files<'_>, number: usize, demands: &mut Demands) -> Result<Self, QueryError> {
        let query = Query::new(language, &files.text).map_err(|error| syntax_error(files, &error))?;
        let capture = |name: &str| query.capture_index_for_name(name).unwrap_or(u32::MAX);
        let mut patterns = Vec::new();
        for index in 0..query.pattern_count() {
            let (start, end) = (query.start_byte_for_pattern(index), query.end_byte_for_pattern(index));
            let text = PatternText::new(&files.text[start..end], start);
            patterns.push(files.pattern(&text, &capture, false)?);
            demands.needs.push(Needs { shape: number, ..needs(&text) });
            demands.statement_wise &= query.is_pattern_rooted(index) && !reaches_bodies(text.text);
        }
        Ok(Self { query, patterns, shape: shape(number) })
    }
}

/// A structure with one name for the capture that it reports, and one blank wherever there are some.
fn without_reported(structure: &str) -> String {
    let words = structure.split_whitespace().map(|word| {
        let reported = word.strip_prefix('@').is_some_and(|name| !name.starts_with('_'));
        if reported { word.replace(is_name, "") } else { word.to_owned() }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// tree-sitter's own errors, in our words.
fn syntax_error(files: &Files<'_>, error: &tree_sitter::QueryError) -> QueryError {
    let byte = match error.kind {
        QueryErrorKind::Predicate => predicate_place(&files.text, error),
        // What is never closed is found missing at the end.
        _ => error.offset.min(files.text.trim_end().len()),
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
    files.error(byte, message)
}

/// Where a predicate stands that tree-sitter refuses: it says the row of the pattern, and in words which predicate or which
/// regular expression it means.
fn predicate_place(text: &str, error: &tree_sitter::QueryError) -> usize {
    let pattern: usize = text.split_inclusive('\n').take(error.row).map(str::len).sum();
    let operator = error.message.split_whitespace().find(|word| word.starts_with('#')).map(str::to_owned);
    let regex = || {
        let (_, quoted) = error.message.split_once('\'')?;
        Some(format!("\"{}\"", quoted.strip_suffix('\'')?.replace('\\', "\\\\")))
    };
    let place = operator.or_else(regex).and_then(|words| text[pattern..].find(&words));
    pattern + place.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SignalKind;

    fn compile(texts: &[&str]) -> Result<Detectors, QueryError> {
        let sources: Vec<_> = (1..)
            .zip(texts)
            .map(|(number, text)| DetectorSource {
                name: format!("detector-{number}"),
                file: format!("{number}.scm"),
                text: (*text).to_owned(),
            })
            .collect();
        Detectors::new(&tree_sitter_python::LANGUAGE.into(), &[], &sources, &[])
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
        assert_eq!(detectors.own.as_ref().unwrap().patterns[0].kind, SignalKind::RandomGenerator);
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
