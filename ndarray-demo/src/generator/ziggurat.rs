//! Normal and exponential numbers from a stack of 256 layers of equal area that covers the density: mostly one draw of
//! 64 bits, a comparison and a multiplication.
//!
//! Sources: G. Marsaglia and W. W. Tsang, "The Ziggurat Method for Generating Random Variables", 2000; J. A. Doornik, "An
//! Improved Ziggurat Method to Generate Normal Random Samples", 2005. Which bits choose layer, sign and place is NumPy's
//! choice.

// The system's may differ in the last digit from one system to the next.
use libm::log1p;
use rand::RngCore;

use super::{
    tables::{EXPONENTIAL_F, EXPONENTIAL_K, EXPONENTIAL_W, NORMAL_F, NORMAL_K, NORMAL_W},
    unit,
};

/// Where the tails begin.
const NORMAL_R: f64 = 3.654152885361009;
const EXPONENTIAL_R: f64 = 7.69711747013105;

pub(super) fn normal(rng: &mut impl RngCore) -> f64 {
    loop {
        let bits = rng.next_u64();
        let layer = (bits & 0xff) as usize;
        let place = bits >> 9 & 0x000f_ffff_ffff_ffff;
        let size = place as f64 * NORMAL_W[layer];
        let x = if bits >> 8 & 1 == 1 { -size } else { size };
        if place < NORMAL_K[layer] {
            return x;
        }
        if layer == 0 {
            let tail = normal_tail(rng);
            return if place >> 8 & 1 == 1 { -tail } else { tail };
        }
        let height = (NORMAL_F[layer - 1] - NORMAL_F[layer]) * unit(rng) + NORMAL_F[layer];
        if height < (-0.5 * x * x).exp() {
            return x;
        }
    }
}

/// Marsaglia's method for what lies beyond `NORMAL_R`, 1989.
fn normal_tail(rng: &mut impl RngCore) -> f64 {
    loop {
        // A draw may be 0, but is never 1.
        let x = -(1.0 / NORMAL_R) * log1p(-unit(rng));
        let y = -log1p(-unit(rng));
        if y + y > x * x {
            return NORMAL_R + x;
        }
    }
}

pub(super) fn exponential(rng: &mut impl RngCore) -> f64 {
    loop {
        let bits = rng.next_u64();
        let layer = (bits >> 3 & 0xff) as usize;
        let place = bits >> 11;
        let x = place as f64 * EXPONENTIAL_W[layer];
        if place < EXPONENTIAL_K[layer] {
            return x;
        }
        if layer == 0 {
            // The tail of an exponential is one itself.
            return EXPONENTIAL_R - log1p(-unit(rng));
        }
        let height = (EXPONENTIAL_F[layer - 1] - EXPONENTIAL_F[layer]) * unit(rng) + EXPONENTIAL_F[layer];
        if height < (-x).exp() {
            return x;
        }
    }
}
