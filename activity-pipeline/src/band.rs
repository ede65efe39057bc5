//! Band: what traffic is to be expected. The moving average, and on top of it what the average missed at the same minute of
//! earlier seasons; how far counts usually are from that makes its width.

use anyhow::Result;
use ndarray::{Array1, s};
use ndarray_demo::{convolution::convolve, statistics::quantiles};

/// Minutes of the moving average.
pub const WINDOW: usize = 5;
/// How many widths of the spread the band goes up and down.
pub const WIDTHS: f64 = 4.0;
/// Minutes from which the spread is taken.
const SPREAD: usize = 30;
/// The median of the distance from the mean, in standard deviations of a normal distribution, is 1 over this.
const NORMAL: f64 = 1.4826;

/// What is expected of each minute of a series of n: arrays of shape (n,), NaN where less than a season is known before it.
#[derive(Debug, Clone)]
pub struct Band {
    pub average: Array1<f64>,
    pub expected: Array1<f64>,
    pub low: Array1<f64>,
    pub high: Array1<f64>,
    /// How many widths of the spread each minute is away from what was expected. NaN for the last one, which still runs.
    pub score: Array1<f64>,
}

impl Band {
    /// The band of counts per minute, shape (n,), whose pattern comes again every `season` minutes.
    ///
    /// # Errors
    /// Where there are no minutes.
    pub fn of(counts: &Array1<f64>, season: usize) -> Result<Self> {
        // What left its band would pull the average along. So the second time it counts as the edge of the band.
        let (_, first, spread) = expected(counts, season)?;
        let (low, high) = edges(&first, &spread);
        let mut tame = counts.to_owned();
        for ((count, low), high) in tame.iter_mut().zip(low).zip(high) {
            if !low.is_nan() {
                *count = count.clamp(low, high);
            }
        }
        let (average, expected, spread) = expected(&tame, season)?;
        let (low, high) = edges(&expected, &spread);
        let mut score = (counts - &expected) / &spread;
        if let Some(running) = score.last_mut() {
            *running = f64::NAN;
        }
        Ok(Self {
            average,
            expected,
            low,
            high,
            score,
        })
    }

    pub fn is_alert(&self, minute: usize) -> bool {
        self.score.get(minute).is_some_and(|score| score.abs() > WIDTHS)
    }
}

/// Moving average, expectation and spread.
fn expected(counts: &Array1<f64>, season: usize) -> Result<(Array1<f64>, Array1<f64>, Array1<f64>)> {
    let n = counts.len();
    let mut average = Array1::from_elem(n, f64::NAN);
    let means = convolve(counts, &Array1::from_elem(WINDOW, 1.0 / WINDOW as f64))?;
    if n > WINDOW {
        // The mean of the minutes before: the convolution's value one minute ago.
        average
            .slice_mut(s![WINDOW..])
            .assign(&means.slice(s![WINDOW - 1..n - 1]));
    }
    let missed = counts - &average;
    let expected = Array1::from_shape_fn(n, |minute| {
        let seasons = (1..).map_while(|back| minute.checked_sub(back * season.max(1)));
        let earlier: Array1<f64> = seasons
            .take_while(|earlier| *earlier >= WINDOW)
            .map(|earlier| missed[earlier])
            .collect();
        // Before a season is known, any rise and fall of it would be out of the ordinary. Fewer than none never come.
        earlier
            .mean()
            .map_or(f64::NAN, |seasonal| (average[minute] + seasonal).max(0.0))
    });
    let residual = (counts - &expected).abs();
    let spread = Array1::from_shape_fn(n, |minute| {
        if expected[minute].is_nan() {
            return f64::NAN;
        }
        // Counts that come by chance spread by the root of their mean, at least.
        let chance = expected[minute].max(1.0).sqrt();
        let first = (WINDOW + season).max(minute.saturating_sub(SPREAD));
        let recent = residual.slice(s![first.min(minute)..minute]);
        let median = quantiles(recent, [0.5], 1.0, 1.0).map_or(0.0, |[median]| median);
        chance.max(NORMAL * median)
    });
    Ok((average, expected, spread))
}

fn edges(expected: &Array1<f64>, spread: &Array1<f64>) -> (Array1<f64>, Array1<f64>) {
    let low = (expected - spread * WIDTHS).mapv(|low| if low < 0.0 { 0.0 } else { low });
    (low, expected + spread * WIDTHS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(n: usize, count: impl Fn(usize) -> f64) -> Array1<f64> {
        Array1::from_shape_fn(n, count)
    }

    #[test]
    fn even_traffic_keeps_to_its_band() {
        let band = Band::of(&series(40, |_| 100.0), 10).unwrap();
        assert!(band.average[4].is_nan() && band.expected[14].is_nan() && band.score[39].is_nan());
        assert_eq!(
            (band.expected[15], band.low[15], band.high[15]),
            (100.0, 60.0, 140.0)
        );
        assert!((0..40).all(|minute| !band.is_alert(minute)));
    }

    #[test]
    fn a_burst_is_an_alert_and_what_follows_it_is_none() {
        let band = Band::of(&series(50, |minute| if minute == 30 { 500.0 } else { 100.0 }), 10).unwrap();
        let alerts: Vec<_> = (0..50).filter(|minute| band.is_alert(*minute)).collect();
        assert_eq!(alerts, [30]);
    }

    #[test]
    fn a_season_is_expected() {
        let counts = series(60, |minute| if minute % 10 == 9 { 500.0 } else { 100.0 });
        let band = Band::of(&counts, 10).unwrap();
        assert!((0..60).all(|minute| !band.is_alert(minute)), "{:?}", band.score);
    }

    #[test]
    fn few_minutes_have_no_band() {
        for n in 1..=15 {
            let band = Band::of(&series(n, |_| 1.0), 10).unwrap();
            assert!(band.expected.iter().all(|expected| expected.is_nan()));
        }
        assert!(Band::of(&series(0, |_| 1.0), 10).is_err());
    }
}
