//! Statistics: samples in numbers, quantiles, histograms, tests and correlations.

use anyhow::{Context, Result, ensure};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis, array, stack};
use ndarray_stats::{
    CorrelationExt, Quantile1dExt, SummaryStatisticsExt,
    interpolate::{Linear, Lower, Midpoint, Nearest},
};
use noisy_float::types::{N64, n64};
use spec_math::NormDist;
use statrs::{
    distribution::{Beta, ChiSquared, ContinuousCDF, StudentsT},
    statistics::{Data, OrderStatistics, RankTieBreaker},
    stats_tests::{
        Alternative, NaNPolicy,
        chisquare::chisquare,
        f_oneway::f_oneway,
        mannwhitneyu::{MannWhitneyUMethod, mannwhitneyu},
        ttest_onesample::ttest_onesample,
    },
};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let before = array![5.1, 4.9, 6.2, 5.8, 6.0, 5.5, 5.3, 6.7, 5.9, 6.1];
    let after = array![5.6, 5.0, 6.8, 6.1, 6.9, 5.4, 5.9, 7.2, 6.6, 6.3];
    let other = array![4.2, 5.0, 4.8, 5.6, 3.9, 4.4, 5.2];
    let (before, after, other) = (before.view(), after.view(), other.view());

    let mean = before.mean().context("no values")?;
    show!(session, "before.mean()", mean);
    show!(session, "before.var(ddof=1)", before.var(1.0));
    show!(session, "stats.skew(before)", before.skewness());
    // A normal distribution has 3 here, and 0 in SciPy.
    show!(session, "stats.kurtosis(before)", before.kurtosis()? - 3.0);
    show!(session, "stats.sem(before)", before.std(1.0) / 10_f64.sqrt());
    show!(session, "stats.gmean(before)", before.geometric_mean());
    show!(session, "stats.hmean(before)", before.harmonic_mean());
    show!(session, "stats.trim_mean(before, 0.1)", trimmed_mean(before, 0.1));
    show!(
        session,
        "stats.mode([3, 1, 2, 3, 2, 3])",
        mode(&[3, 1, 2, 3, 2, 3])
    );
    show!(
        session,
        "stats.zscore(before)",
        (&before - mean) / before.std(0.0)
    );

    // Sorting asks for numbers that have an order: `N64` is an `f64` that is not NaN. What is looked through is reordered.
    let mut ordered = before.mapv(n64);
    show!(
        session,
        "np.median(before)",
        ordered.quantile_mut(n64(0.5), &Linear).map(N64::raw)
    );
    show!(
        session,
        "np.quantile(before, [0.1, 0.25, 0.5, 0.9])",
        ordered
            .quantiles_mut(&array![0.1, 0.25, 0.5, 0.9].mapv(n64), &Linear)?
            .mapv(N64::raw)
    );
    show!(
        session,
        "np.quantile(before, 0.33, method=\"lower\")",
        ordered.quantile_mut(n64(0.33), &Lower).map(N64::raw)
    );
    show!(
        session,
        "np.quantile(before, 0.33, method=\"nearest\")",
        ordered.quantile_mut(n64(0.33), &Nearest).map(N64::raw)
    );
    show!(
        session,
        "np.quantile(before, 0.33, method=\"midpoint\")",
        ordered.quantile_mut(n64(0.33), &Midpoint).map(N64::raw)
    );
    show!(
        session,
        "np.quantile(before, [0.1, 0.33], method=\"hazen\")",
        quantiles(before, [0.1, 0.33], 0.5, 0.5)
    );
    show!(
        session,
        "np.quantile(before, [0.1, 0.33], method=\"weibull\")",
        quantiles(before, [0.1, 0.33], 0.0, 0.0)
    );
    show!(
        session,
        "np.quantile(before, 1.5)",
        ordered.quantile_mut(n64(1.5), &Linear).map(N64::raw)
    );

    let edges = Array1::linspace(4.9, 6.7, 5);
    let counts = histogram(before, edges.view());
    show!(session, "counts", &counts);
    show!(session, "edges", &edges);
    let edges = array![4.0, 5.0, 5.5, 6.0, 7.0];
    show!(
        session,
        "np.histogram(before, bins=[4.0, 5.0, 5.5, 6.0, 7.0], density=True)[0]",
        density(&histogram(before, edges.view()), edges.view())
    );

    show!(
        session,
        "list(stats.ttest_1samp(before, 5.5))",
        ttest_onesample(before.to_vec(), 5.5, Alternative::TwoSided, NaNPolicy::Error).map(<[f64; 2]>::from)
    );
    show!(
        session,
        "list(stats.ttest_ind(before, other))",
        student(before, other)
    );
    show!(
        session,
        "list(stats.ttest_ind(before, other, equal_var=False))",
        welch(before, other)
    );
    show!(
        session,
        "list(stats.ttest_rel(before, after))",
        paired(before, after)
    );
    show!(
        session,
        "list(stats.ttest_1samp(before, 5.5, alternative=\"greater\"))",
        ttest_onesample(before.to_vec(), 5.5, Alternative::Greater, NaNPolicy::Error).map(<[f64; 2]>::from)
    );
    show!(
        session,
        "list(stats.mannwhitneyu(before, other, method=\"asymptotic\"))",
        mannwhitneyu(
            &before.to_vec(),
            &other.to_vec(),
            MannWhitneyUMethod::AsymptoticInclContinuityCorrection,
            Alternative::TwoSided
        )
        .map(<[f64; 2]>::from)
    );
    show!(
        session,
        "list(stats.f_oneway(before, after, other))",
        f_oneway(
            vec![before.to_vec(), after.to_vec(), other.to_vec()],
            NaNPolicy::Error
        )
        .map(<[f64; 2]>::from)
    );

    show!(
        session,
        "list(stats.pearsonr(before, after))",
        pearson(before, after)
    );
    show!(
        session,
        "list(stats.spearmanr(before, after))",
        spearman(before, after)
    );
    show!(
        session,
        "list(stats.kendalltau(before, after, method=\"asymptotic\"))",
        kendall(before, after)
    );
    show!(
        session,
        "list(stats.linregress(before, after))",
        regression(before, after)
    );
    // Each row is a variable.
    let both = stack![Axis(0), before, after];
    show!(session, "np.cov(before, after)", both.cov(1.0));
    show!(session, "np.corrcoef(before, after)", both.pearson_correlation());

    show!(
        session,
        "list(stats.chisquare([16, 18, 16, 14, 12, 12]))",
        chisquare(&[16, 18, 16, 14, 12, 12], None, None).map(<[f64; 2]>::from)
    );
    let table = array![[10.0, 10.0, 20.0], [20.0, 20.0, 20.0]];
    let expected = expected(table.view());
    show!(
        session,
        "statistic, pvalue, freedom",
        independence(table.view(), expected.view())
    );
    show!(session, "expected", &expected);

    show!(
        session,
        "stats.ttest_1samp([1.0], 0.0).pvalue",
        ttest_onesample(vec![1.0], 0.0, Alternative::TwoSided, NaNPolicy::Error).map(|(_, pvalue)| pvalue)
    );
    show!(
        session,
        "stats.pearsonr([1.0], [2.0])",
        pearson(array![1.0].view(), array![2.0].view())
    );
    show!(session, "stats.pearsonr(before, other)", pearson(before, other));
    show!(
        session,
        "stats.linregress([1.0, 1.0, 1.0], [1.0, 2.0, 3.0])",
        regression(array![1.0, 1.0, 1.0].view(), array![1.0, 2.0, 3.0].view())
    );
    show!(
        session,
        "stats.chisquare([5, 5], f_exp=[5, 10])",
        chisquare(&[5, 5], Some(&[5.0, 10.0]), None).map(<[f64; 2]>::from)
    );
    show!(
        session,
        "np.quantile([], 0.5)",
        Array1::<N64>::zeros(0)
            .quantile_mut(n64(0.5), &Linear)
            .map(N64::raw)
    );
    Ok(())
}

/// The mean without this part of the values at either end.
fn trimmed_mean(values: ArrayView1<f64>, part: f64) -> Option<f64> {
    let sorted = sorted(values);
    let cut = (part * sorted.len() as f64) as usize;
    ArrayView1::from(sorted.get(cut..sorted.len() - cut)?).mean()
}

/// The commonest value, the least of them where there are several, and how often it occurs.
fn mode(values: &[i64]) -> Option<[i64; 2]> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let groups = sorted.chunk_by(|a, b| a == b);
    let longest = groups.rev().max_by_key(|group| group.len())?;
    Some([*longest.first()?, longest.len() as i64])
}

fn sorted(values: ArrayView1<f64>) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// Quantiles with the plotting positions `alpha` and `beta` of R. J. Hyndman and Y. Fan, "Sample Quantiles in Statistical
/// Packages", 1996: 1 and 1 are NumPy's linear method, 0.5 and 0.5 Hazen's, 0 and 0 Weibull's, 1/3 and 1/3 the one that is
/// unbiased for the median. None without values.
pub fn quantiles<const N: usize>(
    values: ArrayView1<f64>,
    quantiles: [f64; N],
    alpha: f64,
    beta: f64,
) -> Option<[f64; N]> {
    let sorted = sorted(values);
    let last = sorted.len().checked_sub(1)?;
    let n = sorted.len() as f64;
    Some(quantiles.map(|q| {
        let position = n * q + (alpha + q * (1.0 - alpha - beta)) - 1.0;
        let position = position.clamp(0.0, last as f64);
        let low = position.floor();
        let (below, above) = (sorted[low as usize], sorted[(low as usize + 1).min(last)]);
        below + (above - below) * (position - low)
    }))
}

/// How many values lie in each bin, which begins at its edge; the last one has its end, too.
pub fn histogram(values: ArrayView1<f64>, edges: ArrayView1<f64>) -> Array1<i64> {
    let edges = edges.to_vec();
    let bins = edges.len().saturating_sub(1);
    let mut counts = Array1::zeros(bins);
    for value in values {
        let bin = edges.partition_point(|edge| edge <= value);
        if bin > 0 && bin <= bins {
            counts[bin - 1] += 1;
        } else if edges.last() == Some(value) && bins > 0 {
            counts[bins - 1] += 1;
        }
    }
    counts
}

/// Counts as a density: its integral over all bins is 1.
fn density(counts: &Array1<i64>, edges: ArrayView1<f64>) -> Array1<f64> {
    let widths = edges.diff(1, Axis(0));
    counts.mapv(|count| count as f64) / widths / counts.sum() as f64
}

/// Student's t-test of two samples with the same variance: statistic and p-value.
fn student(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<[f64; 2]> {
    let (m, n) = (a.len() as f64, b.len() as f64);
    let freedom = m + n - 2.0;
    let variance = ((m - 1.0) * a.var(1.0) + (n - 1.0) * b.var(1.0)) / freedom;
    t_test(difference(a, b)?, variance * (1.0 / m + 1.0 / n), freedom)
}

/// Welch's, of samples whose variances may differ.
fn welch(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<[f64; 2]> {
    let (m, n) = (a.len() as f64, b.len() as f64);
    let (u, v) = (a.var(1.0) / m, b.var(1.0) / n);
    let freedom = (u + v).powi(2) / (u.powi(2) / (m - 1.0) + v.powi(2) / (n - 1.0));
    t_test(difference(a, b)?, u + v, freedom)
}

/// Of pairs: whether their differences have the mean 0.
fn paired(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<[f64; 2]> {
    same_length(a, b)?;
    let n = a.len() as f64;
    let differences = &a - &b;
    let mean = differences.mean().context("no values")?;
    t_test(mean, differences.var(1.0) / n, n - 1.0)
}

/// Whether a value with this variance may be 0.
fn t_test(value: f64, variance: f64, freedom: f64) -> Result<[f64; 2]> {
    let t = value / variance.sqrt();
    Ok([t, two_sided(t, freedom)?])
}

/// How likely Student's t is to be so far from 0 or farther.
fn two_sided(t: f64, freedom: f64) -> Result<f64> {
    Ok(2.0 * StudentsT::new(0.0, 1.0, freedom)?.sf(t.abs()))
}

fn difference(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<f64> {
    Ok(a.mean().context("no values")? - b.mean().context("no values")?)
}

fn same_length(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<()> {
    ensure!(a.len() == b.len(), "{} values and {}", a.len(), b.len());
    Ok(())
}

/// Pearson's correlation and how likely it is to be as strong by chance.
fn pearson(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<[f64; 2]> {
    let r = correlation(a, b)?;
    let half = a.len() as f64 / 2.0 - 1.0;
    ensure!(half > 0.0, "two pairs lie on a line always");
    // Of normal numbers that have nothing to do with each other, (r + 1) / 2 has a beta distribution.
    let chance = Beta::new(half, half)?.sf((r.abs() + 1.0) / 2.0);
    Ok([r, 2.0 * chance])
}

fn correlation(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<f64> {
    same_length(a, b)?;
    ensure!(a.len() > 1, "one pair has no correlation");
    let centred = |values: ArrayView1<f64>| Some(&values - values.mean()?);
    let (a, b) = centred(a).zip(centred(b)).context("no values")?;
    let norm = |values: &Array1<f64>| values.dot(values).sqrt();
    Ok((&a / norm(&a)).dot(&(&b / norm(&b))))
}

/// Spearman's correlation, which is Pearson's of the ranks, and how likely it is to be as strong by chance.
fn spearman(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<[f64; 2]> {
    let ranks =
        |values: ArrayView1<f64>| Array1::from(Data::new(values.to_vec()).ranks(RankTieBreaker::Average));
    let r = correlation(ranks(a).view(), ranks(b).view())?;
    let freedom = a.len() as f64 - 2.0;
    Ok([
        r,
        two_sided(r * (freedom / ((r + 1.0) * (1.0 - r))).sqrt(), freedom)?,
    ])
}

/// Kendall's tau-b and how likely it is to be as far from 0 by chance, by the normal distribution that it has in large
/// samples. M. G. Kendall, "Rank Correlation Methods", 1970.
fn kendall(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<[f64; 2]> {
    same_length(a, b)?;
    let n = a.len() as f64;
    let mut agreement = 0.0;
    for i in 0..a.len() {
        for j in 0..i {
            let [x, y] = [a, b].map(|values| values[i].total_cmp(&values[j]) as i32);
            agreement += f64::from(x * y);
        }
    }
    // Sums over the groups of equal values.
    let ties = |values: ArrayView1<f64>, of: fn(f64) -> f64| -> f64 {
        let sorted = sorted(values);
        let groups = sorted.chunk_by(|a, b| a == b).map(|group| of(group.len() as f64));
        groups.sum()
    };
    let pairs = |values| ties(values, |t| t * (t - 1.0));
    let all = n * (n - 1.0);
    let tau = 2.0 * agreement / ((all - pairs(a)) * (all - pairs(b))).sqrt();
    let triples = |values| ties(values, |t| t * (t - 1.0) * (t - 2.0));
    let weighted = |values| ties(values, |t| t * (t - 1.0) * (2.0 * t + 5.0));
    let variance = (all * (2.0 * n + 5.0) - weighted(a) - weighted(b)) / 18.0
        + pairs(a) * pairs(b) / (2.0 * all)
        + triples(a) * triples(b) / (9.0 * all * (n - 2.0));
    let z = agreement / variance.sqrt();
    Ok([tau, 2.0 * (-z.abs()).norm_cdf()])
}

/// The line through pairs: slope, intercept, correlation, p-value of a slope of 0, standard error of the slope.
fn regression(x: ArrayView1<f64>, y: ArrayView1<f64>) -> Result<[f64; 5]> {
    same_length(x, y)?;
    let covariance = stack![Axis(0), x, y].cov(0.0)?;
    let (xx, xy, yy) = (covariance[[0, 0]], covariance[[0, 1]], covariance[[1, 1]]);
    ensure!(xx > 0.0, "the line through points with the same x has no slope");
    let slope = xy / xx;
    let intercept = y.mean().context("no values")? - slope * x.mean().context("no values")?;
    let r = xy / (xx * yy).sqrt();
    let freedom = x.len() as f64 - 2.0;
    let t = r * (freedom / ((1.0 - r) * (1.0 + r))).sqrt();
    let error = ((1.0 - r.powi(2)) * yy / xx / freedom).sqrt();
    Ok([slope, intercept, r, two_sided(t, freedom)?, error])
}

/// The counts of a table whose rows and columns have nothing to do with each other.
fn expected(table: ArrayView2<f64>) -> Array2<f64> {
    let rows = table.sum_axis(Axis(1)).insert_axis(Axis(1));
    rows * table.sum_axis(Axis(0)) / table.sum()
}

/// Pearson's test of that, without Yates's correction, which SciPy applies to tables of two rows and two columns:
/// statistic, p-value and degrees of freedom.
fn independence(table: ArrayView2<f64>, expected: ArrayView2<f64>) -> Result<[f64; 3]> {
    let statistic = ((&table - &expected).pow2() / expected).sum();
    let freedom = ((table.nrows() - 1) * (table.ncols() - 1)) as f64;
    Ok([statistic, ChiSquared::new(freedom)?.sf(statistic), freedom])
}
