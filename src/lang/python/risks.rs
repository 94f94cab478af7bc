//! What stands around a place that may be a risk, and which tests use the variables that such places change. Which places
//! those are, the detectors say; what they amount to, the view of risks.

use rustc_hash::FxHashSet;
use tree_sitter::Node;

use super::{
    detect::LineTexts,
    grammar::Kind,
    names::{Names, ScopeId, ancestors},
    position::{line_of, offset},
    structure::{Enclosing, Structure, Unit},
};
use crate::{
    lang::{
        anchors::{any_in, is_word_byte, occurrences, words},
        detector_file::RiskSetting,
    },
    model::{
        Around, AroundKind, Confidence, DefinitionId, DefinitionKind, Evidence, RiskKind, RiskPlace, Role, Sight,
        Signal, SignalKind,
    },
};

/// How many statements around a place are kept.
const MAX_AROUND: usize = 12;
/// Words of functions that cancel what runs in them, or bound it in time.
const CUTS_OFF: [&[u8]; 6] = [b"cancel", b"timeout", b"wait_for", b"_after", b".terminate(", b".kill("];
/// How many variables of one module are followed.
const MAX_VARIABLES: usize = 64;

/// What a detector says about a place, with what stands around it.
pub(super) fn place<'t>(structure: &Structure<'t>, risk: RiskSetting, node: Node<'t>, unit: &Unit<'t>) -> RiskPlace {
    let of_module = risk.kind == RiskKind::ModuleState;
    RiskPlace {
        kind: risk.kind,
        severity: risk.severity,
        certainty: risk.certainty,
        around: around(structure, node, unit),
        yields: has_word(structure, unit, unit.start, b"yield", true),
        finally_behind: has_word(structure, unit, unit.end, b"finally", false),
        is_cut_off: risk.kind == RiskKind::Sleep && is_cut_off(structure, unit),
        variable: of_module.then(|| structure.names.text(node).into()),
    }
}

/// The statements around a unit within its function, innermost first. A unit that is the header of a `with` is in it.
fn around<'t>(structure: &Structure<'t>, node: Node<'t>, unit: &Unit<'t>) -> Box<[Around]> {
    let at = |place: u32| structure.enclosing.get(place as usize);
    let outer = std::iter::successors(unit.around.and_then(at), |enclosing| enclosing.around.and_then(at));
    let mut found: Vec<Around> = Vec::new();
    if structure.names.grammar.kind(unit.node) == Kind::WithStatement {
        let own = Enclosing { node: unit.node, around: None, scope: unit.scope };
        // Itself is no context of its own.
        let mut own = one(structure, &own);
        let is_own = |name: &String| structure.names.dotted(node, unit.scope).as_ref() == Some(name);
        own.names = own.names.iter().filter(|name| !is_own(name)).cloned().collect();
        found.push(own);
    }
    if structure.names.grammar.kind(unit.node) == Kind::ExceptClause {
        let has = |node: Node<'_>, words: &[&[u8]]| {
            let text = &structure.names.text[node.byte_range()];
            words.iter().any(|word| occurrences(text, word).next().is_some())
        };
        let tried = unit.around.and_then(at).map(|enclosing| enclosing.node);
        let again = tried.is_some_and(|tried| has(tried, &[b"break", b"return", b"continue"]))
            && !tried.is_some_and(|tried| differs(structure, tried, unit));
        let kind =
            if again && !has(unit.node, &[b"raise", b"fail"]) { AroundKind::Except } else { AroundKind::ExceptOnce };
        found.push(Around { kind, names: Box::default() });
    }
    found.extend(outer.take(MAX_AROUND).map(|enclosing| one(structure, enclosing)));
    found.into()
}

/// Whether the loop around a `try` tries another thing each time, and not the same again: `for case in cases`.
fn differs<'t>(structure: &Structure<'t>, tried: Node<'t>, unit: &Unit<'t>) -> bool {
    let names = &structure.names;
    let grammar = names.grammar;
    let at = |place: u32| structure.enclosing.get(place as usize);
    let mut outer = std::iter::successors(unit.around.and_then(at), |enclosing| enclosing.around.and_then(at));
    let Some(around) = outer.find(|own| grammar.kind(own.node) == Kind::ForStatement) else { return false };
    let sides = (grammar.child(around.node, grammar.field.left), grammar.child(around.node, grammar.field.right));
    let (Some(target), Some(over)) = sides else { return false };
    let counts = ["range(", "count("].iter().any(|call| names.text(over).contains(call));
    let mut words = words(&names.text[target.byte_range()]);
    !counts && words.any(|(_, word)| occurrences(&names.text[tried.byte_range()], word).next().is_some())
}

fn one<'t>(structure: &Structure<'t>, enclosing: &Enclosing<'t>) -> Around {
    let names = &structure.names;
    let grammar = names.grammar;
    let mut entered = Vec::new();
    let node = enclosing.node;
    let kind = match grammar.kind(node) {
        Kind::ForStatement => AroundKind::For,
        Kind::WhileStatement => {
            let text = names.text(node);
            let endless = text.strip_prefix("while").is_some_and(|rest| {
                let rest = rest.trim_start();
                rest.starts_with("True") || rest.starts_with('1')
            });
            let leaves = ["break", "return", "raise", "fail("].iter().any(|word| text.contains(word));
            if endless && !leaves { AroundKind::Forever } else { AroundKind::While }
        }
        Kind::WithStatement => {
            entered = contexts(names, enclosing);
            AroundKind::With
        }
        Kind::TryStatement => {
            let is_finally = |child: &Node<'_>| grammar.kind(*child) == Kind::FinallyClause;
            if grammar.children(node).iter().any(is_finally) { AroundKind::TryFinally } else { AroundKind::Try }
        }
        Kind::ExceptClause => AroundKind::Except,
        Kind::FinallyClause => AroundKind::Finally,
        _ => AroundKind::Branch,
    };
    Around { kind, names: entered.into() }
}

/// What a `with` statement enters.
fn contexts<'t>(names: &Names<'t>, enclosing: &Enclosing<'t>) -> Vec<String> {
    let grammar = names.grammar;
    let clauses = grammar.children(enclosing.node).into_iter().filter(|child| grammar.kind(*child) == Kind::WithClause);
    let items = clauses.flat_map(|clause| grammar.children(clause));
    let values = items.filter_map(|item| {
        let value = grammar.child(item, grammar.field.value)?;
        let value = match grammar.kind(value) {
            Kind::AsPattern => *grammar.children(value).first()?,
            _ => value,
        };
        let callee = match grammar.kind(value) {
            Kind::Call => grammar.child(value, grammar.field.function)?,
            _ => value,
        };
        names.dotted(callee, enclosing.scope)
    });
    values.collect()
}

/// Whether a word stands in the function around a unit: anywhere, or from a place on.
fn has_word(structure: &Structure<'_>, unit: &Unit<'_>, from: u32, word: &[u8], anywhere: bool) -> bool {
    let body = unit.owner.and_then(|owner| structure.drafts.get(owner.0 as usize)).and_then(|draft| draft.body);
    let Some(range) = body.map(|body| body.byte_range()) else { return false };
    let start = if anywhere { range.start } else { range.start.max(from as usize).min(range.end) };
    occurrences(&structure.names.text[start..range.end], word).next().is_some()
}

/// Whether a function around the one of a unit cuts off what is nested in it.
fn is_cut_off(structure: &Structure<'_>, unit: &Unit<'_>) -> bool {
    let around = |id: DefinitionId| structure.drafts.get(id.0 as usize).map(|draft| &draft.definition);
    let own = unit.owner.and_then(around);
    let outer = std::iter::successors(own.and_then(|own| around(own.parent?)), |outer| around(outer.parent?));
    outer.filter(|outer| outer.kind == DefinitionKind::Function).any(|outer| {
        let text = &structure.names.text[outer.span.start as usize..outer.span.end as usize];
        CUTS_OFF.iter().any(|word| memchr::memmem::find(text, word).is_some())
    })
}

/// Whether a unit asserts: an `assert`, or a call of what is named like one.
pub(super) fn is_assertion(names: &Names<'_>, unit: &Unit<'_>) -> bool {
    let grammar = names.grammar;
    match grammar.kind(unit.node) {
        Kind::AssertStatement => true,
        Kind::ExpressionStatement => {
            let call = unit.node.named_child(0).filter(|child| grammar.kind(*child) == Kind::Call);
            let function = call.and_then(|call| grammar.child(call, grammar.field.function));
            let name = function.map_or("", |function| names.text(function));
            let last = name.rsplit('.').next().unwrap_or_default().trim_start_matches('_');
            last.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("assert"))
        }
        _ => false,
    }
}

/// The text of a literal, or of the one that a name is bound to; else its own.
pub(super) fn literal<'t>(names: &Names<'t>, node: Node<'t>, scope: ScopeId) -> &'t str {
    let is_literal = |node: &Node<'t>| {
        matches!(names.grammar.kind(*node), Kind::Integer | Kind::Float | Kind::String | Kind::UnaryOperator)
    };
    let bound = names.local_value(node, scope).map(|(value, _)| value).filter(is_literal);
    names.text(bound.unwrap_or(node))
}

/// Whether the text of a node stands nowhere else in the function around it.
pub(super) fn is_once(structure: &Structure<'_>, node: Node<'_>, unit: &Unit<'_>) -> bool {
    let text = structure.names.text;
    let draft = unit.owner.and_then(|owner| structure.drafts.get(owner.0 as usize));
    let around = draft.map_or(text, |draft| {
        let span = draft.definition.span;
        &text[span.start as usize..span.end as usize]
    });
    let own = &text[node.byte_range()];
    memchr::memmem::find_iter(around, own).take(2).count() == 1
}

/// Whether nothing takes the value of the call whose callee ends with a node: it is a statement of its own, or what a
/// comprehension collects, as `[thread.join() for thread in threads]`.
pub(super) fn is_discarded(names: &Names<'_>, node: Node<'_>, unit: &Unit<'_>) -> bool {
    let mut outwards = ancestors(node, unit.node).collect::<Vec<_>>().into_iter().rev();
    let call = outwards.by_ref().find(|around| names.grammar.kind(*around) == Kind::Call);
    let takes = outwards.next().map_or(Kind::ExpressionStatement, |around| names.grammar.kind(around));
    let discards = matches!(
        takes,
        Kind::ExpressionStatement | Kind::ListComprehension | Kind::SetComprehension | Kind::GeneratorExpression
    );
    call.is_some() && discards
}

/// Whether one of these methods of what a node names is called before, in the function around it, or in the same statement.
pub(super) fn is_behind(structure: &Structure<'_>, node: Node<'_>, methods: &[String], unit: &Unit<'_>) -> bool {
    let text = structure.names.text;
    let draft = unit.owner.and_then(|owner| structure.drafts.get(owner.0 as usize));
    let start = draft.map_or(0, |draft| draft.definition.span.start as usize);
    let before = &text[start..unit.end as usize];
    methods.iter().any(|method| {
        let call = [&text[node.byte_range()], b".", method.as_bytes(), b"("].concat();
        memchr::memmem::find_iter(before, &call).any(|at| {
            let previous = at.checked_sub(1).map(|at| before[at]);
            !previous.is_some_and(|byte| is_word_byte(byte) || byte == b'.')
        })
    })
}

/// The variables of the module that functions change.
pub(super) fn changed(signals: &[Signal]) -> FxHashSet<&str> {
    let of_risks = signals.iter().filter(|signal| signal.kind == SignalKind::RiskSite);
    of_risks.filter_map(|signal| signal.risk.as_ref()?.variable.as_deref()).take(MAX_VARIABLES).collect()
}

/// The other uses of these variables in functions: signals in no order.
pub(super) fn uses<'t>(
    structure: &mut Structure<'t>,
    lines: &LineTexts<'t>,
    signals: &[Signal],
    path: &str,
) -> Vec<Signal> {
    let mut found = Vec::new();
    let mut variables: Vec<&str> = changed(signals).into_iter().collect();
    variables.sort_unstable();
    for variable in variables {
        let places: Vec<u32> = occurrences(structure.names.text, variable.as_bytes()).collect();
        structure.walk_pending(path, &|start, end| any_in(&places, start, end));
        for place in places {
            let known = |signal: &Signal| signal.kind == SignalKind::RiskSite && signal.offset == place;
            if !signals.iter().any(known) {
                found.extend(used(structure, lines, variable, place));
            }
        }
    }
    found
}

fn used<'t>(structure: &Structure<'t>, lines: &LineTexts<'t>, variable: &str, place: u32) -> Option<Signal> {
    let names = &structure.names;
    let unit = structure.unit_at(place)?;
    let node = unit.node.descendant_for_byte_range(place as usize, place as usize + variable.len())?;
    let is_name = names.grammar.kind(node) == Kind::Identifier && names.text(node) == variable;
    let parent = names.parent(node, unit.node);
    let is_attribute = parent.is_some_and(|parent| {
        let field = match names.grammar.kind(parent) {
            Kind::Attribute => names.grammar.field.attribute,
            Kind::KeywordArgument => names.grammar.field.name,
            _ => return false,
        };
        names.grammar.child(parent, field) == Some(node)
    });
    if !is_name
        || is_attribute
        || unit.owner.is_none()
        || unit.role != Role::Body
        || !names.is_of_module(node, unit.scope)
    {
        return None;
    }
    let risk = RiskSetting { kind: RiskKind::ModuleState, severity: None, certainty: Confidence::Medium };
    let evidence = Evidence::new(line_of(node), variable, &lines.around(node.start_byte()));
    Some(Signal {
        kind: SignalKind::RiskUse,
        detector: "module_state".into(),
        name: variable.to_owned(),
        library: None,
        cases: None,
        evidence,
        offset: place,
        end: offset(node.end_byte()),
        owner: unit.owner,
        role: unit.role,
        conditional: unit.conditional,
        branched: unit.branched,
        call: None,
        risk: Some(Box::new(self::place(structure, risk, node, unit))),
        sight: Sight::default(),
    })
}
