//! From a few words of entropy, however little they differ, to as many words of state as a generator wants.
//!
//! Source: M. E. O'Neill, "Developing a seed_seq Alternative", 2015, with the constants and the order of NumPy's
//! `SeedSequence`.

use std::{array, iter};

const POOL: usize = 4;

/// Seeds one generator, or spawns the seeds of many that do not overlap.
#[derive(Debug, Clone)]
pub struct SeedSequence {
    entropy: Vec<u32>,
    spawn_key: Vec<u32>,
    spawned: u32,
    pool: [u32; POOL],
}

impl SeedSequence {
    /// From whole numbers, each of which becomes as many words of 32 bits as it needs.
    pub fn new(entropy: &[u128]) -> Self {
        let words = entropy.iter().flat_map(|&number| words(number)).collect();
        Self::with_spawn_key(words, Vec::new())
    }

    fn with_spawn_key(entropy: Vec<u32>, spawn_key: Vec<u32>) -> Self {
        let mut assembled = entropy.clone();
        if !spawn_key.is_empty() {
            // A child is not what a longer entropy would have made.
            assembled.resize(assembled.len().max(POOL), 0);
            assembled.extend(&spawn_key);
        }
        Self {
            entropy,
            spawn_key,
            spawned: 0,
            pool: mix(&assembled),
        }
    }

    /// The next `count` children.
    pub fn spawn(&mut self, count: u32) -> Vec<Self> {
        let first = self.spawned;
        self.spawned += count;
        (first..self.spawned)
            .map(|child| {
                let spawn_key = self.spawn_key.iter().copied().chain([child]).collect();
                Self::with_spawn_key(self.entropy.clone(), spawn_key)
            })
            .collect()
    }

    /// `count` words of 32 bits. Asking for more does not change the first ones.
    pub fn generate_state(&self, count: usize) -> Vec<u32> {
        let mut hash = Hash::new(0x8b51_f9dd, 0x58f3_8ded);
        let pool = self.pool.iter().cycle().take(count);
        pool.map(|&word| hash.of(word)).collect()
    }

    /// `N` words of 64 bits, the low half of each first.
    pub(super) fn generate_state_64<const N: usize>(&self) -> [u64; N] {
        let halves = self.generate_state(2 * N);
        array::from_fn(|i| u64::from(halves[2 * i]) | u64::from(halves[2 * i + 1]) << 32)
    }
}

/// The words of a number, the lowest first; 0 has one.
fn words(number: u128) -> impl Iterator<Item = u32> {
    let higher = iter::successors(Some(number >> 32), |rest| Some(rest >> 32)).take_while(|&rest| rest != 0);
    iter::once(number).chain(higher).map(|rest| rest as u32)
}

/// Lets each word of entropy change each word of the pool.
fn mix(entropy: &[u32]) -> [u32; POOL] {
    let mut hash = Hash::new(0x43b0_d7e5, 0x931e_8875);
    let mut pool = array::from_fn(|i| hash.of(entropy.get(i).copied().unwrap_or(0)));
    for from in 0..POOL {
        for to in (0..POOL).filter(|&to| to != from) {
            pool[to] = combine(pool[to], hash.of(pool[from]));
        }
    }
    for &word in entropy.iter().skip(POOL) {
        for to in &mut pool {
            *to = combine(*to, hash.of(word));
        }
    }
    pool
}

fn combine(x: u32, y: u32) -> u32 {
    let mixed = x
        .wrapping_mul(0xca01_f9dd)
        .wrapping_sub(y.wrapping_mul(0x4973_f715));
    mixed ^ mixed >> 16
}

/// A multiplicative hash whose constant is another one each time.
struct Hash {
    constant: u32,
    multiplier: u32,
}

impl Hash {
    fn new(constant: u32, multiplier: u32) -> Self {
        Self { constant, multiplier }
    }

    fn of(&mut self, word: u32) -> u32 {
        let word = word ^ self.constant;
        self.constant = self.constant.wrapping_mul(self.multiplier);
        let word = word.wrapping_mul(self.constant);
        word ^ word >> 16
    }
}
