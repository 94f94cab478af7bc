//! Which files of Rust the targets of cargo reach under any configuration: every `mod` is followed, whatever `cfg` says, and
//! what macros are called with is searched for more. Owns that search; refuses to know which tests are in a file, and errs on
//! the side of reaching too much.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::sources::{Place, Sources, folder, joined};
use crate::model::CargoTree;
use crate::model::path::is_below;
use crate::model::rust::{
    Attribute, Delimiter, Item, ItemKind, MacroCall, OrphanFile, RustFacts, RustTree, Token, TokenKind,
};

/// The files that the targets and build scripts of all packages reach, and those with tests that none does.
pub fn reached(tree: &CargoTree, sources: &Sources<'_>, string: fn(&[Token]) -> Option<String>) -> RustTree {
    let stem = |path: &str| path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs")).map(str::to_owned);
    let stems: HashSet<String> = sources.files.keys().filter_map(|path| stem(path)).collect();
    let folders: HashSet<&str> = sources.files.keys().filter_map(|path| folder(path).rsplit('/').next()).collect();
    let mut found = RustTree::default();
    let defined = Definitions::new(sources.files);
    for package in &tree.packages {
        let targets = package.targets.iter().map(|target| &target.path);
        let roots = package.targets.iter().filter_map(|target| sources.facts(&target.path));
        if roots.flat_map(|facts| facts.attributes.clone()).any(|attribute| attribute.allows_unexpected_cfgs()) {
            found.lenient.insert(package.path.clone());
        }
        let scripts = package.build_scripts.iter().filter_map(|path| sources.facts(path));
        let printed: Vec<_> = scripts.flat_map(|facts| facts.printed_cfgs.clone()).collect();
        found.printed_cfgs.insert(package.path.clone(), printed);
        let mut search = Search {
            sources,
            string,
            stems: &stems,
            folders: &folders,
            defined: &defined,
            package: package.folder(),
            files: BTreeSet::new(),
            seen: HashSet::new(),
            applied: HashSet::new(),
            pending: Vec::new(),
        };
        targets.chain(&package.build_scripts).for_each(|path| search.file(Place::root(path)));
        search.run();
        for path in search.files {
            found.reached.entry(path.to_string()).or_default().insert(package.path.clone());
        }
    }
    found.orphans = orphans(tree, sources, &found, &defined);
    found.macros = defined.names;
    found
}

/// A search from the roots of one package.
struct Search<'s> {
    sources: &'s Sources<'s>,
    string: fn(&[Token]) -> Option<String>,
    /// Names of files of the tree without their ending.
    stems: &'s HashSet<String>,
    /// Names of folders with such files.
    folders: &'s HashSet<&'s str>,
    /// What macros by example declare.
    defined: &'s Definitions<'s>,
    /// The folder of the package.
    package: &'s str,
    /// What was found.
    files: BTreeSet<Arc<str>>,
    /// What was found, as seen from where.
    seen: HashSet<(Arc<str>, String)>,
    /// Macros by example, with where they were called.
    applied: HashSet<(&'s str, Arc<str>, String)>,
    pending: Vec<(Place, Arc<RustFacts>)>,
}

impl<'s> Search<'s> {
    fn run(&mut self) {
        while let Some((place, facts)) = self.pending.pop() {
            self.items(&facts.items, &place);
        }
    }

    /// A file that is the root of a target, or is included.
    fn file(&mut self, place: Place) {
        if let Some(facts) = self.sources.facts(&place.file) {
            self.module(place, facts);
        }
    }

    fn module(&mut self, place: Place, facts: Arc<RustFacts>) {
        if self.seen.insert((Arc::clone(&place.file), place.folder.clone())) {
            self.files.insert(Arc::clone(&place.file));
            self.pending.push((place, facts));
        }
    }

    /// Recurses over inline modules and bodies, whose depth is limited where the text is read.
    fn items(&mut self, items: &[Item], place: &Place) {
        for item in items {
            match &item.kind {
                ItemKind::Module { items: None } => self.declared(&item.name, &paths(&item.attributes), place),
                ItemKind::Module { items: Some(items) } => {
                    for place in inline(place, &item.name, &paths(&item.attributes)) {
                        self.items(items, &place);
                    }
                }
                ItemKind::MacroCall(call) => self.call(call, place),
                ItemKind::MacroRules(rules) => self.tokens(rules, place, false),
                ItemKind::Function(function) => self.items(&function.items, place),
                ItemKind::Impl { items, .. } | ItemKind::Trait(items) | ItemKind::Foreign(items) => {
                    self.items(items, place);
                }
                _ => {}
            }
        }
    }

    /// `mod name;`.
    fn declared(&mut self, name: &str, paths: &Paths, place: &Place) {
        let default = (!paths.is_certain).then_some(None);
        let candidates = default.into_iter().chain(paths.given.iter().map(|path| Some(path.as_str())));
        for path in candidates {
            if let Some((place, facts)) = self.sources.module(place, name, path) {
                self.module(place, facts);
            }
        }
    }

    /// A call in the place of an item.
    fn call(&mut self, call: &MacroCall, place: &Place) {
        match call.path.last().map_or("", |name| name) {
            "include" => self.include(&call.tokens, place),
            "dir" => {
                let text = call.tokens.iter().find_map(Token::string);
                let Some(folder) = text.and_then(|text| joined(self.package, &text)) else { return };
                let names: Vec<String> = self.sources.names_in(&folder).map(str::to_owned).collect();
                names.iter().filter_map(|name| joined(&folder, name)).for_each(|path| self.file(Place::root(&path)));
            }
            name => {
                self.apply(name, place);
                self.tokens(&call.tokens, place, true);
            }
        }
    }

    /// What the definitions of a macro by this name declare where it is called.
    fn apply(&mut self, name: &str, place: &Place) {
        let Some((name, rules)) = self.defined.declaring.get_key_value(name) else { return };
        if self.applied.insert((*name, Arc::clone(&place.file), place.folder.clone())) {
            rules.iter().for_each(|rules| self.tokens(rules, place, false));
        }
    }

    fn include(&mut self, tokens: &[Token], place: &Place) {
        let path = (self.string)(tokens).and_then(|path| joined(folder(&place.file), &path));
        if let Some(path) = path {
            self.file(Place { file: path.into(), ..place.clone() });
        }
    }

    /// What a macro is called with, or defined as: `mod name;` as if it stood there alone. In a call each name may become a
    /// module.
    fn tokens(&mut self, tokens: &[Token], place: &Place, is_call: bool) {
        for (position, token) in tokens.iter().enumerate() {
            let rest = &tokens[position + 1..];
            if let TokenKind::Group(group) = &token.kind {
                let (before, is_included) = (&tokens[..position], is_include(&tokens[..position]));
                if is_included {
                    self.include(&group.tokens, place);
                } else if let [.., name, bang] = before
                    && bang.is_punct('!')
                    && let Some(name) = name.ident()
                {
                    self.apply(name, place);
                }
                match before {
                    [.., keyword, name] if keyword.is_ident("mod") && name.ident().is_some() => {
                        let name = name.ident().unwrap_or_default();
                        for place in inline(place, plain(name), &written_paths(&before[..before.len() - 2])) {
                            self.tokens(&group.tokens, &place, is_call);
                        }
                    }
                    _ => self.tokens(&group.tokens, place, is_call),
                }
                continue;
            }
            let Some(name) = token.ident() else { continue };
            if let ("mod", [module, semicolon, ..]) = (name, rest)
                && semicolon.is_punct(';')
                && let Some(module) = module.ident()
            {
                self.declared(plain(module), &written_paths(&tokens[..position]), place);
            }
            if is_call && (self.stems.contains(plain(name)) || self.folders.contains(plain(name))) {
                self.declared(plain(name), &Paths::default(), place);
            }
        }
    }
}

/// What `#[path]` says of a module.
#[derive(Default)]
struct Paths {
    given: Vec<String>,
    /// Whether one of them counts under every configuration.
    is_certain: bool,
}

/// The paths that attributes give, those within `cfg_attr` too.
fn paths(attributes: &[Attribute]) -> Paths {
    let mut found = Paths::default();
    for attribute in attributes.iter().filter(|attribute| attribute.doc.is_none()) {
        match &*attribute.path {
            "path" => {
                found.given.extend(attribute.tokens.get(1).and_then(Token::string));
                found.is_certain = true;
            }
            "cfg_attr" => conditional_paths(attribute.arguments(), &mut found.given),
            _ => {}
        }
    }
    found
}

/// `path = "…"` anywhere in these tokens. Recurses over brackets, whose depth is limited where the text is read.
fn conditional_paths(tokens: &[Token], found: &mut Vec<String>) {
    for (position, token) in tokens.iter().enumerate() {
        if let TokenKind::Group(group) = &token.kind {
            conditional_paths(&group.tokens, found);
        }
        if let [equals, value, ..] = &tokens[position + 1..]
            && token.is_ident("path")
            && equals.is_punct('=')
        {
            found.extend(value.string());
        }
    }
}

/// The same of a module that stands behind these tokens of a macro's.
fn written_paths(before: &[Token]) -> Paths {
    let mut found = Paths::default();
    for token in before.iter().rev() {
        match &token.kind {
            TokenKind::Group(group) if group.delimiter == Delimiter::Bracket => {
                conditional_paths(&group.tokens, &mut found.given);
            }
            TokenKind::Group(group) if group.delimiter == Delimiter::Parenthesis => {}
            TokenKind::Punct { character: '#', .. } | TokenKind::Doc(_) => {}
            TokenKind::Ident(name) if &**name == "pub" => {}
            _ => break,
        }
    }
    found
}

/// Where an inline module may look.
fn inline(place: &Place, name: &str, paths: &Paths) -> Vec<Place> {
    let default = (!paths.is_certain).then_some(None);
    let candidates = default.into_iter().chain(paths.given.iter().map(|path| Some(path.as_str())));
    candidates.map(|path| place.inline(name, path)).collect()
}

fn is_include(before: &[Token]) -> bool {
    matches!(before, [.., name, bang] if name.is_ident("include") && bang.is_punct('!'))
}

fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// What macros by example say, wherever they are called.
#[derive(Default)]
struct Definitions<'f> {
    /// Their names.
    names: BTreeSet<String>,
    /// Those that declare modules, or include files.
    declaring: BTreeMap<&'f str, Vec<&'f [Token]>>,
    /// Modules of other files that they declare.
    modules: HashSet<String>,
}

impl<'f> Definitions<'f> {
    fn new(files: &'f BTreeMap<String, Arc<RustFacts>>) -> Self {
        let mut found = Self::default();
        files.values().for_each(|facts| found.items(&facts.items));
        found
    }

    fn items(&mut self, items: &'f [Item]) {
        for item in items {
            match &item.kind {
                ItemKind::MacroRules(rules) => {
                    self.names.insert(item.name.to_string());
                    if self.declares(rules) {
                        self.declaring.entry(&item.name).or_default().push(rules);
                    }
                }
                ItemKind::Module { items: Some(items) } => self.items(items),
                ItemKind::Function(function) => self.items(&function.items),
                _ => {}
            }
        }
    }

    /// Whether the rules of a macro declare modules or include files.
    fn declares(&mut self, tokens: &[Token]) -> bool {
        let mut found = false;
        for (position, token) in tokens.iter().enumerate() {
            if let TokenKind::Group(group) = &token.kind {
                found |= self.declares(&group.tokens);
            }
            found |= token.is_ident("include");
            if let [name, semicolon, ..] = &tokens[position + 1..]
                && token.is_ident("mod")
                && semicolon.is_punct(';')
            {
                found = true;
                self.modules.extend(name.ident().map(|name| plain(name).to_owned()));
            }
        }
        found
    }
}

/// The files with tests that nothing reaches.
fn orphans(tree: &CargoTree, sources: &Sources<'_>, found: &RustTree, defined: &Definitions<'_>) -> Vec<OrphanFile> {
    let mut orphans = Vec::new();
    for (path, facts) in sources.files.iter().filter(|(path, _)| !found.reached.contains_key(*path)) {
        let mut tests = Tests::default();
        tests.items(&facts.items);
        // The innermost package has the longest folder.
        let around = tree.packages.iter().filter(|package| is_below(path, package.folder()));
        let Some(package) = around.max_by_key(|package| package.folder().len()).filter(|_| tests.count > 0) else {
            continue;
        };
        let within = folder(path);
        let name = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        let name = if name == "mod" { within.rsplit('/').next().unwrap_or_default() } else { name };
        if defined.modules.contains(name) {
            continue;
        }
        orphans.push(OrphanFile {
            path: path.clone(),
            package: package.path.clone(),
            line: tests.line,
            tests: tests.count,
            parent: parent(path, sources, found),
            is_named: false,
        });
    }
    orphans
}

/// The file that a target reaches and whose module could declare this one.
fn parent(path: &str, sources: &Sources<'_>, found: &RustTree) -> Option<String> {
    let (mut within, mut name) = (folder(path), path.rsplit('/').next().unwrap_or_default());
    if name == "mod.rs" {
        // It is declared where its folder stands.
        (within, name) = within.rsplit_once('/')?;
    }
    let beside = ["mod.rs", "lib.rs", "main.rs"].map(|name| format!("{within}/{name}"));
    let known = beside.into_iter().chain(std::iter::once(format!("{within}.rs")));
    let others = sources.names_in(within).filter(|own| *own != name).map(|own| format!("{within}/{own}"));
    known.chain(others).find(|path| found.reached.contains_key(path))
}

/// Functions that look like tests.
#[derive(Default)]
struct Tests {
    count: usize,
    line: u32,
}

impl Tests {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            match &item.kind {
                ItemKind::Function(_) => {
                    item.attributes.iter().find(|own| is_test(own)).into_iter().for_each(|own| self.add(own.line));
                }
                ItemKind::Module { items: Some(items) } => self.items(items),
                ItemKind::MacroCall(call) => self.tokens(&call.tokens),
                _ => {}
            }
        }
    }

    fn add(&mut self, line: u32) {
        if self.count == 0 {
            self.line = line;
        }
        self.count += 1;
    }

    /// `#[test]` among what a macro is called with.
    fn tokens(&mut self, tokens: &[Token]) {
        for (position, token) in tokens.iter().enumerate() {
            let TokenKind::Group(group) = &token.kind else { continue };
            let is_attribute = position > 0 && tokens[position - 1].is_punct('#');
            match group.tokens.as_slice() {
                [name] if is_attribute && name.is_ident("test") => self.add(token.line),
                tokens => self.tokens(tokens),
            }
        }
    }
}

/// Whether an attribute makes a test of a function, by its name.
fn is_test(attribute: &Attribute) -> bool {
    attribute.doc.is_none()
        && matches!(attribute.last_segment(), "test" | "rstest" | "test_case" | "quickcheck" | "parameterized")
}
