//! What each reader makes of a report, held against the sums that the tool wrote into it.

use testaudit::measured::read;
use testaudit::model::measured::{LineCount, MeasuredFile};

use super::{count, fixture, loaded};

const PYTHON: [&str; 3] = ["src/shop/__init__.py", "src/shop/cart.py", "src/shop/mail.py"];
const RUST: [&str; 2] = ["src/lib.rs", "src/mail.rs"];

fn python_lines() -> [MeasuredFile; 3] {
    let file = |path: &str, executed: &[u32], missing: &[u32], branches| MeasuredFile {
        path: path.to_owned(),
        executed: executed.to_vec(),
        missing: missing.to_vec(),
        count: count((executed.len() + missing.len()) as u64, executed.len() as u64),
        branches: Some(branches),
    };
    [
        file(PYTHON[0], &[], &[], count(0, 0)),
        file(PYTHON[1], &[1, 7, 10, 11, 13, 14, 15, 18, 19, 21, 22], &[], count(4, 4)),
        file(PYTHON[2], &[1, 2, 3, 8], &[4, 5, 9], count(2, 1)),
    ]
}

#[test]
fn json_of_coverage_py_is_read_with_excluded_lines_left_out() {
    let measured = loaded(&[fixture("python.json")], &PYTHON).unwrap();
    assert_eq!(measured.files, python_lines());
    assert_eq!(measured.reports[0].format, "coverage.py JSON");
    // The totals that coverage.py wrote.
    assert_eq!((measured.reports[0].files, measured.reports[0].count), (3, count(18, 15)));
    assert_eq!(measured.unmatched, [""; 0]);
}

#[test]
fn xml_and_lcov_of_coverage_py_say_the_same_as_its_json() {
    for (name, format) in [("python.xml", "Cobertura XML"), ("python.lcov", "lcov")] {
        let measured = loaded(&[fixture(name)], &PYTHON).unwrap();
        let mut files = measured.files;
        // These two say nothing of branches where there are none.
        files[0].branches = files[0].branches.or(Some(LineCount::default()));
        assert_eq!(files, python_lines(), "{name}");
        assert_eq!((measured.reports[0].format, measured.reports[0].count), (format, count(18, 15)));
    }
}

#[test]
fn an_export_of_llvm_cov_has_the_lines_of_its_tracefile_and_its_own_sums() {
    let json = loaded(&[fixture("rust.json")], &RUST).unwrap();
    let lcov = loaded(&[fixture("rust.lcov")], &RUST).unwrap();
    assert_eq!(json.files, lcov.files);
    assert_eq!(json.files[0].executed, [10, 11, 13, 14, 15, 16, 18, 19, 20, 36, 37, 38, 39, 40, 41]);
    assert_eq!(json.files[0].missing, [12, 22, 23, 24, 25, 26, 27, 28]);
    // llvm counts the line of a closure for the function around it, too.
    assert_eq!(json.files[0].count, count(25, 15));
    assert_eq!(json.reports[0].count, count(36, 19));
    assert_eq!((json.reports[0].format, lcov.reports[0].format), ("llvm-cov JSON", "lcov"));
}

#[test]
fn a_summary_of_llvm_cov_has_the_sums_and_no_lines() {
    let measured = loaded(&[fixture("rust-summary.json")], &RUST).unwrap();
    assert_eq!(measured.reports[0].count, count(36, 19));
    let mail = measured.file("src/mail.rs").unwrap();
    assert!(!mail.has_lines());
    assert_eq!(mail.count, count(11, 4));
    assert!(measured.file("src/nothing.rs").is_none());
}

#[test]
fn lines_of_methods_in_cobertura_count_once() {
    let measured = loaded(&[fixture("rust.xml")], &RUST).unwrap();
    let lcov = loaded(&[fixture("rust.lcov")], &RUST).unwrap();
    let lines = |files: &[MeasuredFile]| -> Vec<_> {
        files.iter().map(|file| (file.executed.clone(), file.missing.clone())).collect()
    };
    assert_eq!(lines(&measured.files), lines(&lcov.files));
    assert_eq!(measured.reports[0].count, count(33, 19));
}

#[test]
fn a_line_that_any_report_has_as_executed_was_executed() {
    let measured = loaded(&[fixture("python-cart.json"), fixture("python-mail.lcov")], &PYTHON).unwrap();
    for (joined, whole) in measured.files.iter().zip(python_lines()) {
        assert_eq!((&joined.executed, &joined.missing, joined.count), (&whole.executed, &whole.missing, whole.count));
        // Which branches both took, sums do not tell.
        assert_eq!(joined.branches, None);
    }
    let cart = loaded(&[fixture("python-cart.json")], &PYTHON).unwrap();
    assert_eq!(cart.reports[0].count, count(18, 10));
}

#[test]
fn lines_are_better_than_sums_where_both_are_given() {
    let measured = loaded(&[fixture("rust-summary.json"), fixture("rust.lcov")], &RUST).unwrap();
    assert!(measured.files[0].has_lines());
    assert_eq!(measured.files[0].count, count(23, 15));
    let twice = loaded(&[fixture("rust-summary.json"), fixture("rust-summary.json")], &RUST).unwrap();
    assert_eq!(twice.files[0].count, count(25, 15));
}

#[test]
fn llvm_counts_a_line_by_the_regions_that_begin_on_it_and_the_one_around_it() {
    // line, column, count, has a count, begins a region, is a gap
    let segments = "[[1,1,1,true,true,false],[2,5,0,true,true,false],[2,20,1,true,false,false],
                     [4,1,0,true,true,true],[4,3,1,true,true,false],[5,1,0,false,true,false],[6,1,1,true,false,false],
                     [7,2,0,false,false,false],[9,1,3,true,true,false],[9,9,0,false,false,false]]";
    let text = format!(
        r#"{{"type":"llvm.coverage.json.export","version":"3.1.0","data":[{{"files":[{{"filename":"/a.rs","segments":{segments},
        "summary":{{"lines":{{"count":7,"covered":7}}}}}}]}}]}}"#
    );
    let lines = &read(text.as_bytes()).unwrap().files[0].lines;
    // 2 runs, since the region around it does; 5 is skipped, and nothing begins on 6; 8 belongs to no function.
    assert_eq!(lines, &[(1, true), (2, true), (3, true), (4, true), (7, true), (9, true)]);
}

#[test]
fn sections_of_one_file_in_a_tracefile_are_joined() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.info");
    let section = |first: u32, second: u32| {
        format!("TN:\nSF:src/a.py\nVER:1\nFNL:0,1\nDA:1,{first}\nDA:2,{second},checksum\nLF:2\nLH:1\nend_of_record\n")
    };
    std::fs::write(&path, format!("# by hand\n{}{}", section(1, 0), section(0, 4))).unwrap();
    let measured = loaded(&[path], &["src/a.py"]).unwrap();
    assert_eq!(measured.files[0].executed, [1, 2]);
    assert_eq!(measured.files[0].count, count(2, 2));
}
