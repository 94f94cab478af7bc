//! What an expression may mean.

use smallvec::SmallVec;

/// A word of the whole tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Symbol(pub(super) u32);

/// An expression of the whole tree: its file's first plus its place.
pub(super) type Anywhere = u32;

/// How exactly a class is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Tag {
    /// This class.
    Exact,
    /// The receiver: this class or one below.
    Receiver,
    /// An annotation says so: this class or one below.
    Declared,
    /// A subclass puts this one in its place.
    Overridden,
    /// A subclass adds it.
    Mixed,
}

/// What holds other values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Holder {
    /// A display, mapping or comprehension.
    Display(Anywhere),
    /// The arguments of an annotation such as `list[int]`.
    Types(Anywhere),
    /// An instance of a class that is a container.
    Instance(u32, Tag),
    /// What a generator yields.
    Generator(u32),
}

/// One meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Value {
    /// Not known.
    Any,
    /// A module of the tree, by its file.
    Module(u32),
    /// A folder without `__init__.py`.
    Folder(u32),
    Class(u32, Tag),
    Instance(u32, Tag),
    /// A function, by its node.
    Function(u32),
    /// A method of an instance of a class.
    Bound(u32, u32, Tag),
    Holder(Holder),
    /// The pairs of a mapping, and one of them.
    Pairs(Holder),
    Pair(Holder),
    /// A method of a container.
    HolderMethod(Holder, Symbol),
    /// A name outside of the tree, by its last part, and whether it is a builtin.
    External(Symbol, bool),
    /// An instance of something outside of the tree.
    Foreign,
    /// A method of one, or of a literal.
    ForeignMethod(bool, Symbol),
    /// A string, or another literal.
    Literal(bool),
    /// `super()` in a unit, and a method of it.
    Super(u32),
    SuperMethod(u32, Symbol),
    Lambda(Anywhere),
}

/// Meanings, sorted.
pub(super) type Values = SmallVec<[Value; 2]>;

/// How many meanings are kept.
const MAX_VALUES: usize = 64;

/// Nothing but that it is not known.
pub(super) fn unknown() -> Values {
    SmallVec::from_slice(&[Value::Any])
}

/// Sorted, each once, and not too many.
pub(super) fn normalized(mut values: Values) -> Values {
    values.sort_unstable();
    values.dedup();
    if values.len() > MAX_VALUES {
        values.truncate(MAX_VALUES);
        if values[0] != Value::Any {
            values.insert(0, Value::Any);
        }
    }
    values
}

/// These, or that it is not known.
pub(super) fn or_unknown(values: Values) -> Values {
    if values.is_empty() { unknown() } else { values }
}
