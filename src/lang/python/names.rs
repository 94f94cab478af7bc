//! What a name means at a place: scopes, imports, aliases. Within one file only.
//!
//! The rules are those of the Python reference, "Naming and binding" (4.2): a name bound anywhere in a function is
//! local to it, class scopes are visible in their own body only, the last binding before a use counts in the same
//! scope and the last one at all from inside a function. A binding in an `if`, `try`, loop or `with` may or may not
//! have happened, so a name can stand for several things; a detector matches when one of them matches.
//!
//! Dotted names: `numpy.random.rand` (absolute imports), `..common.rand` (relative ones, with their dots),
//! `:TestA.helper` (defined in this file), `builtins.range`, `?.x` (unknown). The result of a call ends with `()`.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use tree_sitter::Node;

use super::{
    aliases::{Mentions, Reach},
    grammar::{Grammar, Kind},
    position::offset_of,
};
use crate::{
    lang::{anchors::words, name_pattern::UNKNOWN_ROOT},
    model::DefinitionId,
};

/// How many aliases are followed from one name: `a = b`, `b = c`, …
const MAX_ALIASES: u8 = 12;
/// How many meanings of one name are kept.
const MAX_MEANINGS: usize = 8;
/// How many classes are asked for an attribute of one of them.
const MAX_BASES: usize = 16;

/// How many nodes of a statement are passed on the way down to one of its nodes: the way is gone for each node.
const MAX_ANCESTORS: usize = 256;

/// Names a [`Scope`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ScopeId(u32);

/// The module's scope.
pub(super) const MODULE: ScopeId = ScopeId(0);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Module,
    Class,
    Function,
}

#[derive(Debug)]
pub(super) struct Scope<'t> {
    pub(super) parent: Option<ScopeId>,
    pub(super) kind: ScopeKind,
    pub(super) definition: Option<DefinitionId>,
    /// The first parameter of a function directly in a class: `self` or `cls`.
    pub(super) receiver: Option<&'t str>,
    /// The bases of a class.
    pub(super) superclasses: Option<Node<'t>>,
    /// The range of a function, in which its names mean something.
    pub(super) reach: Reach,
}

/// What a name is bound to.
#[derive(Debug, Clone)]
pub(super) enum Bound<'t> {
    /// An import's dotted name.
    Import(String),
    /// An assigned expression, in the scope of the binding.
    Value(Node<'t>),
    Definition(DefinitionId),
    /// Something that is not followed: a parameter, a loop variable.
    Unknown,
}

#[derive(Debug, Clone)]
pub(super) struct Local<'t> {
    pub(super) offset: u32,
    pub(super) conditional: bool,
    pub(super) bound: Bound<'t>,
}

/// All scopes of a file.
pub(super) struct Names<'t> {
    pub(super) grammar: &'t Grammar,
    pub(super) text: &'t [u8],
    scopes: Vec<Scope<'t>>,
    locals: FxHashMap<(ScopeId, &'t str), SmallVec<[Local<'t>; 1]>>,
    /// What methods of a class assign to attributes of `self`, with the method's scope.
    members: FxHashMap<(ScopeId, &'t str), Vec<(Local<'t>, ScopeId)>>,
    /// Names that a function declares `global` or `nonlocal`, with the scope that they belong to.
    elsewhere: FxHashMap<(ScopeId, &'t str), ScopeId>,
    /// Names of functions whose values are changed in place.
    changed: FxHashSet<(ScopeId, &'t str)>,
    /// What every binding mentions, for finding aliases.
    pub(super) mentions: Mentions<'t>,
    /// Modules that were star-imported, in order.
    stars: Vec<String>,
    /// Dotted paths of the definitions within the file, by id.
    paths: Vec<String>,
}

/// One meaning of an expression.
#[derive(Debug, Clone)]
pub(super) struct Meaning<'t> {
    pub(super) name: String,
    /// The last call on the way to it, and the scope it stands in: for `rng.normal` the call that made `rng`.
    pub(super) call: Option<(Node<'t>, ScopeId)>,
}

impl<'t> Names<'t> {
    pub(super) fn new(grammar: &'t Grammar, text: &'t [u8]) -> Self {
        let module = Scope {
            parent: None,
            kind: ScopeKind::Module,
            definition: None,
            receiver: None,
            superclasses: None,
            reach: None,
        };
        Self {
            grammar,
            text,
            scopes: vec![module],
            locals: FxHashMap::default(),
            members: FxHashMap::default(),
            elsewhere: FxHashMap::default(),
            changed: FxHashSet::default(),
            mentions: Mentions::default(),
            stars: Vec::new(),
            paths: Vec::new(),
        }
    }

    pub(super) fn add_scope(&mut self, scope: Scope<'t>) -> ScopeId {
        self.scopes.push(scope);
        ScopeId(u32::try_from(self.scopes.len() - 1).expect("fewer scopes than bytes"))
    }

    pub(super) fn scope(&self, id: ScopeId) -> &Scope<'t> {
        &self.scopes[id.0 as usize]
    }

    /// Records the dotted path of the next definition.
    pub(super) fn add_path(&mut self, parent: Option<DefinitionId>, name: &str) {
        let path = match parent {
            Some(parent) => format!("{}.{name}", self.paths[parent.0 as usize]),
            None => format!(":{name}"),
        };
        self.paths.push(path);
    }

    pub(super) fn bind(&mut self, scope: ScopeId, name: &'t str, local: Local<'t>) {
        self.mention(name, self.scope(scope).reach, &local.bound);
        self.locals.entry((scope, name)).or_default().push(local);
    }

    /// Records that a function's `name` is that of the module, or of a function around it.
    pub(super) fn declare(&mut self, scope: ScopeId, name: &'t str, global: bool) {
        let mut around = std::iter::successors(self.scope(scope).parent, |id| self.scope(*id).parent);
        let owner = around.find(|id| !global && self.locals.contains_key(&(*id, name))).unwrap_or(MODULE);
        self.elsewhere.insert((scope, name), owner);
    }

    /// The scope that a name bound in this scope belongs to, where it was declared to be another one.
    pub(super) fn declared(&self, scope: ScopeId, name: &'t str) -> Option<ScopeId> {
        self.elsewhere.get(&(scope, name)).copied()
    }

    /// Records an assignment to `self.name` in a method whose class has this scope.
    pub(super) fn bind_member(&mut self, class: ScopeId, name: &'t str, local: Local<'t>, method: ScopeId) {
        self.mention(name, None, &local.bound);
        self.members.entry((class, name)).or_default().push((local, method));
    }

    pub(super) fn add_star(&mut self, module: String) {
        self.stars.push(module);
    }

    /// The text of a node; empty where it is not UTF-8.
    pub(super) fn text(&self, node: Node<'_>) -> &'t str {
        std::str::from_utf8(&self.text[node.byte_range()]).unwrap_or_default()
    }

    /// What the expression can mean at its place in the scope. Empty where it is no name at all.
    pub(super) fn resolve(&self, node: Node<'t>, scope: ScopeId) -> Vec<Meaning<'t>> {
        let mut meanings = Vec::new();
        self.resolve_into(node, scope, MAX_ALIASES, &mut meanings);
        meanings
    }

    /// The first meaning's name, which is the only one of most names.
    pub(super) fn dotted(&self, node: Node<'t>, scope: ScopeId) -> Option<String> {
        self.resolve(node, scope).into_iter().next().map(|meaning| meaning.name)
    }

    fn resolve_into(&self, node: Node<'t>, scope: ScopeId, fuel: u8, meanings: &mut Vec<Meaning<'t>>) {
        let Some(chain) = self.chain(node) else { return };
        let Some(root) = chain.root else {
            let call = chain.call.map(|call| (call, scope));
            return meanings.push(Meaning { name: format!("{UNKNOWN_ROOT}{}", chain.links), call });
        };
        let name = self.text(root);
        let add = |meanings: &mut Vec<_>, base: &str, links: &str, call: Option<(Node<'t>, ScopeId)>| {
            if meanings.len() < MAX_MEANINGS {
                let call = chain.call.map(|call| (call, scope)).or(call);
                meanings.push(Meaning { name: format!("{base}{links}"), call });
            }
        };
        let links = chain.links.as_str();
        let offset = offset_of(root);
        let Some((found_in, locals)) = self.lookup(name, scope, offset) else {
            for module in &self.stars {
                add(meanings, &format!("{module}.{name}"), links, None);
            }
            return add(meanings, &format!("builtins.{name}"), links, None);
        };
        for local in locals {
            // Every binding has a meaning at least, so that bindings of each other do not multiply.
            if meanings.len() >= MAX_MEANINGS {
                break;
            }
            let class = match &local.bound {
                Bound::Import(dotted) => {
                    add(meanings, dotted, links, None);
                    continue;
                }
                Bound::Value(value) => {
                    let mut inner = Vec::new();
                    if fuel > 0 {
                        self.resolve_into(*value, found_in, fuel - 1, &mut inner);
                    }
                    if inner.is_empty() {
                        add(meanings, UNKNOWN_ROOT, links, None);
                    }
                    for meaning in inner {
                        add(meanings, &meaning.name, links, meaning.call);
                    }
                    continue;
                }
                Bound::Definition(id) => Some(scope_of(*id)),
                Bound::Unknown => self.receiver_class(name, scope),
            };
            let members = class.map(|class| self.members_of(class, links, fuel)).unwrap_or_default();
            for (meaning, rest) in &members {
                add(meanings, &meaning.name, rest, meaning.call);
            }
            match &local.bound {
                _ if !members.is_empty() => {}
                Bound::Definition(id) => add(meanings, &self.paths[id.0 as usize], links, None),
                _ => add(meanings, UNKNOWN_ROOT, links, None),
            }
        }
    }

    /// What the first of these links means as an attribute of a class or its instances: assigned to `self` in some
    /// method, bound in the class body, or else the same of a base in this file. With the links behind it.
    fn members_of<'c>(&self, class: ScopeId, links: &'c str, fuel: u8) -> Vec<(Meaning<'t>, &'c str)> {
        let mut found = Vec::new();
        let Some(chain) = links.strip_prefix('.') else { return found };
        if self.scope(class).kind != ScopeKind::Class || fuel == 0 {
            return found;
        }
        let (attribute, rest) = chain.split_at(chain.find(['.', '(']).unwrap_or(chain.len()));
        let Some(class) = self.binder_of(class, attribute) else { return found };
        let assigned = self.members.get(&(class, attribute)).map(Vec::as_slice).unwrap_or_default();
        let declared = self.locals.get(&(class, attribute)).map(SmallVec::as_slice).unwrap_or_default();
        for (local, scope) in
            assigned.iter().map(|(local, scope)| (local, *scope)).chain(declared.iter().map(|local| (local, class)))
        {
            if found.len() >= MAX_MEANINGS {
                break;
            }
            match &local.bound {
                Bound::Value(value) => {
                    let mut inner = Vec::new();
                    self.resolve_into(*value, scope, fuel - 1, &mut inner);
                    found.extend(inner.into_iter().map(|meaning| (meaning, rest)));
                }
                Bound::Definition(id) => {
                    found.push((Meaning { name: self.paths[id.0 as usize].clone(), call: None }, rest));
                }
                Bound::Import(dotted) => found.push((Meaning { name: dotted.clone(), call: None }, rest)),
                Bound::Unknown => {}
            }
        }
        found
    }

    /// The class that binds an attribute: this one, or the nearest of its bases in this file.
    fn binder_of(&self, class: ScopeId, attribute: &str) -> Option<ScopeId> {
        let mut classes = vec![class];
        let mut next = 0;
        while let Some(class) = classes.get(next).copied().filter(|_| next < MAX_BASES) {
            let key = (class, attribute);
            if self.members.contains_key(&key) || self.locals.contains_key(&key) {
                return Some(class);
            }
            next += 1;
            let scope = self.scope(class);
            let bases = scope.superclasses.map(|list| self.grammar.children(list)).unwrap_or_default();
            for base in bases.into_iter().filter(|base| self.grammar.kind(*base) == Kind::Identifier) {
                let offset = offset_of(base);
                let found = self.lookup(self.text(base), scope.parent.unwrap_or(MODULE), offset);
                classes.extend(found.into_iter().flat_map(|(_, locals)| locals).filter_map(
                    |local| match local.bound {
                        Bound::Definition(id) => Some(scope_of(id)),
                        _ => None,
                    },
                ));
            }
        }
        None
    }

    /// The class whose instance `root` is, when it is the receiver of an enclosing method.
    pub(super) fn receiver_class(&self, root: &str, scope: ScopeId) -> Option<ScopeId> {
        let mut at = Some(scope);
        while let Some(id) = at {
            let scope = self.scope(id);
            if scope.receiver == Some(root) {
                return scope.parent;
            }
            at = scope.parent;
        }
        None
    }

    /// The bindings that a name can refer to, and the scope that holds them.
    fn lookup<'a>(&'a self, name: &'a str, scope: ScopeId, offset: u32) -> Option<(ScopeId, Vec<&'a Local<'t>>)> {
        let mut at = Some(scope);
        let mut own = true;
        while let Some(id) = at {
            let current = self.scope(id);
            if (own || current.kind != ScopeKind::Class)
                && let Some(locals) = self.locals.get(&(id, name))
            {
                let before: Vec<_> = locals.iter().filter(|local| !own || local.offset < offset).collect();
                if !before.is_empty() {
                    return Some((id, live(&before)));
                }
                // Bound later in the same function: local all the same, so nothing outside counts.
                if current.kind == ScopeKind::Function {
                    return Some((id, live(&locals.iter().collect::<Vec<_>>())));
                }
            }
            own = false;
            at = current.parent;
        }
        None
    }

    /// The one expression that a plain name is bound to here, and the scope of that binding.
    pub(super) fn local_value(&self, node: Node<'t>, scope: ScopeId) -> Option<(Node<'t>, ScopeId)> {
        if self.grammar.kind(node) != Kind::Identifier {
            return None;
        }
        let offset = offset_of(node);
        let (found_in, locals) = self.lookup(self.text(node), scope, offset)?;
        match locals.as_slice() {
            [Local { bound: Bound::Value(value), .. }] => Some((*value, found_in)),
            _ => None,
        }
    }

    /// Whether a plain name, seen from a function, is a variable of the module: assigned there, and not a constant by its
    /// name and value alone.
    pub(super) fn is_of_module(&self, node: Node<'t>, scope: ScopeId) -> bool {
        if self.grammar.kind(node) != Kind::Identifier || self.scope(scope).kind != ScopeKind::Function {
            return false;
        }
        let name = self.text(node);
        if self.declared(scope, name) == Some(MODULE) {
            return true;
        }
        let found = self.lookup(name, scope, offset_of(node));
        found.is_some_and(|(found_in, locals)| {
            found_in == MODULE && locals.iter().all(|local| matches!(local.bound, Bound::Value(_)))
        })
    }

    /// Whether a name or a chain of attributes begins with something that was imported, under whatever name.
    pub(super) fn is_imported(&self, node: Node<'t>, scope: ScopeId) -> bool {
        let Some(chain) = self.chain(node).filter(|chain| !chain.links.contains('(')) else { return false };
        let found = chain.root.and_then(|root| self.lookup(self.text(root), scope, offset_of(root)));
        found.is_some_and(|(_, locals)| locals.iter().all(|local| matches!(local.bound, Bound::Import(_))))
    }

    /// Notes that a function changes what a name of its own holds.
    pub(super) fn change(&mut self, name: &'t str, scope: ScopeId) {
        self.changed.insert((scope, name));
    }

    /// Whether a name of a function holds something else than what it was bound to.
    pub(super) fn is_changed(&self, name: &'t str, scope: ScopeId) -> bool {
        self.changed.contains(&(scope, name))
    }

    /// The path of the one definition within a function that a plain name is bound to: `:make.inner`.
    pub(super) fn local_function(&self, node: Node<'t>, scope: ScopeId) -> Option<&str> {
        if self.grammar.kind(node) != Kind::Identifier {
            return None;
        }
        let (found_in, locals) = self.lookup(self.text(node), scope, offset_of(node))?;
        match locals.as_slice() {
            [Local { bound: Bound::Definition(id), .. }] if self.scope(found_in).kind == ScopeKind::Function => {
                self.paths.get(id.0 as usize).map(String::as_str)
            }
            _ => None,
        }
    }

    /// Whether the root of a chain is bound in a function, where resolution across files cannot look it up.
    pub(super) fn is_function_local(&self, node: Node<'t>, scope: ScopeId) -> bool {
        let Some(root) = self.chain(node).and_then(|chain| chain.root) else { return false };
        let offset = offset_of(root);
        self.lookup(self.text(root), scope, offset)
            .is_some_and(|(found_in, _)| self.scope(found_in).kind == ScopeKind::Function)
    }

    /// The node's parent, looked for from the statement downwards: `Node::parent` begins at the root of the file.
    pub(super) fn parent(&self, node: Node<'t>, unit: Node<'t>) -> Option<Node<'t>> {
        ancestors(node, unit).last()
    }

    /// Whether a lambda's parameter or a comprehension's target of that name stands around the node.
    /// `unit` is the statement to look in.
    pub(super) fn shadowed_in_expression(&self, node: Node<'t>, unit: Node<'t>) -> bool {
        let grammar = self.grammar;
        let Some(root) = self.chain(node).and_then(|chain| chain.root) else { return false };
        let name = self.text(root);
        let is_in = |part: Node<'t>| part.byte_range().contains(&node.start_byte());
        for parent in ancestors(node, unit) {
            match grammar.kind(parent) {
                Kind::Lambda => {
                    // Defaults are evaluated outside.
                    let parameters = grammar.child(parent, grammar.field.parameters);
                    if parameters.is_some_and(|parameters| !is_in(parameters) && self.binds(parameters, name)) {
                        return true;
                    }
                }
                Kind::ListComprehension
                | Kind::SetComprehension
                | Kind::DictionaryComprehension
                | Kind::GeneratorExpression => {
                    let mut clauses = grammar.children(parent);
                    clauses.retain(|clause| grammar.kind(*clause) == Kind::ForInClause);
                    // The outermost iterable is evaluated outside.
                    let outermost = clauses.first().and_then(|clause| grammar.child(*clause, grammar.field.right));
                    let binds = clauses.iter().any(|clause| {
                        grammar.child(*clause, grammar.field.left).is_some_and(|left| self.binds(left, name))
                    });
                    if binds && !outermost.is_some_and(is_in) {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// Whether a pattern or a parameter list mentions the name (defaults included: rare enough).
    fn binds(&self, node: Node<'t>, name: &str) -> bool {
        words(&self.text[node.byte_range()]).any(|(_, word)| word == name.as_bytes())
    }
}

/// The scope of a definition's body: every definition has one, in the same order, behind the module's.
pub(super) fn scope_of(id: DefinitionId) -> ScopeId {
    ScopeId(id.0 + 1)
}

/// The bindings that can be in effect after all of these ran: the last unconditional one and what may follow it.
fn live<'a, 't>(locals: &[&'a Local<'t>]) -> Vec<&'a Local<'t>> {
    let first = locals.iter().rposition(|local| !local.conditional).unwrap_or_default();
    locals[first..].to_vec()
}

/// The nodes from `unit` down to the parent of `node`; only the outermost where a statement is nested too deeply.
pub(super) fn ancestors<'t>(node: Node<'t>, unit: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    std::iter::successors(Some(unit), move |at| at.child_with_descendant(node))
        .take_while(move |at| *at != node)
        .take(MAX_ANCESTORS)
}
