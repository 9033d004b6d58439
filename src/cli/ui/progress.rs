//! Progress bars, on standard error of a terminal; elsewhere they show nothing.

use super::output::Output;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// Redraw interval of a bar that may not move for long.
const REDRAW_INTERVAL: Duration = Duration::from_millis(500);

impl Output {
    /// A bar over letters.
    pub fn bar(&self, letters: usize) -> ProgressBar {
        if !self.progress || letters == 0 {
            return ProgressBar::hidden();
        }
        let template = "lettres {bar:32} {pos}/{len}  {per_sec}  reste {eta}";
        styled(ProgressBar::new(letters as u64), template)
    }

    /// A bar over files; 0 where their number is not known.
    pub fn files(&self, files: usize) -> ProgressBar {
        if !self.progress {
            return ProgressBar::hidden();
        }
        let bar = match files {
            0 => styled(ProgressBar::new_spinner(), "fichiers {spinner} {pos}  {per_sec}"),
            _ => styled(ProgressBar::new(files as u64), "fichiers {bar:32} {pos}/{len}  {per_sec}"),
        };
        bar.enable_steady_tick(REDRAW_INTERVAL);
        bar
    }

    /// A bar over messages that are sent, with a text at its end.
    pub fn messages(&self, messages: usize) -> ProgressBar {
        if !self.progress || messages == 0 {
            return ProgressBar::hidden();
        }
        let bar = styled(ProgressBar::new(messages as u64), "messages {bar:24} {pos}/{len}  {msg}");
        bar.enable_steady_tick(REDRAW_INTERVAL);
        bar
    }
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
