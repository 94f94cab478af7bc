//! What `addinivalue_line("markers", line)` is given, in every round of a loop around it. Knows no values.

use tree_sitter::Node;

use super::{
    expr::Converter,
    grammar::Kind,
    names::{Names, ScopeId},
};
use crate::{
    lang::anchors::words,
    model::{
        Expr,
        expr::{Call, Comprehension},
    },
};

/// How deeply the parts of a line are read.
const MAX_DEPTH: u8 = 8;

/// The call with its line in parts: an f-string as a sum, and a line that is another one in each round of a loop as the
/// comprehension that has all of them.
pub(super) fn with_rounds<'t>(names: &Names<'t>, node: Node<'t>, scope: ScopeId, mut call: Call) -> Call {
    let grammar = names.grammar;
    let arguments = grammar.child(node, grammar.field.arguments).map(|list| grammar.children(list)).unwrap_or_default();
    let named = arguments.iter().find_map(|argument| {
        let name = grammar.child(*argument, grammar.field.name)?;
        let is_line = grammar.kind(*argument) == Kind::KeywordArgument && names.text(name) == "line";
        grammar.child(*argument, grammar.field.value).filter(|_| is_line)
    });
    let Some(line) = named.or_else(|| arguments.get(1).copied()) else { return call };
    let mut rounds = rounds(names, node);
    rounds.retain(|round| round.targets.iter().any(|target| mentions(names, line, target)));
    let targets = rounds.first().map(|round| round.targets.clone()).unwrap_or_default();
    let element = parts(names, line, scope, &targets, MAX_DEPTH);
    let expr = match rounds.as_slice() {
        [] => element,
        [round] if !round.filtered => {
            let iterables = vec![Converter::new(names).expr(round.iterable, scope)];
            Expr::Comprehension(Box::new(Comprehension { unique: false, element, iterables, targets, filtered: false }))
        }
        // What is known of the line may still hold its name.
        _ => parts(names, line, scope, &[], MAX_DEPTH),
    };
    match call.keywords.iter_mut().find(|(name, _)| name == "line") {
        Some((_, value)) => *value = expr,
        None => {
            if let Some(value) = call.arguments.get_mut(1) {
                *value = expr;
            }
        }
    }
    call
}

/// A loop or a clause of a comprehension.
struct Round<'t> {
    targets: Vec<String>,
    iterable: Node<'t>,
    filtered: bool,
}

/// The rounds around a node within its function, innermost first.
fn rounds<'t>(names: &Names<'t>, node: Node<'t>) -> Vec<Round<'t>> {
    let grammar = names.grammar;
    let round = |clause: Node<'t>, filtered: bool| {
        let iterable = grammar.child(clause, grammar.field.right)?;
        let left = grammar.child(clause, grammar.field.left)?;
        let words = words(&names.text[left.byte_range()]);
        let targets = words.map(|(_, word)| String::from_utf8_lossy(word).into_owned()).collect();
        Some(Round { targets, iterable, filtered })
    };
    let mut found = Vec::new();
    let around = std::iter::successors(node.parent(), Node::parent)
        .take_while(|node| !matches!(grammar.kind(*node), Kind::FunctionDefinition | Kind::ClassDefinition));
    for ancestor in around {
        match grammar.kind(ancestor) {
            Kind::ForStatement => found.extend(round(ancestor, false)),
            Kind::ListComprehension | Kind::SetComprehension | Kind::GeneratorExpression => {
                let clauses = grammar.children(ancestor);
                let filtered = clauses.iter().any(|clause| grammar.kind(*clause) == Kind::IfClause);
                let own = clauses.into_iter().filter(|clause| grammar.kind(*clause) == Kind::ForInClause);
                found.extend(own.filter_map(|clause| round(clause, filtered)));
            }
            _ => {}
        }
    }
    found
}

fn mentions(names: &Names<'_>, node: Node<'_>, word: &str) -> bool {
    words(&names.text[node.byte_range()]).any(|(_, other)| other == word.as_bytes())
}

/// A text as the sum of its parts. Targets of the loop stay names.
fn parts<'t>(names: &Names<'t>, node: Node<'t>, scope: ScopeId, targets: &[String], depth: u8) -> Expr {
    let Some(depth) = depth.checked_sub(1) else { return Expr::Opaque };
    let grammar = names.grammar;
    let part = |node: &Node<'t>| parts(names, *node, scope, targets, depth);
    let sum = |nodes: Vec<Expr>| {
        nodes.into_iter().reduce(|left, right| Expr::Sum(Box::new(left), Box::new(right))).unwrap_or(Expr::Opaque)
    };
    match grammar.kind(node) {
        Kind::Identifier if targets.iter().any(|target| target == names.text(node)) => {
            Expr::Name(names.text(node).to_owned())
        }
        Kind::String if names.plain_string(node).is_none() => {
            let own = grammar.children(node).into_iter().filter_map(|child| match grammar.kind(child) {
                Kind::StringContent => Some(Expr::Str(names.text(child).to_owned())),
                // Only `{name}`: a conversion or a format changes the text.
                Kind::Interpolation => Some(match grammar.children(child).as_slice() {
                    [value] => part(value),
                    _ => Expr::Opaque,
                }),
                _ => None,
            });
            sum(own.collect())
        }
        Kind::ConcatenatedString => sum(grammar.children(node).iter().map(part).collect()),
        Kind::ParenthesizedExpression => match grammar.children(node).as_slice() {
            [inner] => part(inner),
            _ => Expr::Opaque,
        },
        Kind::BinaryOperator
            if grammar.child(node, grammar.field.operator).is_some_and(|own| names.text(own) == "+") =>
        {
            let side = |field| grammar.child(node, field).as_ref().map_or(Expr::Opaque, part);
            Expr::Sum(Box::new(side(grammar.field.left)), Box::new(side(grammar.field.right)))
        }
        _ => Converter::new(names).expr(node, scope),
    }
}
