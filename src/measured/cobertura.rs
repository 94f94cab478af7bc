//! Cobertura's XML, as coverage.py, `cargo llvm-cov --cobertura` and many others write it. Owns which elements count: the
//! lines of classes; those of methods are among them. No entity of the document's own is expanded.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::lines::{self, FileLines, Limit, Report};
use crate::model::measured::LineCount;

/// Elements within each other; the format has seven.
const MAX_DEPTH: usize = 64;

/// Reads a report.
pub(super) fn read(bytes: &[u8]) -> Result<Report, String> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::from_str(&text);
    let mut open: Vec<Vec<u8>> = Vec::new();
    let mut document = Document::default();
    loop {
        let event = reader.read_event().map_err(|error| no_xml(&error))?;
        match event {
            Event::DocType(text) if text.windows(8).any(|word| word.eq_ignore_ascii_case(b"<!ENTITY")) => {
                return Err("declares entities of XML, which no report of coverage does; not read".to_owned());
            }
            Event::Start(element) => {
                document.open(&element, &open)?;
                open.push(element.local_name().as_ref().to_vec());
                if open.len() > MAX_DEPTH {
                    return Err("is no report of Cobertura: its elements are nested too deep".to_owned());
                }
            }
            Event::Empty(element) => {
                document.open(&element, &open)?;
                document.close(element.local_name().as_ref());
            }
            Event::End(element) => {
                open.pop();
                document.close(element.local_name().as_ref());
            }
            Event::Text(text) if open.last().is_some_and(|name| name == b"source") => {
                document.source.push_str(&text.decode().map_err(|error| no_xml(&error))?);
            }
            Event::GeneralRef(name) if open.last().is_some_and(|name| name == b"source") => {
                let known = match &*name {
                    b"amp" => '&',
                    b"lt" => '<',
                    b"gt" => '>',
                    b"quot" => '"',
                    b"apos" => '\'',
                    _ => name.resolve_char_ref().ok().flatten().unwrap_or('\u{fffd}'),
                };
                document.source.push(known);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !open.is_empty() {
        return Err("is cut off: an element of its XML is not closed".to_owned());
    }
    if !document.is_coverage {
        return Err("is no report of coverage: it has no element".to_owned());
    }
    let mut files = document.files;
    files.iter_mut().for_each(|file| lines::sort(&mut file.lines));
    Ok(Report { format: "Cobertura XML", sources: document.sources, files })
}

fn no_xml(error: &dyn std::fmt::Display) -> String {
    format!("is no XML: {error}")
}

#[derive(Default)]
struct Document {
    is_coverage: bool,
    sources: Vec<String>,
    /// The text of the `source` that is open.
    source: String,
    files: Vec<FileLines>,
    limit: Limit,
}

impl Document {
    fn open(&mut self, element: &BytesStart<'_>, open: &[Vec<u8>]) -> Result<(), String> {
        let local = element.local_name();
        let name = local.as_ref();
        if open.is_empty() {
            if name != b"coverage" {
                let name = String::from_utf8_lossy(name).into_owned();
                return Err(format!("is XML, but no report of Cobertura: its element is `{}`", shortened(&name)));
            }
            self.is_coverage = true;
        }
        let above = |up: usize| open.len().checked_sub(up).map(|at| open[at].as_slice());
        match name {
            b"class" => {
                let path =
                    attribute(element, "filename")?.ok_or("is no report of Cobertura: a class has no `filename`")?;
                self.files.push(FileLines { path, ..FileLines::default() });
            }
            b"line" if above(1) == Some(b"lines") && above(2) == Some(b"class") => {
                let Some(file) = self.files.last_mut() else { return Ok(()) };
                let number = |name: &str| -> Result<u64, String> {
                    let text = attribute(element, name)?.unwrap_or_default();
                    let wrong = || format!("is no report of Cobertura: a line has `{name}=\"{}\"`", shortened(&text));
                    text.trim().parse().map_err(|_| wrong())
                };
                let line = u32::try_from(number("number")?)
                    .map_err(|_| "is no report of Cobertura: a line's number is too large")?;
                self.limit.count()?;
                file.lines.push((line, number("hits")? > 0));
                let condition = attribute(element, "condition-coverage")?;
                if let Some(branches) = condition.as_deref().and_then(branches) {
                    file.branches = Some(file.branches.unwrap_or_default().and(branches));
                }
            }
            b"source" => self.source.clear(),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &[u8]) {
        let source = if name == b"source" { self.source.trim() } else { "" };
        if !source.is_empty() {
            self.sources.push(source.to_owned());
        }
    }
}

/// `50% (1/2)`
fn branches(condition: &str) -> Option<LineCount> {
    let (_, counts) = condition.split_once('(')?;
    let (covered, lines) = counts.trim_end().strip_suffix(')')?.split_once('/')?;
    let count = LineCount { lines: lines.parse::<u32>().ok()?.into(), covered: covered.parse::<u32>().ok()?.into() };
    (count.covered <= count.lines).then_some(count)
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    let found = element.try_get_attribute(name).map_err(|error| no_xml(&error))?;
    found
        .map(|own| {
            own.normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .map(std::borrow::Cow::into_owned)
                .map_err(|error| no_xml(&error))
        })
        .transpose()
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}
