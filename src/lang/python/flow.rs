//! What ends functions and imports early, and under which conditions: drafts of flows and guards while the walk goes on,
//! converted when all names are known. Judges nothing.

use std::collections::HashSet;

use smallvec::smallvec;
use tree_sitter::Node;

use super::{
    detect::LineTexts,
    expr::Converter,
    grammar::{Kind, Nodes},
    names::{Names, ScopeId},
    position::{line_of, offset_of},
    structure::Place,
    walk::Walk,
};
use crate::{
    lang::name_pattern::UNKNOWN_ROOT,
    model::{
        DefinitionId, Expr,
        flow::{Flow, FlowKind, Guard, GuardId, GuardKind},
    },
};

/// How many calls of a list are looked at.
const MAX_LISTED: usize = 16;

/// How many nodes of one call, and of one condition, are kept.
const MAX_NODES: u32 = 200;

/// Last names of calls that do not come back.
const ENDS: [&str; 6] = ["skip", "skipTest", "exit", "_exit", "xfail", "fail"];

/// Packages whose functions end no test: calls of them are not kept, but for those of [`KEPT`].
const FOREIGN: [&str; 18] = [
    "builtins.",
    "torch.",
    "numpy.",
    "jax.",
    "os.",
    "time.",
    "logging.",
    "copy.",
    "json.",
    "math.",
    "random.",
    "gc.",
    "warnings.",
    "pathlib.",
    "shutil.",
    "re.",
    "collections.",
    "itertools.",
];

/// Words of names of what starts processes or ends a test all the same.
const KEPT: [&str; 14] = [
    "skip",
    "exit",
    "spawn",
    "multiprocess",
    "subprocess",
    "launch",
    "distributed.run.",
    "elastic",
    "init_process_group",
    "popen",
    "require",
    "testing._internal",
    "os.system",
    "super",
];

/// A guard before its names are resolved.
pub(super) struct GuardDraft<'t> {
    parent: Option<GuardId>,
    kind: GuardDraftKind<'t>,
    scope: ScopeId,
    line: u32,
}

pub(super) enum GuardDraftKind<'t> {
    /// A condition, whether it holds, and, where that is known behind a branch that does not come back, whether that
    /// returns.
    Condition {
        node: Node<'t>,
        holds: bool,
        passed: Option<bool>,
    },
    Try(Vec<String>),
    Handler {
        imports: Vec<String>,
        exceptions: Option<Node<'t>>,
    },
    Loop,
}

/// A flow before its names are resolved.
struct FlowDraft<'t> {
    owner: Option<DefinitionId>,
    guard: Option<GuardId>,
    scope: ScopeId,
    node: Node<'t>,
    kind: DraftKind,
}

#[derive(Clone, Copy)]
enum DraftKind {
    Return,
    Raise,
    Call,
    Check,
}

/// What the walk found so far.
#[derive(Default)]
pub(super) struct Flows<'t> {
    guards: Vec<GuardDraft<'t>>,
    flows: Vec<FlowDraft<'t>>,
    /// Functions whose first check was seen.
    checked: HashSet<Option<DefinitionId>>,
    /// Everything that was imported so far, by its dotted name.
    imports: Vec<String>,
}

impl<'t> Walk<'_, 't> {
    /// A guard within that of a place; none where flows are not asked for.
    fn guard(
        &mut self,
        place: Place,
        parent: Option<GuardId>,
        node: Node<'t>,
        kind: GuardDraftKind<'t>,
    ) -> Option<GuardId> {
        let flows = self.structure.flows.as_mut()?;
        let id = GuardId(u32::try_from(flows.guards.len()).ok()?);
        flows.guards.push(GuardDraft { parent, kind, scope: place.scope, line: line_of(node) });
        Some(id)
    }

    /// The guard of a branch in which a condition holds, or not.
    pub(super) fn condition(
        &mut self,
        place: Place,
        parent: Option<GuardId>,
        node: Node<'t>,
        (holds, passed): (bool, Option<bool>),
    ) -> Option<GuardId> {
        self.guard(place, parent, node, GuardDraftKind::Condition { node, holds, passed })
    }

    /// The guard of the body of a loop.
    pub(super) fn in_loop(&mut self, place: Place, node: Node<'t>) -> Option<GuardId> {
        self.guard(place, place.guard, node, GuardDraftKind::Loop)
    }

    /// The guard of the body of a `try`.
    pub(super) fn in_try(&mut self, place: Place, node: Node<'t>) -> Option<GuardId> {
        self.guard(place, place.guard, node, GuardDraftKind::Try(Vec::new()))
    }

    /// How much was imported so far.
    pub(super) fn imported(&self) -> usize {
        self.structure.flows.as_ref().map_or(0, |flows| flows.imports.len())
    }

    /// Tells the guard of a `try` what its body imported.
    pub(super) fn tried(&mut self, guard: Option<GuardId>, since: usize) -> Vec<String> {
        let Some(flows) = self.structure.flows.as_mut() else { return Vec::new() };
        let found = flows.imports[since..].to_vec();
        if let Some(GuardDraftKind::Try(imports)) =
            guard.and_then(|id| flows.guards.get_mut(id.0 as usize)).map(|guard| &mut guard.kind)
        {
            imports.clone_from(&found);
        }
        found
    }

    /// The guard of a handler.
    pub(super) fn in_handler(&mut self, place: Place, clause: Node<'t>, imports: Vec<String>) -> Option<GuardId> {
        let grammar = self.grammar();
        let exceptions =
            grammar.children(clause).into_iter().next().filter(|first| grammar.kind(*first) != Kind::Block);
        self.guard(place, place.guard, clause, GuardDraftKind::Handler { imports, exceptions })
    }

    /// Notes an import.
    pub(super) fn note_import(&mut self, dotted: &str) {
        if let Some(flows) = self.structure.flows.as_mut() {
            flows.imports.push(dotted.to_owned());
        }
    }

    /// What holds behind an `if` whose branches do not come back.
    pub(super) fn passed(&mut self, node: Node<'t>, place: Place) -> Option<GuardId> {
        if self.structure.flows.is_none() || self.grammar().kind(node) != Kind::IfStatement {
            return place.guard;
        }
        let grammar = self.grammar();
        let children = grammar.children(node);
        let condition_of = |clause: &[Node<'t>]| clause.first().copied();
        let block_of = |clause: &[Node<'t>]| clause.iter().copied().find(|child| grammar.kind(*child) == Kind::Block);
        let mut guard = place.guard;
        let has_else = children.iter().any(|child| grammar.kind(*child) == Kind::ElseClause);
        let clauses: Vec<_> = std::iter::once(children.clone())
            .chain(
                children
                    .iter()
                    .filter(|child| grammar.kind(**child) == Kind::ElifClause)
                    .map(|clause| grammar.children(*clause)),
            )
            .collect();
        if has_else {
            let otherwise = children.iter().find(|child| grammar.kind(**child) == Kind::ElseClause);
            let block = otherwise.and_then(|clause| block_of(&grammar.children(*clause)));
            if clauses.len() == 1
                && let Some(returns) = block.and_then(|block| self.never_comes_back(block))
                && let Some(condition) = condition_of(&children)
            {
                return self.condition(place, guard, condition, (true, Some(returns)));
            }
        }
        for clause in &clauses {
            let (Some(condition), Some(block)) = (condition_of(clause), block_of(clause)) else { break };
            let Some(returns) = self.never_comes_back(block) else { break };
            guard = self.condition(place, guard, condition, (false, Some(returns)));
        }
        guard
    }

    /// Where the last statement of a block leaves it for good, whether it returns or goes on with a loop.
    fn never_comes_back(&self, block: Node<'t>) -> Option<bool> {
        let grammar = self.grammar();
        let last = grammar.children(block).last().copied()?;
        match grammar.kind(last) {
            Kind::ReturnStatement => Some(true),
            Kind::RaiseStatement => Some(false),
            Kind::ExpressionStatement => {
                let call = grammar.children(last).first().copied().filter(|call| grammar.kind(*call) == Kind::Call);
                let function = call.and_then(|call| grammar.child(call, grammar.field.function));
                let name = function.map_or("", |function| self.structure.names.text(function));
                ENDS.contains(&name.rsplit('.').next().unwrap_or(name)).then_some(false)
            }
            _ => matches!(last.kind(), "continue_statement" | "break_statement").then_some(true),
        }
    }

    /// Takes note of a statement that may end what it stands in.
    pub(super) fn flow(&mut self, node: Node<'t>, place: Place) {
        if self.structure.flows.is_none() {
            return;
        }
        let grammar = self.grammar();
        match grammar.kind(node) {
            Kind::ReturnStatement => self.add_flow(node, place, DraftKind::Return),
            Kind::RaiseStatement => self.add_flow(node, place, DraftKind::Raise),
            Kind::AssertStatement => self.add_flow(node, place, DraftKind::Check),
            Kind::ExpressionStatement => {
                let Some(mut value) = grammar.children(node).first().copied() else { return };
                if grammar.kind(value) == Kind::Assignment {
                    let Some(right) = grammar.child(value, grammar.field.right) else { return };
                    value = right;
                }
                // A list of marks.
                if matches!(grammar.kind(value), Kind::List | Kind::Tuple) {
                    let calls = grammar.children(value).into_iter().filter(|item| grammar.kind(*item) == Kind::Call);
                    calls.take(MAX_LISTED).for_each(|call| self.call_flow(call, place));
                    return;
                }
                self.call_flow(value, place);
            }
            Kind::WithStatement => {
                let clauses =
                    grammar.children(node).into_iter().filter(|child| grammar.kind(*child) == Kind::WithClause);
                for item in clauses.flat_map(|clause| grammar.children(clause)) {
                    let Some(mut value) = grammar.child(item, grammar.field.value) else { continue };
                    if grammar.kind(value) == Kind::AsPattern {
                        let Some(inner) = grammar.children(value).first().copied() else { continue };
                        value = inner;
                    }
                    self.call_flow(value, place);
                }
            }
            _ => {}
        }
    }

    fn call_flow(&mut self, value: Node<'t>, place: Place) {
        let grammar = self.grammar();
        let value = match grammar.kind(value) {
            Kind::Await => grammar.children(value).first().copied().unwrap_or(value),
            _ => value,
        };
        if grammar.kind(value) != Kind::Call {
            return;
        }
        let function = grammar.child(value, grammar.field.function);
        let written = function.map_or("", |function| self.structure.names.text(function));
        let last = written.rsplit('.').next().unwrap_or(written);
        let checks = last.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("assert"));
        self.add_flow(value, place, if checks { DraftKind::Check } else { DraftKind::Call });
    }

    fn add_flow(&mut self, node: Node<'t>, place: Place, kind: DraftKind) {
        let Some(flows) = self.structure.flows.as_mut() else { return };
        // Of checks the first one says all.
        if matches!(kind, DraftKind::Check) && !flows.checked.insert(place.owner) {
            return;
        }
        flows.flows.push(FlowDraft { owner: place.owner, guard: place.guard, scope: place.scope, node, kind });
    }
}

impl<'t> Flows<'t> {
    /// The guards and flows, in source order.
    pub(super) fn finish(self, names: &Names<'t>, lines: &LineTexts<'t>) -> (Vec<Guard>, Vec<Flow>) {
        let guards = self.guards.into_iter().map(|draft| guard(draft, names)).collect();
        let mut flows: Vec<Flow> = self.flows.into_iter().filter_map(|draft| flow(&draft, names, lines)).collect();
        flows.sort_by_key(|flow| flow.offset);
        (guards, flows)
    }
}

fn guard<'t>(draft: GuardDraft<'t>, names: &Names<'t>) -> Guard {
    let grammar = names.grammar;
    let kind = match draft.kind {
        GuardDraftKind::Condition { node, holds, passed } => {
            let condition = Converter::limited(names, MAX_NODES).expr(node, draft.scope);
            let condition = if holds { condition } else { Expr::Not(Box::new(condition)) };
            match passed {
                Some(returns) => GuardKind::Passed { condition, returns },
                None => GuardKind::If(condition),
            }
        }
        GuardDraftKind::Try(imports) => GuardKind::Try(imports),
        GuardDraftKind::Handler { imports, exceptions } => {
            let mut handled = exceptions.into_iter().collect::<Nodes<'_>>();
            if let Some(only) = handled.first().copied() {
                let only = match grammar.kind(only) {
                    Kind::AsPattern => grammar.children(only).first().copied().unwrap_or(only),
                    _ => only,
                };
                handled = if grammar.kind(only) == Kind::Tuple { grammar.children(only) } else { smallvec![only] };
            }
            let exceptions = handled.into_iter().filter_map(|node| names.dotted(node, draft.scope)).collect();
            GuardKind::Handler { imports, exceptions }
        }
        GuardDraftKind::Loop => GuardKind::Loop,
    };
    Guard { parent: draft.parent, kind, line: draft.line }
}

fn flow<'t>(draft: &FlowDraft<'t>, names: &Names<'t>, lines: &LineTexts<'t>) -> Option<Flow> {
    let grammar = names.grammar;
    let mut converter = Converter::limited(names, MAX_NODES);
    let (kind, what) = match draft.kind {
        DraftKind::Check => (FlowKind::Check, String::new()),
        DraftKind::Return => {
            let value = grammar.children(draft.node).first().map(|value| converter.expr(*value, draft.scope));
            (FlowKind::Return(value), "return".to_owned())
        }
        DraftKind::Raise => {
            let raised = grammar.children(draft.node).first().copied()?;
            let raised = match grammar.kind(raised) {
                Kind::Call => grammar.child(raised, grammar.field.function)?,
                _ => raised,
            };
            let name = names.dotted(raised, draft.scope)?;
            (FlowKind::Raise(name.clone()), name)
        }
        DraftKind::Call => {
            let function = grammar.child(draft.node, grammar.field.function)?;
            let name = names.dotted(function, draft.scope)?;
            if !may_end(&name, names.text(function)) {
                return None;
            }
            let call = converter.call(draft.node, draft.scope)?;
            (FlowKind::Call(Box::new(call)), name)
        }
    };
    let evidence = lines.evidence(draft.node, &what);
    Some(Flow { owner: draft.owner, guard: draft.guard, offset: offset_of(draft.node), evidence, kind })
}

/// Whether a call may end a test, or start processes, as far as its name says.
fn may_end(name: &str, written: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if KEPT.iter().any(|word| lower.contains(word)) {
        return true;
    }
    match name.strip_prefix(UNKNOWN_ROOT) {
        // A method of the receiver; of anything else it is not known.
        Some(rest) => rest.starts_with('.') && (written.starts_with("self.") || written.starts_with("cls.")),
        None => !FOREIGN.iter().any(|package| name.starts_with(package)),
    }
}
