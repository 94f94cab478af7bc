//! The command line of testaudit; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    testaudit::cli::run()
}
