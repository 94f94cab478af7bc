//! What the code of a file does, as far as an estimate of coverage needs it: the statements that coverage.py counts, in
//! which branch each stands, and what each function calls, reads and passes on. No syntax tree, no judgement.
//!
//! Expressions are kept in one list per file and name each other by their place in it, so that a file's facts are a few
//! flat vectors.

use super::DefinitionId;

/// A word of the file, by its place in [`Code::names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Word(pub u32);

/// An expression of the file, by its place in [`Code::expressions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u32);

/// A part of [`Code::lists`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct List {
    /// Where it begins.
    pub start: u32,
    /// How many entries it has.
    pub len: u32,
}

/// What a literal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Primitive {
    /// `None`.
    None,
    /// A string.
    Str,
    /// Anything else: a number, bytes, a truth value.
    Other,
}

/// An expression, reduced to what says which functions it may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeExpr {
    /// Nothing that is followed.
    Unknown,
    /// `super()`.
    Super,
    /// A name.
    Name(Word),
    /// A name in the body of a class.
    InClass(Word, u32),
    /// `object.name`.
    Attribute(ExprId, Word),
    /// A call: the number of positional arguments, these, then pairs of a keyword's [`Word`] and its value.
    Call(ExprId, List),
    /// `object[…]`.
    Subscript(ExprId),
    /// A literal.
    Constant(Primitive),
    /// A string.
    Str(Word),
    /// A string that is made at run time and begins with this.
    Prefix(Word),
    /// One of several.
    Either(List),
    /// Any item of a container.
    Item(ExprId),
    /// One item of a container.
    ItemAt(ExprId, u32),
    /// What a `with` statement binds.
    Entered(ExprId),
    /// A list, tuple or set.
    Display(List),
    /// A dictionary: as many keys, each a [`Word`] plus one or zero, as values behind them.
    Mapping(List),
    /// A comprehension with this element.
    Each(ExprId),
    /// A lambda with this body.
    Lambda(ExprId),
    /// An instance of what an annotation names.
    Annotated(ExprId),
    /// A function of the file, by its place in [`Code::units`].
    Function(u32),
    /// A class of the file, by its place in [`Code::classes`].
    Class(u32),
    /// A module, as an import names it.
    Module(Word),
    /// A name of a module.
    Member(Word, Word),
    /// The result of an operator whose left side is this.
    Binary(ExprId),
    /// Of annotations: either.
    Union(ExprId, ExprId),
    /// Of annotations: `name[…]`.
    Generic(ExprId, List),
}

/// What a block of statements stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BlockKind {
    /// The body of a function or module itself.
    Body,
    /// A branch that is always taken.
    Always,
    /// A branch that is never taken.
    Never,
    /// A branch for this platform or version of Python.
    ThisPlatform,
    /// A branch for another one.
    OtherPlatform,
    /// A branch on the platform whose outcome is not known.
    Platform,
    /// Its `else`.
    PlatformElse,
    /// `if`.
    If,
    /// `elif`.
    Elif,
    /// `else` of an `if`.
    Else,
    /// The body of a `for`.
    For,
    /// The body of a `while`.
    While,
    /// `else` of a loop.
    LoopElse,
    /// `try`.
    Try,
    /// A `try` that imports.
    TryImport,
    /// `except`.
    Except,
    /// `except` of a `try` that imports.
    ImportFails,
    /// `else` of a `try`.
    TryElse,
    /// `case`.
    Case,
    /// What follows an `if` that raises.
    AfterRaise,
    /// What follows an `if` that returns.
    AfterReturn,
    /// What follows an `if` that leaves an iteration.
    AfterJump,
}

/// Statements that run together or not at all, as far as branches say.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeBlock {
    /// The block around it; the first of a unit has none.
    pub parent: Option<u32>,
    /// Its branch.
    pub kind: BlockKind,
    /// How many statements it holds, those of inner blocks included.
    pub statements: u32,
    /// Whether the condition names a parameter of the function.
    pub asks_parameter: bool,
    /// Whether its last statement is `raise`.
    pub raises: bool,
    /// Of a `try` that imports, and its handlers: the modules.
    pub imports: Vec<Word>,
}

/// What a statement does with an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Reads it.
    Load(ExprId),
    /// Passes it to a call.
    Argument(ExprId),
    /// Assigns to it.
    Store(ExprId),
    /// Calls it: a [`CodeExpr::Call`].
    Call(ExprId),
    /// Has an operator or builtin call this special method of it.
    Operator(Word, ExprId),
    /// Puts it into a dictionary under a literal key.
    Entry(Word, ExprId),
    /// A string that may be a dotted path.
    Dotted(Word),
    /// Imports a module, or a name of it.
    Import(Word, Option<Word>),
    /// Decorates with it.
    Decorator(ExprId),
    /// Defines a function.
    Defines(u32),
    /// Defines a class.
    DefinesClass(u32),
    /// Asks for an attribute whose name begins with this.
    Begins(ExprId, Word),
    /// Asks for an attribute whose name a variable holds.
    Computed(ExprId, Word),
}

/// What is true of a function.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnitFlags(pub u16);

impl UnitFlags {
    /// An abstract method.
    pub const ABSTRACT: Self = Self(1);
    /// `typing.overload`: it never runs.
    pub const OVERLOAD: Self = Self(2);
    /// A property.
    pub const PROPERTY: Self = Self(4);
    /// The setter or deleter of one.
    pub const SETTER: Self = Self(8);
    /// A static method.
    pub const STATIC: Self = Self(16);
    /// A class method.
    pub const CLASS_METHOD: Self = Self(32);
    /// A fixture.
    pub const FIXTURE: Self = Self(64);
    /// Nothing stands in it.
    pub const STUB: Self = Self(128);
    /// It does nothing but raise `NotImplementedError`.
    pub const NOT_IMPLEMENTED: Self = Self(256);

    /// Whether all of these are set.
    pub fn has(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// Whether one of these is set.
    pub fn has_any(self, flags: Self) -> bool {
        self.0 & flags.0 != 0
    }

    /// Sets these if a condition holds.
    pub fn set_if(&mut self, flags: Self, condition: bool) {
        if condition {
            self.0 |= flags.0;
        }
    }
}

/// What kind of code a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitKind {
    /// The module itself, with the bodies of its classes.
    Module,
    /// A function.
    Function,
    /// The examples of a docstring.
    Doctest,
}

/// A parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitParameter {
    /// Its name.
    pub name: Word,
    /// Its annotation.
    pub annotation: Option<ExprId>,
    /// Its default value.
    pub default: Option<ExprId>,
}

/// Code that runs as a whole: a module or a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// What it is.
    pub kind: UnitKind,
    /// The function's name.
    pub name: Word,
    /// The class whose method it is.
    pub class: Option<u32>,
    /// The unit around it.
    pub parent: Option<u32>,
    /// The block of that unit that defines it.
    pub defined_in: u32,
    /// Its definition among the file's facts.
    pub definition: Option<DefinitionId>,
    /// 1-based line of its `def`.
    pub line: u32,
    /// 1-based line of its end.
    pub end: u32,
    /// Its parameters.
    pub parameters: Vec<UnitParameter>,
    /// Whether its first positional parameter may be a receiver.
    pub has_receiver: bool,
    /// What it says that it returns.
    pub returns: Option<ExprId>,
    /// Its decorators.
    pub decorators: Vec<ExprId>,
    /// What is true of it.
    pub flags: UnitFlags,
    /// Its blocks; the first is its body.
    pub blocks: Vec<CodeBlock>,
    /// The statements that coverage.py counts: 1-based lines with the block each stands in.
    pub lines: Vec<(u32, u32)>,
    /// What it does, with the block in which it does it.
    pub uses: Vec<(u32, Use)>,
    /// What it binds names to, with the block: sorted by name, in source order otherwise.
    pub binds: Vec<(Word, ExprId, u32)>,
    /// What it returns.
    pub returned: Vec<ExprId>,
    /// What it yields.
    pub yielded: Vec<ExprId>,
    /// Fixtures that it asks for other than by parameters.
    pub fixtures: Vec<Word>,
}

/// A class.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassCode {
    /// Its name.
    pub name: Word,
    /// The unit that defines it.
    pub unit: u32,
    /// The block that defines it.
    pub block: u32,
    /// Its definition among the file's facts.
    pub definition: Option<DefinitionId>,
    /// 1-based line.
    pub line: u32,
    /// Its bases.
    pub bases: Vec<ExprId>,
    /// Its metaclass.
    pub metaclass: Option<ExprId>,
    /// Its methods, sorted by name, in source order otherwise.
    pub methods: Vec<(Word, u32)>,
    /// What its body binds otherwise, sorted likewise.
    pub attributes: Vec<(Word, ExprId)>,
    /// What its methods assign to attributes of their receiver, sorted likewise.
    pub members: Vec<(Word, ExprId)>,
}

/// The code of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Code {
    /// How many statements coverage.py counts.
    pub statements: u32,
    /// The words that everything else names.
    pub names: Vec<Box<str>>,
    /// The module, then functions in source order.
    pub units: Vec<Unit>,
    /// Classes in source order.
    pub classes: Vec<ClassCode>,
    /// Modules that are star-imported.
    pub stars: Vec<Word>,
    /// All expressions.
    pub expressions: Vec<CodeExpr>,
    /// In which unit each expression stands.
    pub owners: Vec<u32>,
    /// What expressions with several parts consist of.
    pub lists: Vec<u32>,
    /// Of files among the tests: every word in them, each once with a blank behind it.
    pub vocabulary: String,
    /// What is put into containers that names or attributes hold (`self.filters.append(f)`, `registry[key] = f`): the name,
    /// and the item as a [`CodeExpr::Each`].
    pub appended: Vec<(Word, ExprId)>,
    /// Names that something else is put in the place of (`mock.patch`, `monkeypatch`).
    pub patched: Vec<Word>,
}

impl Code {
    /// Of files among the tests: every word in them.
    pub fn vocabulary(&self) -> impl Iterator<Item = &str> {
        self.vocabulary.split_terminator(' ')
    }

    /// The text of a word.
    pub fn word(&self, word: Word) -> &str {
        &self.names[word.0 as usize]
    }

    /// An expression.
    pub fn expression(&self, id: ExprId) -> CodeExpr {
        self.expressions[id.0 as usize]
    }

    /// The text that methods of strings were called on, which leave its beginning and its letters: `name.lower()` is `name`.
    pub fn unwrapped_text(&self, id: ExprId) -> ExprId {
        const KEEPING: [&str; 8] = ["lower", "upper", "strip", "rstrip", "replace", "format", "casefold", "title"];
        let mut id = id;
        while let CodeExpr::Call(callee, _) = self.expression(id)
            && let CodeExpr::Attribute(object, method) = self.expression(callee)
            && KEEPING.contains(&self.word(method))
        {
            id = object;
        }
        id
    }

    /// The entries of a list.
    pub fn list(&self, list: List) -> &[u32] {
        &self.lists[list.start as usize..(list.start + list.len) as usize]
    }
}
