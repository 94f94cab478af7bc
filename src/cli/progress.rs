//! A progress bar on standard error, where that is a terminal and somebody watches.

use std::{io::IsTerminal, time::Duration};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::engine::Progress;

/// The bar; invisible in CI, in pipes and with `--quiet`.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new(quiet: bool) -> Self {
        let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
        let visible = !quiet && !ci && std::io::stderr().is_terminal();
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{bar:32} {pos}/{len} files")
            .expect("the template is a literal: a wrong one fails in every test");
        Self(ProgressBar::with_draw_target(Some(0), target).with_style(style))
    }

    pub(super) fn show(&self, event: Progress) {
        match event {
            Progress::Start(files) => {
                self.0.set_length(files as u64);
                self.0.enable_steady_tick(Duration::from_millis(100));
            }
            Progress::File => self.0.inc(1),
            Progress::Done => self.0.finish_and_clear(),
        }
    }
}
