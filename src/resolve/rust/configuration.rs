//! What is known of the names that `cfg` may ask for when a target is built for testing: "Conditional compilation" of the
//! Rust reference, and what `rustc --print cfg` says of the platform. Owns the names; refuses to know who asks.

use std::collections::BTreeSet;

use crate::model::rust::{Attribute, Predicate, PrintedCfg, RustFacts, Token, Truth};

/// The platform that everything is judged for, as the resolution of features is: the answer must not depend on the machine.
const PLATFORM: [(&str, &str); 16] = [
    ("target_os", "linux"),
    ("target_family", "unix"),
    ("target_arch", "x86_64"),
    ("target_env", "gnu"),
    ("target_vendor", "unknown"),
    ("target_endian", "little"),
    ("target_pointer_width", "64"),
    ("target_has_atomic", "8"),
    ("target_has_atomic", "16"),
    ("target_has_atomic", "32"),
    ("target_has_atomic", "64"),
    ("target_has_atomic", "ptr"),
    ("target_feature", "fxsr"),
    ("target_feature", "sse"),
    ("target_feature", "sse2"),
    ("panic", "unwind"),
];

/// Names without a value that hold in every build for testing on that platform.
const NAMES: [&str; 4] = ["unix", "debug_assertions", "overflow_checks", "target_has_atomic"];

/// What a target is built as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Build {
    /// With `--test`.
    Test,
    /// Read by rustdoc for its examples.
    Documentation,
}

/// What holds for one target.
pub(super) struct Configuration<'f> {
    features: &'f BTreeSet<String>,
    build: Build,
    is_macro: bool,
    /// What the package's build script may set, with its value where that is known.
    printed: Vec<(String, Option<String>)>,
    /// Whether the build script sets names that are not in its text.
    computed: bool,
}

impl<'f> Configuration<'f> {
    /// `scripts` are the facts of the package's build scripts.
    pub(super) fn new<'s>(
        features: &'f BTreeSet<String>,
        build: Build,
        is_macro: bool,
        scripts: impl IntoIterator<Item = &'s RustFacts>,
    ) -> Self {
        let mut configuration = Self { features, build, is_macro, printed: Vec::new(), computed: false };
        for script in scripts {
            for printed in &script.printed_cfgs {
                let PrintedCfg::Set(text) = printed else { continue };
                let (name, value) = match text.split_once('=') {
                    Some((name, value)) => (name, Some(value.trim().trim_matches('"').to_owned())),
                    None => (&**text, None),
                };
                configuration.computed |= name.trim().is_empty();
                configuration.printed.push((name.trim().to_owned(), value));
            }
        }
        configuration
    }

    /// Whether a predicate holds.
    pub(super) fn truth(&self, predicate: &Predicate) -> Truth {
        predicate.truth(&|name, value| self.known(name, value))
    }

    /// Whether the predicate in the parentheses of `cfg(…)` holds.
    pub(super) fn of_tokens(&self, tokens: &[Token]) -> Truth {
        self.truth(&Predicate::from_tokens(tokens))
    }

    /// Whether rustdoc leaves the examples of an item with these attributes out, although it is compiled: it asks its `cfg`
    /// once more, without the names that it hides from readers (`extract_cfg_from_attrs`, `CfgInfo::default` and
    /// `strip_hidden` of rustdoc).
    pub(super) fn hides(&self, attributes: &[Attribute]) -> bool {
        let conditions = attributes.iter().filter(|attribute| &*attribute.path == "cfg" && attribute.doc.is_none());
        let mut shown = conditions.filter_map(|attribute| shown(Predicate::from_tokens(attribute.arguments())));
        self.build == Build::Documentation && shown.any(|predicate| self.truth(&predicate) == Truth::False)
    }

    /// Whether the platform has this feature of processors.
    pub(super) fn enables(&self, feature: &str) -> bool {
        self.known("target_feature", Some(feature)) == Truth::True
    }

    fn known(&self, name: &str, value: Option<&str>) -> Truth {
        let holds = match (name, value) {
            ("feature", Some(feature)) => self.features.contains(feature),
            ("test", None) => self.build == Build::Test,
            ("doc" | "doctest", None) => self.build == Build::Documentation,
            ("proc_macro", None) => self.is_macro,
            (name, None) => NAMES.contains(&name),
            (name, Some(value)) => PLATFORM.contains(&(name, value)),
        };
        if holds {
            return Truth::True;
        }
        // Of a value that a script computes only the beginning is known.
        let may_be_set = |(own, set): &(String, Option<String>)| {
            own == name && (set.as_deref() == value || set.as_deref() == Some("") && value.is_some())
        };
        let is_ours = matches!(name, "feature" | "test" | "doc" | "doctest" | "miri" | "proc_macro")
            || PLATFORM.iter().any(|(own, _)| *own == name)
            || matches!(name, "unix" | "windows" | "debug_assertions");
        if !is_ours && (self.computed || self.printed.iter().any(may_be_set)) { Truth::Unknown } else { Truth::False }
    }
}

/// The predicate without the names that rustdoc hides; `None` where nothing is left.
fn shown(predicate: Predicate) -> Option<Predicate> {
    let several = |parts: Vec<Predicate>| {
        let parts: Vec<_> = parts.into_iter().filter_map(shown).collect();
        (!parts.is_empty()).then_some(parts)
    };
    match predicate {
        Predicate::Name(name) if matches!(&*name, "test" | "doc" | "doctest") => None,
        Predicate::All(parts) => several(parts).map(Predicate::All),
        Predicate::Any(parts) => several(parts).map(Predicate::Any),
        Predicate::Not(part) => shown(*part).map(|part| Predicate::Not(Box::new(part))),
        predicate => Some(predicate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(printed: &[&str], name: &str, value: Option<&str>) -> Truth {
        let features = BTreeSet::from(["std".to_owned()]);
        let printed_cfgs = printed.iter().map(|text| PrintedCfg::Set((*text).into())).collect();
        let script = RustFacts { printed_cfgs, ..RustFacts::default() };
        Configuration::new(&features, Build::Test, false, [&script]).known(name, value)
    }

    #[test]
    fn names_that_readers_do_not_see_are_taken_out_of_a_condition() {
        let (of, not) = (|name: &str| Predicate::Name(name.into()), |part| Predicate::Not(Box::new(part)));
        let any = |a, b| Predicate::Any(vec![a, b]);
        assert_eq!(shown(of("doc")), None);
        assert_eq!(shown(any(of("doctest"), of("test"))), None);
        assert_eq!(shown(not(of("test"))), None);
        assert_eq!(shown(of("unix")), Some(of("unix")));
        assert_eq!(shown(any(of("doc"), of("windows"))), Some(Predicate::Any(vec![of("windows")])));
        let both = Predicate::All(vec![of("test"), of("unix")]);
        assert_eq!(shown(not(both)), Some(not(Predicate::All(vec![of("unix")]))));
    }

    #[test]
    fn features_and_the_platform_are_known() {
        assert_eq!(known(&[], "feature", Some("std")), Truth::True);
        assert_eq!(known(&[], "feature", Some("alloc")), Truth::False);
        assert_eq!(known(&[], "test", None), Truth::True);
        assert_eq!(known(&[], "doctest", None), Truth::False);
        assert_eq!(known(&[], "target_os", Some("linux")), Truth::True);
        assert_eq!(known(&[], "target_os", Some("windows")), Truth::False);
        assert_eq!(known(&[], "unix", None), Truth::True);
        assert_eq!(known(&[], "target_has_atomic", Some("128")), Truth::False);
    }

    #[test]
    fn what_nobody_sets_does_not_hold() {
        for name in ["miri", "loom", "fuzzing", "nightly", "windows"] {
            assert_eq!(known(&["has_i128"], name, None), Truth::False, "{name}");
        }
    }

    #[test]
    fn what_a_build_script_may_set_is_not_known() {
        assert_eq!(known(&["has_i128"], "has_i128", None), Truth::Unknown);
        assert_eq!(known(&["width=\"64\""], "width", Some("64")), Truth::Unknown);
        assert_eq!(known(&["width=\"64\""], "width", Some("32")), Truth::False);
        assert_eq!(known(&["width=\""], "width", Some("32")), Truth::Unknown);
        assert_eq!(known(&[""], "anything", None), Truth::Unknown);
        assert_eq!(known(&[""], "miri", None), Truth::False);
        assert_eq!(known(&[""], "feature", Some("x")), Truth::False);
    }
}
