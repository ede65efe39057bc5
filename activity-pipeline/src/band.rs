//! Band: what traffic is to be expected. The moving average, and on top of it what the average missed at the same minute of
//! earlier seasons; how far counts usually are from that makes its width.

use ndarray::{Array1, s};
use ndarray_demo::statistics::quantiles;

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
    pub fn of(counts: &Array1<f64>, season: usize) -> Self {
        let season = season.max(1);
        let unknown = Array1::from_elem(counts.len(), f64::NAN);
        let mut band = Self {
            average: unknown.clone(),
            expected: unknown.clone(),
            low: unknown.clone(),
            high: unknown.clone(),
            score: unknown.clone(),
        };
        // What left its band would pull the average along. So it counts as the edge of the band for the minutes after it.
        let mut tame = counts.to_owned();
        let (mut missed, mut residual) = (unknown.clone(), unknown);
        for minute in WINDOW..counts.len() {
            let average = tame.slice(s![minute - WINDOW..minute]).sum() / WINDOW as f64;
            let earlier: Array1<f64> = (1..)
                .map_while(|back| minute.checked_sub(back * season))
                .take_while(|earlier| *earlier >= WINDOW)
                .map(|earlier| missed[earlier])
                .collect();
            // Before a season is known, any rise and fall of it would be out of the ordinary.
            if let Some(seasonal) = earlier.mean() {
                // Fewer than none never come.
                let expected = (average + seasonal).max(0.0);
                let first = (WINDOW + season).max(minute.saturating_sub(SPREAD));
                let recent = residual.slice(s![first.min(minute)..minute]);
                let median = quantiles(recent, [0.5], 1.0, 1.0).map_or(0.0, |[median]| median);
                // Counts that come by chance spread by the root of their mean, at least.
                let spread = expected.max(1.0).sqrt().max(NORMAL * median);
                let (low, high) = ((expected - WIDTHS * spread).max(0.0), expected + WIDTHS * spread);
                tame[minute] = counts[minute].clamp(low, high);
                residual[minute] = (tame[minute] - expected).abs();
                band.expected[minute] = expected;
                (band.low[minute], band.high[minute]) = (low, high);
                band.score[minute] = (counts[minute] - expected) / spread;
            }
            missed[minute] = tame[minute] - average;
            band.average[minute] = average;
        }
        if let Some(running) = band.score.last_mut() {
            *running = f64::NAN;
        }
        band
    }

    pub fn is_alert(&self, minute: usize) -> bool {
        self.score.get(minute).is_some_and(|score| score.abs() > WIDTHS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(n: usize, count: impl Fn(usize) -> f64) -> Array1<f64> {
        Array1::from_shape_fn(n, count)
    }

    #[test]
    fn even_traffic_keeps_to_its_band() {
        let band = Band::of(&series(40, |_| 100.0), 10);
        assert!(band.average[4].is_nan() && band.expected[14].is_nan() && band.score[39].is_nan());
        assert_eq!(
            (band.expected[15], band.low[15], band.high[15]),
            (100.0, 60.0, 140.0)
        );
        assert!((0..40).all(|minute| !band.is_alert(minute)));
    }

    fn alerts(n: usize, count: impl Fn(usize) -> f64) -> Vec<usize> {
        let band = Band::of(&series(n, count), 10);
        (0..n).filter(|minute| band.is_alert(*minute)).collect()
    }

    #[test]
    fn a_burst_is_an_alert_and_what_follows_it_is_none() {
        for burst in [30..31, 30..33] {
            let count = |minute| if burst.contains(&minute) { 500.0 } else { 100.0 };
            assert_eq!(alerts(50, count), Vec::from_iter(burst.clone()));
        }
    }

    #[test]
    fn a_new_level_is_an_alert_until_it_is_the_usual_one() {
        let alerts = alerts(100, |minute| if minute < 30 { 100.0 } else { 200.0 });
        let last = 30 + alerts.len();
        assert_eq!(alerts, Vec::from_iter(30..last));
        assert!(last < 45, "{last}");
    }

    #[test]
    fn a_season_is_expected() {
        let counts = series(60, |minute| if minute % 10 == 9 { 500.0 } else { 100.0 });
        let band = Band::of(&counts, 10);
        assert!((0..60).all(|minute| !band.is_alert(minute)), "{:?}", band.score);
    }

    #[test]
    fn few_minutes_have_no_band() {
        for n in 0..=15 {
            let band = Band::of(&series(n, |_| 1.0), 10);
            assert!(band.expected.iter().all(|expected| expected.is_nan()));
        }
    }
}
