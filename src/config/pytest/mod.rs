//! pytest's own configuration: found, read and converted as pytest 9.2 does, without running it. Owns the options that
//! decide which tests there are; refuses to know what is done with them.
//!
//! Where pytest would stop with a usage error, that becomes a problem, and what can be read counts.

mod addopts;
mod entry_points;
pub(super) mod file;
mod ignored;
pub(super) mod ini;
mod setup;
mod shlex;
mod strictness;
pub(super) mod toml;
mod value;
mod written;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::model::path::{absolute, relative};
use crate::model::pytest::{ConfigSource, IniMarker, IniOption, IniText, Origin, Override};
use crate::model::{Overlay, Problem, ProblemKind, PytestConfig};
use file::{Defect, Loaded};
use setup::Setup;
use value::{Value, Values, Wrong};
pub use written::written;

/// The configuration that pytest would use if it were run in `current`, an absolute path, with these paths as
/// arguments. Problems name files relative to `rootdir`.
pub fn load(current: &Path, args: &[PathBuf]) -> (PytestConfig, Vec<Problem>) {
    load_over(current, args, &Overlay::default())
}

/// [`load`], with other bytes in place of those of some files.
pub fn load_over(current: &Path, args: &[PathBuf], overlay: &Overlay) -> (PytestConfig, Vec<Problem>) {
    let mut defects = Vec::new();
    let Setup { rootdir, found, config } = setup::determine(current, args, overlay, &mut defects);
    let mut read = PytestConfig { rootdir, rootdir_found: found, ..PytestConfig::default() };
    if let Some((path, loaded)) = config {
        let path_shown = relative(&read.rootdir, &path);
        let Loaded { section, line, since, values } = loaded;
        read.source = Some(ConfigSource { path: path_shown, section, line, since });
        let mut options = Options { values, written: BTreeMap::new(), wrong: Vec::new() };
        options.apply_addopts(&mut read);
        options.read(&mut read, path.parent().unwrap_or(&path));
        defects.extend(options.wrong.into_iter().map(|(line, message)| (path.clone(), Some(line), message)));
    }
    let ignored = ignored::places(&read.rootdir, read.source.as_ref(), overlay);
    read.ignored = ignored;
    read.entry_points = entry_points::modules(&read.rootdir);
    let problems = problems(&read.rootdir, defects);
    (read, problems)
}

/// A file may be passed more than once, and is reported once.
fn problems(rootdir: &Path, defects: Vec<Defect>) -> Vec<Problem> {
    let problem = |(path, line, message): Defect| {
        let path = relative(rootdir, &path);
        Problem { path, line, kind: ProblemKind::Config, message }
    };
    let mut problems: Vec<_> = defects.into_iter().map(problem).collect();
    problems.sort();
    problems.dedup();
    problems
}

/// Options of plugins that decide what their tests get, as the table of plugins names them, or that run failing ones
/// again.
const PLUGIN_OPTIONS: [&str; 4] = ["anyio_mode", "asyncio_mode", "reruns", "retries"];

/// The values of a configuration, and what was found to be wrong with them.
struct Options {
    values: Values,
    /// Those of `addopts`: the option or flag as it is written there, and what it is.
    written: BTreeMap<String, (String, Origin)>,
    wrong: Vec<Wrong>,
}

impl Options {
    /// The options of `addopts`, and what they override: one level only, as in `Config.parse`.
    fn apply_addopts(&mut self, read: &mut PytestConfig) {
        let mut words = Vec::new();
        self.set(&mut words, "addopts", Value::words);
        let place = self.values.get("addopts").cloned();
        let line = place.as_ref().map_or(1, |value| value.line);
        let (addopts, refused) = addopts::parse(&words);
        self.wrong.extend(refused.map(|message| (line, message)));
        let in_file = self.values.iter().map(|(name, value)| option(name, value.line, Origin::File));
        read.options = in_file.collect();
        for Override { name, value, flag } in &addopts.overrides {
            let written = flag.as_ref().unwrap_or(name);
            let line = place.as_ref().map_or(line, |place| place.line_of(written));
            let origin = if flag.is_some() { Origin::Flag } else { Origin::Override };
            if origin == Origin::Override {
                read.options.push(option(name, line, origin));
            }
            self.values.insert(name.clone(), Value::of_override(value, line));
            self.written.insert(name.clone(), (written.clone(), origin));
        }
        read.options.sort();
        read.options.dedup();
        read.addopts = addopts;
    }

    /// Every option but `addopts`; `folder` is where the configuration stands.
    fn read(&mut self, read: &mut PytestConfig, folder: &Path) {
        self.set(&mut read.python_files, "python_files", Value::words);
        self.set(&mut read.python_classes, "python_classes", Value::words);
        self.set(&mut read.python_functions, "python_functions", Value::words);
        self.set(&mut read.testpaths, "testpaths", Value::words);
        self.set(&mut read.norecursedirs, "norecursedirs", Value::words);
        self.set(&mut read.usefixtures, "usefixtures", Value::words);
        self.set(&mut read.required_plugins, "required_plugins", Value::words);
        self.set(&mut read.collect_imported_tests, "collect_imported_tests", Value::boolean);
        self.set(&mut read.consider_namespace_packages, "consider_namespace_packages", Value::boolean);
        self.set(&mut read.pythonpath, "pythonpath", Value::words);
        for path in &mut read.pythonpath {
            *path = relative(&read.rootdir, &absolute(folder, Path::new(path)));
        }
        for name in ["strict", "strict_markers"] {
            self.set(&mut read.strict_markers, name, Value::boolean);
        }
        read.strictness = strictness::read(&self.values, &self.written);
        read.minversion = self.text("minversion");
        read.empty_parameter_set_mark = self.text("empty_parameter_set_mark");
        for name in PLUGIN_OPTIONS {
            let mut value = String::new();
            self.set(&mut value, name, Value::string);
            if !value.is_empty() {
                read.plugin_options.push((name.to_owned(), value));
            }
        }
        let mut markers = Vec::new();
        self.set(&mut markers, "markers", Value::lines);
        read.markers = markers.iter().map(|line| marker(&line.text, line.line)).collect();
    }

    /// What the configuration says about an option of the type `string`.
    fn text(&self, name: &str) -> Option<IniText> {
        let value = self.values.get(name)?;
        let text = value.string(name).ok()?;
        (!text.is_empty()).then_some(IniText { text, line: value.line })
    }

    /// Puts what the configuration says about an option over its default.
    fn set<T>(&mut self, option: &mut T, name: &str, convert: fn(&Value, &str) -> Result<T, Wrong>) {
        match self.values.get(name).map(|value| convert(value, name)) {
            Some(Ok(value)) => *option = value,
            Some(Err(wrong)) => self.wrong.push(wrong),
            None => {}
        }
    }
}

fn option(name: &str, line: u32, origin: Origin) -> IniOption {
    IniOption { line, name: name.to_owned(), origin }
}

/// `Config._iter_registered_markers`.
fn marker(text: &str, line: u32) -> IniMarker {
    let (signature, description) = text.split_once(':').unwrap_or((text, ""));
    let name = signature.split('(').next().unwrap_or(signature);
    let trimmed = |text: &str| text.trim_matches(ini::is_space).to_owned();
    IniMarker { name: trimmed(name), description: trimmed(description), line }
}
