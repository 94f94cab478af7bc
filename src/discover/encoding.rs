//! From bytes to text as Python decodes a source: byte order marks, the PEP 263 cookie, universal newlines. Owns the
//! names of encodings; refuses to open anything.

use encoding_rs::{DecoderResult, Encoding};
use memchr::{memchr, memchr_iter};

use crate::model::{Problem, ProblemKind, cookie::cookie};

/// Marks of encodings in which Python refuses a source; UTF-32 first, because its mark begins with that of UTF-16.
const REFUSED_MARKS: [(&[u8], &str); 4] = [
    (&[0xFF, 0xFE, 0, 0], "UTF-32"),
    (&[0, 0, 0xFE, 0xFF], "UTF-32"),
    (&[0xFF, 0xFE], "UTF-16"),
    (&[0xFE, 0xFF], "UTF-16"),
];

/// Names that Python knows (`encodings/aliases.py`) and encoding_rs does not know by the same spelling.
const ALIASES: [(&str, &str); 39] = [
    ("cp932", "shift_jis"),
    ("932", "shift_jis"),
    ("mskanji", "shift_jis"),
    ("ms-kanji", "shift_jis"),
    ("shiftjis", "shift_jis"),
    ("s-jis", "shift_jis"),
    ("eucjp", "euc-jp"),
    ("ujis", "euc-jp"),
    ("u-jis", "euc-jp"),
    ("iso2022-jp", "iso-2022-jp"),
    ("iso2022jp", "iso-2022-jp"),
    ("cp936", "gbk"),
    ("936", "gbk"),
    ("ms936", "gbk"),
    ("euc-cn", "gbk"),
    ("euccn", "gbk"),
    ("gb18030-2000", "gb18030"),
    ("cp950", "big5"),
    ("950", "big5"),
    ("ms950", "big5"),
    ("big5-tw", "big5"),
    ("big5hkscs", "big5"),
    ("hkscs", "big5"),
    ("cp949", "euc-kr"),
    ("949", "euc-kr"),
    ("ms949", "euc-kr"),
    ("uhc", "euc-kr"),
    ("euckr", "euc-kr"),
    ("ks-c-5601", "euc-kr"),
    ("cp874", "windows-874"),
    ("thai", "windows-874"),
    ("tis620", "windows-874"),
    ("latin9", "iso-8859-15"),
    ("latin10", "iso-8859-16"),
    ("iso8859-16", "iso-8859-16"),
    ("mac-roman", "macintosh"),
    ("macroman", "macintosh"),
    ("mac-cyrillic", "x-mac-cyrillic"),
    ("maccyrillic", "x-mac-cyrillic"),
];

/// How the bytes are to be understood.
enum Codec {
    Utf8,
    Ascii,
    Latin1,
    Other(&'static Encoding),
}

/// Decodes one source. The text has no mark and no lone carriage return; what could not be decoded is U+FFFD.
///
/// # Errors
/// A mark of UTF-16 or UTF-32, or a NUL byte: Python refuses such a source, nothing of it is collected.
pub(super) fn decode(path: &str, mut bytes: Vec<u8>) -> Result<(Vec<u8>, Vec<Problem>), Problem> {
    if let Some((_, name)) = REFUSED_MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        let message = format!("a byte order mark of {name}, which Python refuses: save the file as UTF-8");
        return Err(Problem::at(path, 1, ProblemKind::Encoding, message));
    }
    if let Some(at) = memchr(0, &bytes) {
        let message = "a NUL byte, which Python refuses: nothing of this file is collected";
        return Err(Problem::at(path, line_at(&bytes, at), ProblemKind::NulByte, message));
    }
    let marked = bytes.starts_with(&[0xEF, 0xBB, 0xBF]);
    if marked {
        bytes.drain(..3);
    }
    let mut problems = Vec::new();
    let mut codec = Codec::Utf8;
    if let Some((line, name)) = cookie(&bytes) {
        let declared = codec_named(name);
        if marked && !matches!(declared, Some(Codec::Utf8)) {
            let message =
                format!("a byte order mark of UTF-8 and the encoding `{name}`, read as UTF-8: remove one of them");
            problems.push(Problem::at(path, line, ProblemKind::Encoding, message));
        } else if let Some(declared) = declared {
            codec = declared;
        } else {
            let message = format!("cannot decode `{name}`, read as UTF-8: save the file as UTF-8");
            problems.push(Problem::at(path, line, ProblemKind::Encoding, message));
        }
    }
    let (mut text, bad) = text(bytes, &codec);
    if let Some((line, byte)) = bad {
        let name = match codec {
            Codec::Utf8 => "UTF-8",
            Codec::Ascii => "ASCII",
            Codec::Latin1 => "ISO-8859-1",
            Codec::Other(encoding) => encoding.name(),
        };
        let message =
            format!("byte `0x{byte:02x}` is not {name}: save the file as UTF-8 or declare its encoding (PEP 263)");
        problems.push(Problem::at(path, line, ProblemKind::Encoding, message));
    }
    universal_newlines(&mut text);
    Ok((text, problems))
}

/// The text, and the line and value of the first byte that the codec does not allow. Valid UTF-8 is not copied.
fn text(bytes: Vec<u8>, codec: &Codec) -> (Vec<u8>, Option<(u32, u8)>) {
    let bad = |at: usize| bytes.get(at).map(|byte| (line_at(&bytes, at), *byte));
    let first_bad = match codec {
        Codec::Utf8 => match std::str::from_utf8(&bytes) {
            Ok(_) => return (bytes, None),
            Err(error) => bad(error.valid_up_to()),
        },
        Codec::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => return (bytes, None),
            Some(at) => bad(at),
        },
        Codec::Latin1 => return (encoding_rs::mem::decode_latin1(&bytes).into_owned().into_bytes(), None),
        Codec::Other(encoding) => {
            let (text, malformed) = encoding.decode_without_bom_handling(&bytes);
            let first_bad = if malformed { bad(first_malformed(encoding, &bytes)) } else { None };
            return (text.into_owned().into_bytes(), first_bad);
        }
    };
    (String::from_utf8_lossy(&bytes).into_owned().into_bytes(), first_bad)
}

/// Where the first sequence stands that the encoding does not allow: the decoder again, up to its first complaint.
fn first_malformed(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut scratch = [0; 4096];
    let mut read = 0;
    loop {
        match decoder.decode_to_utf8_without_replacement(&bytes[read..], &mut scratch, true) {
            (DecoderResult::OutputFull, used, _) => read += used,
            (DecoderResult::InputEmpty, used, _) => return read + used,
            (DecoderResult::Malformed(length, after), used, _) => {
                return (read + used).saturating_sub(usize::from(length) + usize::from(after));
            }
        }
    }
}

/// The codec of this name, normalised as `get_normal_name` of CPython's tokenizer and `encodings.normalize_encoding` do.
/// Other encodings are those of encoding_rs, which takes ISO-8859-9 for windows-1254 and the like: they differ in
/// control characters that no source holds.
fn codec_named(name: &str) -> Option<Codec> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let is = |wanted: &str| name == wanted || name.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('-'));
    if is("utf-8") || matches!(&*name, "utf8" | "u8" | "utf" | "utf8-ucs2" | "utf8-ucs4" | "cp65001") {
        return Some(Codec::Utf8);
    }
    if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        return Some(Codec::Latin1);
    }
    if matches!(&*name, "latin1" | "latin" | "l1" | "iso8859-1" | "iso8859" | "8859" | "cp819" | "ibm819") {
        return Some(Codec::Latin1);
    }
    if matches!(&*name, "ascii" | "us-ascii" | "646" | "us" | "iso646-us" | "ansi-x3.4-1968") {
        return Some(Codec::Ascii);
    }
    let label = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(&*name, |(_, label)| label);
    let encoding = Encoding::for_label(label.as_bytes())
        .or_else(|| Encoding::for_label(label.replace('-', "_").as_bytes()))
        .or_else(|| Encoding::for_label(label.replace('-', "").as_bytes()))?;
    // A cookie in ASCII cannot stand in UTF-16, and the other two are no encodings of text.
    let refused = [encoding_rs::UTF_16LE, encoding_rs::UTF_16BE, encoding_rs::REPLACEMENT, encoding_rs::X_USER_DEFINED];
    if refused.contains(&encoding) { None } else { Some(Codec::Other(encoding)) }
}

/// Python's universal newlines, as far as they move lines: a lone `\r` becomes `\n`; `\r\n` stays, to keep offsets.
fn universal_newlines(text: &mut [u8]) {
    let mut from = 0;
    while let Some(at) = memchr(b'\r', &text[from..]) {
        let at = from + at;
        if text.get(at + 1) != Some(&b'\n') {
            text[at] = b'\n';
        }
        from = at + 1;
    }
}

/// The 1-based line of a byte, where `\n`, `\r\n` and a lone `\r` each end a line.
fn line_at(bytes: &[u8], at: usize) -> u32 {
    let feeds = memchr_iter(b'\n', &bytes[..at]).count();
    let lone = memchr_iter(b'\r', &bytes[..at]).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count();
    u32::try_from(feeds + lone + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alias_names_an_encoding_and_is_needed() {
        for (alias, label) in ALIASES {
            assert!(Encoding::for_label(label.as_bytes()).is_some(), "{label}");
            assert!(Encoding::for_label(alias.as_bytes()).is_none(), "encoding_rs knows `{alias}` itself");
        }
    }
}
