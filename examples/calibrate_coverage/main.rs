//! Fits the constants of the coverage estimate to measurements, and says how far the estimate is from them.
//!
//! ```text
//! cargo run --release --example calibrate_coverage -- TRUTHS CORPUS score|misses|fit|folds [--only NAME,…] [--minutes N] [--out FILE] [--constants FILE]
//! ```
//!
//! `TRUTHS` holds a `NAME.VARIANT.json.gz` for each measurement: `{"test_files": […], "files": {path: {"executed": […],
//! "missing": […]}}}`; `CORPUS` the tree of each as `NAME`. Of a variant, those test files are left out that the variant
//! `full` has besides. `score` compares with the constants as they are, `misses`
//! names the functions of each measurement that the estimate is most wrong about, with what leads to them; `fit` fits them to the projects of `--only`
//! (default: all) and compares with the others too; `folds` fits to three quarters of the projects and compares with the
//! last quarter, four times. `--constants` begins with others than the program's own.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool prints its figures")]

mod fit;
mod logistic;
mod misses;
mod sample;
mod score;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use testaudit::estimate::Constants;

use sample::Sample;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Err(message) = run(&arguments) {
        eprintln!("{message}");
        std::process::exit(2);
    }
}

fn run(arguments: &[String]) -> Result<(), String> {
    let [truths, corpus, what, options @ ..] = arguments else {
        return Err(
            "usage: calibrate_coverage TRUTHS CORPUS score|misses|fit|folds [--only NAME,…] [--minutes N] [--out FILE] [--constants FILE]"
                .to_owned(),
        );
    };
    let option = |name: &str| options.iter().position(|own| own == name).and_then(|at| options.get(at + 1));
    let only: Vec<&str> = option("--only").map(|names| names.split(',').collect()).unwrap_or_default();
    let minutes = option("--minutes").and_then(|minutes| minutes.parse().ok()).unwrap_or(20.0);
    let deadline = |share: f64| Instant::now() + Duration::from_secs_f64(60.0 * minutes * share);
    let samples = sample::load(&PathBuf::from(truths), &PathBuf::from(corpus))?;
    let fitted = match option("--constants") {
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
            Constants::from_json(&text).map_err(|error| format!("{file}: {error}"))?
        }
        None => Constants::fitted().clone(),
    };
    match what.as_str() {
        "score" => {
            score::print(&samples, &fitted, "all");
        }
        "misses" => {
            let is_asked = |sample: &Sample| only.is_empty() || only.contains(&sample.project.as_str());
            let own: Vec<Sample> = samples.into_iter().filter(is_asked).collect();
            misses::print(&own, &fitted, 25);
        }
        "fit" => {
            let (own, other): (Vec<Sample>, Vec<Sample>) =
                samples.into_iter().partition(|sample| only.is_empty() || only.contains(&sample.project.as_str()));
            let constants = fit::fit(&own, fitted, 3, deadline(1.0));
            score::print(&own, &constants, "fitted");
            if !other.is_empty() {
                score::print(&other, &constants, "others");
            }
            let out = option("--out").map_or("src/estimate/constants.json", String::as_str);
            std::fs::write(out, constants.to_json()).map_err(|error| format!("{out}: {error}"))?;
        }
        "folds" => {
            let mut projects: Vec<String> = samples.iter().map(|sample| sample.project.clone()).collect();
            projects.dedup();
            let mut errors = score::Errors::default();
            for fold in 0..4 {
                let is_out = |sample: &&Sample| {
                    projects.iter().position(|name| *name == sample.project).is_some_and(|place| place % 4 == fold)
                };
                let own: Vec<Sample> = samples.iter().filter(|sample| !is_out(sample)).cloned().collect();
                let other: Vec<Sample> = samples.iter().filter(is_out).cloned().collect();
                let constants = fit::fit(&own, fitted.clone(), 1, deadline(0.25));
                errors.add(&score::print(&other, &constants, "left out"));
            }
            println!("left out, all folds:");
            errors.print();
        }
        other => return Err(format!("`{other}` is none of score, misses, fit, folds")),
    }
    Ok(())
}
