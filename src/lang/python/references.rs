//! How tests reach what the file's own helpers do: uses of functions that carry signals, transitively.
//!
//! Not a call graph: only functions that draw, seed, run sub-cases or leave their process are looked for, by the words of their names. A test
//! that is called by another function is not.

use super::{grammar::Kind, position::line_of, structure::Structure};
use crate::{
    lang::anchors::{any_in, occurrences},
    model::{DefinitionId, Role, Signal, SignalKind, fact::Reference},
};
use rustc_hash::{FxHashMap, FxHashSet};

/// Finds the uses.
pub(super) fn find(structure: &mut Structure<'_>, signals: &[Signal], path: &str) -> Vec<Reference> {
    let carries = |signal: &&Signal| {
        signal.role == Role::Body
            && (signal.kind.reason().is_some()
                || matches!(
                    signal.kind,
                    SignalKind::Seed
                        | SignalKind::RiskSite
                        | SignalKind::RiskRelief
                        | SignalKind::RiskUse
                        | SignalKind::SubcasesCall
                        | SignalKind::SubcasesLoop
                        | SignalKind::RandomIndirect
                        | SignalKind::RandomEmbedded
                        | SignalKind::EffectProcess
                        | SignalKind::EffectNetwork
                        | SignalKind::EffectService
                        | SignalKind::EffectKill
                        | SignalKind::EffectDownload
                        | SignalKind::EffectBrowser
                ))
    };
    let mut pending: Vec<DefinitionId> = Vec::new();
    let mut carriers = FxHashSet::default();
    for id in signals.iter().filter(carries).filter_map(|signal| signal.owner) {
        if carriers.insert(id) {
            pending.push(id);
        }
    }
    if pending.is_empty() {
        return Vec::new();
    }
    let text = structure.names.text;
    let mut places: FxHashMap<String, Vec<u32>> = FxHashMap::default();
    let mut references = Vec::new();
    while let Some(target) = pending.pop() {
        let draft = &structure.drafts[target.0 as usize].definition;
        // A constructor is used by the name of its class. Tests are used by nobody, or hardly.
        let name = match draft.parent.filter(|_| draft.is_constructor()) {
            Some(class) => structure.drafts[class.0 as usize].definition.name.clone(),
            None if draft.name.starts_with("test_") => continue,
            None => draft.name.clone(),
        };
        let places = places.entry(name).or_insert_with_key(|name| occurrences(text, name.as_bytes()).collect());
        structure.walk_pending(path, &|start, end| any_in(places, start, end));
        for offset in places.iter().copied() {
            let Some((owner, line)) = user(structure, offset, target) else { continue };
            references.push(Reference { owner, target, line, offset });
            if let Some(owner) = owner
                && carriers.insert(owner)
            {
                pending.push(owner);
            }
        }
    }
    references.sort_by_key(|reference| (reference.offset, reference.target));
    references
}

/// Who uses `target` at this place (no definition: the module), and the line; `None` when the word is something else.
fn user(structure: &Structure<'_>, offset: u32, target: DefinitionId) -> Option<(Option<DefinitionId>, u32)> {
    let names = &structure.names;
    let grammar = names.grammar;
    let unit = structure.unit_at(offset)?;
    let node = unit.node.descendant_for_byte_range(offset as usize, offset as usize + 1)?;
    if grammar.kind(node) != Kind::Identifier {
        return None;
    }
    let parent = names.parent(node, unit.node)?;
    let field = grammar.field;
    let is_attribute = grammar.kind(parent) == Kind::Attribute && grammar.child(parent, field.attribute) == Some(node);
    let is_name = matches!(
        grammar.kind(parent),
        Kind::FunctionDefinition | Kind::ClassDefinition | Kind::Parameters | Kind::DottedName | Kind::AliasedImport
    ) || grammar.kind(parent) == Kind::KeywordArgument && grammar.child(parent, field.name) == Some(node);
    if is_name || unit.owner == Some(target) {
        return None;
    }
    let expression = if is_attribute { parent } else { node };
    let path = path_of(structure, target);
    let meanings = names.resolve(expression, unit.scope);
    let by_path = meanings.iter().any(|meaning| meaning.name == path);
    // `self.helper` of a base class in this file.
    let by_receiver = || {
        is_attribute
            && structure.drafts[target.0 as usize].definition.parent.is_some()
            && grammar.child(parent, field.object).is_some_and(|object| {
                grammar.kind(object) == Kind::Identifier
                    && names.receiver_class(names.text(object), unit.scope).is_some()
            })
    };
    let line = line_of(node);
    (by_path || by_receiver()).then_some((unit.owner, line))
}

/// The dotted path by which resolution names a definition; a constructor's is that of its class.
fn path_of(structure: &Structure<'_>, target: DefinitionId) -> String {
    let mut segments = Vec::new();
    let mut at = Some(target);
    while let Some(id) = at {
        let definition = &structure.drafts[id.0 as usize].definition;
        if id != target || !definition.is_constructor() {
            segments.push(definition.name.as_str());
        }
        at = definition.parent;
    }
    segments.reverse();
    format!(":{}", segments.join("."))
}
