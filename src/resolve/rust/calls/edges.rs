//! What leads to what: from each use of a callable to the functions, types and macros that it may mean, and from types to the
//! methods that others call on them.

use super::collect::{Callable, Collected};
use super::index::Index;
use crate::model::graph::{Edge, EdgeKind, Gate, NodeId};
use crate::model::rust::{CodeUse, CodeUseKind};

/// A name that more functions have says nothing of each.
const MANY: usize = 64;

/// The edges of one callable.
pub(super) struct Builder<'b> {
    index: &'b Index<'b>,
    caller: &'b Callable,
    from: NodeId,
    edges: Vec<Edge>,
}

fn node(at: usize) -> NodeId {
    NodeId::try_from(at).unwrap_or(NodeId::MAX)
}

impl<'b> Builder<'b> {
    pub(super) fn new(collected: &'b Collected, index: &'b Index<'b>, at: usize) -> Self {
        Self { index, caller: &collected.callables[at], from: node(at), edges: Vec::new() }
    }

    /// All of them.
    pub(super) fn edges(mut self) -> Vec<Edge> {
        for used in &self.caller.code.uses {
            self.used(used);
        }
        // Whoever runs it has what it gives.
        let returns = self.caller.returns.iter();
        for word in returns {
            let word = if &**word == "Self" { self.caller.owner.as_ref().unwrap_or(word) } else { word };
            self.type_used(0, word, EdgeKind::ClassPassed);
        }
        self.edges
    }

    fn edge(&mut self, block: u32, to: NodeId, kind: EdgeKind, gate: Gate) {
        if to != self.from {
            self.edges.push(Edge { from: self.from, block, to, kind, is_named: false, gate });
        }
    }

    fn type_used(&mut self, block: u32, name: &str, kind: EdgeKind) {
        if let Some(to) = self.index.type_node(name) {
            self.edge(block, to, kind, Gate::Open);
        }
    }

    fn used(&mut self, used: &CodeUse) {
        let name = self.caller.code.word(used.name);
        match used.kind {
            CodeUseKind::Macro => {
                let last = name.rsplit("::").next().unwrap_or(name);
                for at in self.index.macros(last) {
                    self.edge(used.branch, node(*at), EdgeKind::Call, Gate::Open);
                }
            }
            CodeUseKind::Call => self.path(used.branch, name, EdgeKind::Call),
            CodeUseKind::Value => self.path(used.branch, name, EdgeKind::Passed),
            CodeUseKind::Method => self.method(used, name),
        }
    }

    /// A path that is called, or read.
    fn path(&mut self, block: u32, path: &str, kind: EdgeKind) {
        let mut names = path.rsplit("::");
        let (last, before) = (names.next().unwrap_or_default(), names.next());
        let owner = match before {
            Some("Self") => self.caller.owner.as_deref(),
            before => before,
        };
        if last == "Self" {
            if let Some(owner) = &self.caller.owner {
                self.type_used(block, owner, EdgeKind::Instance);
            }
            return;
        }
        let is_type = last.starts_with(|first: char| first.is_uppercase());
        if is_type {
            self.type_used(block, last, EdgeKind::Instance);
        }
        if let Some(owner) = owner {
            let is_variant = is_type && self.index.kind(owner).is_some_and(|own| own.variants.contains(last));
            self.type_used(block, owner, if is_variant { EdgeKind::Instance } else { EdgeKind::ClassPassed });
        } else if is_type {
            for owner in self.index.enums(last) {
                self.type_used(block, owner, EdgeKind::Instance);
            }
        }
        let found = self.index.of_path(self.caller, path);
        if !found.is_empty() {
            let kind = if found.len() == 1 { kind } else { EdgeKind::Several };
            return self.all(block, &found, kind, true);
        }
        // `T::name(…)` of a parameter, `Trait::name(…)` of a trait of elsewhere.
        let Some(owner) = owner.filter(|owner| owner.starts_with(|first: char| first.is_uppercase())) else { return };
        if self.index.kind(owner).is_none() && !is_type {
            let methods = self.methods(last);
            self.candidates(block, last, &methods);
        }
    }

    fn methods(&self, name: &str) -> Vec<usize> {
        let named = self.index.named(name, self.caller.is_test);
        named.into_iter().filter(|at| self.index.callable(*at).owner.is_some()).collect()
    }

    fn method(&mut self, used: &CodeUse, name: &str) {
        let words = self.index.receiver(self.caller, used.receiver);
        if let Some((of_trait, other)) = through(name) {
            self.through(used.branch, &words, of_trait, other);
        }
        let known = |word: &str| self.index.kind(word).is_some() || self.index.is_trait(word);
        let types: Vec<&str> = words.iter().map(|word| &**word).filter(|word| known(word)).collect();
        for owner in &types {
            let found = self.index.associated(owner, name);
            if !found.is_empty() {
                let kind = if found.len() == 1 { EdgeKind::Call } else { EdgeKind::Several };
                return self.all(used.branch, &found, kind, self.index.is_trait(owner));
            }
        }
        let methods = self.methods(name);
        // Of a type that is known only what traits give it is left: and those of other types not at all.
        let is_open = |word: &str| word.len() <= 2 || word.starts_with("Self") || self.index.is_trait(word);
        if words.is_empty() || types.is_empty() && words.iter().any(|word| is_open(word)) {
            return self.candidates(used.branch, name, &methods);
        }
        let of_traits: Vec<usize> = methods
            .into_iter()
            .filter(|at| {
                let own = self.index.callable(*at);
                own.of_trait.as_deref().is_some_and(|name| self.index.is_trait(name))
            })
            .collect();
        self.candidates(used.branch, name, &of_traits);
    }

    /// A method of std that calls one of a trait.
    fn through(&mut self, block: u32, words: &[Box<str>], of_trait: &str, name: &str) {
        for word in words {
            let found = self.index.associated(word, name);
            let of_trait = |at: &usize| self.index.callable(*at).of_trait.as_deref() == Some(of_trait);
            let found: Vec<usize> = found.into_iter().filter(of_trait).collect();
            self.all(block, &found, EdgeKind::Operator, false);
        }
    }

    /// Methods of which it is not known which one is meant.
    fn candidates(&mut self, block: u32, name: &str, found: &[usize]) {
        if found.is_empty() || found.len() > MANY {
            return;
        }
        let kind = match found.len() {
            _ if self.index.is_common(name) => EdgeKind::CommonNamed,
            1 => EdgeKind::OneNamed,
            2..=3 => EdgeKind::FewNamed,
            4..=8 => EdgeKind::SomeNamed,
            _ => EdgeKind::ManyNamed,
        };
        self.all(block, found, kind, true);
    }

    fn all(&mut self, block: u32, found: &[usize], kind: EdgeKind, is_gated: bool) {
        for at in found.iter().take(MANY) {
            let own = self.index.callable(*at);
            let gate = own.owner.as_deref().filter(|_| is_gated && kind != EdgeKind::Call && !own.is_declared);
            let gate = gate.and_then(|owner| self.index.type_node(owner)).map_or(Gate::Open, Gate::Class);
            self.edge(block, node(*at), kind, gate);
        }
    }
}

/// What a method of the standard library calls: the trait and its method.
fn through(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "to_string" => ("Display", "fmt"),
        "parse" => ("FromStr", "from_str"),
        "into" => ("From", "from"),
        "collect" => ("FromIterator", "from_iter"),
        _ => return None,
    })
}

/// What types lead to: methods of traits that the compiler or the standard library calls, and what overrides a method of a
/// trait.
pub(super) fn of_types(collected: &Collected, index: &Index<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut declared: std::collections::HashMap<(&str, &str), usize> = std::collections::HashMap::new();
    for (at, own) in collected.callables.iter().enumerate() {
        if let (true, Some(owner)) = (own.is_declared, own.owner.as_deref()) {
            declared.insert((owner, &own.name), at);
        }
    }
    for (at, own) in collected.callables.iter().enumerate() {
        let (Some(owner), Some(of_trait), false) = (own.owner.as_deref(), own.of_trait.as_deref(), own.is_declared)
        else {
            continue;
        };
        let class = index.type_node(owner);
        if let Some(declared) = declared.get(&(of_trait, &*own.name)) {
            let gate = class.map_or(Gate::Open, Gate::Class);
            let kind = EdgeKind::Override;
            edges.push(Edge { from: node(*declared), block: 0, to: node(at), kind, is_named: false, gate });
        }
        if let Some(from) = class {
            let kind = called_by(of_trait, index);
            edges.push(Edge { from, block: 0, to: node(at), kind, is_named: false, gate: Gate::Open });
        }
    }
    edges
}

/// How the methods of a trait come to be called where a type is used.
fn called_by(of_trait: &str, index: &Index<'_>) -> EdgeKind {
    if index.is_trait(of_trait) {
        return EdgeKind::Inherited;
    }
    match of_trait {
        "Display" | "Debug" | "LowerHex" | "UpperHex" | "Error" | "Binary" | "Pointer" | "LowerExp" => EdgeKind::Shown,
        "PartialEq" | "Eq" | "PartialOrd" | "Ord" | "Hash" => EdgeKind::Compared,
        "Iterator"
        | "IntoIterator"
        | "DoubleEndedIterator"
        | "ExactSizeIterator"
        | "Extend"
        | "FromIterator"
        | "Index"
        | "IndexMut"
        | "FusedIterator" => EdgeKind::Container,
        "Drop" | "Deref" | "DerefMut" => EdgeKind::Context,
        "From" | "TryFrom" | "Into" | "TryInto" | "FromStr" => EdgeKind::Descriptor,
        "Default" | "Clone" => EdgeKind::Constructor,
        "AsRef" | "AsMut" | "Borrow" | "BorrowMut" | "ToOwned" => EdgeKind::AttributeHook,
        "Future" | "Stream" | "Sink" | "AsyncRead" | "AsyncWrite" | "AsyncBufRead" => EdgeKind::Awaited,
        "Read" | "Write" | "BufRead" | "Seek" => EdgeKind::Callable,
        "Serialize" | "Deserialize" | "Visitor" | "Serializer" | "Deserializer" => EdgeKind::Callback,
        "Add" | "Sub" | "Mul" | "Div" | "Rem" | "Neg" | "Not" | "BitAnd" | "BitOr" | "BitXor" | "Shl" | "Shr"
        | "AddAssign" | "SubAssign" | "MulAssign" | "DivAssign" | "BitAndAssign" | "BitOrAssign" | "Sum"
        | "Product" => EdgeKind::Numeric,
        _ => EdgeKind::Registered,
    }
}
