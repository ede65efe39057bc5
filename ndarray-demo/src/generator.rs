//! `numpy.random.default_rng`: the same seed gives NumPy's very numbers, bit for bit.
//!
//! A [`SeedSequence`] stretches the seed to the state of PCG64 (M. E. O'Neill, "PCG: A Family of Simple Fast
//! Space-Efficient Statistically Good Algorithms for Random Number Generation", 2014), which `rand_pcg` has. What is made
//! of its bits follows the papers named in the modules, and NumPy's documentation of `Generator`.

mod bounded;
mod seed_sequence;
mod tables;
mod ziggurat;

use std::{collections::HashSet, iter, mem, ops::RangeBounds};

use ndarray::{Array, ArrayRef, Axis, RemoveAxis, ShapeBuilder, Zip};
use rand::{RngCore, SeedableRng};
use rand_pcg::Pcg64;

pub use bounded::Integer;
pub use seed_sequence::SeedSequence;

/// A generator as `numpy.random.default_rng(seed)` makes it.
///
/// It is a generator of `rand`, too: whatever takes an [`RngCore`] takes this one.
#[derive(Debug, Clone)]
pub struct Generator {
    seeds: SeedSequence,
    pcg: Pcg64,
    /// The high half of a draw of 64 bits of which the low half was used.
    half: Option<u32>,
}

/// Why nothing was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No number lies in the range.
    #[error("no number lies in the range")]
    EmptyRange,
    /// The bounds of a uniform distribution are in the wrong order, infinite or NaN.
    #[error("the upper bound is not above the lower one, or not finite")]
    Bounds,
    /// A standard deviation is negative.
    #[error("the scale is negative")]
    NegativeScale,
    /// There is nothing to choose from.
    #[error("there is nothing to choose from")]
    EmptyPopulation,
    /// More is wanted, each at most once, than there is.
    #[error("{size} of {population} cannot be chosen without replacement")]
    SampleTooLarge {
        /// How many are wanted.
        size: usize,
        /// How many can be chosen.
        population: usize,
    },
    /// A probability is negative or NaN.
    #[error("a probability is negative or NaN")]
    Probability,
    /// Probabilities do not sum to 1.
    #[error("the probabilities do not sum to 1")]
    ProbabilitySum,
}

/// `numpy.random.default_rng(seed)`, for a whole number, several of them, or a [`SeedSequence`].
pub fn default_rng(seed: impl Into<SeedSequence>) -> Generator {
    let seeds = seed.into();
    let [state_high, state_low, stream_high, stream_low] = seeds.generate_state_64();
    let join = |high: u64, low: u64| u128::from(high) << 64 | u128::from(low);
    Generator {
        pcg: Pcg64::new(join(state_high, state_low), join(stream_high, stream_low)),
        seeds,
        half: None,
    }
}

impl From<u128> for SeedSequence {
    fn from(number: u128) -> Self {
        Self::new(&[number])
    }
}

impl<const N: usize> From<[u128; N]> for SeedSequence {
    fn from(numbers: [u128; N]) -> Self {
        Self::new(&numbers)
    }
}

impl RngCore for Generator {
    /// Half of a draw of 64 bits, the low one first.
    fn next_u32(&mut self) -> u32 {
        self.half.take().unwrap_or_else(|| {
            let bits = self.next_u64();
            self.half = Some((bits >> 32) as u32);
            bits as u32
        })
    }

    fn next_u64(&mut self) -> u64 {
        self.pcg.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(4) {
            let word = self.next_u32().to_le_bytes();
            piece.copy_from_slice(&word[..piece.len()]);
        }
    }
}

/// `Generator::seed_from_u64(42)` is `default_rng(42)`.
impl SeedableRng for Generator {
    type Seed = [u8; 16];

    fn from_seed(seed: Self::Seed) -> Self {
        default_rng(u128::from_le_bytes(seed))
    }

    fn seed_from_u64(seed: u64) -> Self {
        default_rng(u128::from(seed))
    }
}

/// A number that can be drawn from [0, 1).
pub trait Unit {
    /// The next one.
    fn draw(rng: &mut Generator) -> Self;
}

impl Unit for f64 {
    fn draw(rng: &mut Generator) -> Self {
        unit(rng)
    }
}

impl Unit for f32 {
    fn draw(rng: &mut Generator) -> Self {
        (rng.next_u32() >> 8) as f32 / (1 << 24) as f32
    }
}

fn unit(rng: &mut impl RngCore) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

impl Generator {
    /// `count` generators whose streams do not overlap with this one or each other: one for each thread.
    pub fn spawn(&mut self, count: u32) -> Vec<Self> {
        self.seeds.spawn(count).into_iter().map(default_rng).collect()
    }

    /// Numbers from [0, 1), of `f64` or `f32`.
    pub fn random<T: Unit, Sh: ShapeBuilder>(&mut self, shape: Sh) -> Array<T, Sh::Dim> {
        Array::from_shape_simple_fn(shape, || T::draw(self))
    }

    /// Numbers from [low, high).
    ///
    /// # Errors
    /// Where `high` is below `low`, or their distance is not finite.
    pub fn uniform<Sh: ShapeBuilder>(
        &mut self,
        low: f64,
        high: f64,
        shape: Sh,
    ) -> Result<Array<f64, Sh::Dim>, Error> {
        let width = high - low;
        if !(width.is_finite() && width >= 0.0) {
            return Err(Error::Bounds);
        }
        Ok(Array::from_shape_simple_fn(shape, || low + width * unit(self)))
    }

    /// Normal numbers with mean 0 and standard deviation 1.
    pub fn standard_normal<Sh: ShapeBuilder>(&mut self, shape: Sh) -> Array<f64, Sh::Dim> {
        Array::from_shape_simple_fn(shape, || ziggurat::normal(self))
    }

    /// Normal numbers with this mean and this standard deviation.
    ///
    /// # Errors
    /// Where `scale` is negative.
    pub fn normal<Sh: ShapeBuilder>(
        &mut self,
        loc: f64,
        scale: f64,
        shape: Sh,
    ) -> Result<Array<f64, Sh::Dim>, Error> {
        if scale.is_sign_negative() {
            return Err(Error::NegativeScale);
        }
        Ok(Array::from_shape_simple_fn(shape, || {
            loc + scale * ziggurat::normal(self)
        }))
    }

    /// Exponential numbers with mean 1.
    pub fn standard_exponential<Sh: ShapeBuilder>(&mut self, shape: Sh) -> Array<f64, Sh::Dim> {
        Array::from_shape_simple_fn(shape, || ziggurat::exponential(self))
    }

    /// Whole numbers of a range: `0..6`, or with its end `1..=6`, or all of the type `..`.
    ///
    /// # Errors
    /// Where no number lies in the range.
    pub fn integers<T: Integer, Sh: ShapeBuilder>(
        &mut self,
        range: impl RangeBounds<T>,
        shape: Sh,
    ) -> Result<Array<T, Sh::Dim>, Error> {
        let (low, most) = bounded::ends(&range).ok_or(Error::EmptyRange)?;
        let mut bounded = bounded::Bounded::new(most, T::WIDTH);
        Ok(Array::from_shape_simple_fn(shape, || {
            low.above(bounded.draw(self))
        }))
    }

    /// `size` indices below `population`, each as likely as the others; without replacement, each at most once.
    ///
    /// # Errors
    /// Where there are not so many.
    pub fn choice(&mut self, population: usize, size: usize, replace: bool) -> Result<Vec<usize>, Error> {
        if population == 0 && size > 0 {
            return Err(Error::EmptyPopulation);
        }
        if replace {
            let mut bounded = bounded::Bounded::new((population as u64).saturating_sub(1), 64);
            return Ok((0..size).map(|_| bounded.draw(self) as usize).collect());
        }
        if size > population {
            return Err(Error::SampleTooLarge { size, population });
        }
        if population > 10_000 && size > population / 50 {
            let mut all: Vec<_> = (0..population).collect();
            let first = (population - size).max(1);
            self.shuffle_indices(&mut all, first);
            return Ok(all.split_off(population - size));
        }
        // R. W. Floyd's, in J. Bentley, "Programming Pearls: A Sample of Brilliance", 1987.
        let mut taken = HashSet::with_capacity(size);
        let mut chosen = Vec::with_capacity(size);
        for last in population - size..population {
            let drawn = bounded::index(self, last);
            let index = if taken.insert(drawn) { drawn } else { last };
            taken.insert(index);
            chosen.push(index);
        }
        self.shuffle_indices(&mut chosen, 1);
        Ok(chosen)
    }

    /// `size` indices, each as likely as `p` says; without replacement, each at most once.
    ///
    /// # Errors
    /// Where `p` is not a distribution, or fewer than `size` of its probabilities are above 0.
    pub fn choice_weighted(&mut self, p: &[f64], size: usize, replace: bool) -> Result<Vec<usize>, Error> {
        if p.is_empty() && size > 0 {
            return Err(Error::EmptyPopulation);
        }
        if !p.iter().all(|&p| p >= 0.0) {
            return Err(Error::Probability);
        }
        if (p.iter().sum::<f64>() - 1.0).abs() > f64::EPSILON.sqrt() {
            return Err(Error::ProbabilitySum);
        }
        if replace {
            return Ok(self.by_weight(p, size));
        }
        let population = p.iter().filter(|&&p| p > 0.0).count();
        if size > population {
            return Err(Error::SampleTooLarge { size, population });
        }
        let mut left = p.to_vec();
        let mut chosen = Vec::with_capacity(size);
        while chosen.len() < size {
            // What was drawn twice is drawn again, without what was chosen before.
            for index in self.by_weight(&left, size - chosen.len()) {
                if mem::take(&mut left[index]) > 0.0 {
                    chosen.push(index);
                }
            }
        }
        Ok(chosen)
    }

    fn by_weight(&mut self, weights: &[f64], size: usize) -> Vec<usize> {
        let sums: Vec<f64> = weights
            .iter()
            .scan(0.0, |sum, weight| {
                *sum += weight;
                Some(*sum)
            })
            .collect();
        let total = sums.last().copied().unwrap_or(0.0);
        iter::repeat_with(|| unit(self))
            .take(size)
            .map(|drawn| sums.partition_point(|sum| sum / total <= drawn))
            .collect()
    }

    /// Brings what lies along an axis into another order, by Fisher and Yates.
    pub fn shuffle<T, D: RemoveAxis>(&mut self, array: &mut ArrayRef<T, D>, axis: Axis) {
        for last in (1..array.len_of(axis)).rev() {
            let other = bounded::interval(self, last);
            if other == last {
                continue;
            }
            let (mut before, mut after) = array.view_mut().split_at(axis, last);
            Zip::from(before.index_axis_mut(axis, other))
                .and(after.index_axis_mut(axis, 0))
                .for_each(mem::swap);
        }
    }

    /// The indices below `count` in another order, for `select`.
    pub fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut indices: Vec<_> = (0..count).collect();
        for last in (1..count).rev() {
            indices.swap(last, bounded::interval(self, last));
        }
        indices
    }

    fn shuffle_indices(&mut self, indices: &mut [usize], first: usize) {
        for last in (first..indices.len()).rev() {
            indices.swap(last, bounded::index(self, last));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rand_and_numpy_seed_alike() {
        let first = 14_276_969_152_011_380_360;
        assert_eq!(default_rng(42).next_u64(), first);
        assert_eq!(Generator::seed_from_u64(42).next_u64(), first);
        let mut seed = [0; 16];
        seed[0] = 42;
        assert_eq!(Generator::from_seed(seed).next_u64(), first);
    }

    #[test]
    fn a_draw_of_64_bits_is_two_of_32() {
        let mut rng = default_rng(1);
        let bits = default_rng(1).next_u64();
        assert_eq!(
            [rng.next_u32(), rng.next_u32()],
            [bits as u32, (bits >> 32) as u32]
        );
    }

    #[test]
    fn a_range_may_have_one_end_or_none() {
        let mut rng = default_rng(2);
        for low in [i8::MIN, 100] {
            let drawn = rng.integers(low.., 1000);
            assert!(drawn.is_ok_and(|drawn| drawn.iter().all(|&x| x >= low)));
        }
        assert!(
            rng.integers(..0_u8, 1)
                .is_err_and(|error| error == Error::EmptyRange)
        );
        assert!(
            rng.integers(3..=3_i64, 5)
                .is_ok_and(|drawn| drawn == Array::from_elem(5, 3))
        );
    }

    #[test]
    fn nothing_can_be_chosen_from_nothing() {
        let mut rng = default_rng(3);
        for replace in [true, false] {
            assert_eq!(rng.choice(0, 0, replace), Ok(vec![]));
            assert_eq!(rng.choice(0, 1, replace), Err(Error::EmptyPopulation));
        }
        assert_eq!(
            rng.choice_weighted(&[f64::NAN, 1.0], 1, true),
            Err(Error::Probability)
        );
        let few = Error::SampleTooLarge {
            size: 2,
            population: 1,
        };
        assert_eq!(rng.choice_weighted(&[0.0, 1.0], 2, false), Err(few));
    }
}
