//! Which code of a tree calls which, with what evidence, and where its tests begin. What resolution leaves for an
//! estimate of coverage: plain data, no judgement of how likely anything is.

use super::code::{BlockKind, UnitFlags, UnitKind};

/// A node of the graph: first the units, then the classes.
pub type NodeId = u32;

/// A file.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Whether coverage.py would measure it.
    pub is_measured: bool,
    /// Whether its configuration leaves it out.
    pub is_omitted: bool,
    /// How many statements it has.
    pub statements: u32,
    /// The unit of the module itself.
    pub module: NodeId,
}

/// Statements that run together or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphBlock {
    /// The block around it.
    pub parent: Option<u32>,
    /// Its branch.
    pub kind: BlockKind,
    /// How many statements it holds.
    pub statements: u32,
    /// Whether the condition names a parameter.
    pub asks_parameter: bool,
    /// Whether its last statement is `raise`.
    pub raises: bool,
    /// Of what imports, how likely the import succeeds; of a module's body, the imports that it cannot do without.
    pub imports: f64,
}

/// A module, function or docstring.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphUnit {
    /// Its file, by place.
    pub file: u32,
    /// What it is.
    pub kind: UnitKind,
    /// The function's name, with those of the classes and functions around it.
    pub name: String,
    /// The class whose method it is, by its place among the classes.
    pub class: Option<u32>,
    /// The unit around it.
    pub parent: Option<NodeId>,
    /// The block of that unit that defines it.
    pub defined_in: u32,
    /// 1-based line of its `def`.
    pub line: u32,
    /// 1-based line of its end.
    pub end: u32,
    /// What is true of it.
    pub flags: UnitFlags,
    /// Whether what stands in the place of it in a test has its name.
    pub is_patched: bool,
    /// Whether a file among the tests has its name as a word.
    pub is_mentioned: bool,
    /// Its blocks; the first is its body.
    pub blocks: Vec<GraphBlock>,
    /// Its statements: 1-based lines with the block of each.
    pub lines: Vec<(u32, u32)>,
}

/// A class: a node that is live when an instance or the class itself is used.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphClass {
    /// Its file, by place.
    pub file: u32,
    /// Its name.
    pub name: String,
    /// The unit and the block that define it.
    pub unit: NodeId,
    /// That block.
    pub block: u32,
}

/// Why one node may lead to another. What is evidence of its own comes first; of the others only the best counts, see
/// [`EdgeKind::is_strong`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// A call of what is known.
    Call,
    /// A class is instantiated.
    Instance,
    /// An operator or builtin calls a special method.
    Operator,
    /// A method of a subclass of the receiver's class.
    Override,
    /// A function within the function is used.
    Nested,
    /// A string is its dotted path.
    DottedString,
    /// An import.
    Import,
    /// The name begins as a name that is put together does.
    Begins,
    /// The same, where the rest is the name of a class of the tree.
    BeginsClass,
    /// The same, of a module of the product: a list or table of what may be loaded.
    ListedString,
    /// It is published under a name that is asked for.
    EntryPoint,
    /// The only method of the called name.
    OneNamed,
    /// The class is live: it has a constructor.
    Constructor,
    /// A class that an attribute holds in some subclass is instantiated.
    HeldInstance,
    /// A function is read.
    Load,
    /// A function is passed to a call.
    Passed,
    /// A module of the product reads a function.
    ModuleLoad,
    /// A function is put under a literal key.
    Entry,
    /// A class is read.
    ClassLoad,
    /// A class is passed to a call.
    ClassPassed,
    /// A module of the product reads a class.
    ClassModuleLoad,
    /// A class is put under a literal key.
    ClassEntry,
    /// A variable holds the name.
    Computed,
    /// The same, and a string of the product is its name.
    ComputedSpelled,
    /// It is passed to a function of the tree, which is followed to what it does with it.
    Handed,
    /// The same of a class.
    ClassHanded,
    /// It is looked up, by a name, in a module that is imported by a name.
    Loaded,
    /// A container that holds it is used.
    Table,
    /// A container that holds the class is used.
    ClassTable,
    /// One of several that a call may mean.
    Several,
    /// One of two or three.
    FewNamed,
    /// One of up to eight.
    SomeNamed,
    /// One of more.
    ManyNamed,
    /// One of a name that builtin types have too.
    CommonNamed,
    /// A method of a class with a base outside of the tree.
    Inherited,
    /// The same, by a name that such bases call.
    Callback,
    /// A decorator that is not known registers it.
    Registered,
    /// The same: `__reduce__` and others that are seldom called.
    Rare,
    /// The same: `__repr__`, `__str__`.
    Shown,
    /// The same: comparisons.
    Compared,
    /// The same: containers.
    Container,
    /// The same: `with`.
    Context,
    /// The same: `__call__`.
    Callable,
    /// The same: `__getattr__` and others.
    AttributeHook,
    /// The same: descriptors.
    Descriptor,
    /// The same: `await`.
    Awaited,
    /// The same: numbers, and whatever else is between double underscores.
    Numeric,
}

impl EdgeKind {
    /// Whether edges of a kind are evidence of their own.
    pub fn is_strong(self) -> bool {
        self <= Self::Constructor
    }
}

/// What must be live besides for an edge to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gate {
    /// Nothing.
    Open,
    /// A class, by its node.
    Class(NodeId),
    /// Some class that has the method.
    Owner(NodeId),
}

/// That one node may lead to another. They sort by where they lead, from where, and what must be live besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// To where.
    pub to: NodeId,
    /// From where.
    pub from: NodeId,
    /// What must be live besides.
    pub gate: Gate,
    /// Why.
    pub kind: EdgeKind,
    /// In which block of the start; zero of a class.
    pub block: u32,
    /// Whether a test names the key or name under which it is found.
    pub is_named: bool,
}

/// A unit that a test runner begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct Root {
    /// The unit.
    pub unit: NodeId,
    /// How likely it runs.
    pub chance: f64,
    /// The test's id; empty of what is no test: a module, a fixture, a hook.
    pub test: String,
}

/// The graph.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CallGraph {
    /// Files sorted by path.
    pub files: Vec<GraphFile>,
    /// Units in the order of files and sources.
    pub units: Vec<GraphUnit>,
    /// Classes in the same order.
    pub classes: Vec<GraphClass>,
    /// Edges, sorted.
    pub edges: Vec<Edge>,
    /// Where tests begin.
    pub roots: Vec<Root>,
    /// Lines of data that the code of tests asks for.
    pub data: f64,
    /// For each method, the nodes of the classes that have it unchanged.
    pub owners: Vec<Vec<NodeId>>,
}

impl CallGraph {
    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.units.len() + self.classes.len()
    }

    /// The file of a node, by place.
    pub fn file_of(&self, node: NodeId) -> u32 {
        match self.units.get(node as usize) {
            Some(unit) => unit.file,
            None => self.classes[node as usize - self.units.len()].file,
        }
    }
}
