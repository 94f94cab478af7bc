//! What one module of Python says as a part of its project: what it imports, what it defines for others, which names stand
//! in it. Made of every module, the code under test among them, where gaps are asked for. No syntax tree, no judgement.

/// What a module says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModuleFacts {
    /// How many statements and definitions stand in it.
    pub statements: u32,
    /// What it imports, in source order.
    pub imports: Vec<ModuleImport>,
    /// Imports of names that are only known when it runs: `importlib.import_module(name)`, a module's `__getattr__`.
    pub dynamic_imports: Vec<Noted>,
    /// Dotted names that are all that stands in a string, each with the line of the first: whoever reads one may import it.
    pub named: Vec<(Box<str>, u32)>,
    /// Functions and classes of the module, with methods and inner classes behind their class, in source order.
    pub symbols: Vec<Symbol>,
    /// Names of capitals that the module sets to a literal, in source order.
    pub constants: Vec<Noted>,
    /// What it calls of those libraries that gaps ask about, by resolved names; the first call of each in each symbol.
    pub calls: Vec<ModuleCall>,
    /// The first line of each docstring's first example that is not skipped.
    pub examples: Vec<u32>,
    /// What `__all__` lists, where it is a literal.
    pub exports: Option<Vec<String>>,
    /// Whether it says what is done when it is run as a script.
    pub has_main_guard: bool,
    /// Names that stand in it, in strings too, each once.
    pub words: Vec<Box<str>>,
    /// Those of them that stand outside of symbols.
    pub uses: Vec<WordUse>,
}

/// A name's place among the module's words, and how often it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordUse {
    /// Its place in [`ModuleFacts::words`].
    pub word: u32,
    /// How often; more than 65,535 times are 65,535.
    pub count: u16,
}

/// Something worth knowing at a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// What it is.
    pub what: String,
    /// 1-based.
    pub line: u32,
    /// The line, shortened.
    pub text: String,
}

/// When an import happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImportTime {
    /// When the module is imported.
    Load,
    /// When a function of it runs.
    Call,
    /// Never: type checkers read it.
    Typing,
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleImport {
    /// The module, with leading dots where it is relative.
    pub module: String,
    /// Names that are taken from it, which may be modules; `*` for all. Empty for `import module`.
    pub names: Vec<String>,
    /// 1-based.
    pub line: u32,
    /// When it happens.
    pub when: ImportTime,
}

/// What a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SymbolKind {
    /// A function of the module.
    Function,
    /// A class.
    Class,
    /// A function in a class.
    Method,
}

/// A function, class or method. What is defined within a function belongs to that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Its own name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The class that it stands in, by its place among the symbols.
    pub parent: Option<u32>,
    /// 1-based line of `def` or `class`.
    pub line: u32,
    /// The line, shortened.
    pub text: String,
    /// Whether it stands in a condition of the module, so that it need not be there.
    pub is_conditional: bool,
    /// How many statements stand in it, those of methods too.
    pub statements: u32,
    /// Names of its parameters, stars left out.
    pub parameters: Vec<String>,
    /// How many of them come without a default, `self` and `cls` left out.
    pub required: u32,
    /// The bases of a class, resolved as far as imports say.
    pub bases: Vec<String>,
    /// Its decorators, resolved as far as imports say.
    pub decorators: Vec<String>,
    /// Names that stand in it.
    pub uses: Vec<WordUse>,
}

/// A call of a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleCall {
    /// The resolved dotted name.
    pub name: String,
    /// 1-based.
    pub line: u32,
    /// The line, shortened.
    pub text: String,
    /// The symbol that it stands in.
    pub symbol: Option<u32>,
}

impl Symbol {
    /// Whether its name says that it is for others.
    pub fn is_public(&self) -> bool {
        !self.name.starts_with('_')
    }
}

impl ModuleFacts {
    /// The words of some uses.
    pub fn words_of<'f>(&'f self, uses: &'f [WordUse]) -> impl Iterator<Item = (&'f str, u16)> {
        uses.iter().filter_map(|own| Some((&**self.words.get(own.word as usize)?, own.count)))
    }

    /// The symbols of the module itself: no methods, no inner classes.
    pub fn top_level(&self) -> impl Iterator<Item = (u32, &Symbol)> {
        (0u32..).zip(&self.symbols).filter(|(_, symbol)| symbol.parent.is_none())
    }

    /// Whether it offers a symbol to others: `__all__` lists it, else its name does not begin with `_`.
    pub fn offers(&self, symbol: &Symbol) -> bool {
        match &self.exports {
            Some(names) => names.contains(&symbol.name),
            None => symbol.is_public(),
        }
    }
}
