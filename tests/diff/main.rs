//! What changed between two audits: which changes are told, in every format and as an exit code.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/mod.rs"]
mod common;

#[path = "../common/expected.rs"]
mod expected;
#[path = "../common/hostile_names.rs"]
mod hostile_names;

mod build;
mod commands;
mod formats;
mod hostile;
mod kinds;
