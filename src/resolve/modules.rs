//! The modules of the tree by path and by dotted name, those that were walked and those that a name leads to.
//!
//! Where a dotted name is looked for copies what pytest's `prepend` import mode makes of `sys.path`
//! (`_pytest/pathlib.py::import_path`): the folder of the outermost package of each test module, then `pythonpath`, then
//! the root and the usual folders of sources below it.

use std::{cell::Cell, sync::OnceLock};

use elsa::sync::FrozenMap;
use rustc_hash::FxHashMap;

use super::{
    index::{Index, Table},
    plugins::{self, Plugin, PluginFixture},
    tests::listed_plugins,
};
pub(super) use crate::model::path::folder;
use crate::model::{
    Binding, BindingValue, DefinitionId, Expr, FileFacts, FileRole, Flow, Guard, GuardId, PytestConfig, SourceFile,
    requirement::normalized,
};

/// Answers about files that were not walked, by their paths below the root.
pub struct Loader<'l> {
    /// Reads and extracts a file; `None` where there is none.
    pub facts: &'l (dyn Fn(&str) -> Option<FileFacts> + Sync),
    /// Whether there is such a folder.
    pub is_folder: &'l (dyn Fn(&str) -> bool + Sync),
    /// Whether there is such a file.
    pub is_file: &'l (dyn Fn(&str) -> bool + Sync),
    /// Whether the project says that it requires a distribution.
    pub requires: &'l (dyn Fn(&str) -> bool + Sync),
}

/// Folders below the root in which projects keep the sources that they install.
const SOURCE_FOLDERS: [&str; 4] = ["", "src", "lib", "python"];

/// A file with its facts, and what is worked out from them once.
pub(super) struct Module {
    pub(super) file: SourceFile,
    pub(super) facts: FileFacts,
    /// Bindings sorted by scope, name and place.
    order: OnceLock<Vec<u32>>,
    table: OnceLock<Table>,
    /// The folder of its outermost package.
    base: OnceLock<String>,
}

impl Module {
    pub(super) fn new(file: SourceFile, facts: FileFacts) -> Self {
        Self { file, facts, order: OnceLock::new(), table: OnceLock::new(), base: OnceLock::new() }
    }

    pub(super) fn path(&self) -> &str {
        &self.file.path
    }

    /// The folder that it stands in; empty for the root.
    pub(super) fn folder(&self) -> &str {
        folder(&self.file.path)
    }

    /// Whether it is the `__init__.py` of a package.
    pub(super) fn is_package(&self) -> bool {
        self.file.path.rsplit('/').next() == Some("__init__.py")
    }

    pub(super) fn table(&self) -> &Table {
        self.table.get_or_init(|| Table::new(&self.facts))
    }

    /// Its facts with their indexes.
    pub(super) fn index(&self) -> Index<'_> {
        Index { facts: &self.facts, table: self.table() }
    }

    /// What may end a function, a class body or the module, in source order.
    pub(super) fn flows_of(&self, owner: Option<DefinitionId>) -> impl Iterator<Item = &Flow> {
        self.table().flows(owner).iter().map(|place| &self.facts.flows[*place])
    }

    /// The line at which the nearest definition before an offset begins; 1 where there is none.
    pub(super) fn line_at(&self, offset: u32) -> u32 {
        let definitions = &self.facts.definitions;
        let after = definitions.partition_point(|definition| definition.span.start <= offset);
        after.checked_sub(1).filter(|_| offset != u32::MAX).map_or(1, |place| definitions[place].span.line)
    }

    /// What decides whether something runs, innermost first.
    pub(super) fn guards(&self, innermost: Option<GuardId>) -> impl Iterator<Item = &Guard> {
        let guard = |id: GuardId| self.facts.guards.get(id.0 as usize);
        std::iter::successors(innermost.and_then(guard), move |known| known.parent.and_then(guard))
    }

    /// The bindings of a name in a scope in source order.
    pub(super) fn bindings(
        &self,
        scope: Option<DefinitionId>,
        name: &str,
    ) -> impl DoubleEndedIterator<Item = &Binding> {
        let bindings = &self.facts.bindings;
        let order = self.order();
        let key = (scope, name);
        let of = |place: &u32| {
            let binding = &bindings[*place as usize];
            (binding.scope, binding.name.as_str())
        };
        let first = order.partition_point(|place| of(place) < key);
        let end = first + order[first..].partition_point(|place| of(place) == key);
        order[first..end].iter().map(|place| &bindings[*place as usize])
    }

    /// The bindings that may be in effect at a place: the last unconditional one before it and what follows that.
    pub(super) fn live(&self, scope: Option<DefinitionId>, name: &str, before: u32) -> Vec<&Binding> {
        let mut bindings: Vec<_> = self.bindings(scope, name).filter(|binding| binding.offset < before).collect();
        let first = bindings.iter().rposition(|binding| !binding.conditional).unwrap_or_default();
        bindings.drain(..first);
        bindings
    }

    /// Whether what a name holds at a place may change in place behind it: pytest reads a list of cases when all of the
    /// module has run.
    pub(super) fn changes_behind(&self, scope: Option<DefinitionId>, name: &str, place: u32) -> bool {
        // `name += value` stands for a sum with what the name held before.
        let grows = |binding: &Binding| match &binding.value {
            BindingValue::Value(Expr::Sum(left, _) | Expr::Product(left, _)) => **left == Expr::Name(name.to_owned()),
            value => *value == BindingValue::Unknown,
        };
        let mut behind = self.bindings(scope, name).filter(|binding| binding.offset >= place).peekable();
        // What is asked for by the binding itself is what it held before.
        if behind.peek().is_some_and(|binding| binding.offset == place) {
            return false;
        }
        behind.take_while(|binding| binding.conditional || grows(binding)).any(grows)
    }

    /// All bindings of a scope, those of one name together.
    pub(super) fn scope(&self, scope: Option<DefinitionId>) -> impl Iterator<Item = &Binding> {
        let bindings = &self.facts.bindings;
        let order = self.order();
        let of = |place: &u32| bindings[*place as usize].scope;
        let first = order.partition_point(|place| of(place) < scope);
        let end = first + order[first..].partition_point(|place| of(place) == scope);
        order[first..end].iter().map(|place| &bindings[*place as usize])
    }

    /// The attributes of a name that the module assigns, with where it first does: `setting` of `Class.setting = 1`.
    pub(super) fn attributes(&self, of: &str) -> impl Iterator<Item = (u32, &str)> {
        let bindings = &self.facts.bindings;
        let order = self.order();
        let prefix = format!("{of}.");
        let first = order.partition_point(|place| {
            let binding = &bindings[*place as usize];
            (binding.scope, binding.name.as_str()) < (None, prefix.as_str())
        });
        let all = order[first..].iter().map(|place| &bindings[*place as usize]);
        let mut last = "";
        all.map_while(move |binding| {
            let name = binding.name.strip_prefix(&prefix).filter(|_| binding.scope.is_none())?;
            Some((binding.offset, name))
        })
        .filter(move |(_, name)| !name.contains('.') && std::mem::replace(&mut last, name) != *name)
    }

    fn order(&self) -> &[u32] {
        self.order.get_or_init(|| {
            let bindings = &self.facts.bindings;
            let mut order: Vec<u32> = (0u32..).take(bindings.len()).collect();
            order.sort_by_key(|place| {
                let binding = &bindings[*place as usize];
                (binding.scope, binding.name.as_str(), binding.offset)
            });
            order
        })
    }
}

/// A path in a folder.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// All modules.
pub(super) struct World<'l> {
    pub(super) modules: Vec<Module>,
    by_path: FxHashMap<String, u32>,
    /// Modules that were not walked, by path; `None`: there is no such file.
    loaded: FrozenMap<String, Box<Option<Module>>>,
    loader: &'l Loader<'l>,
    /// Folders that hold a top-level module or package of this name, of those that were walked.
    tops: FxHashMap<String, Vec<String>>,
    pythonpath: Vec<String>,
    /// Classes outside of the tree that the configuration says are test cases.
    pub(super) test_case_classes: Vec<String>,
    /// Where top-level names lead, by the folder of the outermost package of who asks, and the name.
    roots: FrozenMap<(String, String), Box<Root>>,
    /// Plugins that the command line of the configuration loads.
    given_plugins: Vec<String>,
}

/// Where a top-level name leads.
pub(super) struct Root {
    /// The module or package of that name, by its path.
    pub(super) module: Option<String>,
    /// Folders of that name without `__init__.py`, if there is no such module.
    pub(super) folders: Vec<String>,
}

impl<'l> World<'l> {
    /// The world of these files, which are sorted by path.
    pub(super) fn new(extracted: Vec<(SourceFile, FileFacts)>, pytest: &PytestConfig, loader: &'l Loader<'l>) -> Self {
        let modules: Vec<_> = extracted.into_iter().map(|(file, facts)| Module::new(file, facts)).collect();
        let by_path: FxHashMap<String, u32> =
            modules.iter().map(|module| module.file.path.clone()).zip(0u32..).collect();
        let mut tops: FxHashMap<String, Vec<String>> = FxHashMap::default();
        for module in &modules {
            let (base, name) = top(module.path(), |path| by_path.contains_key(path));
            let bases = tops.entry(name.to_owned()).or_default();
            if !bases.iter().any(|known| known == base) {
                bases.push(base.to_owned());
            }
        }
        let pythonpath = pytest.pythonpath.iter().map(|path| path.trim_matches(['/', '.']).to_owned()).collect();
        let test_case_classes = pytest.test_case_classes.clone();
        Self {
            modules,
            by_path,
            loaded: FrozenMap::new(),
            loader,
            tops,
            pythonpath,
            test_case_classes,
            roots: FrozenMap::new(),
            given_plugins: pytest.addopts.plugins.clone(),
        }
    }

    /// The fixture of a plugin that a name means where the tree has none.
    pub(super) fn plugin_fixture(&self, name: &str) -> Option<&'static PluginFixture> {
        plugins::providers(name).find(|(plugin, _)| self.may_have(plugin)).map(|(_, fixture)| fixture)
    }

    /// Whether a plugin counts here: it is so common that everybody may have it, or the project names it, or another one
    /// of the table that brings it along.
    pub(super) fn may_have(&self, plugin: &Plugin) -> bool {
        let is_required = |plugin: &Plugin| {
            let is_given = |name: &str| plugin.modules.contains(&name);
            (self.loader.requires)(plugin.name)
                || self.given_plugins.iter().any(|name| is_given(name))
                || self.modules.iter().flat_map(listed_plugins).any(is_given)
        };
        let brings = |other: &&Plugin| other.brings.contains(&&*normalized(plugin.name));
        !plugin.if_required || is_required(plugin) || plugins::plugins().iter().filter(brings).any(is_required)
    }

    /// The module at a path below the root.
    pub(super) fn at(&self, path: &str) -> Option<&Module> {
        if let Some(place) = self.by_path.get(path) {
            let module = &self.modules[*place as usize];
            if module.facts.parsed || module.facts.lines == 0 {
                return Some(module);
            }
        }
        if let Some(loaded) = self.loaded.get(path) {
            return loaded.as_ref();
        }
        let module = (self.loader.facts)(path).map(|facts| {
            let file = SourceFile {
                path: path.to_owned(),
                absolute: std::path::PathBuf::new(),
                language: crate::model::Language::Python,
                role: FileRole::Imported,
            };
            Module::new(file, facts)
        });
        self.loaded.insert(path.to_owned(), Box::new(module)).as_ref()
    }

    /// The packages around a module, innermost first: they are imported before it.
    pub(super) fn packages(&self, module: &Module) -> Vec<&Module> {
        let folders = package_folders(module.path(), |init| self.is_there(init));
        let packages = folders.filter_map(|folder| self.present(&join(folder, "__init__.py")));
        packages.filter(|package| package.path() != module.path()).collect()
    }

    /// Whether there is a file at a path below the root.
    pub(super) fn is_there(&self, path: &str) -> bool {
        self.by_path.contains_key(path) || (self.loader.is_file)(path)
    }

    /// Whether there is a folder at a path below the root.
    pub(super) fn is_folder(&self, path: &str) -> bool {
        (self.loader.is_folder)(path)
    }

    /// The module at a path below the root, as it was walked: it need not be parsed.
    pub(super) fn present(&self, path: &str) -> Option<&Module> {
        match self.by_path.get(path) {
            Some(place) => Some(&self.modules[*place as usize]),
            None => self.at(path),
        }
    }

    /// The module or package of this name directly in a folder.
    pub(super) fn in_folder(&self, folder: &str, name: &str) -> Option<&Module> {
        let path = join(folder, name);
        self.at(&format!("{path}/__init__.py")).or_else(|| self.at(&format!("{path}.py")))
    }

    /// The folder of the outermost package of a module.
    fn base<'m>(&self, module: &'m Module) -> &'m str {
        module.base.get_or_init(|| top(module.path(), |path| self.at(path).is_some()).0.to_owned())
    }

    /// Where a top-level name leads from a module.
    pub(super) fn root(&self, from: &Module, name: &str) -> &Root {
        let key = (self.base(from).to_owned(), name.to_owned());
        if let Some(known) = self.roots.get(&key) {
            return known;
        }
        let folders = self.import_folders(from, name);
        let module =
            folders.iter().find_map(|folder| self.in_folder(folder, name)).map(|module| module.path().to_owned());
        let folders = match module {
            Some(_) => Vec::new(),
            None => {
                let paths = folders.iter().map(|folder| join(folder, name));
                paths.filter(|path| (self.loader.is_folder)(path)).collect()
            }
        };
        self.roots.insert(key, Box::new(Root { module, folders }))
    }

    /// Folders in which an absolute import of `name` from a module is looked for, in order.
    pub(super) fn import_folders(&self, from: &Module, name: &str) -> Vec<String> {
        let mut folders = vec![self.base(from).to_owned()];
        let tops = self.tops.get(name).map(Vec::as_slice).unwrap_or_default();
        let others = self.pythonpath.iter().map(String::as_str).chain(SOURCE_FOLDERS);
        for folder in others.chain(tops.iter().map(String::as_str)) {
            if !folders.iter().any(|known| known == folder) {
                folders.push(folder.to_owned());
            }
        }
        folders
    }

    /// The dotted name under which pytest imports a module.
    pub(super) fn import_name(&self, module: &Module) -> String {
        let (base, _) = top(module.path(), |path| self.at(path).is_some());
        let path = module.path().strip_prefix(base).unwrap_or(module.path()).trim_start_matches('/');
        let path = path.trim_end_matches(".py");
        path.strip_suffix("/__init__").unwrap_or(path).replace('/', ".")
    }

    /// Whether a dotted name is that of a file that was walked for tests, or of something directly in one.
    pub(super) fn holds(&self, from: &Module, dotted: &str) -> bool {
        self.is_file_or_in_one(from, dotted, &|file| file.role != FileRole::Imported)
    }

    /// The same of any file that was read, the code under test among them where coverage is asked for.
    pub(super) fn has_read(&self, from: &Module, dotted: &str) -> bool {
        self.is_file_or_in_one(from, dotted, &|_| true)
    }

    /// Says of a distribution whether the project requires it somewhere, if only for some purpose.
    pub(super) fn requires(&self) -> &'l (dyn Fn(&str) -> bool + Sync) {
        self.loader.requires
    }

    /// Whether a module's import of a dotted name leads to a file that was walked for tests: asks neither loader nor disk.
    pub(super) fn is_walked(&self, from: &Module, dotted: &str) -> bool {
        self.is_file(from, dotted, &|file| file.role != FileRole::Imported)
    }

    fn is_file_or_in_one(&self, from: &Module, dotted: &str, wanted: &dyn Fn(&SourceFile) -> bool) -> bool {
        let module = || dotted.rsplit_once('.').is_some_and(|(module, _)| self.is_file(from, module, wanted));
        self.is_file(from, dotted, wanted) || module()
    }

    fn is_file(&self, from: &Module, dotted: &str, wanted: &dyn Fn(&SourceFile) -> bool) -> bool {
        let name = dotted.trim_start_matches('.');
        let path = name.replace('.', "/");
        let is_there =
            |path: &str| self.by_path.get(path).is_some_and(|place| wanted(&self.modules[*place as usize].file));
        let has = |folder: &str| {
            let path = if path.is_empty() { folder.to_owned() } else { join(folder, &path) };
            is_there(&format!("{path}.py")) || is_there(&join(&path, "__init__.py"))
        };
        match dotted.len() - name.len() {
            0 => {
                let tops = self.tops.get(name.split('.').next().unwrap_or(name));
                tops.into_iter().flatten().any(|folder| has(folder))
            }
            levels => {
                let mut folders = std::iter::successors(Some(from.folder()), |at| Some(folder(at)));
                folders.nth(levels - 1).is_some_and(has)
            }
        }
    }

    /// The module of an absolute dotted name, looked for from the root.
    pub(super) fn by_name(&self, dotted: &str) -> Option<&Module> {
        let path = dotted.replace('.', "/");
        let folders = self.pythonpath.iter().map(String::as_str).chain(SOURCE_FOLDERS);
        folders.into_iter().find_map(|folder| {
            let (folder, name) = match path.rsplit_once('/') {
                Some((package, name)) => (join(folder, package), name),
                None => (folder.to_owned(), path.as_str()),
            };
            self.in_folder(&folder, name)
        })
    }

    /// The `conftest.py` files that pytest imports for a module, nearest first.
    pub(super) fn conftests(&self, of: &str) -> Vec<&Module> {
        let mut folder = folder(of);
        let mut found = Vec::new();
        loop {
            found.extend(
                self.by_path
                    .contains_key(&join(folder, "conftest.py"))
                    .then(|| self.at(&join(folder, "conftest.py")))
                    .flatten(),
            );
            if folder.is_empty() {
                return found;
            }
            folder = self::folder(folder);
        }
    }
}

/// The folders of the packages around a file, innermost first, as far as they follow each other
/// (`_pytest/pathlib.py::resolve_package_path`); empty for the root.
fn package_folders(path: &str, exists: impl Fn(&str) -> bool) -> impl Iterator<Item = &str> {
    let folders = std::iter::successors(Some(folder(path)), |at| (!at.is_empty()).then(|| folder(at)));
    folders.take_while(move |at| exists(&join(at, "__init__.py")))
}

/// The folder that holds the outermost package of a file below the root, and the name of that package or of the file
/// itself.
fn top(path: &str, exists: impl Fn(&str) -> bool) -> (&str, &str) {
    match package_folders(path, |init| init != "__init__.py" && exists(init)).last() {
        Some(package) => (folder(package), package.rsplit('/').next().unwrap_or(package)),
        None => (folder(path), path.rsplit('/').next().unwrap_or(path).trim_end_matches(".py")),
    }
}

/// How many steps one question about a name may take: imports can go in circles, and stars multiply.
const MAX_STEPS: u32 = 400;

/// The steps that are left to the question at hand.
#[derive(Default)]
pub(super) struct Fuel {
    left: Cell<u32>,
    /// Questions that wait for the answer of the one at hand.
    open: Cell<u32>,
}

impl Fuel {
    /// Begins a question; one within another shares its steps.
    pub(super) fn question(&self) -> Question<'_> {
        if self.open.get() == 0 {
            self.left.set(MAX_STEPS);
        }
        self.open.set(self.open.get() + 1);
        Question(self)
    }

    /// Takes a step; `None` when there are none left.
    pub(super) fn step(&self) -> Option<()> {
        self.left.set(self.left.get().checked_sub(1)?);
        Some(())
    }
}

/// A question that is open until this is dropped.
pub(super) struct Question<'f>(&'f Fuel);

impl Drop for Question<'_> {
    fn drop(&mut self) {
        self.0.open.set(self.0.open.get() - 1);
    }
}
