//! What is worked out once all files are there: where imports lead, the order of classes, methods by name.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    super::{
        super::{
            classes::Classes,
            modules::{World, folder},
            names::Place,
        },
        evaluate::last_name,
        externals,
        values::{Symbol, Value},
    },
    ClassInfo, Program,
};
use crate::model::code::{CodeExpr, Word};

impl<'w> Program<'w> {
    pub(super) fn link_folders(&mut self) {
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
    pub(super) fn link_imports(&mut self, world: &'w World<'_>) {
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

    pub(super) fn link_classes(&mut self, world: &'w World<'_>) {
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
                    let calls_back = |base: &String| !externals::is_inert(base.rsplit('.').next().unwrap_or(base));
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
    pub(in super::super) fn link_methods(&mut self) {
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
        // A word that no code has names nothing.
        let words = self.files.par_iter().flat_map_iter(|file| file.code.vocabulary());
        let words: Vec<Symbol> = words.filter_map(|word| self.known(word)).collect();
        self.vocabulary = words.into_iter().collect();
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
}
