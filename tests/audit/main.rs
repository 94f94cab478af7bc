//! Audits of suites built by hand: what the views decide, and how every format shows it.

#[path = "../common/expected.rs"]
mod expected;
#[path = "../common/hostile_names.rs"]
mod hostile_names;

mod build;
mod formats;
mod fuzz_view;
mod hostile;
mod html;
mod inventory_view;
mod markers_view;
