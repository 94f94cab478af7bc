//! Macros that list their cases in their own arguments: yare, parameterized, p-test, test-casing. Each puts its tests into
//! a module of the function's name.

use super::{Call, Generated, MAX_CASES, Place, text};
use crate::model::rust::{Delimiter, Token, Truth};

/// `#[parameterized(name = { 1, 2 }, other = { 3, 4 })]` of yare: a test for each name.
pub(super) fn yare(call: &Call<'_, '_>) -> Vec<Generated> {
    let cases = text::expressions(call.attribute().arguments()).into_iter().filter_map(|case| {
        let [name, equals, arguments] = case else { return None };
        arguments.group(Delimiter::Brace).filter(|_| equals.is_punct('='))?;
        let name = text::plain(name.ident()?);
        Some(below(call, &text::path_segment(name, call.context.edition), Place::from(&case[0])))
    });
    cases.collect()
}

/// `#[parameterized(a = { 1, 2 }, b = { 3, 4 })]` of parameterized: as many tests as each parameter has values.
pub(super) fn parameterized(call: &Call<'_, '_>) -> Vec<Generated> {
    let parameters = text::expressions(call.attribute().arguments());
    let Some([_, _, values]) = parameters.first() else { return Vec::new() };
    let values = values.group(Delimiter::Brace).map(|group| text::expressions(&group.tokens)).unwrap_or_default();
    // The names have the span of the call (`generation.rs` of parameterized-macro).
    let place = Place::from(call.attribute());
    (0..values.len()).map(|index| below(call, &format!("case_{index}"), place)).collect()
}

/// `#[p_test("name", (1, 2), other, (3, 4), (5, 6))]`: names are optional.
pub(super) fn p_test(call: &Call<'_, '_>) -> Vec<Generated> {
    let mut parts = text::expressions(call.attribute().arguments());
    let mut by_arguments = false;
    if let Some([option, equals, value]) = parts.first()
        && option.is_ident("use_args_for_case_name")
        && equals.is_punct('=')
    {
        by_arguments = value.is_ident("true");
        parts.remove(0);
    }
    let arguments = |part: &&[Token]| part.first().and_then(|token| token.group(Delimiter::Parenthesis)).is_some();
    let count = parts.iter().filter(|part| arguments(part)).count();
    let width = if count < 1000 { count.to_string().len() } else { 1 };
    let (mut found, mut named) = (Vec::new(), None);
    // Of a test without a name.
    let place = Place::from(call.attribute());
    for part in parts {
        if !arguments(&part) {
            named = part.first().and_then(|token| match (token.ident(), token.string()) {
                (Some(name), _) => Some((name.to_owned(), Place::from(token))),
                (None, text) => text.filter(|text| !text.is_empty()).map(|text| (slug(&text), Place::from(token))),
            });
            continue;
        }
        let unnamed = || (format!("case_{:0width$}", found.len() + 1), place);
        let (name, place) = match (named.take(), part.first().and_then(|token| token.group(Delimiter::Parenthesis))) {
            (None, Some(group)) if by_arguments && !group.tokens.is_empty() => {
                let values = text::expressions(&group.tokens);
                // Where a value has several tokens, the name depends on the blanks that rustc prints between them.
                if values.iter().any(|value| value.len() > 1) {
                    found.push(call.unknown(format!("{}::", call.name), place, call.marks()));
                    continue;
                }
                (values.iter().map(|value| slug(&text::joined(value, ""))).collect::<Vec<_>>().join("_"), place)
            }
            (name, _) => name.unwrap_or_else(unnamed),
        };
        found.push(below(call, &name, place));
    }
    found
}

/// `p_test::slugify`.
fn slug(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let name: String = lower.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    if name.starts_with(char::is_numeric) { format!("_{name}") } else { name }
}

/// `#[test_casing(3, CASES)]`: the number of cases is stated, and a test of its own makes sure of it.
pub(super) fn test_casing(call: &Call<'_, '_>) -> Vec<Generated> {
    let arguments = call.attribute().arguments();
    let count =
        arguments.first().and_then(Token::literal).and_then(|count| count.replace('_', "").parse::<usize>().ok());
    let Some(count) = count.filter(|count| (1..=MAX_CASES).contains(count)) else {
        return vec![call.unknown(format!("{}::case_", call.name), call.place, call.marks())];
    };
    if call.is_async && !call.has_test_attribute() {
        return Vec::new();
    }
    let width = (count - 1).to_string().len();
    let check = Generated {
        ignored: Truth::False,
        ignore_reason: None,
        should_panic: Truth::False,
        // Its name has the span of the call.
        ..below(call, "case_count_is_correct", call.attribute().into())
    };
    let cases = (0..count).map(|index| below(call, &format!("case_{index:0width$}"), call.place));
    std::iter::once(check).chain(cases).collect()
}

/// A test of this name below the function's.
fn below(call: &Call<'_, '_>, name: &str, place: Place) -> Generated {
    call.test(format!("{}::{name}", call.name), place, call.marks())
}
