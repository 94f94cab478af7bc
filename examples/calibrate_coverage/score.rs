//! How far estimates are from measurements.

use rayon::prelude::*;
use testaudit::{
    estimate::{Constants, Reach, coverage},
    model::coverage::Coverage,
};

use crate::sample::Sample;

/// What is known of the errors of several measurements.
#[derive(Default, Clone)]
pub(crate) struct Errors {
    /// For each file: what was measured, and what was estimated with its range.
    pub(crate) files: Vec<(f64, f64, f64, f64)>,
    /// For each measurement: the error of the total.
    pub(crate) totals: Vec<f64>,
}

impl Errors {
    pub(crate) fn add(&mut self, other: &Self) {
        self.files.extend(&other.files);
        self.totals.extend(&other.totals);
    }

    pub(crate) fn mean(&self) -> f64 {
        mean(self.files.iter().map(|(real, said, ..)| (real - said).abs()))
    }

    pub(crate) fn total(&self) -> f64 {
        mean(self.totals.iter().map(|error| error.abs()))
    }

    fn inside(&self) -> f64 {
        mean(
            self.files
                .iter()
                .map(|(real, _, low, high)| f64::from(u8::from(*low - 1e-4 <= *real && *real <= *high + 1e-4))),
        )
    }

    pub(crate) fn print(&self) {
        let below = |value: f64| value < 0.1;
        let both = self.files.iter().filter(|(real, said, ..)| below(*real) && below(*said)).count() as f64;
        let real = self.files.iter().filter(|(real, ..)| below(*real)).count() as f64;
        let said = self.files.iter().filter(|(_, said, ..)| below(*said)).count() as f64;
        println!(
            "  {} files: MAE {:.4}, Spearman {:.3}, total {:.4}, inside {:.3}, width {:.3}, below 10 %: recall {:.3}, precision {:.3}",
            self.files.len(),
            self.mean(),
            spearman(&self.files),
            self.total(),
            self.inside(),
            mean(self.files.iter().map(|(_, _, low, high)| high - low)),
            both / real.max(1.0),
            both / said.max(1.0),
        );
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0f64), |(sum, count), value| (sum + value, count + 1.0));
    sum / count.max(1.0)
}

/// The correlation of ranks.
fn spearman(files: &[(f64, f64, f64, f64)]) -> f64 {
    let ranks = |values: Vec<f64>| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
        let mut ranks = vec![0.0; values.len()];
        let mut at = 0;
        while at < order.len() {
            let mut end = at;
            while end + 1 < order.len() && values[order[end + 1]] == values[order[at]] {
                end += 1;
            }
            for place in &order[at..=end] {
                ranks[*place] = (at + end) as f64 / 2.0;
            }
            at = end + 1;
        }
        ranks
    };
    let (a, b) = (ranks(files.iter().map(|file| file.0).collect()), ranks(files.iter().map(|file| file.1).collect()));
    let (ma, mb) = (mean(a.iter().copied()), mean(b.iter().copied()));
    let both: f64 = a.iter().zip(&b).map(|(x, y)| (x - ma) * (y - mb)).sum();
    let (va, vb): (f64, f64) = (a.iter().map(|x| (x - ma).powi(2)).sum(), b.iter().map(|y| (y - mb).powi(2)).sum());
    both / (va * vb).sqrt().max(1e-12)
}

/// The errors of one measurement.
pub(crate) fn errors(sample: &Sample, said: &Coverage) -> Errors {
    let mut errors = Errors::default();
    let (mut real_sum, mut said_sum, mut weights) = (0.0, 0.0, 0.0);
    for (path, (executed, statements)) in &sample.truth {
        let real = executed.len() as f64 / *statements as f64;
        let own = said.files.iter().find(|file| file.path == *path);
        let (estimate, low, high) = own.map_or((0.0, 0.0, 0.0), |file| (file.estimate, file.low, file.high));
        errors.files.push((real, estimate, low, high));
        let weight = *statements as f64;
        real_sum += real * weight;
        said_sum += estimate * weight;
        weights += weight;
    }
    errors.totals.push((said_sum - real_sum) / weights);
    errors
}

/// The errors of each of these.
pub(crate) fn all(samples: &[Sample], constants: &Constants) -> Vec<Errors> {
    let one = |sample: &Sample| errors(sample, &coverage(&Reach::of(&sample.graph, constants)));
    samples.par_iter().map(one).collect()
}

/// Prints and returns the errors.
pub(crate) fn print(samples: &[Sample], constants: &Constants, title: &str) -> Errors {
    let mut joined = Errors::default();
    println!("{title}:");
    let mut variants: std::collections::BTreeMap<&str, Errors> = std::collections::BTreeMap::new();
    for (sample, own) in samples.iter().zip(all(samples, constants)) {
        println!(
            "  {:<14}{:<8}{:>4} files, MAE {:.3}, total {:+.3}",
            sample.project,
            sample.variant,
            own.files.len(),
            own.mean(),
            own.totals[0],
        );
        variants.entry(&sample.variant).or_default().add(&own);
        joined.add(&own);
    }
    for (variant, errors) in variants {
        println!("  {variant}: MAE {:.4}", errors.mean());
    }
    joined.print();
    joined
}
