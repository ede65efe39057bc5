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

use crate::{Session, reductions::max, show, sorting::histogram};

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
    let (nobs, minmax, moments) = describe(before)?;
    show!(session, "nobs", nobs);
    show!(session, "minmax", minmax);
    show!(session, "moments", moments);

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
        "np.quantile(before, [0.1, 1.5], method=\"hazen\")",
        quantiles(before, [0.1, 1.5], 0.5, 0.5)
    );
    show!(
        session,
        "np.quantile(before, 1.5)",
        ordered.quantile_mut(n64(1.5), &Linear).map(N64::raw)
    );

    let edges = Array1::linspace(4.9, 6.7, 5);
    let counts = histogram(before, &edges.to_vec());
    show!(session, "counts", &counts);
    show!(session, "edges", &edges);
    show!(
        session,
        "np.histogram(before, bins=[4.0, 5.0, 5.5, 6.0, 7.0], density=True)[0]",
        density(before, &[4.0, 5.0, 5.5, 6.0, 7.0])
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
    // NumPy clips what rounding leaves above 1, and ndarray-stats does not.
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
    let few = array![[8.0, 2.0], [1.0, 5.0]];
    show!(
        session,
        "list(stats.chi2_contingency(few)[:3])",
        independence(few.view(), self::expected(few.view()).view())
    );
    let counts = array![[1.0, 2.0], [0.0, 0.0]];
    show!(
        session,
        "stats.chi2_contingency([[1, 2], [0, 0]])",
        independence(counts.view(), self::expected(counts.view()).view())
    );

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
    let nothing = Array1::zeros(0);
    show!(
        session,
        "stats.describe([])",
        describe(nothing.view()).map(|(nobs, ..)| nobs)
    );
    let five = array![5.0];
    show!(
        session,
        "list(stats.ttest_ind([5.0], before))",
        student(five.view(), before)
    );
    show!(
        session,
        "list(stats.ttest_ind([5.0], before, equal_var=False))",
        welch(five.view(), before)
    );
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

    show!(
        session,
        "stats.trim_mean([1.0, 2.0, 3.0], 1.5)",
        trimmed_mean(array![1.0, 2.0, 3.0].view(), 1.5)
    );
    show!(
        session,
        "list(stats.linregress([1.0, 2.0], [3.0, 4.0]))",
        regression(array![1.0, 2.0].view(), array![3.0, 4.0].view())
    );

    // NaN, as there, and no panic: statrs is not asked where it would.
    let (ones, up) = (array![1.0, 1.0, 1.0], array![1.0, 2.0, 3.0]);
    show!(
        session,
        "list(stats.ttest_rel(before, before))",
        paired(before, before)
    );
    show!(
        session,
        "list(stats.pearsonr([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]))",
        pearson(ones.view(), up.view())
    );
    show!(
        session,
        "list(stats.pearsonr([1.0, 2.0], [5.0, 3.0]))",
        pearson(array![1.0, 2.0].view(), array![5.0, 3.0].view())
    );
    show!(
        session,
        "list(stats.pearsonr(before, 2 * before))",
        pearson(before, (2.0 * &before).view())
    );
    show!(
        session,
        "list(stats.linregress([0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 5.0, 7.0]))",
        regression(
            array![0.0, 1.0, 2.0, 3.0].view(),
            array![1.0, 3.0, 5.0, 7.0].view()
        )
    );
    show!(
        session,
        "list(stats.linregress([1.0, 2.0, 3.0], [1.0, 1.0, 1.0]))",
        regression(up.view(), ones.view())
    );
    let (one, two) = (array![1.0], array![2.0]);
    show!(
        session,
        "list(stats.spearmanr([1.0], [2.0]))",
        spearman(one.view(), two.view())
    );
    show!(
        session,
        "list(stats.kendalltau([1.0], [2.0]))",
        kendall(one.view(), two.view())
    );
    show!(
        session,
        "stats.describe([1.0]).variance",
        describe(one.view()).map(|(.., [_, variance, ..])| variance)
    );
    show!(session, "stats.skew([1.0, 1.0, 1.0])", ones.skewness());
    let gap = before.mapv(|x| if x > 6.5 { f64::NAN } else { x });
    let gap = gap.view();
    show!(
        session,
        "np.quantile(gap, [0.1, 0.33], method=\"hazen\")",
        quantiles(gap, [0.1, 0.33], 0.5, 0.5)
    );
    show!(session, "stats.trim_mean(gap, 0.1)", trimmed_mean(gap, 0.1));
    show!(
        session,
        "list(stats.ttest_1samp(gap, 5.5))",
        ttest_onesample(gap.to_vec(), 5.5, Alternative::TwoSided, NaNPolicy::Propogate).map(<[f64; 2]>::from)
    );
    show!(
        session,
        "list(stats.f_oneway(gap, after, other))",
        f_oneway(
            vec![gap.to_vec(), after.to_vec(), other.to_vec()],
            NaNPolicy::Propogate
        )
        .map(<[f64; 2]>::from)
    );
    show!(session, "stats.skew(gap)", gap.skewness());
    show!(
        session,
        "list(stats.mannwhitneyu(gap, other, method=\"asymptotic\"))",
        mannwhitneyu(
            &gap.to_vec(),
            &other.to_vec(),
            MannWhitneyUMethod::AsymptoticInclContinuityCorrection,
            Alternative::TwoSided
        )
        .map(<[f64; 2]>::from)
    );
    show!(session, "list(stats.ttest_ind(gap, other))", student(gap, other));
    show!(session, "list(stats.pearsonr(gap, after))", pearson(gap, after));
    show!(session, "list(stats.spearmanr(gap, after))", spearman(gap, after));
    show!(session, "list(stats.kendalltau(gap, after))", kendall(gap, after));
    show!(
        session,
        "list(stats.linregress(gap, after))",
        regression(gap, after)
    );
    let endless = before.mapv(|x| if x > 6.5 { f64::INFINITY } else { x });
    let endless = endless.view();
    show!(
        session,
        "list(stats.pearsonr(endless, after))",
        pearson(endless, after)
    );
    show!(
        session,
        "list(stats.spearmanr(endless, after))",
        spearman(endless, after)
    );
    show!(
        session,
        "list(stats.linregress(after, endless))",
        regression(after, endless)
    );
    Ok(())
}

/// The mean without this part of the values at either end.
///
/// # Errors
/// Where that leaves none.
fn trimmed_mean(values: ArrayView1<f64>, part: f64) -> Result<f64> {
    // It has no place in the order, and would be cut off.
    if values.is_any_nan() {
        return Ok(f64::NAN);
    }
    let sorted = sorted(values);
    let cut = (part * sorted.len() as f64) as usize;
    let rest = sorted.len().checked_sub(cut).and_then(|end| sorted.get(cut..end));
    rest.and_then(|rest| ArrayView1::from(rest).mean())
        .with_context(|| format!("{part} cut off at either end leaves nothing"))
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
/// unbiased for the median. NaN where a value is.
///
/// # Errors
/// Where there are no values, or a quantile is not between 0 and 1.
pub fn quantiles<const N: usize>(
    values: ArrayView1<f64>,
    quantiles: [f64; N],
    alpha: f64,
    beta: f64,
) -> Result<[f64; N]> {
    for q in quantiles {
        ensure!(
            (0.0..=1.0).contains(&q),
            "a quantile lies between 0 and 1: not {q}"
        );
    }
    let sorted = sorted(values);
    let last = sorted.len().checked_sub(1).context("no values")?;
    if values.is_any_nan() {
        return Ok([f64::NAN; N]);
    }
    let n = sorted.len() as f64;
    Ok(quantiles.map(|q| {
        let position = n * q + (alpha + q * (1.0 - alpha - beta)) - 1.0;
        let position = position.clamp(0.0, last as f64);
        let low = position.floor();
        let (below, above) = (sorted[low as usize], sorted[(low as usize + 1).min(last)]);
        below + (above - below) * (position - low)
    }))
}

/// Counts as a density: its integral over all bins is 1.
fn density(values: ArrayView1<f64>, edges: &[f64]) -> Option<Array1<f64>> {
    let counts = Array1::from(histogram(values, edges)?).mapv(|count| count as f64);
    let widths = ArrayView1::from(edges).diff(1, Axis(0));
    let all = counts.sum();
    Some(counts / widths / all)
}

/// How many values there are, their mean, and the sum of their squared distances from it.
fn summary(values: ArrayView1<f64>) -> Result<[f64; 3]> {
    let mean = values.mean().context("no values")?;
    Ok([values.len() as f64, mean, (&values - mean).pow2().sum()])
}

/// Student's t-test of two samples with the same variance: statistic and p-value. Student, The probable error of a mean,
/// Biometrika 6 (1908).
fn student(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<[f64; 2]> {
    let ([m, mean_a, squares_a], [n, mean_b, squares_b]) = (summary(a)?, summary(b)?);
    let freedom = m + n - 2.0;
    let variance = (squares_a + squares_b) / freedom;
    Ok(t_test(mean_a - mean_b, variance * (1.0 / m + 1.0 / n), freedom))
}

/// Welch's, of samples whose variances may differ. B. L. Welch, The generalization of "Student's" problem when several
/// different population variances are involved, Biometrika 34 (1947).
fn welch(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<[f64; 2]> {
    let ([m, mean_a, squares_a], [n, mean_b, squares_b]) = (summary(a)?, summary(b)?);
    let (u, v) = (squares_a / (m - 1.0) / m, squares_b / (n - 1.0) / n);
    // Where nothing varies it does not matter.
    let freedom = if u + v > 0.0 {
        (u + v).powi(2) / (u.powi(2) / (m - 1.0) + v.powi(2) / (n - 1.0))
    } else {
        1.0
    };
    Ok(t_test(mean_a - mean_b, u + v, freedom))
}

/// Of pairs: whether their differences have the mean 0.
fn paired(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<[f64; 2]> {
    same_length(a, b)?;
    let [n, mean, squares] = summary((&a - &b).view())?;
    Ok(t_test(mean, squares / (n - 1.0) / n, n - 1.0))
}

/// Whether a value with this variance may be 0.
fn t_test(value: f64, variance: f64, freedom: f64) -> [f64; 2] {
    let t = value / variance.sqrt();
    [t, two_sided(t, freedom)]
}

/// How likely Student's t is to be so far from 0 or farther. NaN, as in SciPy, where t is, or nothing is left to vary:
/// statrs panics at the one, and makes no distribution of the other.
fn two_sided(t: f64, freedom: f64) -> f64 {
    match StudentsT::new(0.0, 1.0, freedom) {
        Ok(students_t) if !t.is_nan() => 2.0 * students_t.sf(t.abs()),
        _ => f64::NAN,
    }
}

/// A sample in numbers: how many, the least and the largest, and mean, variance, skewness and excess kurtosis.
///
/// # Errors
/// Where there are no values.
fn describe(values: ArrayView1<f64>) -> Result<(usize, [f64; 2], [f64; 4])> {
    let (least, most) = max(&-&values).zip(max(&values)).context("no values")?;
    let mean = values.mean().context("no values")?;
    let moments = [
        mean,
        values.var(1.0),
        values.skewness()?,
        values.kurtosis()? - 3.0,
    ];
    Ok((values.len(), [-least, most], moments))
}

fn same_length(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<()> {
    ensure!(a.len() == b.len(), "{} values and {}", a.len(), b.len());
    Ok(())
}

/// Pearson's correlation and how likely it is to be as strong by chance.
fn pearson(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<[f64; 2]> {
    let r = correlation(a, b)?;
    let half = a.len() as f64 / 2.0 - 1.0;
    if r.is_nan() {
        return Ok([r, r]);
    }
    // Two pairs lie on a line always.
    if half == 0.0 {
        return Ok([r.signum(), 1.0]);
    }
    // Of normal numbers that have nothing to do with each other, (r + 1) / 2 has a beta distribution.
    let chance = Beta::new(half, half)?.sf((r.abs() + 1.0) / 2.0);
    Ok([r, 2.0 * chance])
}

/// NaN where one of the two does not vary.
fn correlation(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<f64> {
    same_length(a, b)?;
    ensure!(a.len() > 1, "one pair has no correlation");
    // Their distances from a mean that was rounded are not always 0.
    if is_constant(a) || is_constant(b) {
        return Ok(f64::NAN);
    }
    let centred = |values: ArrayView1<f64>| Some(&values - values.mean()?);
    let (a, b) = centred(a).zip(centred(b)).context("no values")?;
    let norm = |values: &Array1<f64>| values.dot(values).sqrt();
    // Rounding may lead out of the range.
    Ok((&a / norm(&a)).dot(&(&b / norm(&b))).clamp(-1.0, 1.0))
}

fn is_constant(values: ArrayView1<f64>) -> bool {
    values.iter().all(|value| *value == values[0])
}

/// Spearman's correlation, which is Pearson's of the ranks, and how likely it is to be as strong by chance.
///
/// # Errors
/// Where the lengths differ.
pub fn spearman(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<[f64; 2]> {
    same_length(a, b)?;
    // It has no rank, and one pair no correlation.
    if a.is_any_nan() || b.is_any_nan() || a.len() < 2 {
        return Ok([f64::NAN; 2]);
    }
    let ranks =
        |values: ArrayView1<f64>| Array1::from(Data::new(values.to_vec()).ranks(RankTieBreaker::Average));
    let r = correlation(ranks(a).view(), ranks(b).view())?;
    Ok([r, correlated_by_chance(r, a.len())])
}

/// How likely pairs of normal numbers that have nothing to do with each other are to be correlated so strongly.
fn correlated_by_chance(r: f64, pairs: usize) -> f64 {
    let freedom = pairs as f64 - 2.0;
    two_sided(r * (freedom / ((1.0 - r) * (1.0 + r))).sqrt(), freedom)
}

/// Kendall's tau-b and how likely it is to be as far from 0 by chance, by the normal distribution that it has in large
/// samples. M. G. Kendall, "Rank Correlation Methods", 1970.
fn kendall(a: ArrayView1<f64>, b: ArrayView1<f64>) -> Result<[f64; 2]> {
    same_length(a, b)?;
    if a.is_any_nan() || b.is_any_nan() {
        return Ok([f64::NAN; 2]);
    }
    let n = a.len() as f64;
    let mut agreement = 0.0;
    for i in 0..a.len() {
        for j in 0..i {
            let [x, y] =
                [a, b].map(|values| values[i].partial_cmp(&values[j]).map_or(0, |order| order as i32));
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

/// The line through pairs: slope, intercept, correlation, p-value of a slope of 0, standard error of the slope. N. R. Draper
/// and H. Smith, *Applied Regression Analysis* (1998), chapter 1.
fn regression(x: ArrayView1<f64>, y: ArrayView1<f64>) -> Result<[f64; 5]> {
    same_length(x, y)?;
    ensure!(
        !is_constant(x),
        "the line through points with the same x has no slope"
    );
    ensure!(x.len() > 1, "through one point goes more than one line");
    let covariance = stack![Axis(0), x, y].cov(0.0)?;
    let (xx, xy, yy) = (covariance[[0, 0]], covariance[[0, 1]], covariance[[1, 1]]);
    let slope = xy / xx;
    let intercept = y.mean().context("no values")? - slope * x.mean().context("no values")?;
    // Rounding may lead out of the range.
    let r = (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0);
    // Two points lie on a line always.
    if x.len() == 2 {
        let level = if yy == 0.0 { 1.0 } else { 0.0 };
        return Ok([slope, intercept, r, level, 0.0]);
    }
    let error = ((1.0 - r.powi(2)) * yy / xx / (x.len() as f64 - 2.0)).sqrt();
    Ok([slope, intercept, r, correlated_by_chance(r, x.len()), error])
}

/// The counts of a table whose rows and columns have nothing to do with each other.
fn expected(table: ArrayView2<f64>) -> Array2<f64> {
    let rows = table.sum_axis(Axis(1)).insert_axis(Axis(1));
    rows * table.sum_axis(Axis(0)) / table.sum()
}

/// Pearson's test of that, with Yates's correction where there is one degree of freedom: statistic, p-value and degrees of
/// freedom. F. Yates, Contingency tables involving small numbers and the χ² test, Supplement to the Journal of the Royal
/// Statistical Society 1 (1934).
///
/// # Errors
/// Where a row or a column has no counts, and where there is a single row or column.
fn independence(table: ArrayView2<f64>, expected: ArrayView2<f64>) -> Result<[f64; 3]> {
    ensure!(
        !table.is_empty() && expected.iter().all(|count| *count > 0.0),
        "a row or a column has no counts"
    );
    let freedom = ((table.nrows() - 1) * (table.ncols() - 1)) as f64;
    let correction = if freedom == 1.0 { 0.5 } else { 0.0 };
    let apart = (&table - &expected).abs();
    let apart = apart.mapv_into(|apart| apart - apart.min(correction));
    let statistic = (apart.pow2() / expected).sum();
    Ok([statistic, ChiSquared::new(freedom)?.sf(statistic), freedom])
}
