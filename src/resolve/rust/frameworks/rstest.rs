//! rstest: cases on the function, values and files on its parameters, and the older form in which all of that stands in
//! the attribute; templates of rstest_reuse. Names as `rstest_macros::render` makes them.

use super::attributes::{Marks, leading, parse};
use super::files::{FilesParameter, is_continue};
use super::{Call, Context, Effect, Generated, MAX_CASES, effective_attributes, text};
use crate::model::rust::{Attribute, Delimiter, Function, ItemKind, Parameter, Token, TokenKind, Truth};

/// A case: what its attribute and those above it say.
struct Case {
    description: Option<String>,
    marks: Marks,
    there: Truth,
}

/// The values of one parameter: the segments of their names, `a_1_true`; `None` where they are not known.
struct Values {
    argument: String,
    segments: Option<Vec<String>>,
}

/// The tests of a function with `#[rstest]`.
pub(super) fn tests(call: &Call<'_, '_>) -> Vec<Generated> {
    if !runs_natively(call) {
        return Vec::new();
    }
    let (mut cases, mut lists) = old_form(call);
    let marks = cases_of(call, &mut cases);
    lists.extend(values_of(call));
    if cases.is_empty() && lists.is_empty() {
        let test = call.test(call.name.to_string(), call.place, marks);
        return vec![Generated { reasons: Vec::new(), ..test }];
    }
    let width = cases.len().to_string().len();
    let named = cases.iter().enumerate().map(|(index, case)| {
        let description = case.description.iter().map(|text| format!("_{text}")).collect::<String>();
        let marks = marks.and(&case.marks);
        let marks = Marks { condition: marks.condition.min(case.there), ..marks };
        (format!("{}::case_{:0width$}{description}", call.name, index + 1), marks)
    });
    let named: Vec<_> = match cases.is_empty() {
        true => vec![(call.name.to_string(), marks.clone())],
        false => named.collect(),
    };
    let limit = MAX_CASES / named.len();
    let mut found = Vec::new();
    for (name, marks) in named {
        product(call, (&name, &marks), &lists, limit, &mut found);
    }
    found
}

/// Every combination of the values, the last parameter's changing fastest.
fn product(
    call: &Call<'_, '_>,
    (name, marks): (&str, &Marks),
    lists: &[Values],
    limit: usize,
    found: &mut Vec<Generated>,
) {
    let mut names = vec![name.to_owned()];
    for list in lists {
        let count = list.segments.as_ref().map(|segments| segments.len() * names.len());
        let Some(segments) = list.segments.as_ref().filter(|_| count.is_some_and(|count| count <= limit)) else {
            let begins = names.iter().map(|name| format!("{name}::{}_", list.argument));
            found.extend(begins.map(|name| call.unknown(name, call.place, marks.clone())));
            return;
        };
        names =
            names.iter().flat_map(|name| segments.iter().map(move |segment| format!("{name}::{segment}"))).collect();
    }
    found.extend(names.into_iter().map(|name| call.test(name, call.place, marks.clone())));
}

/// Whether the tests are libtest's: `#[test_attr(…)]` names the attribute that each of them gets.
fn runs_natively(call: &Call<'_, '_>) -> bool {
    let named = call.attributes.iter().find(|(attribute, _)| &*attribute.path == "test_attr");
    let inner = named.and_then(|(attribute, _)| parse(attribute.arguments(), attribute));
    inner.is_none_or(|inner| match call.context.row(&inner.path).map(|row| row.effect) {
        Some(Effect::Inner(inner_of)) => inner_of(&inner).is_some(),
        Some(Effect::Nothing) => false,
        _ => true,
    })
}

/// Adds the cases among the function's attributes, and gives what the attributes behind the last case say: they belong
/// to every test, those above a case to it alone.
fn cases_of(call: &Call<'_, '_>, cases: &mut Vec<Case>) -> Marks {
    let mut above = Vec::new();
    for (index, (attribute, there)) in call.attributes.iter().enumerate() {
        let mut segments = attribute.path.split("::");
        if index == call.at {
            continue;
        }
        if segments.next() != Some("case") {
            above.push((attribute.clone(), *there));
            continue;
        }
        let description = segments.next().map(|name| text::plain(name).to_owned());
        let marks = Marks::of(&std::mem::take(&mut above), call.context);
        cases.push(Case { description, marks, there: *there });
    }
    Marks::of(&above, call.context)
}

/// What stands in `#[rstest(a, case::name(1), b => [1, 2], ::trace)]`.
fn old_form(call: &Call<'_, '_>) -> (Vec<Case>, Vec<Values>) {
    let (mut cases, mut lists) = (Vec::new(), Vec::new());
    for part in text::expressions(call.attribute().arguments()) {
        let (attributes, part) = leading(part, call.attribute());
        match part {
            // What follows are traits of the output.
            [first, second, ..] if first.is_punct(':') && second.is_punct(':') => break,
            [name, equals, arrow, list, ..] if equals.is_punct('=') && arrow.is_punct('>') => {
                let (Some(name), Some(list)) = (name.ident(), list.group(Delimiter::Bracket)) else { continue };
                let argument = text::plain(name).to_owned();
                lists.push(Values { segments: Some(segments(call, &argument, &list.tokens)), argument });
            }
            _ => {
                let Some((path, rest)) = text::path(part) else { continue };
                let mut path = path.split("::");
                let is_case = path.next() == Some("case");
                if is_case && rest.first().is_some_and(|token| token.group(Delimiter::Parenthesis).is_some()) {
                    let attributes = effective_attributes(&attributes, call.context.truth);
                    let description = path.next().map(|name| text::plain(name).to_owned());
                    let marks = Marks::of(&attributes, call.context);
                    cases.push(Case { description, marks, there: Truth::True });
                }
            }
        }
    }
    (cases, lists)
}

/// The values that the parameters have, then the files.
fn values_of(call: &Call<'_, '_>) -> Vec<Values> {
    let (mut values, mut files) = (Vec::new(), Vec::new());
    let mut patterns = 0;
    for parameter in call.parameters {
        let name = binding(&parameter.pattern);
        patterns += usize::from(name.is_none() && !parameter.kind.is_empty());
        let argument = name.map_or_else(|| format!("__destruct_{patterns}"), str::to_owned);
        let attributes = effective_attributes(&parameter.attributes, call.context.truth);
        if let Some((list, _)) = attributes.iter().find(|(attribute, _)| &*attribute.path == "values") {
            values.push(Values {
                segments: Some(segments(call, &argument, list.arguments())),
                argument: argument.clone(),
            });
        }
        if name.is_some()
            && let Some(found) = FilesParameter::of(&attributes)
        {
            let paths = found.paths(call.context);
            let segments = paths.map(|paths| {
                let texts: Vec<_> = paths.iter().map(|path| file_description(path)).collect();
                numbered(&argument, &texts)
            });
            files.push(Values { argument, segments });
        }
    }
    values.append(&mut files);
    values
}

/// The name that a pattern binds, if it is no more than that.
fn binding(pattern: &[Token]) -> Option<&str> {
    let words = pattern.iter().position(|token| !token.is_ident("mut") && !token.is_ident("ref"))?;
    let name = text::plain(pattern[words].ident()?);
    let behind = pattern.get(words + 1);
    (name != "_" && behind.is_none_or(|token| token.is_punct('@'))).then_some(name)
}

/// The names of the modules or tests that these values get.
fn segments(call: &Call<'_, '_>, argument: &str, tokens: &[Token]) -> Vec<String> {
    let version = (call.context.version)("rstest_macros").or_else(|| (call.context.version)("rstest"));
    // "Add values to test name", says the change log of 0.16.
    if version.is_some_and(|version| version < (0, 16, 0)) {
        let count = text::expressions(tokens).len();
        let width = count.to_string().len();
        return (1..=count).map(|number| format!("{argument}_{number:0width$}")).collect();
    }
    let texts: Vec<_> = text::expressions(tokens).into_iter().map(described).collect();
    numbered(argument, &texts)
}

/// A value's text: its documentation, if it has one.
fn described(value: &[Token]) -> String {
    let (mut documentation, mut rest) = (Vec::new(), value);
    loop {
        let (text, behind) = match rest {
            [token, behind @ ..] if let TokenKind::Doc(doc) = &token.kind => (Some(doc.text.to_string()), behind),
            [hash, group, behind @ ..] if hash.is_punct('#') && group.group(Delimiter::Bracket).is_some() => {
                let group = group.group(Delimiter::Bracket).map_or(&[][..], |group| &group.tokens);
                let text = match group {
                    [name, equals, text] if name.is_ident("doc") && equals.is_punct('=') => text.string(),
                    _ => None,
                };
                (text, behind)
            }
            _ => break,
        };
        documentation.extend(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()));
        rest = behind;
    }
    match documentation.is_empty() {
        true => text::joined(rest, ""),
        false => documentation.join(" ").replace(' ', "_"),
    }
}

/// `rstest_macros::parse::rstest::files::render_file_description`.
fn file_description(path: &str) -> String {
    let parts: Vec<_> = path.split('/').map(|part| if part == ".." { "_UP" } else { part }).collect();
    parts.join("/")
}

/// `argument_01_text`, the number as wide as the largest.
fn numbered(argument: &str, texts: &[String]) -> Vec<String> {
    let width = texts.len().to_string().len();
    let named = texts.iter().enumerate().map(|(index, text)| {
        let text = sanitized(text);
        format!("{argument}_{:0width$}_{text:.64}", index + 1)
    });
    named.collect()
}

/// `rstest_macros::utils::sanitize_ident`.
fn sanitized(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '"' | '\'' => name.push_str("__"),
            ':' | '(' | ')' | '{' | '}' | '[' | ']' | ',' | '.' | '*' | '+' | '/' | '-' | '%' | '^' | '!' | '&'
            | '|' => name.push('_'),
            letter if is_continue(letter) => name.push(letter),
            _ => {}
        }
    }
    name
}

/// A function with what a template adds to it.
pub(super) struct Merged {
    pub(super) attributes: Vec<(Attribute, Truth)>,
    pub(super) parameters: Vec<Parameter>,
}

/// The attributes and parameters of a function that rstest_reuse applies a template to; `None` where there is none.
///
/// `rstest_reuse::merge_attrs`: the template's attributes from `#[rstest]` on come first; parameters get what the
/// template's of the same name have, with or without a `_` in front.
pub(super) fn merged(attributes: &[(Attribute, Truth)], function: &Function, context: &Context<'_>) -> Option<Merged> {
    let (at, template) = attributes.iter().enumerate().find_map(|(at, (attribute, _))| {
        context.row(&attribute.path).filter(|row| matches!(row.effect, Effect::Apply))?;
        let (path, _) = text::path(attribute.arguments())?;
        (context.template)(&super::segments(&path)).map(|template| (at, template))
    })?;
    let ItemKind::Function(source) = &template.kind else { return None };
    let mut together = effective_attributes(&template.attributes, context.truth);
    let begins = together.iter().position(|(attribute, _)| &*attribute.path == "rstest").unwrap_or(0);
    together.drain(..begins);
    let is_template = |path: &str| context.row(path).is_some_and(|row| matches!(row.effect, Effect::Template));
    together.retain(|(attribute, _)| !is_template(&attribute.path));
    let rest = attributes.iter().enumerate().filter(|(index, _)| *index != at);
    together.extend(rest.map(|(_, attribute)| attribute.clone()));

    let mut parameters = function.parameters.clone();
    for parameter in &mut parameters {
        let Some(name) = binding(&parameter.pattern) else { continue };
        let find = |name: &str| source.parameters.iter().find(|other| binding(&other.pattern) == Some(name));
        let Some(other) = find(name).or_else(|| find(name.strip_prefix('_')?)) else { continue };
        parameter.attributes.extend(other.attributes.iter().cloned());
    }
    Some(Merged { attributes: together, parameters })
}
