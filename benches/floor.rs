//! How far an audit is from its floor, in one run: reading the files, merely parsing them with tree-sitter on the same
//! threads, and the whole audit in process. The sections are those of `--only`; without any, inventory and fuzz.
//!
//! ```text
//! cargo bench --bench floor -- TREE [ROUNDS [SECTION…]]
//! ```
//!
//! Machines are noisy, so each round measures all three one after the other and the ratio is taken per round.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints its figures")]

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use rayon::prelude::*;
use testaudit::{
    discover, engine, lang,
    model::{Settings, SourceFile},
    views::{self, Section},
};

/// The binary's own; tree-sitter's C code allocates through libc in both measurements.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let Some(tree) = arguments.first() else {
        eprintln!("usage: cargo bench --bench floor -- TREE [ROUNDS [SECTION…]]");
        return;
    };
    let rounds: usize = arguments.get(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(9);
    let paths = [PathBuf::from(tree)];
    let named: Vec<Section> = arguments.iter().skip(2).filter_map(|name| Section::from_name(name)).collect();
    let sections = if named.is_empty() { vec![Section::Inventory, Section::Fuzz] } else { named };
    let settings = Settings { wanted: Section::wanted(&sections), ..Settings::default() };
    let files = discover::discover(&paths, &settings.discovery).expect("the tree can be read").files;
    let limit = settings.discovery.max_file_size;

    let mut times: [Vec<Duration>; 3] = Default::default();
    let mut ratios = Vec::new();
    let mut bytes = 0;
    for _ in 0..rounds {
        let (texts, read) = time(|| read(&files, limit));
        bytes = texts.iter().map(Vec::len).sum::<usize>();
        let (_, parse) = time(|| texts.par_iter().map_init(lang::parse_only, |parse, text| parse(text)).sum::<usize>());
        drop(texts);
        let (_, audit) = time(|| {
            let suite = engine::suite(&paths, &settings, Vec::new(), &|_| {}).expect("the tree can be read");
            views::audit(&suite, &sections)
        });
        ratios.push(audit.as_secs_f64() / parse.as_secs_f64());
        for (times, time) in times.iter_mut().zip([read, parse, audit]) {
            times.push(time);
        }
    }
    let threads = rayon::current_num_threads();
    println!(
        "{} files, {:.1} MB, {threads} threads, {rounds} rounds; min, median, max",
        files.len(),
        bytes as f64 / 1e6
    );
    for (name, times) in ["read", "parse only", "audit"].into_iter().zip(&mut times) {
        let seconds = spread(times.iter().map(Duration::as_secs_f64).collect());
        println!("{name:<14}{:>8.3} s{:>8.3} s{:>8.3} s", seconds[0], seconds[1], seconds[2]);
    }
    let ratio = spread(ratios);
    println!("{:<14}{:>8.3}  {:>8.3}  {:>8.3}", "audit / parse", ratio[0], ratio[1], ratio[2]);
}

fn read(files: &[SourceFile], limit: u64) -> Vec<Vec<u8>> {
    files.par_iter().filter_map(|file| discover::read(file, limit).ok()).map(|(source, _)| source.text).collect()
}

fn time<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = run();
    (value, start.elapsed())
}

fn spread(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [values[0], values[values.len() / 2], values[values.len() - 1]]
}
