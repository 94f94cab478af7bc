//! What a name means at a place: scopes, imports, aliases. Within one file only.
//!
//! The rules are those of the Python reference, "Naming and binding" (4.2): a name bound anywhere in a function is
//! local to it, class scopes are visible in their own body only, the last binding before a use counts in the same
//! scope and the last one at all from inside a function. A binding in an `if`, `try`, loop or `with` may or may not
//! have happened, so a name can stand for several things; a detector matches when one of them matches.
//!
//! Dotted names: `numpy.random.rand` (absolute imports), `..common.rand` (relative ones, with their dots),
//! `:TestA.helper` (defined in this file), `builtins.range`, `?.x` (unknown). The result of a call ends with `()`.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use tree_sitter::Node;

use super::grammar::{Grammar, Kind};
use crate::{
    lang::{anchors::words, name_pattern::UNKNOWN_ROOT},
    model::DefinitionId,
};

/// How many aliases are followed from one name: `a = b`, `b = c`, …
const MAX_ALIASES: u8 = 12;
/// How many meanings of one name are kept.
const MAX_MEANINGS: usize = 8;
/// How many links of a chain `a.b().c` are read.
const MAX_LINKS: usize = 32;

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

/// A chain of attributes and calls: `np.random.default_rng(0).normal` is root `np`, links `.random.default_rng().normal`.
struct Chain<'t> {
    root: Option<Node<'t>>,
    links: String,
    call: Option<Node<'t>>,
}

impl<'t> Names<'t> {
    pub(super) fn new(grammar: &'t Grammar, text: &'t [u8]) -> Self {
        let module = Scope { parent: None, kind: ScopeKind::Module, definition: None, receiver: None };
        Self {
            grammar,
            text,
            scopes: vec![module],
            locals: FxHashMap::default(),
            members: FxHashMap::default(),
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
        self.locals.entry((scope, name)).or_default().push(local);
    }

    /// Records an assignment to `self.name` in a method whose class has this scope.
    pub(super) fn bind_member(&mut self, class: ScopeId, name: &'t str, local: Local<'t>, method: ScopeId) {
        self.members.entry((class, name)).or_default().push((local, method));
    }

    pub(super) fn add_star(&mut self, module: String) {
        self.stars.push(module);
    }

    /// The text of a node; empty where it is not UTF-8.
    pub(super) fn text(&self, node: Node<'_>) -> &'t str {
        std::str::from_utf8(&self.text[node.byte_range()]).unwrap_or_default()
    }

    /// Names whose import or value contains one of the words: they stand for something that is looked for.
    ///
    /// Of a call's result only where `is_called` says that somebody looks at it.
    pub(super) fn names_of_words(
        &self,
        is_word: impl Fn(&[u8]) -> bool,
        is_called: impl Fn(&[u8]) -> bool,
    ) -> Vec<&'t str> {
        let mentions = |text: &[u8]| words(text).any(|(_, word)| is_word(word));
        let stands_for = |local: &Local<'t>| match &local.bound {
            Bound::Import(dotted) => mentions(dotted.as_bytes()),
            // Only what can be an alias: a name, a chain, a call of one.
            Bound::Value(node) => match self.grammar.kind(*node) {
                Kind::Identifier => mentions(&self.text[node.byte_range()]),
                Kind::Attribute | Kind::Call => {
                    let head = self.head(*node);
                    let called = head.contains(&b'(') || self.grammar.kind(*node) == Kind::Call;
                    mentions(head) && (!called || words(head).any(|(_, word)| is_called(word)))
                }
                _ => false,
            },
            Bound::Definition(_) | Bound::Unknown => false,
        };
        let locals = self.locals.iter().map(|((_, name), locals)| (*name, locals.iter().any(&stands_for)));
        let members = self.members.iter().map(|((_, name), members)| {
            (*name, members.iter().any(|(local, _)| stands_for(local)))
        });
        locals.chain(members).filter(|(_, stands_for)| *stands_for).map(|(name, _)| name).collect()
    }

    /// The text of a chain up to its last call's arguments.
    fn head(&self, node: Node<'t>) -> &'t [u8] {
        let end = match self.grammar.kind(node) {
            Kind::Call => self
                .grammar
                .child(node, self.grammar.field.function)
                .map_or(node.end_byte(), |function| function.end_byte()),
            _ => node.end_byte(),
        };
        &self.text[node.start_byte()..end]
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
        let mut add = |base: String, call: Option<(Node<'t>, ScopeId)>| {
            if meanings.len() < MAX_MEANINGS {
                let call = chain.call.map(|call| (call, scope)).or(call);
                meanings.push(Meaning { name: base + &chain.links, call });
            }
        };
        let offset = u32::try_from(root.start_byte()).unwrap_or(u32::MAX);
        let Some((found_in, locals)) = self.lookup(name, scope, offset) else {
            for module in &self.stars {
                add(format!("{module}.{name}"), None);
            }
            return add(format!("builtins.{name}"), None);
        };
        for local in locals {
            match &local.bound {
                Bound::Import(dotted) => add(dotted.clone(), None),
                Bound::Definition(id) => add(self.paths[id.0 as usize].clone(), None),
                Bound::Value(value) if fuel > 0 => {
                    let mut inner = Vec::new();
                    self.resolve_into(*value, found_in, fuel - 1, &mut inner);
                    if inner.is_empty() {
                        add(UNKNOWN_ROOT.to_owned(), None);
                    }
                    for meaning in inner {
                        add(meaning.name, meaning.call);
                    }
                }
                Bound::Value(_) => add(UNKNOWN_ROOT.to_owned(), None),
                Bound::Unknown => match self.member(name, &chain, scope, fuel) {
                    Some(members) => {
                        for (meaning, rest) in members {
                            if meanings.len() < MAX_MEANINGS {
                                let call = chain.call.map(|call| (call, scope)).or(meaning.call);
                                meanings.push(Meaning { name: meaning.name + rest, call });
                            }
                        }
                        return;
                    }
                    None => add(UNKNOWN_ROOT.to_owned(), None),
                },
            }
        }
    }

    /// What `self.attribute` means: assigned in some method, or bound in the class body.
    fn member<'c>(
        &self,
        root: &str,
        chain: &'c Chain<'t>,
        scope: ScopeId,
        fuel: u8,
    ) -> Option<Vec<(Meaning<'t>, &'c str)>> {
        let class = self.receiver_class(root, scope)?;
        let links = chain.links.strip_prefix('.')?;
        let end = links.find(['.', '(']).unwrap_or(links.len());
        let (attribute, rest) = links.split_at(end);
        let assigned = self.members.get(&(class, attribute)).map(Vec::as_slice).unwrap_or_default();
        let declared = self.locals.get(&(class, attribute)).map(SmallVec::as_slice).unwrap_or_default();
        let mut found = Vec::new();
        for (local, scope) in
            assigned.iter().map(|(local, scope)| (local, *scope)).chain(declared.iter().map(|local| (local, class)))
        {
            match &local.bound {
                Bound::Value(value) if fuel > 0 => {
                    let mut inner = Vec::new();
                    self.resolve_into(*value, scope, fuel - 1, &mut inner);
                    found.extend(inner.into_iter().map(|meaning| (meaning, rest)));
                }
                Bound::Definition(id) => {
                    found.push((Meaning { name: self.paths[id.0 as usize].clone(), call: None }, rest));
                }
                Bound::Import(dotted) => found.push((Meaning { name: dotted.clone(), call: None }, rest)),
                Bound::Value(_) | Bound::Unknown => {}
            }
        }
        (!found.is_empty()).then_some(found)
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
    fn lookup<'a>(
        &'a self,
        name: &'a str,
        scope: ScopeId,
        offset: u32,
    ) -> Option<(ScopeId, Vec<&'a Local<'t>>)> {
        let mut at = Some(scope);
        let mut own = true;
        while let Some(id) = at {
            let current = self.scope(id);
            if own || current.kind != ScopeKind::Class {
                if let Some(locals) = self.locals.get(&(id, name)) {
                    let before: Vec<_> = locals.iter().filter(|local| !own || local.offset < offset).collect();
                    if !before.is_empty() {
                        return Some((id, live(&before)));
                    }
                    // Bound later in the same function: local all the same, so nothing outside counts.
                    if current.kind == ScopeKind::Function {
                        return Some((id, live(&locals.iter().collect::<Vec<_>>())));
                    }
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
        let offset = u32::try_from(node.start_byte()).unwrap_or(u32::MAX);
        match self.lookup(self.text(node), scope, offset)? {
            (found_in, locals) => match locals.as_slice() {
                [Local { bound: Bound::Value(value), .. }] => Some((*value, found_in)),
                _ => None,
            },
        }
    }

    /// Whether the root of a chain is bound in a function, where resolution across files cannot look it up.
    pub(super) fn is_function_local(&self, node: Node<'t>, scope: ScopeId) -> bool {
        let Some(root) = self.chain(node).and_then(|chain| chain.root) else { return false };
        let offset = u32::try_from(root.start_byte()).unwrap_or(u32::MAX);
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
        for parent in ancestors(node, unit) {
            match grammar.kind(parent) {
                Kind::Lambda => {
                    let parameters = grammar.child(parent, grammar.field.parameters);
                    if parameters.is_some_and(|parameters| self.binds(parameters, name)) {
                        return true;
                    }
                }
                Kind::ListComprehension
                | Kind::SetComprehension
                | Kind::DictionaryComprehension
                | Kind::GeneratorExpression => {
                    let clauses = grammar.children(parent);
                    let binds = clauses.iter().filter(|clause| grammar.kind(**clause) == Kind::ForInClause).any(|clause| {
                        grammar.child(*clause, grammar.field.left).is_some_and(|left| self.binds(left, name))
                    });
                    if binds {
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

    /// Takes an expression apart: names, attributes, calls, `getattr(x, "literal")`, parentheses, `await`.
    fn chain(&self, node: Node<'t>) -> Option<Chain<'t>> {
        let grammar = self.grammar;
        let mut links: Vec<String> = Vec::new();
        let mut call = None;
        let mut at = node;
        let root = loop {
            if links.len() > MAX_LINKS {
                return None;
            }
            match grammar.kind(at) {
                Kind::Identifier => break Some(at),
                Kind::Attribute => {
                    links.push(format!(".{}", self.text(grammar.child(at, grammar.field.attribute)?)));
                    at = grammar.child(at, grammar.field.object)?;
                }
                Kind::Call => {
                    if let Some((object, attribute)) = self.getattr(at) {
                        links.push(format!(".{attribute}"));
                        at = object;
                    } else {
                        links.push("()".to_owned());
                        call = call.or(Some(at));
                        at = grammar.child(at, grammar.field.function)?;
                    }
                }
                Kind::ParenthesizedExpression | Kind::Await => at = *grammar.children(at).first()?,
                // Something that is no name: an attribute of it is still worth its own name.
                _ if links.is_empty() => return None,
                _ => break None,
            }
        };
        links.reverse();
        Some(Chain { root, links: links.concat(), call })
    }

    /// `getattr(object, "attribute"[, default])`.
    fn getattr(&self, call: Node<'t>) -> Option<(Node<'t>, &'t str)> {
        let grammar = self.grammar;
        let function = grammar.child(call, grammar.field.function)?;
        if grammar.kind(function) != Kind::Identifier || self.text(function) != "getattr" {
            return None;
        }
        let arguments = grammar.children(grammar.child(call, grammar.field.arguments)?);
        let [object, name, ..] = arguments.as_slice() else { return None };
        let literal = self.plain_string(*name)?;
        let is_name = literal.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric()) && !literal.is_empty();
        is_name.then_some((*object, literal))
    }

    /// The content of a string literal without prefix, interpolation or escapes that matter to a name.
    pub(super) fn plain_string(&self, node: Node<'t>) -> Option<&'t str> {
        if self.grammar.kind(node) != Kind::String {
            return None;
        }
        match self.grammar.children(node).as_slice() {
            [_start, _end] => Some(""),
            [_start, content, _end] if self.grammar.kind(*content) == Kind::StringContent => Some(self.text(*content)),
            _ => None,
        }
    }
}

/// The bindings that can be in effect after all of these ran: the last unconditional one and what may follow it.
fn live<'a, 't>(locals: &[&'a Local<'t>]) -> Vec<&'a Local<'t>> {
    let first = locals.iter().rposition(|local| !local.conditional).unwrap_or_default();
    locals[first..].to_vec()
}

/// The nodes from `unit` down to the parent of `node`.
fn ancestors<'t>(node: Node<'t>, unit: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    std::iter::successors(Some(unit), move |at| at.child_with_descendant(node)).take_while(move |at| *at != node)
}
