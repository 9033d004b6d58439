//! The problems of a project on the terminal: errors first, warnings by kind where there are many.

use super::output::{Output, print_err};
use crate::app::campaign::warning_kinds::{WarningKind, grouped_warnings};
use crate::diagnostic::LocatedProblem;
use crate::letter::french::count;

/// Where the whole list is.
const WHERE: &str = "la liste entière, ligne par ligne : missive check --all (ou --json) ; après missive generate, elle est aussi dans report.html";

impl Output {
    /// Shows the problems of a project; each warning too if all are wanted.
    pub fn project_problems(&self, problems: &[LocatedProblem], all: bool) {
        let told = grouped_warnings(problems, all);
        let whole: Vec<LocatedProblem> = told.whole.into_iter().cloned().collect();
        self.located_problems(&whole, true);
        if self.is_quiet() || told.kinds.is_empty() {
            return;
        }
        for kind in &told.kinds {
            print_err(&printable_text::for_terminal(&format!("{}\n", line(kind))));
        }
        print_err(&format!("  = {WHERE}\n\n"));
    }
}

fn line(kind: &WarningKind) -> String {
    let others = match kind.others {
        0 => String::new(),
        others => format!(" et {}", count(others, "autre", "autres")),
    };
    let examples = kind.examples.join(", ");
    format!("avertissement[{}] : {} – {examples}{others}", kind.code, kind.title)
}
