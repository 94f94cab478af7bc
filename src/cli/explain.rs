//! `testaudit explain`: the page of a rule, or the list of all.

use std::process::ExitCode;

use super::{args::ExplainArgs, output};
use crate::{error::Error, rules::Rule};

/// Runs the command.
pub(super) fn run(args: &ExplainArgs) -> Result<ExitCode, Error> {
    match &args.rule {
        Some(name) => {
            let rule = Rule::named(name).ok_or_else(|| {
                let message = crate::rules::unknown_name(name);
                Error::Usage(message.unwrap_or_else(|| format!("`{name}` is a group of rules, name one of them")))
            })?;
            output::to(None, |out| write!(out, "# {}\n\n{}", rule.name, rule.page()))?;
        }
        None => output::to(None, |out| {
            let width = Rule::all().map(|rule| rule.name.len()).max().unwrap_or_default();
            Rule::all().try_for_each(|rule| {
                writeln!(out, "{:width$}  {:7}  {}", rule.name, rule.severity.name(), rule.summary())
            })
        })?,
    }
    Ok(ExitCode::SUCCESS)
}
