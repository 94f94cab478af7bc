//! All code of a tree with what is looked up in it: words, modules, classes, methods.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    super::{
        classes::Classes,
        modules::{Module, World, folder, join},
        names::Place,
    },
    evaluate::last_name,
    values::{Holder, Symbol, Value, Values},
};
use crate::model::{
    Code, DefinitionId, EntryPoint,
    code::{CodeExpr, ExprId, Unit, UnitFlags, Word},
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
        let words = symbols.iter().copied().zip((0u32..).map(Word)).collect();
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
        self.vocabulary.extend(code.vocabulary.iter().map(|word| {
            // A word that no code has names nothing.
            self.symbols.get(&**word).copied().unwrap_or(Symbol(u32::MAX))
        }));
        self.files.push(File { path, module, code, units, classes, expressions, symbols, words, package, base: 0 });
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

    fn link_folders(&mut self) {
        for id in (1u32..).take(self.folder_names.len().saturating_sub(1)) {
            let path = self.folder_names[id as usize].clone();
            let parent = self.folders[folder(&path)];
            let name = path.rsplit('/').next().unwrap_or(&path);
            if let Some(name) = self.known(name) {
                self.children.insert((parent, name), Value::Folder(id));
            }
        }
        for (place, file) in (0u32..).zip(&self.files) {
            let own = self.folders[file.module.folder()];
            let (parent, name) = match file.package {
                Some(_) if own != 0 => {
                    (self.folders[folder(file.module.folder())], file.module.folder().rsplit('/').next())
                }
                Some(_) => continue,
                None => (own, file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".py"))),
            };
            let Some(name) = name.and_then(|name| self.symbols.get(name)) else { continue };
            // Packages come before modules of their name, and both before bare folders.
            let known = self.children.get(&(parent, *name));
            let is_package =
                matches!(known, Some(Value::Module(known)) if self.files[*known as usize].package.is_some());
            if !is_package || file.package.is_some() {
                self.children.insert((parent, *name), Value::Module(place));
            }
        }
    }

    /// Looks up where every top-level name that is imported leads, by the rules of imports.
    fn link_imports(&mut self, world: &'w World<'_>) {
        for place in 0..self.files.len() {
            let module = self.files[place].module;
            let base = world.import_folders(module, "").into_iter().next().unwrap_or_default();
            let base = self.folder(&base);
            self.files[place].base = base;
            let code = self.files[place].code;
            let imported = code.expressions.iter().filter_map(|expression| match expression {
                CodeExpr::Module(module) | CodeExpr::Member(module, _) => Some(*module),
                _ => None,
            });
            let mut words: Vec<Word> = imported.chain(code.stars.iter().copied()).collect();
            words.sort_unstable();
            words.dedup();
            for word in words {
                let first = code.word(word).split('.').next().unwrap_or_default();
                if first.is_empty() {
                    continue;
                }
                let symbol = self.symbol(first);
                if self.tops.contains_key(&(base, symbol)) {
                    continue;
                }
                let mut found = None;
                for folder in world.import_folders(module, first) {
                    let Some(folder) = self.folders.get(&folder) else { continue };
                    match self.children.get(&(*folder, symbol)) {
                        Some(Value::Module(file)) => {
                            found = Some(Value::Module(*file));
                            break;
                        }
                        Some(other) => found = found.or(Some(*other)),
                        None => {}
                    }
                }
                // Modules beside a script are found, too.
                let own = self.folders[module.folder()];
                let beside = || self.children.get(&(own, symbol)).copied();
                let found = found.or_else(beside).unwrap_or(Value::External(symbol, false));
                self.tops.insert((base, symbol), found);
            }
        }
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

    fn link_classes(&mut self, world: &'w World<'_>) {
        let classes = Classes::new(world);
        let mut below: Vec<Vec<u32>> = Vec::new();
        for (place, file) in (0u32..).zip(&self.files) {
            for (local, class) in (0u32..).zip(&file.code.classes) {
                let id = file.classes + local;
                let (mut order, mut is_called_back, mut is_metaclass) = (vec![id], false, false);
                let mut is_protocol = false;
                if let Some(definition) = class.definition {
                    let known = classes.class(Place { module: file.module, id: definition });
                    order.extend(known.mro.iter().skip(1).filter_map(|base| {
                        let file = self.by_module.get(&std::ptr::from_ref(base.module).addr())?;
                        self.class_by_definition.get(&(*file, base.id)).copied()
                    }));
                    is_metaclass = known.external.iter().any(|base| base == "builtins.type");
                    let calls_back =
                        |base: &String| !super::externals::is_inert(base.rsplit('.').next().unwrap_or(base));
                    is_protocol = class.bases.iter().any(|base| last_name(file.code, *base) == "Protocol");
                    is_called_back = known.external.iter().any(calls_back);
                }
                self.classes.push(ClassInfo {
                    file: place,
                    local,
                    order,
                    below: Vec::new(),
                    is_called_back,
                    is_protocol,
                    is_metaclass,
                });
                below.push(Vec::new());
            }
        }
        for (id, class) in (0u32..).zip(&self.classes) {
            for base in class.order.iter().skip(1) {
                below[*base as usize].push(id);
            }
        }
        for (class, below) in self.classes.iter_mut().zip(below) {
            class.below = below;
        }
    }

    /// Collects methods of measured files by name, and the classes that have each.
    pub(super) fn link_methods(&mut self) {
        let mut methods: FxHashMap<Symbol, Vec<u32>> = FxHashMap::default();
        for (id, class) in (0u32..).zip(&self.classes) {
            if !self.is_measured[class.file as usize] {
                continue;
            }
            let file = &self.files[class.file as usize];
            let code = &file.code.classes[class.local as usize];
            self.class_names.entry(file.word(code.name)).or_insert(id);
            let lower = file.code.word(code.name).to_ascii_lowercase();
            self.lower_class_names.entry(lower).or_insert(id);
            for (name, unit) in &code.methods {
                methods.entry(file.word(*name)).or_default().push(file.units + unit);
            }
        }
        methods.values_mut().for_each(|units| units.sort_unstable());
        let mut names: Vec<(&'w str, Symbol)> = methods.keys().map(|name| (self.name(*name), *name)).collect();
        names.sort_unstable();
        self.method_names = names;
        self.methods = methods;
        self.link_strings();
        self.vocabulary.remove(&Symbol(u32::MAX));
        // Words of tests were looked up before all code was known.
        let words = self.files.iter().flat_map(|file| &file.code.vocabulary);
        self.vocabulary.extend(words.filter_map(|word| self.symbols.get(&**word).copied()));
        let is_test = |place: usize| !self.is_measured[place];
        let of_tests = self.files.iter().enumerate().filter(|(place, _)| is_test(*place));
        self.patched = of_tests.flat_map(|(_, file)| file.code.patched.iter().map(|word| file.word(*word))).collect();
        let first_class = u32::try_from(self.unit_files.len()).unwrap_or(u32::MAX);
        let mut owners = vec![Vec::new(); self.unit_files.len()];
        for (id, class) in (0u32..).zip(&self.classes) {
            let mut seen = FxHashSet::default();
            for base in &class.order {
                let info = &self.classes[*base as usize];
                let file = &self.files[info.file as usize];
                let code = &file.code.classes[info.local as usize];
                let fresh: Vec<_> = code.methods.iter().filter(|(name, _)| !seen.contains(&file.word(*name))).collect();
                for (name, unit) in fresh {
                    seen.insert(file.word(*name));
                    owners[(file.units + unit) as usize].push(first_class + id);
                }
            }
        }
        self.owners = owners;
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
