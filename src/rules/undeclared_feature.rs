//! A `cfg` of Rust that names a feature which its package does not declare.
//!
//! # Why
//!
//! `cfg(feature = "…")` does not hold where no feature has this name: what stands behind it, a test or a whole module of them, is
//! never compiled. rustc warns of it (`unexpected_cfgs`) in what it compiles; in what another `cfg` cuts off, and in targets that
//! are not built, nobody does.
//!
//! # Example
//!
//! ```toml
//! [features]
//! tokio-runtime = []
//! ```
//!
//! ```rust,ignore
//! #[cfg(feature = "tokio_runtime")]
//! mod runtime_tests;
//! ```
//!
//! # Better
//!
//! ```rust,ignore
//! #[cfg(feature = "tokio-runtime")]
//! mod runtime_tests;
//! ```
//!
//! # Limits
//!
//! Only files that a target reaches are judged, each by the packages that reach it. A feature counts as declared where
//! `[features]` or an optional dependency names it, or a `check-cfg` of the manifest or of the build script does. The finding is
//! less certain where the lint is allowed, where another package that uses the file declares the feature, and in macros that the
//! tree does not define or that it exports: there the `cfg` may be that of another package.

use super::{Context, Group, Report, Rule, rust::lines_of};
use crate::model::rust::{Attribute, FeatureUse, Item, ItemKind, PrintedCfg, RustFacts};
use crate::model::{CargoPackage, Confidence, LintLevel, Region, Severity, TestFile, nearest, settings::Wanted};

pub(super) const RULE: Rule = Rule {
    name: "undeclared-feature",
    group: Group::Configuration,
    severity: Severity::Warning,
    needs: Wanted { rust_files: true, ..Wanted::NOTHING },
    applies: |_| true,
    source: include_str!("undeclared_feature.rs"),
    check,
};

/// Macros of other crates that leave a `cfg` where it was written.
const PLAIN_MACROS: [&str; 30] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "bitflags",
    "cfg_if",
    "cfg_select",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "eprintln",
    "format",
    "if_chain",
    "join",
    "lazy_static",
    "macro_rules",
    "matches",
    "once_cell",
    "panic",
    "pin_project",
    "pin_project_lite",
    "print",
    "println",
    "proptest",
    "quickcheck",
    "select",
    "thread_local",
    "try_join",
    "vec",
    "write",
    "writeln",
];

/// Macros whose tokens become code of whoever calls a procedural macro, by the beginning of their names.
const QUOTES: [&str; 5] = ["quote", "parse_quote", "format_ident", "gen_quote", "code"];

fn check(context: &Context<'_>, report: &mut Report<'_>) {
    let suite = context.suite;
    let known: Vec<(&CargoPackage, Known)> =
        suite.packages.iter().map(|package| (package, Known::new(context, package))).collect();
    for file in &suite.files {
        let (Some(facts), Some(reached)) = (&file.facts.rust, suite.rust.reached.get(&file.path)) else { continue };
        if facts.features.is_empty() {
            continue;
        }
        let packages: Vec<&(&CargoPackage, Known)> =
            known.iter().filter(|(package, _)| reached.contains(&package.path)).collect();
        let soft = Soft::new(facts);
        for used in &facts.features {
            let lacking: Vec<_> =
                packages.iter().filter(|(package, known)| !known.declares(package, &used.name)).collect();
            let Some((package, own)) = lacking.first() else { continue };
            if used.macro_name.as_deref().is_some_and(|name| QUOTES.iter().any(|quote| name.starts_with(quote))) {
                continue;
            }
            let is_certain = lacking.len() == packages.len()
                && !own.is_soft(&used.name)
                && !soft.covers(used)
                && used
                    .macro_name
                    .as_deref()
                    .is_none_or(|name| PLAIN_MACROS.contains(&name) || suite.rust.macros.contains(name));
            let confidence = if is_certain { Confidence::High } else { Confidence::Medium };
            let message = format!("the package `{}` declares no feature `{}`", package.name, used.name);
            let finding = report.add(confidence, region(file, used), message);
            finding.help = Some(help(package, &used.name));
        }
    }
}

fn region(file: &TestFile, used: &FeatureUse) -> Region {
    Region::range(&file.path, used.line, used.offset, used.end)
}

fn help(package: &CargoPackage, name: &str) -> String {
    if name == "cargo-clippy" {
        return "write `cfg(clippy)`: clippy no longer sets this feature".to_owned();
    }
    let features = package.features.iter().map(|feature| feature.name.as_str());
    if let Some(meant) = nearest(name, features) {
        return format!("did you mean `{meant}`?");
    }
    if package.dependencies.iter().any(|dependency| dependency.optional && dependency.name == name) {
        return format!("the optional dependency `{name}` is no feature, since a feature names it by `dep:{name}`");
    }
    format!("add `{name}` to `[features]` of `{}`", package.path)
}

/// Places where a `cfg` may be meant although no feature has this name.
struct Soft {
    everywhere: bool,
    lines: Vec<(u32, u32)>,
}

impl Soft {
    fn new(facts: &RustFacts) -> Self {
        let is_soft = |item: &Item| {
            let exported = || item.attributes.iter().any(|attribute| &*attribute.path == "macro_export");
            item.attributes.iter().any(Attribute::allows_unexpected_cfgs)
                || matches!(item.kind, ItemKind::MacroRules(_)) && exported()
        };
        Self {
            everywhere: facts.attributes.iter().any(Attribute::allows_unexpected_cfgs),
            lines: lines_of(&facts.items, &is_soft),
        }
    }

    fn covers(&self, used: &FeatureUse) -> bool {
        self.everywhere || self.lines.iter().any(|(first, last)| (*first..=*last).contains(&used.line))
    }
}

/// What a package says of its features besides `[features]`.
struct Known {
    /// Features that a `check-cfg` names.
    named: Vec<String>,
    /// Whether a `check-cfg` takes every feature, or names some that are not in the sources.
    all: bool,
    /// Features that the build script sets.
    set: Vec<String>,
    /// Whether the lint is allowed in the whole package.
    allowed: bool,
}

impl Known {
    fn new(context: &Context<'_>, package: &CargoPackage) -> Self {
        let tree = &context.suite.rust;
        let mut known = Self { named: Vec::new(), all: false, set: Vec::new(), allowed: false };
        for check_cfg in &package.unexpected_cfgs.check_cfgs {
            known.check_cfg(check_cfg);
        }
        for printed in tree.printed_cfgs.get(&package.path).into_iter().flatten() {
            match printed {
                PrintedCfg::Known(text) => known.check_cfg(text),
                PrintedCfg::Set(text) => {
                    let value = text.strip_prefix("feature").map(|rest| rest.trim_start_matches([' ', '=', '"']));
                    known.set.extend(value.map(|value| value.trim_end_matches('"').to_owned()));
                }
            }
        }
        known.allowed = tree.lenient.contains(&package.path) || package.unexpected_cfgs.level == LintLevel::Allow;
        known
    }

    /// `cfg(feature, values("a", "b"))`: "Checking conditional configurations" of rustc's book.
    fn check_cfg(&mut self, text: &str) {
        let inside = text.trim().strip_prefix("cfg(").unwrap_or_default();
        let (names, values) = inside.split_once("values(").unwrap_or((inside, ""));
        if !names.split(',').any(|name| name.trim() == "feature") {
            // The name itself may be computed.
            self.all |= names.contains('{');
            return;
        }
        self.all |= values.starts_with("any()") || values.contains('{');
        self.named.extend(values.split('"').skip(1).step_by(2).map(str::to_owned));
    }

    fn declares(&self, package: &CargoPackage, name: &str) -> bool {
        self.all || package.feature(name).is_some() || self.named.iter().any(|own| own == name)
    }

    fn is_soft(&self, name: &str) -> bool {
        self.allowed || self.set.iter().any(|own| own.is_empty() || own == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_cfgs_declare_features() {
        let cases: [(&str, &[&str], bool); 7] = [
            (r#"cfg(feature, values("a", "b"))"#, &["a", "b"], false),
            (r#"cfg(loom, feature, values("a"))"#, &["a"], false),
            ("cfg(feature, values(any()))", &[], true),
            (r#"cfg(feature, values("{name}"))"#, &["{name}"], true),
            ("cfg({name})", &[], true),
            (r#"cfg(kind, values("feature"))"#, &[], false),
            ("cfg(feature, values(none()))", &[], false),
        ];
        for (text, named, all) in cases {
            let mut known = Known { named: Vec::new(), all: false, set: Vec::new(), allowed: false };
            known.check_cfg(text);
            assert_eq!(
                (known.named.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), known.all),
                (named, all),
                "{text}"
            );
        }
    }
}
