//! A TOML document as it is written: headers, keys and values with their places. Refuses to know what any of them means.

use std::ops::Range;

use toml_parser::{
    Source,
    decoder::Encoding,
    parser::{Event, EventKind, parse_document, parse_key},
};

/// A document, line by line as far as tables go.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) headers: Vec<Header>,
    /// Without those of inline tables.
    pub(super) pairs: Vec<Pair>,
}

/// `[key]` or `[[key]]`.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) keys: Vec<Key>,
    /// From bracket to bracket.
    pub(super) range: Range<usize>,
}

/// `key = value`.
#[derive(Debug)]
pub(super) struct Pair {
    /// The keys of the header above.
    pub(super) table: Vec<String>,
    pub(super) keys: Vec<Key>,
    pub(super) value: Value,
}

/// One part of a dotted key.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) range: Range<usize>,
}

#[derive(Debug)]
pub(super) struct Value {
    pub(super) range: Range<usize>,
    pub(super) kind: ValueKind,
}

#[derive(Debug)]
pub(super) enum ValueKind {
    /// `None`: anything but a string.
    Scalar(Option<Encoding>),
    Array {
        items: Vec<Range<usize>>,
        /// The end of the comma behind the last item.
        comma: Option<usize>,
    },
    Table(Vec<Pair>),
}

impl Pair {
    /// The names from the top of the document, or of the inline table, that it stands in.
    pub(super) fn path(&self) -> Vec<&str> {
        self.table.iter().map(String::as_str).chain(self.keys.iter().map(|key| key.name.as_str())).collect()
    }
}

/// Reads a document that is known to be valid; of any other, `None` or a part.
pub(super) fn document(text: &str) -> Option<Document> {
    let mut events: Vec<Event> = Vec::new();
    let tokens = Source::new(text).lex().into_vec();
    parse_document(&tokens, &mut events, &mut ());
    let mut reader = Reader::new(text, events);
    let mut document = Document::default();
    let mut table: Vec<String> = Vec::new();
    while let Some(event) = reader.peek() {
        if matches!(event.kind(), EventKind::StdTableOpen | EventKind::ArrayTableOpen) {
            reader.next();
            let keys = reader.keys();
            let close = reader.next()?;
            table = keys.iter().map(|key| key.name.clone()).collect();
            document.headers.push(Header { keys, range: event.span().start()..close.span().end() });
        } else {
            document.pairs.push(reader.pair(&table)?);
        }
    }
    Some(document)
}

/// The parts of a dotted key.
pub(super) fn keys(text: &str) -> Option<Vec<String>> {
    let mut events: Vec<Event> = Vec::new();
    let mut error = None;
    parse_key(&Source::new(text).lex().into_vec(), &mut events, &mut error);
    error.is_none().then(|| Reader::new(text, events).keys().into_iter().map(|key| key.name).collect())
}

/// Goes through what is written, without blanks and comments.
struct Reader<'t> {
    source: Source<'t>,
    events: std::iter::Peekable<std::vec::IntoIter<Event>>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, mut events: Vec<Event>) -> Self {
        let says_nothing = |kind| matches!(kind, EventKind::Whitespace | EventKind::Comment | EventKind::Newline);
        events.retain(|event| !says_nothing(event.kind()));
        Self { source: Source::new(text), events: events.into_iter().peekable() }
    }

    fn peek(&mut self) -> Option<Event> {
        self.events.peek().copied()
    }

    fn next(&mut self) -> Option<Event> {
        self.events.next()
    }

    fn keys(&mut self) -> Vec<Key> {
        let mut keys = Vec::new();
        while let Some(event) = self.peek().filter(|own| matches!(own.kind(), EventKind::SimpleKey | EventKind::KeySep))
        {
            self.next();
            if event.kind() == EventKind::SimpleKey {
                let mut name = String::new();
                if let Some(raw) = self.source.get(event) {
                    raw.decode_key(&mut name, &mut ());
                }
                keys.push(Key { name, range: event.span().start()..event.span().end() });
            }
        }
        keys
    }

    fn pair(&mut self, table: &[String]) -> Option<Pair> {
        let keys = self.keys();
        if keys.is_empty() || self.next()?.kind() != EventKind::KeyValSep {
            return None;
        }
        Some(Pair { table: table.to_vec(), keys, value: self.value()? })
    }

    fn value(&mut self) -> Option<Value> {
        let event = self.next()?;
        let start = event.span().start();
        let (mut items, mut pairs, mut comma) = (Vec::new(), Vec::new(), None);
        let close = match event.kind() {
            EventKind::Scalar => {
                return Some(Value { range: start..event.span().end(), kind: ValueKind::Scalar(event.encoding()) });
            }
            EventKind::ArrayOpen => EventKind::ArrayClose,
            EventKind::InlineTableOpen => EventKind::InlineTableClose,
            _ => return None,
        };
        loop {
            let next = self.peek()?;
            if next.kind() == close {
                self.next();
                let kind = if close == EventKind::ArrayClose {
                    ValueKind::Array { items, comma }
                } else {
                    ValueKind::Table(pairs)
                };
                return Some(Value { range: start..next.span().end(), kind });
            } else if next.kind() == EventKind::ValueSep {
                self.next();
                comma = Some(next.span().end());
            } else if close == EventKind::ArrayClose {
                items.push(self.value()?.range);
                comma = None;
            } else {
                pairs.push(self.pair(&[])?);
            }
        }
    }
}
