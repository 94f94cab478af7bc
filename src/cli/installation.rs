//! `testaudit completions` and `testaudit man`: what a package installs beside the program, made from its own arguments.

use std::process::ExitCode;

use clap::CommandFactory;

use super::{
    args::{Cli, CompletionsArgs, ManArgs},
    output,
};
use crate::error::Error;

/// Prints completions for a shell.
pub(super) fn completions(args: &CompletionsArgs) -> Result<ExitCode, Error> {
    let mut script = Vec::new();
    // Into memory first: the generator panics where it cannot write.
    clap_complete::generate(args.shell, &mut Cli::command(), "testaudit", &mut script);
    output::to(None, |out| out.write_all(&script))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a page of the manual: that of the program, or that of a command.
pub(super) fn man(args: &ManArgs) -> Result<ExitCode, Error> {
    let mut program = Cli::command();
    // Only now do commands have the names of their pages: `testaudit-audit`.
    program.build();
    let page = match &args.command {
        None => program,
        Some(name) => {
            let mut commands = program.get_subcommands().filter(|command| !command.is_hide_set());
            let command = commands.find(|command| command.get_name() == name).cloned();
            command.ok_or_else(|| Error::Usage(format!("there is no command `{name}`; see `testaudit --help`")))?
        }
    };
    // The footer of a command's page would name the command alone.
    let page = clap_mangen::Man::new(page).source(concat!("testaudit ", env!("CARGO_PKG_VERSION")));
    output::to(None, |out| page.render(out))?;
    Ok(ExitCode::SUCCESS)
}
