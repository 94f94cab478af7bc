//! What a manifest says of rustc's lint `unexpected_cfgs`: "The lints section" of the Cargo book and "Checking conditional
//! configurations" of rustc's. Refuses to know what a `cfg(…)` means.

use super::document::{Document, MAX_INHERITED, inherits, string, strings, table};
use super::workspaces::shared;
use crate::model::{LintLevel, UnexpectedCfgs};

/// The lint as a package has it, from its own table or the one of its workspace that it inherits.
pub(super) fn unexpected_cfgs(document: &Document<'_>, root: Option<&Document<'_>>) -> UnexpectedCfgs {
    let Some(own) = table(document.root(), "lints") else { return UnexpectedCfgs::default() };
    let found = if inherits(own) { shared(root, "lints").zip(root) } else { Some((own, document)) };
    let Some((lints, said_in)) = found else { return UnexpectedCfgs::default() };
    let rust = table(lints, "rust");
    let entry =
        rust.and_then(|rust| rust.get_key_value("unexpected_cfgs").or_else(|| rust.get_key_value("unexpected-cfgs")));
    let Some((key, value)) = entry else { return UnexpectedCfgs::default() };
    let config = value.get_ref().as_table();
    let level = value.get_ref().as_str().or_else(|| string(config?, "level"));
    let mut check_cfgs = config.and_then(|config| strings(config, "check-cfg")).unwrap_or_default();
    check_cfgs.truncate(MAX_INHERITED);
    UnexpectedCfgs {
        level: level.map_or(LintLevel::default(), level_named),
        check_cfgs,
        at: Some((said_in.path.to_owned(), said_in.line(key.span()))),
    }
}

fn level_named(text: &str) -> LintLevel {
    match text {
        "allow" => LintLevel::Allow,
        "deny" => LintLevel::Deny,
        "forbid" => LintLevel::Forbid,
        _ => LintLevel::Warn,
    }
}
