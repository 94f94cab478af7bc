//! Findings built by hand through every format of `lint`.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/mod.rs"]
mod common;

#[path = "../common/expected.rs"]
mod expected;

mod build;
mod formats;
mod hostile;
mod schemas;
