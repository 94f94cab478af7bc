//! `addopts` as pytest's `argparse` reads it. Owns which options take a value; refuses to know what they do.

use std::collections::HashMap;

use crate::model::pytest::{AddOpts, Override};

/// Options that need a value, which is therefore no path.
const WITH_VALUE: &[&str] = &[
    // pytest
    "--assert --basetemp --capture --code-highlight --color --confcutdir --config-file --deselect \
     --doctest-glob --doctest-report --durations --durations-min --ignore --ignore-glob --import-mode \
     --junit-prefix --junit-xml --junitprefix --junitxml --last-failed-no-failures --lfnf --log-auto-indent \
     --log-cli-date-format --log-cli-format --log-cli-level --log-date-format --log-disable --log-file \
     --log-file-date-format --log-file-format --log-file-level --log-file-mode --log-format --log-level \
     --max-warnings --maxfail --override-ini --pastebin --pdbcls --pythonwarnings --report-chars --rootdir \
     --show-capture --tb --verbosity -W -c -k -m -o -p -r",
    // pytest-xdist
    "--dist --max-worker-restart --maxprocesses --maxschedchunk --numprocesses --rsyncdir --rsyncignore \
     --testrunuid --tx -n",
    // pytest-cov
    "--cov-config --cov-context --cov-fail-under --cov-precision --cov-report",
    // pytest-timeout, pytest-rerunfailures, pytest-retry, pytest-repeat
    "--count --only-rerun --repeat-scope --rerun-except --reruns --reruns-delay --retries --retry-delay \
     --session-timeout --timeout --timeout-method",
    // pytest-asyncio, pytest-aiohttp, pytest-twisted
    "--aiohttp-loop --asyncio-mode --reactor",
    // pytest-benchmark
    "--benchmark-calibration-precision --benchmark-columns --benchmark-cprofile --benchmark-cprofile-loops \
     --benchmark-cprofile-top --benchmark-group-by --benchmark-json --benchmark-max-time \
     --benchmark-min-rounds --benchmark-min-time --benchmark-name --benchmark-netrc --benchmark-save \
     --benchmark-sort --benchmark-storage --benchmark-time-unit --benchmark-timer \
     --benchmark-warmup-iterations",
    // hypothesis, pytest-randomly, pytest-random-order, pytest-order
    "--hypothesis-profile --hypothesis-seed --hypothesis-verbosity --order-scope --random-order-bucket \
     --random-order-seed --randomly-seed",
    // pytest-django, pytest-html, pytest-json-report, allure-pytest, pytest-bdd
    "--alluredir --css --cucumberjson --dc --ds --html --json-report-file --json-report-omit --liveserver",
    // pytest-split, pytest-playwright, pytest-base-url, pytest-socket, pytest-recording, inline-snapshot, pytest-mypy
    "--allow-hosts --base-url --browser --browser-channel --device --durations-path --group --inline-snapshot \
     --mypy-config-file --output --pylint-rcfile --record-mode --screenshot --splits --splitting-algorithm \
     --tracing --video",
];

/// Options that take the next argument if it is no option.
const WITH_OPTIONAL_VALUE: &[&str] =
    &["--benchmark-compare --benchmark-compare-fail --benchmark-histogram --benchmark-warmup --cache-show --cov \
     --debug --picked --remote-data"];

/// Options without a value that matter here, or that may be run together with others: `-vm slow`.
const FLAGS: &[&str] =
    &["--collect-in-virtualenv --doctest-ignore-import-errors --doctest-modules --noconftest --pyargs --strict \
     --strict-config --strict-markers -V -h -l -q -s -v -x"];

/// What an option takes besides its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Value,
    OptionalValue,
    Nothing,
}

/// Reads the words of `addopts` as `parse_known_args` with `allow_abbrev=False` does: options that are not known are
/// passed over, no long option may be shortened. The second result is the first thing that pytest refuses.
pub(super) fn parse(words: &[String]) -> (AddOpts, Option<String>) {
    let known = Known::new();
    let mut parsed = AddOpts::default();
    let mut refused = None;
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        if word == "--" {
            parsed.positional.extend(words.cloned());
            break;
        }
        let Some((mut name, mut value)) = known.option(word) else {
            // `@FILE` stands for the words of that file, which is not read.
            if !known.is_option(word) && !word.starts_with('@') {
                parsed.positional.push(word.clone());
            }
            continue;
        };
        // Short options without a value may be followed by others in the same word.
        while known.takes(name) == Takes::Nothing {
            set(&mut parsed, name, "", &mut refused);
            let rest = value.filter(|_| !name.starts_with("--"));
            let Some((next, behind)) = rest.and_then(|rest| known.short(rest)) else { break };
            (name, value) = (next, Some(behind).filter(|behind| !behind.is_empty()));
        }
        let takes = known.takes(name);
        if takes == Takes::Nothing {
            continue;
        }
        match value.or_else(|| words.next_if(|next| !known.is_option(next)).map(String::as_str)) {
            Some(value) => set(&mut parsed, name, value, &mut refused),
            None if takes == Takes::Value => {
                refused.get_or_insert_with(|| format!("`{name}` in `addopts` expects a value"));
            }
            None => {}
        }
    }
    (parsed, refused)
}

/// The options that are known, by name.
struct Known(HashMap<&'static str, Takes>);

impl Known {
    fn new() -> Self {
        let tables = [(WITH_VALUE, Takes::Value), (WITH_OPTIONAL_VALUE, Takes::OptionalValue), (FLAGS, Takes::Nothing)];
        let rows = tables.into_iter().flat_map(|(table, takes)| table.iter().map(move |row| (row, takes)));
        Self(rows.flat_map(|(row, takes)| row.split_whitespace().map(move |name| (name, takes))).collect())
    }

    fn exact(&self, name: &str) -> Option<&'static str> {
        self.0.get_key_value(name).map(|(name, _)| *name)
    }

    fn takes(&self, name: &str) -> Takes {
        self.0.get(name).copied().unwrap_or(Takes::Nothing)
    }

    /// `ArgumentParser._parse_optional`: the option that a word names, with the value that is part of the word.
    fn option<'w>(&self, word: &'w str) -> Option<(&'static str, Option<&'w str>)> {
        if let Some(name) = self.exact(word) {
            return Some((name, None));
        }
        if let Some((name, value)) = word.split_once('=')
            && let Some(name) = self.exact(name)
        {
            return Some((name, Some(value)));
        }
        let rest = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'))?;
        self.short(rest).map(|(name, value)| (name, Some(value)))
    }

    /// The short option that the letter in front names, and what follows it.
    fn short<'w>(&self, letters: &'w str) -> Option<(&'static str, &'w str)> {
        let letter = letters.chars().next()?;
        let name = self.exact(&format!("-{letter}"))?;
        Some((name, &letters[letter.len_utf8()..]))
    }

    /// Whether `argparse` takes a word for an option, known or not, and never for a value or a path.
    fn is_option(&self, word: &str) -> bool {
        let Some(rest) = word.strip_prefix('-') else { return false };
        !rest.is_empty() && (self.option(word).is_some() || !(is_number(rest) || word.contains(' ')))
    }
}

/// `_negative_number_matcher`: `^-\d+$|^-\d*\.\d+$`, of which the `-` was read.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.chars().all(|letter| letter.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or(("", text));
    digits(whole) && digits(fraction) && !fraction.is_empty()
}

fn set(options: &mut AddOpts, name: &str, value: &str, refused: &mut Option<String>) {
    let owned = value.to_owned();
    match name {
        "--ignore" => options.ignore.push(owned),
        "--ignore-glob" => options.ignore_glob.push(owned),
        "--deselect" => options.deselect.push(owned),
        "-k" => options.keyword = Some(owned).filter(|value| !value.is_empty()),
        "-m" => options.markexpr = Some(owned).filter(|value| !value.is_empty()),
        "--doctest-modules" => options.doctest_modules = true,
        "--doctest-glob" => options.doctest_glob.push(owned),
        "--doctest-ignore-import-errors" => options.doctest_ignore_import_errors = true,
        "--reruns" | "--retries" => options.retries.push((name.to_owned(), owned)),
        "-p" => options.plugins.push(value.trim().to_owned()),
        "--import-mode" => options.import_mode = Some(owned),
        "--confcutdir" => options.confcutdir = Some(owned),
        "--noconftest" => options.noconftest = true,
        "--pyargs" => options.pyargs = true,
        "--collect-in-virtualenv" => options.collect_in_virtualenv = true,
        // `OverrideIniAction`
        "--strict" | "--strict-config" | "--strict-markers" => {
            let option = name.trim_start_matches('-').replace('-', "_");
            let flag = Some(name.to_owned());
            options.overrides.push(Override { name: option, value: "true".to_owned(), flag });
        }
        // `parse_override_ini`
        "-o" | "--override-ini" => match value.split_once('=') {
            Some((name, value)) => {
                options.overrides.push(Override { name: name.to_owned(), value: value.to_owned(), flag: None });
            }
            None => {
                refused.get_or_insert_with(|| format!("`{name}` in `addopts` expects `NAME=VALUE`, not `{value}`"));
            }
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> AddOpts {
        let (parsed, refused) = refusing(text);
        assert_eq!(refused, None, "{text}");
        parsed
    }

    fn refusing(text: &str) -> (AddOpts, Option<String>) {
        parse(&super::super::shlex::split(text).unwrap())
    }

    /// Each is what `parse_known_args` of pytest gives, with the plugins that know the options.
    #[test]
    fn values_are_told_from_paths() {
        let cases: [(&str, &[&str]); 22] = [
            ("tests", &["tests"]),
            ("-m slow tests", &["tests"]),
            ("-mslow tests", &["tests"]),
            ("-m=slow tests", &["tests"]),
            ("-vm slow tests", &["tests"]),
            ("-xvs tests", &["tests"]),
            ("-ra tests", &["tests"]),
            ("-r a tests", &["tests"]),
            ("-n 4 tests", &["tests"]),
            ("-n4 --dist=loadfile tests", &["tests"]),
            ("--cov src tests", &["tests"]),
            ("--cov=src tests", &["tests"]),
            ("--cov --cov-report term tests", &["tests"]),
            ("--tb short -W error::Warning --maxfail 1 tests", &["tests"]),
            ("--unknown tests", &["tests"]),
            ("--unknown=x tests", &["tests"]),
            ("--ignor x tests", &["x", "tests"]),
            ("--doctest-mod", &[]),
            ("-5 tests", &["-5", "tests"]),
            ("- tests::test_a", &["-", "tests::test_a"]),
            ("tests -- --ignore -m", &["tests", "--ignore", "-m"]),
            ("@file tests '' '-a b'", &["tests", "", "-a b"]),
        ];
        for (text, expected) in cases {
            assert_eq!(parsed(text).positional, expected, "{text}");
        }
    }

    #[test]
    fn what_decides_about_collection_is_kept() {
        let options = parsed(
            "--ignore=a --ignore b --ignore-glob 'c*' --deselect t.py::x --deselect=t.py::y -k 'one or two' -k three \
             -m 'not slow' --doctest-modules --doctest-glob='*.md' --doctest-glob *.rst \
             --doctest-ignore-import-errors -p no:cacheprovider -pxdist --import-mode=importlib \
             --confcutdir . --noconftest --pyargs --collect-in-virtualenv --strict-markers -o a=b=c --override-ini=d= \
             --reruns 3 --retries=1 --reruns-delay 5 p",
        );
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let set = |(name, value, flag): (&str, &str, Option<&str>)| Override {
            name: name.to_owned(),
            value: value.to_owned(),
            flag: flag.map(str::to_owned),
        };
        let expected = AddOpts {
            ignore: owned(&["a", "b"]),
            ignore_glob: owned(&["c*"]),
            deselect: owned(&["t.py::x", "t.py::y"]),
            keyword: Some("three".to_owned()),
            markexpr: Some("not slow".to_owned()),
            doctest_modules: true,
            doctest_glob: owned(&["*.md", "*.rst"]),
            doctest_ignore_import_errors: true,
            plugins: owned(&["no:cacheprovider", "xdist"]),
            import_mode: Some("importlib".to_owned()),
            confcutdir: Some(".".to_owned()),
            noconftest: true,
            pyargs: true,
            collect_in_virtualenv: true,
            retries: [("--reruns", "3"), ("--retries", "1")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            overrides: [("strict_markers", "true", Some("--strict-markers")), ("a", "b=c", None), ("d", "", None)]
                .map(set)
                .to_vec(),
            positional: owned(&["p"]),
        };
        assert_eq!(options, expected);
    }

    #[test]
    fn an_option_is_no_value_unless_it_is_a_number_or_has_a_space() {
        assert_eq!(parsed("-k '-a b'").keyword.as_deref(), Some("-a b"));
        assert_eq!(parsed("-m ''").markexpr, None);
        assert_eq!(parsed("--ignore -5").ignore, ["-5"]);
        for text in ["-k -v", "-k '-m x'", "--ignore --unknown", "-k"] {
            let (parsed, refused) = refusing(text);
            assert!(parsed.keyword.is_none() && refused.is_some(), "{text}");
        }
        assert_eq!(refusing("-o name -k").1.unwrap(), "`-o` in `addopts` expects `NAME=VALUE`, not `name`");
    }

    #[test]
    fn each_option_stands_in_one_table() {
        let rows = [WITH_VALUE, WITH_OPTIONAL_VALUE, FLAGS].into_iter().flatten();
        let names: Vec<_> = rows.flat_map(|row| row.split_whitespace()).collect();
        assert!(names.iter().all(|name| name.starts_with('-')));
        assert_eq!(names.len(), Known::new().0.len());
    }
}
