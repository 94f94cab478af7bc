//! The JSON contract: one document, one line for each file, test or problem, so that differences read well.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::escape::is_invisible;
use super::{Links, Style};
use crate::views::Audit;

/// The version of the contract.
pub const SCHEMA: &str = "testaudit/audit/1";

#[derive(Serialize)]
struct Document<'a, T> {
    schema: &'static str,
    #[serde(flatten)]
    content: &'a T,
}

/// Writes an audit.
pub(super) fn write(audit: &Audit, _: Style, _: &Links, out: &mut dyn Write) -> io::Result<()> {
    document(SCHEMA, audit, out)
}

/// Writes a document of this schema.
pub(super) fn document<T: Serialize>(schema: &'static str, content: &T, out: &mut dyn Write) -> io::Result<()> {
    lines(&Document { schema, content }, 1, out)
}

/// Writes JSON with each element of an array on a line of its own, if at most `arrays` arrays are around it.
pub(super) fn lines<T: Serialize>(content: &T, arrays: usize, out: &mut dyn Write) -> io::Result<()> {
    let lines = Lines { broken: arrays, depth: 0, arrays: 0, filled: false };
    content.serialize(&mut Serializer::with_formatter(&mut *out, lines))?;
    writeln!(out)
}

/// Puts each element of the outer arrays on a line of its own, and each key of the objects around those arrays.
struct Lines {
    /// How many arrays inside of each other are outer ones.
    broken: usize,
    /// Open arrays and objects.
    depth: usize,
    /// Open arrays.
    arrays: usize,
    /// Whether the innermost open array or object has an element.
    filled: bool,
}

impl Lines {
    fn new_line<W: ?Sized + Write>(&self, out: &mut W) -> io::Result<()> {
        out.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| out.write_all(b"  "))
    }

    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        out.write_all(bracket)
    }

    /// Separates an element from what stands before it.
    fn separate<W: ?Sized + Write>(&self, out: &mut W, first: bool, broken: bool) -> io::Result<()> {
        match (first, broken) {
            (true, false) => Ok(()),
            (false, false) => out.write_all(b", "),
            (true, true) => self.new_line(out),
            (false, true) => out.write_all(b",").and_then(|()| self.new_line(out)),
        }
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8], broken: bool) -> io::Result<()> {
        self.depth -= 1;
        if broken && self.filled {
            self.new_line(out)?;
        }
        out.write_all(bracket)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.arrays += 1;
        self.open(out, b"[")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.separate(out, first, self.arrays <= self.broken)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]", self.arrays <= self.broken)?;
        self.arrays -= 1;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.separate(out, first, self.arrays < self.broken)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}", self.arrays < self.broken)
    }

    /// JSON escapes control characters below U+0020 by itself; the others would still reach a terminal. The value that
    /// a reader gets is the same.
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.is_ascii() && !fragment.contains('\u{7f}') {
            return out.write_all(fragment.as_bytes());
        }
        let mut plain = 0;
        for (start, character) in fragment.char_indices().filter(|(_, character)| is_invisible(*character)) {
            out.write_all(&fragment.as_bytes()[plain..start])?;
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            plain = start + character.len_utf8();
        }
        out.write_all(&fragment.as_bytes()[plain..])
    }
}
