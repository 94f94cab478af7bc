//! The part of the report that lists the candidates for fuzzing, each reason with its evidence.

use std::collections::BTreeMap;
use std::io;

use super::super::escape::{code, prose, text};
use super::super::figures::{self, Figure, reason_label};
use super::page::Page;
use crate::model::Reason;
use crate::views::{Candidate, CustomMatch, CustomMatches, Fuzz, NonCandidate, Priority, Strategy, count};

/// Writes the part below its heading. `root` is Markdown already.
pub(super) fn write(page: &mut Page<'_>, fuzz: &Fuzz, root: &str) -> io::Result<()> {
    page.paragraph(&format!("This part identifies test files in {root} that are good candidates for fuzz testing."))?;
    write_overview(page, fuzz)?;
    write_statistics(page, fuzz)?;
    write_list(page, fuzz)?;
    write_recommendations(page, fuzz)?;
    write_marking(page, fuzz)?;
    write_non_candidates(page, fuzz)?;
    write_custom(page, &fuzz.custom)
}

fn write_overview(page: &mut Page<'_>, fuzz: &Fuzz) -> io::Result<()> {
    page.heading(2, "Overview")?;
    page.paragraph(&format!(
        "{} read without running or importing anything. A file is a candidate if it meets one or more of these \
         criteria; each is shown with the line that meets it:",
        match fuzz.totals.files {
            1 => "1 test file was".to_owned(),
            files => format!("{files} test files were"),
        }
    ))?;
    page.list(vec![
        "1. **Uses Parametrized Tests**: a declared list of cases multiplies tests (`@pytest.mark.parametrize`, a \
         fixture with `params`, `@parametrize`, `#[rstest]`)"
            .to_owned(),
        "2. **Generates Random Data**: code that runs draws random values (`random`, `numpy.random`, `torch.randn`, `rand`); \
         names in comments and strings do not count"
            .to_owned(),
        "3. **Uses Property-Based Testing**: properties, state machines or fuzz targets (`hypothesis`, `atheris`, `proptest`)"
            .to_owned(),
    ])
}

fn write_statistics(page: &mut Page<'_>, fuzz: &Fuzz) -> io::Result<()> {
    page.heading(2, "Statistics")?;
    let item = |figure: &Figure| format!("- **{}**: {}", figure.label, figure.text());
    page.list(figures::fuzz(&fuzz.totals).iter().map(item).collect())
}

fn write_list(page: &mut Page<'_>, fuzz: &Fuzz) -> io::Result<()> {
    page.heading(2, "Complete List of Fuzz Testing Candidates")?;
    if fuzz.files.is_empty() {
        return page.paragraph("None.");
    }
    // The root's own files come last, as they would in a listing of folders.
    let mut folders: BTreeMap<(bool, &str), Vec<String>> = BTreeMap::new();
    for file in &fuzz.files {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let reasons: Vec<String> = file.reasons.iter().map(|reason| reason_with_evidence(file, *reason)).collect();
        let item = format!("- {} - {}", code(name), reasons.join(", "));
        folders.entry((folder.is_empty(), folder)).or_default().push(item);
    }
    for ((is_root, folder), items) in folders {
        let title = if is_root { "Root test files".to_owned() } else { format!("{}/", text(folder)) };
        page.heading(3, &title)?;
        page.list(items)?;
    }
    Ok(())
}

fn reason_with_evidence(file: &Candidate, reason: Reason) -> String {
    let Some(site) = file.sites(reason).next() else { return reason_label(reason).to_owned() };
    let shown = if site.text.is_empty() { &site.what } else { &site.text };
    let via = site.via.as_ref().map(|via| format!(" via {}", code(via))).unwrap_or_default();
    let others = match file.evidence_totals.get(&reason).map_or(0, |count| count.total) {
        0 | 1 => String::new(),
        total => format!("; {} more", total - 1),
    };
    format!("{} (line {}{via}: {}{others})", reason_label(reason), site.line, code(shown))
}

fn write_recommendations(page: &mut Page<'_>, fuzz: &Fuzz) -> io::Result<()> {
    if fuzz.files.is_empty() {
        return Ok(());
    }
    page.heading(2, "Recommendations for Fuzz Testing")?;
    page.paragraph(fuzz.ranking)?;
    for (priority, title) in [(Priority::High, "High"), (Priority::Medium, "Medium")] {
        let mut files: Vec<&Candidate> = fuzz.files.iter().filter(|file| file.priority == priority).collect();
        if files.is_empty() {
            continue;
        }
        files.sort_by_key(|file| file.rank);
        page.heading(3, &format!("{title} Priority Candidates"))?;
        page.list(files.into_iter().map(recommendation).collect())?;
    }
    page.heading(3, "Implementation Strategies")?;
    page.list(fuzz.strategies.iter().zip(1..).map(strategy).collect())
}

fn recommendation(file: &Candidate) -> String {
    let carry = |tests| if tests == 1 { "carries" } else { "carry" };
    let carried = match file.reasons.len() {
        1 => "the reason",
        2 => "both reasons",
        _ => "all reasons",
    };
    let mut figures = vec![format!(
        "{} of {} {} {carried}",
        file.tests_with_all,
        count(file.tests, "test"),
        carry(file.tests_with_all)
    )];
    if file.reasons.len() > 1 {
        figures.push(format!("{} {} any", file.tests_with_any, carry(file.tests_with_any)));
    }
    figures.extend(file.cases.map(|cases| count(cases, "case")));
    format!("{}. {} ({}) - {}", file.rank, code(&file.path), figures.join(", "), prose(&file.advice))
}

fn strategy((strategy, number): (&Strategy, usize)) -> String {
    let mut item = format!("{number}. **{}**: {}", reason_label(strategy.reason), strategy.found);
    for step in &strategy.steps {
        item.push_str("\n   - ");
        item.push_str(step);
    }
    item
}

fn write_marking(page: &mut Page<'_>, fuzz: &Fuzz) -> io::Result<()> {
    if fuzz.files.is_empty() {
        return Ok(());
    }
    page.heading(2, "Marked Files")?;
    page.paragraph("Files are marked as fuzz testing candidates by a comment at their top that keeps the words in brackets that apply:")?;
    page.paragraph(&format!("```python\n{}\n```", fuzz.marking))
}

fn write_non_candidates(page: &mut Page<'_>, fuzz: &Fuzz) -> io::Result<()> {
    page.heading(2, "Non-Candidates")?;
    if fuzz.non_candidates.is_empty() {
        return page.paragraph("None.");
    }
    let item = |file: &NonCandidate| {
        let tests = if file.tests == 0 { String::new() } else { format!(" ({})", count(file.tests, "test")) };
        format!("- {}{tests} - {}", code(&file.path), prose(&file.why))
    };
    page.list(fuzz.non_candidates.iter().map(item).collect())
}

fn write_custom(page: &mut Page<'_>, custom: &[CustomMatches]) -> io::Result<()> {
    if custom.is_empty() {
        return Ok(());
    }
    page.heading(2, "Own Detectors")?;
    for detector in custom {
        page.heading(3, &text(&detector.title))?;
        let matches = count(detector.matches.len(), "place");
        page.paragraph(&format!("Detector {}: {matches}.", code(&detector.detector)))?;
        let item = |own: &CustomMatch| format!("- {} (line {}: {})", code(&own.path), own.line, code(&own.text));
        page.list(detector.matches.iter().map(item).collect())?;
    }
    Ok(())
}
