//! Calls, and the special methods that operators and builtins call.

use tree_sitter::Node;

use super::{super::grammar::Kind, Walker};
use crate::model::code::{CodeExpr, ExprId, Use};

/// Callees whose strings name what they replace, look for or configure: to name is not to use.
const NAMING: [&str; 10] = [
    "patch",
    "setattr",
    "delattr",
    "object",
    "patch_object",
    "replace",
    "importorskip",
    "getLogger",
    "spy",
    "multiple",
];

/// Functions that look at a function or class, and do not call it.
const ASKING: [&str; 24] = [
    "signature",
    "getfullargspec",
    "get_type_hints",
    "get_annotations",
    "getsource",
    "getsourcefile",
    "getsourcelines",
    "getdoc",
    "getfile",
    "getmodule",
    "callable",
    "isfunction",
    "ismethod",
    "isclass",
    "isbuiltin",
    "iscoroutinefunction",
    "isgeneratorfunction",
    "isasyncgenfunction",
    "id",
    "type",
    "is_dataclass",
    "get_origin",
    "get_args",
    "unwrap",
];

/// Methods that put their last argument into a container.
const APPENDING: [&str; 8] =
    ["append", "add", "insert", "appendleft", "push", "setdefault", "add_handler", "extendleft"];

/// The special methods of a binary operator: its own, the reflected one, the one in place.
pub(super) fn binary_methods(operator: &str) -> Option<[&'static str; 3]> {
    Some(match operator {
        "+" => ["__add__", "__radd__", "__iadd__"],
        "-" => ["__sub__", "__rsub__", "__isub__"],
        "*" => ["__mul__", "__rmul__", "__imul__"],
        "/" => ["__truediv__", "__rtruediv__", "__itruediv__"],
        "//" => ["__floordiv__", "__rfloordiv__", "__ifloordiv__"],
        "%" => ["__mod__", "__rmod__", "__imod__"],
        "**" => ["__pow__", "__rpow__", "__ipow__"],
        "<<" => ["__lshift__", "__rlshift__", "__ilshift__"],
        ">>" => ["__rshift__", "__rrshift__", "__irshift__"],
        "|" => ["__or__", "__ror__", "__ior__"],
        "^" => ["__xor__", "__rxor__", "__ixor__"],
        "&" => ["__and__", "__rand__", "__iand__"],
        "@" => ["__matmul__", "__rmatmul__", "__imatmul__"],
        _ => return None,
    })
}

/// The special method that a builtin calls of its first argument.
fn builtin_method(name: &str) -> Option<&'static str> {
    Some(match name {
        "len" => "__len__",
        "repr" => "__repr__",
        "str" | "print" => "__str__",
        "iter" | "list" | "tuple" | "set" | "sorted" | "dict" | "sum" | "any" | "all" | "enumerate" | "zip" | "map"
        | "max" | "min" | "frozenset" => "__iter__",
        "next" => "__next__",
        "bool" => "__bool__",
        "hash" => "__hash__",
        "reversed" => "__reversed__",
        "abs" => "__abs__",
        "int" => "__int__",
        "float" => "__float__",
        "bytes" => "__bytes__",
        "dir" => "__dir__",
        "round" => "__round__",
        "format" => "__format__",
        "divmod" => "__divmod__",
        "complex" => "__complex__",
        _ => return None,
    })
}

impl<'t> Walker<'_, 't> {
    /// An expression that is passed on or kept.
    pub(super) fn passed(&mut self, node: Node<'t>, is_argument: bool) -> ExprId {
        if !matches!(self.kind(node), Kind::Identifier | Kind::Attribute) {
            return self.expr(node);
        }
        let value = self.value(node);
        self.uses(if is_argument { Use::Argument(value) } else { Use::Load(value) });
        value
    }

    pub(super) fn call(&mut self, node: Node<'t>) -> ExprId {
        let grammar = self.grammar;
        let field = &grammar.field;
        let function = grammar.child(node, field.function);
        let (Some(function), Some(list)) = (function, grammar.child(node, field.arguments)) else {
            return self.push(CodeExpr::Unknown);
        };
        let (name, is_bare) = match self.kind(function) {
            Kind::Identifier => (self.str(function), true),
            Kind::Attribute => (grammar.child(function, field.attribute).map_or("", |name| self.str(name)), false),
            _ => ("", false),
        };
        let callee = self.value(function);
        let was_patching = std::mem::replace(&mut self.is_patching, NAMING.contains(&name));
        let mut arguments: Vec<u32> = Vec::new();
        let mut keywords: Vec<u32> = Vec::new();
        let mut nodes = Vec::new();
        if self.kind(list) == Kind::GeneratorExpression {
            arguments.push(self.expr(list).0);
            nodes.push(list);
        } else {
            for argument in grammar.children(list) {
                match self.kind(argument) {
                    Kind::KeywordArgument => {
                        let Some(value) = grammar.child(argument, field.value) else { continue };
                        let value = self.passed(value, true);
                        if let Some(keyword) = grammar.child(argument, field.name) {
                            let keyword = self.word_of(keyword);
                            keywords.extend([keyword.0, value.0]);
                        }
                    }
                    Kind::DictionarySplat => {
                        self.expr(argument);
                    }
                    // To ask about a class or function is not to use it.
                    _ if arguments.len() == 1 && matches!(name, "isinstance" | "issubclass")
                        || ASKING.contains(&name) =>
                    {
                        arguments.push(self.value(argument).0);
                        nodes.push(argument);
                    }
                    _ => {
                        arguments.push(self.passed(argument, true).0);
                        nodes.push(argument);
                    }
                }
            }
        }
        self.is_patching = was_patching;
        if is_bare && name == "super" {
            return self.push(CodeExpr::Super);
        }
        let mut entries = vec![u32::try_from(arguments.len()).unwrap_or(u32::MAX)];
        entries.extend(&arguments);
        entries.append(&mut keywords);
        let entries = self.list(&entries);
        let call = self.push(CodeExpr::Call(callee, entries));
        self.uses(Use::Call(call));
        if !is_bare
            && APPENDING.contains(&name)
            && let (Some(holder), Some(item)) = (grammar.child(function, field.object), arguments.last())
        {
            self.append(holder, ExprId(*item));
        }
        self.special(name, is_bare, &nodes, &arguments).unwrap_or(call)
    }

    /// Notes that a container, which a name or attribute holds, gets an item.
    pub(super) fn append(&mut self, holder: Node<'t>, item: ExprId) {
        let says_something = matches!(
            self.code.expression(item),
            CodeExpr::Name(_)
                | CodeExpr::InClass(..)
                | CodeExpr::Attribute(..)
                | CodeExpr::Call(..)
                | CodeExpr::Display(_)
                | CodeExpr::Mapping(_)
                | CodeExpr::Lambda(_)
        );
        let name = match self.kind(holder) {
            Kind::Identifier => Some(holder),
            Kind::Attribute => self.grammar.child(holder, self.grammar.field.attribute),
            // `handlers[event].append(handler)`
            Kind::Subscript | Kind::Call => {
                let inner = self.grammar.child(holder, self.grammar.field.value);
                let inner = inner.or_else(|| self.grammar.child(holder, self.grammar.field.function));
                let inner = inner.map(|inner| match self.kind(inner) {
                    Kind::Attribute => self.grammar.child(inner, self.grammar.field.attribute).unwrap_or(inner),
                    _ => inner,
                });
                inner.filter(|inner| self.kind(*inner) == Kind::Identifier)
            }
            _ => None,
        };
        if let Some(name) = name.filter(|_| says_something) {
            let name = self.word_of(name);
            let item = self.push(CodeExpr::Each(item));
            self.code.appended.push((name, item));
        }
    }

    /// What a call does because of what it calls; another value where it has one.
    fn special(&mut self, name: &'t str, is_bare: bool, nodes: &[Node<'t>], arguments: &[u32]) -> Option<ExprId> {
        let first = ExprId(*arguments.first()?);
        if let Some(method) = builtin_method(name).filter(|_| is_bare) {
            let method = self.word(method);
            self.uses(Use::Operator(method, first));
        }
        let second = arguments.get(1).map(|argument| self.code.expression(self.code.unwrapped_text(ExprId(*argument))));
        match name {
            "getattr" | "hasattr" | "setattr" | "methodcaller" if arguments.len() >= 2 => match second? {
                CodeExpr::Prefix(prefix) if self.code.word(prefix).len() >= 2 => {
                    self.uses(Use::Begins(first, prefix));
                }
                CodeExpr::Str(attribute) if name == "getattr" => {
                    let value = self.push(CodeExpr::Attribute(first, attribute));
                    self.uses(Use::Load(value));
                }
                CodeExpr::Name(variable) => self.uses(Use::Computed(first, variable)),
                _ => {}
            },
            "__getattribute__" | "getattr_static" => {
                if let Some(CodeExpr::Name(variable)) = second {
                    self.uses(Use::Computed(first, variable));
                }
            }
            "getmembers" => {
                let every = self.word(name);
                self.uses(Use::Computed(first, every));
            }
            "import_module" | "importorskip" | "__import__" => {
                let module = self.word(self.plain(*nodes.first()?)?);
                self.uses(Use::Import(module, None));
                return Some(self.push(CodeExpr::Module(module)));
            }
            "getfixturevalue" => {
                let fixture = self.word(self.plain(*nodes.first()?)?);
                self.here().fixtures.push(fixture);
            }
            _ => {}
        }
        if NAMING.contains(&name) {
            for node in nodes.iter().take(2) {
                let target = self.plain(*node).and_then(|text| text.rsplit('.').next()).filter(|text| !text.is_empty());
                if let Some(target) = target {
                    let target = self.word(target);
                    self.code.patched.push(target);
                }
            }
        }
        None
    }
}
