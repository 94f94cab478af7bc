//! Logistic regression with a penalty, by Newton's method.

/// An observation: what is known, what happened (0 to 1), and how much it counts.
pub(crate) struct Row {
    pub(crate) known: Vec<f64>,
    pub(crate) happened: f64,
    pub(crate) weight: f64,
}

/// The coefficients that make the rows most likely; `prior` is where the penalty pulls them.
pub(crate) fn regress(rows: &[Row], prior: &[f64], penalty: f64) -> Vec<f64> {
    let size = prior.len();
    let mut found = prior.to_vec();
    for _ in 0..25 {
        let mut gradient: Vec<f64> = found.iter().zip(prior).map(|(own, prior)| penalty * (own - prior)).collect();
        let mut matrix = vec![vec![0.0; size]; size];
        for (place, row) in matrix.iter_mut().enumerate() {
            row[place] = penalty;
        }
        for row in rows {
            let logit: f64 = row.known.iter().zip(&found).map(|(x, c)| x * c).sum();
            let chance = 1.0 / (1.0 + (-logit).exp());
            let error = row.weight * (chance - row.happened);
            let curve = row.weight * (chance * (1.0 - chance)).max(1e-4);
            for (i, x) in row.known.iter().enumerate().filter(|(_, x)| **x != 0.0) {
                gradient[i] += error * x;
                for (j, y) in row.known.iter().enumerate().filter(|(_, y)| **y != 0.0) {
                    matrix[i][j] += curve * x * y;
                }
            }
        }
        let step = solve(matrix, gradient);
        let change = step.iter().fold(0.0f64, |change, step| change.max(step.abs()));
        let scale = if change > 2.0 { 2.0 / change } else { 1.0 };
        found.iter_mut().zip(&step).for_each(|(own, step)| *own -= scale * step);
        if change < 1e-6 {
            break;
        }
    }
    found
}

/// Solves a system by elimination with pivots.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    for column in 0..size {
        let best = (column..size).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()));
        let best = best.unwrap_or(column);
        matrix.swap(column, best);
        right.swap(column, best);
        let pivot = matrix[column][column];
        if pivot.abs() < 1e-12 {
            continue;
        }
        for row in column + 1..size {
            let factor = matrix[row][column] / pivot;
            if factor != 0.0 {
                let (upper, lower) = matrix.split_at_mut(row);
                lower[0][column..]
                    .iter_mut()
                    .zip(&upper[column][column..])
                    .for_each(|(own, above)| *own -= factor * above);
                right[row] -= factor * right[column];
            }
        }
    }
    let mut found = vec![0.0; size];
    for row in (0..size).rev() {
        let rest: f64 = (row + 1..size).map(|column| matrix[row][column] * found[column]).sum();
        let pivot = matrix[row][row];
        found[row] = if pivot.abs() < 1e-12 { 0.0 } else { (right[row] - rest) / pivot };
    }
    found
}
