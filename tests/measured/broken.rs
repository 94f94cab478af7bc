//! Reports that are none: each is refused with a reason, whatever its bytes.

use std::path::PathBuf;

use testaudit::measured::read;

use super::{fixture, loaded};

fn refusal(bytes: &[u8]) -> String {
    read(bytes).unwrap_err()
}

#[test]
fn what_is_no_report_is_refused_with_a_reason() {
    for (text, reason) in [
        ("", "is empty"),
        (" \n ", "is empty"),
        ("hello", "is no report of coverage: known are"),
        ("SQLite format 3\0", "is a data file of coverage.py"),
        ("{}", "is JSON, but neither"),
        ("{\"files\": 3}", "is no report of coverage: invalid type"),
        (
            "{\"files\": {\"a.py\": {\"executed_lines\": [-1], \"missing_lines\": []}}}",
            "is no report of coverage: invalid value",
        ),
        ("{\"files\": {\"a.py\": {\"executed_lines\": [1]}}}", "missing field `missing_lines`"),
        ("{\"type\": \"llvm.coverage.json.export\"}", "is JSON, but neither"),
        ("<", "is no XML"),
        ("<html></html>", "its element is `html`"),
        ("<testsuites/>", "its element is `testsuites`"),
        ("<?xml version=\"1.0\"?>", "it has no element"),
        ("<coverage><packages>", "an element of its XML is not closed"),
        ("<coverage></packages>", "is no XML"),
        ("<coverage><class/></coverage>", "a class has no `filename`"),
        (
            "<coverage><class filename='a'><lines><line number='x' hits='1'/></lines></class></coverage>",
            "a line has `number=\"x\"`",
        ),
        (
            "<coverage><class filename='a'><lines><line number='1'/></lines></class></coverage>",
            "a line has `hits=\"\"`",
        ),
        (
            "<coverage><class filename='a'><lines><line number='9999999999' hits='1'/></lines></class></coverage>",
            "number is too large",
        ),
        ("SF:a.py\nDA:1,1\n", "is cut off"),
        ("SF:a.py\nDA:x,1\nend_of_record\n", "line 2: invalid value of field `line`"),
        ("SF:a.py\nSF:b.py\n", "line 2: `SF:` before the `end_of_record`"),
        ("TN:\nDA:1,1\n", "line 2: a record without `SF:` before it"),
        ("TN:\nend_of_record\n", "line 2: `end_of_record` without"),
        ("SF:a.py\nnonsense\nend_of_record\n", "line 2: not a record"),
    ] {
        assert!(refusal(text.as_bytes()).contains(reason), "{text}: {}", refusal(text.as_bytes()));
    }
}

#[test]
fn entities_are_neither_declared_nor_expanded() {
    let bomb = "<?xml version='1.0'?><!DOCTYPE coverage [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;'>]>
                <coverage><sources><source>&b;</source></sources></coverage>";
    assert!(refusal(bomb.as_bytes()).contains("declares entities"));
    let named = "<coverage><class filename='&b;'></class></coverage>";
    assert!(refusal(named.as_bytes()).contains("is no XML"));
    let plain = "<!DOCTYPE coverage SYSTEM 'http://nowhere.invalid/coverage-04.dtd'>
                 <coverage><sources><source>/a&amp;b</source></sources><class filename='&lt;&#49;.py'/></coverage>";
    let report = read(plain.as_bytes()).unwrap();
    assert_eq!((report.sources[0].as_str(), report.files[0].path.as_str()), ("/a&b", "<1.py"));
}

#[test]
fn few_bytes_that_claim_endless_lines_are_refused() {
    let far = r#"{"type":"llvm.coverage.json.export","data":[{"files":[{"filename":"/a.rs",
        "segments":[[1,1,1,true,true,false],[4294967295,1,0,false,false,false]],"summary":{"lines":{"count":1,"covered":1}}}]}]}"#;
    assert!(refusal(far.as_bytes()).contains("speaks of more than"));
    let back = far.replace("[4294967295", "[0");
    assert!(refusal(back.as_bytes()).contains("out of order: `/a.rs`"), "{}", refusal(back.as_bytes()));
}

#[test]
fn deep_nesting_overflows_no_stack() {
    let deep = |open: &str| open.repeat(200_000).into_bytes();
    assert!(refusal(&deep("{\"files\":")).contains("is no report of coverage"));
    let xml = [b"<coverage>".to_vec(), deep("<a>")].concat();
    assert!(refusal(&xml).contains("nested too deep"));
}

#[test]
fn a_report_that_is_cut_or_changed_anywhere_is_read_or_refused_without_a_panic() {
    for name in ["python.json", "python.xml", "python.lcov", "rust.json", "rust.xml", "rust.lcov", "rust-summary.json"]
    {
        let whole = std::fs::read(fixture(name)).unwrap();
        assert!(read(&whole).is_ok());
        for at in (0..whole.len()).step_by(5) {
            let mut changed = whole.clone();
            changed[at] ^= 0x15;
            let _ = read(&changed);
            if at % 7 == 0 {
                let cut = read(&whole[..at]);
                // A tracefile may end behind any of its sections.
                let is_section = cut.as_ref().is_ok_and(|report| report.format == "lcov");
                assert!(cut.is_err() || is_section, "{name} cut at {at}");
            }
        }
    }
}

#[test]
fn a_report_that_cannot_be_opened_says_which_one() {
    let missing = PathBuf::from("/nowhere/at/all.json");
    let error = loaded(&[missing], &[]).unwrap_err();
    assert_eq!(error.to_string(), "`/nowhere/at/all.json` cannot be read: entity not found");
    let folder = tempfile::tempdir().unwrap();
    let error = loaded(&[folder.path().to_owned()], &[]).unwrap_err();
    assert_eq!(error.reason, "cannot be read: not a regular file");
}
