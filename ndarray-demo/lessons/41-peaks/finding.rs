//! Peaks by height, distance and prominence, as `scipy.signal.find_peaks` has them; prominence and width are those of
//! mountaineers: above the highest saddle that must be crossed on the way to higher ground. A. Helman, *The Finest Peaks:
//! Prominence and Other Mountain Measures* (2005).

use std::ops::RangeInclusive;

use anyhow::{Result, ensure};
use ndarray::ArrayRef1;

/// What a peak must have; by default, nothing.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// From where to where.
    pub height: Option<RangeInclusive<f64>>,
    /// Samples to the next peak, of which the higher one stays.
    pub distance: Option<usize>,
    /// At least.
    pub prominence: Option<f64>,
}

/// How a peak stands out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prominence {
    pub height: f64,
    /// The lowest samples on the way to higher ground.
    pub left: usize,
    pub right: usize,
}

/// The indices of samples that are higher than both neighbours. A flat top counts once, in its middle.
///
/// # Errors
/// Where the distance is 0.
pub fn find_peaks(x: &ArrayRef1<f64>, wanted: &Wanted) -> Result<Vec<usize>> {
    let mut peaks = local_maxima(x);
    if let Some(height) = &wanted.height {
        peaks.retain(|&peak| height.contains(&x[peak]));
    }
    if let Some(distance) = wanted.distance {
        ensure!(distance > 0, "a distance is at least 1");
        peaks = spread(x, &peaks, distance);
    }
    if let Some(least) = wanted.prominence {
        peaks.retain(|&peak| prominence_at(x, peak).height >= least);
    }
    Ok(peaks)
}

fn local_maxima(x: &ArrayRef1<f64>) -> Vec<usize> {
    let mut peaks = Vec::new();
    let mut at = 1;
    while at + 1 < x.len() {
        let top = x[at];
        let beyond = (at + 1..x.len()).find(|&i| x[i] != top);
        if let Some(beyond) = beyond.filter(|&beyond| x[at - 1] < top && x[beyond] < top) {
            peaks.push((at + beyond - 1) / 2);
        }
        at = beyond.unwrap_or(x.len());
    }
    peaks
}

/// From the highest peak down, each removes those that are too near.
fn spread(x: &ArrayRef1<f64>, peaks: &[usize], distance: usize) -> Vec<usize> {
    let mut order: Vec<_> = (0..peaks.len()).collect();
    order.sort_by(|&a, &b| x[peaks[a]].total_cmp(&x[peaks[b]]));
    let mut kept = vec![true; peaks.len()];
    for &index in order.iter().rev() {
        if kept[index] {
            for (other, &peak) in peaks.iter().enumerate() {
                kept[other] &= other == index || peak.abs_diff(peaks[index]) >= distance;
            }
        }
    }
    peaks
        .iter()
        .zip(kept)
        .filter_map(|(&peak, kept)| kept.then_some(peak))
        .collect()
}

/// How each peak stands out.
///
/// # Errors
/// Where an index is none of `x`.
pub fn peak_prominences(x: &ArrayRef1<f64>, peaks: &[usize]) -> Result<Vec<Prominence>> {
    for &peak in peaks {
        ensure!(peak < x.len(), "there is no sample {peak}");
    }
    Ok(peaks.iter().map(|&peak| prominence_at(x, peak)).collect())
}

fn prominence_at(x: &ArrayRef1<f64>, peak: usize) -> Prominence {
    let lowest = |way: &mut dyn Iterator<Item = usize>| {
        way.take_while(|&i| x[i] <= x[peak])
            .fold(peak, |lowest, i| if x[i] < x[lowest] { i } else { lowest })
    };
    let (left, right) = (lowest(&mut (0..=peak).rev()), lowest(&mut (peak..x.len())));
    Prominence {
        height: x[peak] - x[left].max(x[right]),
        left,
        right,
    }
}

/// The width of each peak, in samples, at half of its prominence; between samples, along a straight line.
///
/// # Errors
/// Where an index is none of `x`.
pub fn peak_widths(x: &ArrayRef1<f64>, peaks: &[usize]) -> Result<Vec<f64>> {
    let prominences = peak_prominences(x, peaks)?;
    let width = |(&peak, prominence): (&usize, &Prominence)| {
        let level = x[peak] - prominence.height / 2.0;
        let left = (prominence.left..=peak)
            .rev()
            .find(|&i| x[i] <= level)
            .unwrap_or(peak);
        let right = (peak..=prominence.right).find(|&i| x[i] <= level).unwrap_or(peak);
        let (mut from, mut to) = (left as f64, right as f64);
        if x[left] < level {
            from += (level - x[left]) / (x[left + 1] - x[left]);
        }
        if x[right] < level {
            to -= (level - x[right]) / (x[right - 1] - x[right]);
        }
        to - from
    };
    Ok(peaks.iter().zip(&prominences).map(width).collect())
}
