//! Macros that make one test of a function, and those that stand for such a macro.

use super::attributes::parse;
use super::{Call, Generated, text};
use crate::model::rust::{Attribute, Truth};

/// One test with the function's name.
pub(super) fn test(call: &Call<'_, '_>) -> Vec<Generated> {
    vec![call.test(call.name.to_string(), call.place, call.marks())]
}

/// `#[bench]`.
pub(super) fn bench(call: &Call<'_, '_>) -> Vec<Generated> {
    test(call).into_iter().map(|test| Generated { benchmark: true, ..test }).collect()
}

/// `#[assay(should_panic)]`.
pub(super) fn assay(call: &Call<'_, '_>) -> Vec<Generated> {
    let mut marks = call.marks();
    let arguments = text::expressions(call.attribute().arguments());
    if arguments.iter().any(|argument| matches!(argument, [word] if word.is_ident("should_panic"))) {
        marks.should_panic = Truth::True;
    }
    vec![call.test(call.name.to_string(), call.place, marks)]
}

/// `#[pg_test]`: the function stays for PostgreSQL to call, and a test beside it calls it there. `error = "…"` and
/// `expected` are matched inside, so that the test itself does not panic.
pub(super) fn postgres(call: &Call<'_, '_>) -> Vec<Generated> {
    vec![call.test(format!("pg_{}", text::plain(&call.name)), call.place, call.marks())]
}

/// `#[test_log::test(tokio::test)]` stands for its argument, or for `#[test]`.
pub(super) fn logged(attribute: &Attribute) -> Option<Attribute> {
    Some(parse(attribute.arguments(), attribute).unwrap_or_else(|| plain_test(attribute)))
}

/// `#[wasm_bindgen_test(unsupported = test)]` stands for its argument off WebAssembly, where it is nothing otherwise.
pub(super) fn unsupported(attribute: &Attribute) -> Option<Attribute> {
    let arguments = text::expressions(attribute.arguments());
    arguments.iter().find_map(|argument| match argument {
        [name, equals, inner @ ..] if name.is_ident("unsupported") && equals.is_punct('=') => parse(inner, attribute),
        _ => None,
    })
}

/// Whether it is `#[apply(test!)]`, with the macro `test` of smol-macros or another one: it makes one test.
pub(super) fn applies_test(attribute: &Attribute) -> bool {
    text::path(attribute.arguments()).is_some_and(|(path, _)| path.rsplit("::").next() == Some("test"))
}

/// rustc's `#[test]`, standing where this attribute does.
pub(super) fn plain_test(attribute: &Attribute) -> Attribute {
    Attribute { path: "core::prelude::v1::test".into(), tokens: Vec::new(), ..attribute.clone() }
}
