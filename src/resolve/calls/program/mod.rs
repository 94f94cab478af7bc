//! All code of a tree with what is looked up in it: words, modules, classes, methods.

mod links;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    super::modules::{Module, World, folder, join},
    values::{Holder, Symbol, Value, Values},
};
use crate::model::{
    Code, DefinitionId, EntryPoint,
    code::{CodeExpr, ExprId, Unit, UnitFlags, Word},
    requirement::distribution,
};

/// How many items that are put into containers of one name are kept.
const MAX_APPENDED: usize = 60;

/// A file's code with where its parts begin among all.
pub(super) struct File<'w> {
    pub(super) path: &'w str,
    pub(super) module: &'w Module,
    pub(super) code: &'w Code,
    pub(super) units: u32,
    pub(super) classes: u32,
    pub(super) expressions: u32,
    /// The tree's words for the file's, and the other way round.
    symbols: Vec<Symbol>,
    words: FxHashMap<Symbol, Word>,
    /// The folder whose `__init__.py` it is.
    pub(super) package: Option<u32>,
    /// Where absolute imports of it begin.
    base: u32,
}

impl File<'_> {
    pub(super) fn word(&self, word: Word) -> Symbol {
        self.symbols[word.0 as usize]
    }

    /// The file's own word for one of the tree.
    pub(super) fn own(&self, symbol: Symbol) -> Option<Word> {
        self.words.get(&symbol).copied()
    }
}

/// What is known of a class.
pub(super) struct ClassInfo {
    pub(super) file: u32,
    pub(super) local: u32,
    /// The classes of the tree in its method resolution order, itself first.
    pub(super) order: Vec<u32>,
    /// Classes below it, sorted.
    pub(super) below: Vec<u32>,
    /// Whether a base outside of the tree may call it back.
    pub(super) is_called_back: bool,
    /// Whether it is a protocol: whatever has its methods is an instance.
    pub(super) is_protocol: bool,
    /// Whether it is a metaclass.
    pub(super) is_metaclass: bool,
}

/// The tree.
pub(super) struct Program<'w> {
    pub(super) files: Vec<File<'w>>,
    pub(super) classes: Vec<ClassInfo>,
    /// The file of each unit.
    pub(super) unit_files: Vec<u32>,
    names: Vec<&'w str>,
    symbols: FxHashMap<&'w str, Symbol>,
    by_path: FxHashMap<&'w str, u32>,
    by_module: FxHashMap<usize, u32>,
    /// Units by file and definition.
    by_definition: FxHashMap<(u32, DefinitionId), u32>,
    class_by_definition: FxHashMap<(u32, DefinitionId), u32>,
    folders: FxHashMap<String, u32>,
    folder_names: Vec<String>,
    /// What a folder holds under a name.
    children: FxHashMap<(u32, Symbol), Value>,
    /// Where top-level names lead from each base.
    tops: FxHashMap<(u32, Symbol), Value>,
    /// Which files coverage.py would measure.
    pub(super) is_measured: Vec<bool>,
    /// Which of them its configuration leaves out.
    pub(super) is_omitted: Vec<bool>,
    /// Methods of measured files by name, sorted.
    pub(super) methods: FxHashMap<Symbol, Vec<u32>>,
    /// The names among them in order.
    pub(super) method_names: Vec<(&'w str, Symbol)>,
    /// Classes of measured files by name; the first.
    pub(super) class_names: FxHashMap<Symbol, u32>,
    /// The same by names in lower case.
    lower_class_names: FxHashMap<String, u32>,
    /// Names of methods that strings of measured files say, and of what modules define.
    pub(super) spelled: FxHashSet<Symbol>,
    pub(super) spelled_definitions: Vec<Value>,
    /// Words in strings of tests.
    pub(super) said: FxHashSet<Symbol>,
    /// Words of files among the tests.
    pub(super) vocabulary: FxHashSet<Symbol>,
    /// What the project publishes for itself or others to look up.
    pub(super) entry_points: Vec<&'w EntryPoint>,
    /// Names that tests replace.
    pub(super) patched: FxHashSet<Symbol>,
    /// What is put into containers that a name or attribute holds.
    appended: FxHashMap<Symbol, Vec<Value>>,
    /// The same in a function, with those within it.
    appended_within: FxHashMap<(u32, Symbol), Vec<Value>>,
    /// Whether the project requires a distribution.
    requires: &'w (dyn Fn(&str) -> bool + Sync),
    /// Fixtures by name.
    pub(super) fixtures: FxHashMap<Symbol, Vec<u32>>,
    /// For each unit, the nodes of the classes that have it unchanged.
    pub(super) owners: Vec<Vec<u32>>,
}

impl<'w> Program<'w> {
    pub(super) fn new(world: &'w World<'_>) -> Self {
        let mut program = Self {
            files: Vec::new(),
            classes: Vec::new(),
            unit_files: Vec::new(),
            names: Vec::new(),
            symbols: FxHashMap::default(),
            by_path: FxHashMap::default(),
            by_module: FxHashMap::default(),
            by_definition: FxHashMap::default(),
            class_by_definition: FxHashMap::default(),
            folders: FxHashMap::default(),
            folder_names: Vec::new(),
            children: FxHashMap::default(),
            tops: FxHashMap::default(),
            is_measured: Vec::new(),
            is_omitted: Vec::new(),
            methods: FxHashMap::default(),
            method_names: Vec::new(),
            class_names: FxHashMap::default(),
            lower_class_names: FxHashMap::default(),
            spelled: FxHashSet::default(),
            spelled_definitions: Vec::new(),
            said: FxHashSet::default(),
            vocabulary: FxHashSet::default(),
            entry_points: Vec::new(),
            patched: FxHashSet::default(),
            appended: FxHashMap::default(),
            appended_within: FxHashMap::default(),
            requires: world.requires(),
            fixtures: FxHashMap::default(),
            owners: Vec::new(),
        };
        program.folder("");
        let mut modules: Vec<_> =
            world.modules.iter().filter_map(|module| Some((module, module.facts.code.as_deref()?))).collect();
        modules.sort_by(|a, b| a.0.path().cmp(b.0.path()));
        for (module, code) in modules {
            program.add(module, code);
        }
        program.files.par_iter_mut().for_each(|file| {
            file.words = file.symbols.iter().copied().zip((0u32..).map(Word)).collect();
        });
        program.link_folders();
        program.link_imports(world);
        program.link_classes(world);
        program
    }

    fn add(&mut self, module: &'w Module, code: &'w Code) {
        let place = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let last = self.files.last();
        let end = |start: u32, len: usize| start + u32::try_from(len).unwrap_or(u32::MAX);
        let units = last.map_or(0, |file| end(file.units, file.code.units.len()));
        let classes = last.map_or(0, |file| end(file.classes, file.code.classes.len()));
        let expressions = last.map_or(0, |file| end(file.expressions, file.code.expressions.len()));
        let symbols: Vec<Symbol> = code.names.iter().map(|name| self.symbol(name)).collect();
        let path = module.path();
        for part in path.split('/') {
            self.symbol(part.strip_suffix(".py").unwrap_or(part));
        }
        let package = module.is_package().then(|| self.folder(module.folder()));
        self.folder(module.folder());
        self.by_path.insert(path, place);
        self.by_module.insert(std::ptr::from_ref(module).addr(), place);
        for (local, unit) in (0u32..).zip(&code.units) {
            self.unit_files.push(place);
            if unit.flags.has(UnitFlags::FIXTURE) {
                self.fixtures.entry(symbols[unit.name.0 as usize]).or_default().push(units + local);
            }
            if let Some(definition) = unit.definition {
                self.by_definition.insert((place, definition), units + local);
            }
        }
        for (local, class) in (0u32..).zip(&code.classes) {
            if let Some(definition) = class.definition {
                self.class_by_definition.insert((place, definition), classes + local);
            }
        }
        for (name, item) in &code.appended {
            let symbol = symbols[name.0 as usize];
            let value = Value::Holder(Holder::Display(expressions + item.0));
            let add = |known: &mut Vec<Value>| {
                if known.len() < MAX_APPENDED {
                    known.push(value);
                }
            };
            add(self.appended.entry(symbol).or_default());
            let mut at = Some(code.owners[item.0 as usize]);
            while let Some(unit) = at {
                add(self.appended_within.entry((units + unit, symbol)).or_default());
                at = code.units[unit as usize].parent;
            }
        }
        self.files.push(File {
            path,
            module,
            code,
            units,
            classes,
            expressions,
            symbols,
            words: FxHashMap::default(),
            package,
            base: 0,
        });
    }

    /// The tree's symbol of a word.
    pub(super) fn symbol(&mut self, name: &'w str) -> Symbol {
        let Self { symbols, names, .. } = self;
        *symbols.entry(name).or_insert_with(|| {
            names.push(name);
            Symbol(u32::try_from(names.len() - 1).unwrap_or(u32::MAX))
        })
    }

    /// The symbol of a word, if any code has it.
    pub(super) fn known(&self, name: &str) -> Option<Symbol> {
        self.symbols.get(name).copied()
    }

    pub(super) fn name(&self, symbol: Symbol) -> &'w str {
        self.names.get(symbol.0 as usize).copied().unwrap_or_default()
    }

    fn folder(&mut self, path: &str) -> u32 {
        if let Some(known) = self.folders.get(path) {
            return *known;
        }
        if !path.is_empty() {
            self.folder(folder(path));
        }
        let id = u32::try_from(self.folder_names.len()).unwrap_or(u32::MAX);
        self.folder_names.push(path.to_owned());
        self.folders.insert(path.to_owned(), id);
        id
    }

    /// What an import of a dotted module means in a file.
    pub(super) fn module(&self, file: u32, dotted: &str) -> Value {
        let own = &self.files[file as usize];
        let name = dotted.trim_start_matches('.');
        let dots = dotted.len() - name.len();
        let mut parts = name.split('.').filter(|part| !part.is_empty());
        let mut value = if dots > 0 {
            let mut at = own.module.folder();
            for _ in 1..dots {
                at = folder(at);
            }
            let init = join(at, "__init__.py");
            match self.by_path.get(&*init) {
                Some(file) => Value::Module(*file),
                None => self.folders.get(at).map_or(Value::Any, |folder| Value::Folder(*folder)),
            }
        } else {
            let first = parts.next().unwrap_or_default();
            let Some(symbol) = self.known(first) else { return Value::Any };
            self.tops.get(&(own.base, symbol)).copied().unwrap_or(Value::External(symbol, false))
        };
        for part in parts {
            let symbol = self.known(part);
            value = match value {
                Value::External(..) => match symbol {
                    Some(symbol) => Value::External(symbol, false),
                    None => return Value::Any,
                },
                value => match symbol.and_then(|symbol| self.child(value, symbol)) {
                    Some(child) => child,
                    None => return Value::Any,
                },
            };
        }
        value
    }

    /// The submodule of a package or folder.
    pub(super) fn child(&self, value: Value, name: Symbol) -> Option<Value> {
        let folder = match value {
            Value::Module(file) => self.files[file as usize].package?,
            Value::Folder(folder) => folder,
            _ => return None,
        };
        self.children.get(&(folder, name)).copied()
    }

    /// What a top-level name leads to from a file, whether or not the file imports it.
    pub(super) fn top(&self, file: u32, name: &str) -> Option<Value> {
        let symbol = self.known(name)?;
        let base = self.files[file as usize].base;
        let by_import = self.tops.get(&(base, symbol)).copied();
        let by_folder = || [base, 0].iter().find_map(|folder| self.children.get(&(*folder, symbol)).copied());
        let source = || self.folders.get("src").and_then(|folder| self.children.get(&(*folder, symbol)).copied());
        by_import.or_else(by_folder).or_else(source)
    }

    /// A module with the packages around it, outermost first.
    pub(super) fn with_packages(&self, value: Value) -> Vec<u32> {
        let (mut at, mut found) = match value {
            Value::Module(file) => {
                let own = &self.files[file as usize];
                let at = if own.package.is_some() { folder(own.module.folder()) } else { own.module.folder() };
                (at, vec![file])
            }
            Value::Folder(id) => (self.folder_names[id as usize].as_str(), Vec::new()),
            _ => return Vec::new(),
        };
        while let Some(package) = self.by_path.get(&*join(at, "__init__.py")).filter(|_| !at.is_empty()) {
            found.push(*package);
            at = folder(at);
        }
        found.reverse();
        found
    }

    /// Adds what is put into the containers that a name or attribute holds, where its own value says nothing of what it
    /// holds: an empty display, or what something outside of the tree makes. What a name of a function holds, only the
    /// function itself puts into it.
    pub(super) fn with_appended(&self, name: Symbol, function: Option<u32>, mut values: Values) -> Values {
        let appended = match function {
            Some(unit) => self.appended_within.get(&(unit, name)),
            None => self.appended.get(&name),
        };
        let Some(appended) = appended else { return values };
        let is_empty = |value: &Value| match value {
            Value::Holder(Holder::Display(anywhere)) => {
                let (file, id) = self.locate(*anywhere);
                let expression = self.files[file as usize].code.expression(id);
                matches!(expression, CodeExpr::Display(list) | CodeExpr::Mapping(list) if list.len == 0)
            }
            Value::Holder(Holder::Types(_)) | Value::Foreign | Value::Any => true,
            _ => false,
        };
        if !values.is_empty() && values.iter().all(is_empty) {
            values.extend(appended.iter().copied());
        }
        values
    }

    /// The class whose name is this in lower case, as visitors name their methods.
    pub(super) fn class_in_lower_case(&self, name: &str) -> Option<&u32> {
        self.lower_class_names.get(name)
    }

    /// The unit of a node, with its file.
    pub(super) fn unit(&self, node: u32) -> (&File<'w>, &'w Unit) {
        let file = &self.files[self.unit_files[node as usize] as usize];
        (file, &file.code.units[(node - file.units) as usize])
    }

    pub(super) fn flags(&self, node: u32) -> UnitFlags {
        self.unit(node).1.flags
    }

    /// The node of a class.
    pub(super) fn class_node(&self, class: u32) -> u32 {
        u32::try_from(self.unit_files.len()).unwrap_or(u32::MAX) + class
    }

    /// The class that a unit is a method of.
    pub(super) fn class_of(&self, node: u32) -> Option<u32> {
        let (file, unit) = self.unit(node);
        unit.class.map(|class| file.classes + class)
    }

    /// The unit around.
    pub(super) fn parent(&self, node: u32) -> Option<u32> {
        let (file, unit) = self.unit(node);
        unit.parent.map(|parent| file.units + parent)
    }

    /// The unit of a definition.
    pub(super) fn unit_of(&self, path: &str, definition: DefinitionId) -> Option<u32> {
        let file = self.by_path.get(path)?;
        self.by_definition.get(&(*file, definition)).copied()
    }

    /// The unit of a definition, by the address of its module.
    pub(super) fn unit_at(&self, module: usize, definition: DefinitionId) -> Option<u32> {
        let file = self.by_module.get(&module)?;
        self.by_definition.get(&(*file, definition)).copied()
    }

    pub(super) fn file_at(&self, path: &str) -> Option<u32> {
        self.by_path.get(path).copied()
    }

    /// The expression, its file and the unit that it stands in.
    pub(super) fn expression(&self, file: u32, id: ExprId) -> (CodeExpr, u32) {
        let file = &self.files[file as usize];
        (file.code.expression(id), file.units + file.code.owners[id.0 as usize])
    }

    /// Whether the project requires what brings a top-level module, if only for some purpose.
    pub(super) fn requires(&self, module: &str) -> bool {
        (self.requires)(module) || distribution(module).is_some_and(self.requires)
    }

    /// The file and place of an expression of the whole tree.
    pub(super) fn locate(&self, anywhere: u32) -> (u32, ExprId) {
        let file = self.files.partition_point(|file| file.expressions <= anywhere) - 1;
        // Files without expressions share their first with the next.
        (u32::try_from(file).unwrap_or(u32::MAX), ExprId(anywhere - self.files[file].expressions))
    }

    /// The names of the classes and functions that lead to a unit.
    pub(super) fn path_of(&self, node: u32) -> String {
        let mut parts = Vec::new();
        let mut at = Some(node);
        while let Some(node) = at.filter(|_| parts.len() < 40) {
            let (file, unit) = self.unit(node);
            at = self.parent(node);
            if at.is_none() && !parts.is_empty() {
                break;
            }
            parts.push(file.code.word(unit.name));
            if let Some(class) = unit.class {
                parts.push(file.code.word(file.code.classes[class as usize].name));
            }
        }
        parts.reverse();
        parts.join(".")
    }
}
