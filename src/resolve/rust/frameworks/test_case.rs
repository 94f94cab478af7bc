//! `#[test_case]` and `#[test_matrix]` of test-case: tests in a module of the function's name, named after a comment or
//! after the arguments (`test_case_core`; `test_case_macros` decides whether they are numbered).

use super::attributes::Marks;
use super::{Call, Generated, MAX_CASES, Place, text};
use crate::model::rust::{Attribute, Delimiter, Token, Truth};

/// How deep expectations may stand in brackets.
const MAX_DEPTH: u8 = 32;

/// Paths that the macro takes further cases from (`expand_additional_test_case_macros`); it does not follow imports.
const CASES: [&str; 4] = ["test_case", "test_case::test_case", "test_case::case", "case"];
const MATRICES: [&str; 2] = ["test_matrix", "test_case::test_matrix"];

/// A case before it is numbered.
struct Case {
    name: String,
    marks: Marks,
    /// The attribute's, which every version gives the name (`TestCase::render`).
    place: Place,
    exact: bool,
}

/// The tests of a function with `#[test_case(…)]` or `#[test_matrix(…)]`.
pub(super) fn tests(call: &Call<'_, '_>) -> Vec<Generated> {
    if call.is_async && !call.has_test_attribute() {
        return Vec::new();
    }
    let version = (call.context.version)("test-case-macros").or_else(|| (call.context.version)("test-case"));
    let numbered = version.is_none_or(|version| version >= (3, 4, 0));
    let (making, there) = &call.attributes[call.at];
    let is_matrix = making.last_segment() == "test_matrix"
        || (call.context.canonical)(&super::segments(&making.path)).iter().any(|path| path.ends_with("::test_matrix"));
    let mut cases = Vec::new();
    add(making, *there, is_matrix, numbered, &mut cases);
    for (index, (attribute, there)) in call.attributes.iter().enumerate() {
        let is_matrix = MATRICES.contains(&&*attribute.path);
        if index != call.at && (is_matrix || CASES.contains(&&*attribute.path)) {
            add(attribute, *there, is_matrix, numbered, &mut cases);
        }
    }
    let marks = call.marks();
    let known = cases.iter().all(|case| case.exact);
    let named = cases.into_iter().enumerate().map(|(index, case)| {
        let name = match numbered {
            true if case.name.starts_with('_') => format!("test_case_{}{}", index + 1, case.name),
            true => format!("test_case_{}_{}", index + 1, case.name),
            false => case.name,
        };
        let marks = marks.and(&case.marks);
        if !case.exact || (numbered && !known) {
            return call.unknown(format!("{}::", call.name), case.place, marks);
        }
        call.test(format!("{}::{name}", call.name), case.place, marks)
    });
    named.collect()
}

/// Adds what an attribute asks for.
fn add(attribute: &Attribute, there: Truth, is_matrix: bool, numbered: bool, cases: &mut Vec<Case>) {
    let tokens = attribute.arguments();
    let arrow = tokens.windows(2).position(|pair| pair[0].is_punct('=') && pair[1].is_punct('>'));
    let semicolon = tokens.iter().position(|token| token.is_punct(';'));
    let end = semicolon.unwrap_or(tokens.len());
    let arrow = arrow.filter(|arrow| *arrow < end);
    let arguments = text::expressions(&tokens[..arrow.unwrap_or(end)]);
    let comment = semicolon.and_then(|at| tokens.get(at + 1)).and_then(Token::string);
    let expected = arrow.map(|arrow| &tokens[arrow + 2..end]).map(Expectation::of);
    // Older versions took a comment behind a bare `panics` for its message, and then had neither.
    let lost = !numbered && comment.is_some();
    let expected = expected.filter(|expected| !(lost && expected.shown == "panicking None"));
    let mut marks = expected.as_ref().map(|expected| expected.marks.clone()).unwrap_or_default();
    marks.condition = there;
    let place = Place::from(attribute);
    let generated = |arguments: &[String]| {
        let mut name: String = arguments.iter().map(|argument| format!("{argument}_")).collect();
        name.push_str("expects");
        if let Some(expected) = &expected {
            name.push(' ');
            name.push_str(&expected.modifiers);
            name.push_str(&expected.shown);
        }
        name
    };
    if !is_matrix {
        let arguments: Vec<_> = arguments.into_iter().map(written).collect();
        let name = escaped(&comment.unwrap_or_else(|| generated(&arguments)));
        cases.push(Case { name, marks, place, exact: true });
        return;
    }
    let fits = |rows: &Vec<Vec<String>>| cases.len() + rows.len() <= MAX_CASES;
    let Some(rows) = product(&arguments).filter(fits) else {
        cases.push(Case { name: String::new(), marks, place, exact: false });
        return;
    };
    cases.extend(rows.into_iter().map(|row| {
        let name = generated(&row);
        let name = escaped(&comment.as_ref().map_or_else(|| name.clone(), |comment| format!("{comment}_{name}")));
        Case { name, marks: marks.clone(), place, exact: true }
    }));
}

/// Every combination of the arguments' values, the last changing fastest; `None` where there are too many, or a range
/// is no range of numbers.
fn product(arguments: &[&[Token]]) -> Option<Vec<Vec<String>>> {
    let mut rows = vec![Vec::new()];
    for argument in arguments {
        let values = values(argument)?;
        if rows.len().saturating_mul(values.len()) > MAX_CASES {
            return None;
        }
        let longer = rows.iter().flat_map(|row: &Vec<String>| {
            values.iter().map(move |value| row.iter().chain([value]).cloned().collect::<Vec<_>>())
        });
        rows = longer.collect();
    }
    Some(rows)
}

/// The values of an argument of `#[test_matrix]`: the elements of an array, tuple or range, else itself.
fn values(argument: &[Token]) -> Option<Vec<String>> {
    if let [token] = argument {
        if let Some(array) = token.group(Delimiter::Bracket) {
            let repeated = array.tokens.iter().any(|token| token.is_punct(';'));
            return (!repeated).then(|| text::expressions(&array.tokens).into_iter().map(written).collect());
        }
        let tuple = token.group(Delimiter::Parenthesis);
        // Without a comma it is an expression in parentheses.
        if let Some(tuple) = tuple.filter(|tuple| tuple.tokens.iter().any(|token| token.is_punct(','))) {
            return Some(text::expressions(&tuple.tokens).into_iter().map(written).collect());
        }
    }
    let dots = argument.windows(2).position(|pair| pair[0].is_punct('.') && pair[1].is_punct('.'));
    let Some(dots) = dots else { return Some(vec![written(argument)]) };
    let number = |tokens: &[Token]| match tokens {
        [token] => token.literal().and_then(|text| text.replace('_', "").parse::<i64>().ok()),
        _ => None,
    };
    let start = number(&argument[..dots])?;
    let end = match &argument[dots + 2..] {
        [equals, end @ ..] if equals.is_punct('=') => number(end)?.checked_add(1)?,
        end => number(end)?,
    };
    let few = end.checked_sub(start).is_some_and(|count| count <= MAX_CASES as i64);
    few.then(|| (start..end).map(|number| number.to_string()).collect())
}

/// Tokens as rustc prints them, as far as it matters: whatever stands between words becomes one `_`.
fn written(tokens: &[Token]) -> String {
    text::joined(tokens, " ")
}

/// `test_case_core::utils::escape_test_name`.
fn escaped(text: &str) -> String {
    if text.is_empty() {
        return "_empty".to_owned();
    }
    let mut name = String::with_capacity(text.len() + 1);
    for letter in text.chars() {
        if letter.is_alphanumeric() {
            name.push(letter.to_ascii_lowercase());
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    if name.starts_with(|first: char| first == '_' || first.is_ascii_alphabetic()) { name } else { format!("_{name}") }
}

/// What stands behind `=>`.
struct Expectation {
    /// `inconclusive`, as often as there are different ones.
    modifiers: String,
    /// What the name says of the rest.
    shown: String,
    marks: Marks,
}

impl Expectation {
    /// `TestCaseExpression`, with the text that its `Display` writes.
    fn of(mut tokens: &[Token]) -> Self {
        let mut marks = Marks::default();
        let mut modifiers: Vec<Option<String>> = Vec::new();
        while let [word, rest @ ..] = tokens
            && matches!(word.ident(), Some("ignore" | "inconclusive"))
        {
            let reason = rest.first().and_then(|token| token.group(Delimiter::Bracket));
            let reason = reason.and_then(|group| group.tokens.first()).and_then(Token::string);
            tokens = &rest[usize::from(reason.is_some())..];
            marks.ignore(Truth::True, reason.clone());
            if !modifiers.contains(&reason) {
                modifiers.push(reason);
            }
        }
        let modifiers = "inconclusive".repeat(modifiers.len());
        let (word, rest) = match tokens {
            [word, rest @ ..] => (word.ident().unwrap_or_default(), rest),
            [] => ("", tokens),
        };
        let shown = match word {
            "matches" => {
                let guard = rest.iter().position(|token| token.is_ident("if")).unwrap_or(rest.len());
                let condition = rest.get(guard + 1..).unwrap_or_default();
                format!("matching {} {}", written(&rest[..guard]), written(condition))
            }
            "it" | "is" => format!("complex {}", Complex { tokens: rest }.all(MAX_DEPTH)),
            "using" => format!("use {}", written(rest)),
            "with" => format!("with {}", written(rest)),
            "panics" => {
                marks.should_panic = Truth::True;
                format!("panicking {:?}", Some(rest).filter(|rest| !rest.is_empty()).map(written))
            }
            _ if tokens.is_empty() => "empty".to_owned(),
            _ => written(tokens),
        };
        Self { modifiers, shown, marks }
    }
}

/// `test_case_core::complex_expr`: conditions on the result, in words.
struct Complex<'t> {
    tokens: &'t [Token],
}

impl Complex<'_> {
    /// Conditions joined by `and`, or by `or`.
    fn all(&mut self, depth: u8) -> String {
        let mut shown = self.one(depth);
        while let [word, rest @ ..] = self.tokens
            && let Some(word @ ("and" | "or")) = word.ident()
        {
            self.tokens = rest;
            shown.push_str(&format!(" {word} {}", self.one(depth)));
        }
        shown
    }

    fn one(&mut self, depth: u8) -> String {
        let Some((first, rest)) = self.tokens.split_first().filter(|_| depth > 0) else { return String::new() };
        self.tokens = rest;
        if let Some(group) = first.group(Delimiter::Parenthesis) {
            return Complex { tokens: &group.tokens }.all(depth - 1);
        }
        match first.ident().unwrap_or_default() {
            "eq" | "equal_to" => format!("eq {}", self.expression()),
            "lt" | "less_than" => format!("lt {}", self.expression()),
            "gt" | "greater_than" => format!("gt {}", self.expression()),
            "leq" | "less_or_equal_than" => format!("leq {}", self.expression()),
            "geq" | "greater_or_equal_than" => format!("geq {}", self.expression()),
            "almost" | "almost_equal_to" => {
                let value = self.expression();
                self.tokens = self.tokens.get(1..).unwrap_or_default();
                format!("almost {value} p {}", self.expression())
            }
            "existing_path" => "path path".to_owned(),
            "directory" | "dir" => "path dir".to_owned(),
            "file" => "path file".to_owned(),
            "contains" => format!("contains {}", self.expression()),
            "contains_in_order" => format!("contains in order {}", self.expression()),
            "not" => format!("not {}", self.all(depth - 1)),
            "len" | "has_length" => format!("len {}", self.expression()),
            "count" | "has_count" => format!("count {}", self.expression()),
            "empty" => "empty".to_owned(),
            "matching_regex" | "matches_regex" => format!("regex {}", self.expression()),
            _ => String::new(),
        }
    }

    /// The text of an expression, which ends before a word that goes on with the condition.
    fn expression(&mut self) -> String {
        let goes_on = |token: &Token| matches!(token.ident(), Some("and" | "or" | "precision"));
        let end = self.tokens.iter().skip(1).position(goes_on).map_or(self.tokens.len(), |at| at + 1);
        let (expression, rest) = self.tokens.split_at(end);
        self.tokens = rest;
        written(expression)
    }
}
