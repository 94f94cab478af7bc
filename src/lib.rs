//! testaudit audits the tests of Python and Rust repositories without running or importing anything in them.
//!
//! The straight line, in reading order: [`discover`] finds and reads files, [`lang`] extracts facts from each by
//! itself, [`resolve`] joins them into a suite, [`rules`] judge it, [`views`] turn the suite into plain data, [`render`] prints that.
//! [`engine`] runs the line; [`cli`] is its only caller from outside the tests. `docs/ARCHITECTURE.md` states the
//! invariants.

pub mod model;

pub mod discover;
pub mod lang;
pub mod resolve;

pub mod estimate;

pub mod rules;

pub mod views;

pub mod annotate;
pub mod baseline;
pub mod fix;
pub mod measured;

pub mod render;

pub mod engine;
pub mod error;

pub mod cli;
pub mod config;
