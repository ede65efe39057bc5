//! A quicksort of whole numbers, eight at once in AVX-512's registers, as NumPy's is: B. Bramas, A novel hybrid quicksort
//! algorithm vectorized using AVX-512 on Intel Skylake, International Journal of Advanced Computer Science and
//! Applications 8 (2017). What is short is sorted by a network: K. E. Batcher, Sorting networks and their applications,
//! AFIPS Spring Joint Computer Conference 32 (1968).
//!
//! Columns are sorted together, row by row.

#![allow(
    clippy::needless_range_loop,
    reason = "an iterator's methods would not be compiled for the wide registers"
)]

use std::{array, iter, mem, ops::Range};

use pulp::{NullaryFnOnce, cast, i64x8, x86::V4};

/// The numbers in a register.
const LANES: usize = 8;
/// The registers of a column that the network sorts.
const REGISTERS: usize = 16;
/// The registers of a column that are read at once.
const BLOCK: usize = 8;
/// So many keys are worth a pivot that is near the middle.
const MANY: usize = 8192;
const SHORT: usize = LANES * REGISTERS;
/// The rows that are worth a thread's while.
const PER_THREAD: usize = 1 << 15;

type Columns<'a, const N: usize> = [&'a mut [i64]; N];

/// Eight rows.
type Rows<const N: usize> = [i64x8; N];

/// What the processor has to have for it.
pub struct Quicksort(V4);

impl Quicksort {
    /// `None` where the processor has no AVX-512.
    pub fn new() -> Option<Self> {
        V4::try_new().map(Self)
    }

    /// Sorts the rows of columns, on all threads: by the first column, its keys, and where they are equal by the second.
    ///
    /// # Panics
    /// Where the columns differ in length.
    pub fn sort<const N: usize>(&self, columns: Columns<'_, N>) {
        const { assert!(0 < N && N <= 2) };
        let length = columns[0].len();
        assert!(columns.iter().all(|column| column.len() == length));
        quicksort(self.0, columns, 2 * length.max(1).ilog2());
    }
}

fn quicksort<const N: usize>(simd: V4, mut columns: Columns<'_, N>, mut partitions: u32) {
    while columns[0].len() > SHORT {
        // Where one pivot after the other is bad, another way is quicker.
        if partitions == 0 {
            return sort_one_by_one(columns);
        }
        partitions -= 1;
        let pivot = pivot(simd, columns[0]);
        let below = partition(simd, &mut columns, pivot);
        // It is the least key of all: those that are equal come first.
        if below == 0 {
            let equal = match pivot.checked_add(1) {
                Some(next) => partition(simd, &mut columns, next),
                None => columns[0].len(),
            };
            let (done, rest) = split(columns, equal);
            for second in done.into_iter().skip(1) {
                second.sort_unstable();
            }
            columns = rest;
            continue;
        }
        let (left, right) = split(columns, below);
        if left[0].len().min(right[0].len()) > PER_THREAD {
            rayon::join(
                || quicksort(simd, left, partitions),
                || quicksort(simd, right, partitions),
            );
            return;
        }
        quicksort(simd, left, partitions);
        columns = right;
    }
    if columns[0].len() <= SHORT / 2 {
        simd.vectorize(Network::<N, { REGISTERS / 2 }> { simd, columns });
    } else {
        simd.vectorize(Network::<N, REGISTERS> { simd, columns });
    }
}

fn split<'a, const N: usize>(mut columns: Columns<'a, N>, at: usize) -> (Columns<'a, N>, Columns<'a, N>) {
    let mut right = array::from_fn(|_| <&mut [i64]>::default());
    let left = array::from_fn(|n| {
        let (left, rest) = mem::take(&mut columns[n]).split_at_mut(at);
        right[n] = rest;
        left
    });
    (left, right)
}

fn sort_one_by_one<const N: usize>(mut columns: Columns<'_, N>) {
    let row = |at| columns.each_ref().map(|column| column[at]);
    let mut rows: Vec<[i64; N]> = (0..columns[0].len()).map(row).collect();
    rows.sort_unstable();
    for (at, row) in rows.into_iter().enumerate() {
        for (column, number) in iter::zip(&mut columns, row) {
            column[at] = number;
        }
    }
}

/// The median of some keys, of few where there are not many.
fn pivot(simd: V4, keys: &[i64]) -> i64 {
    if keys.len() < MANY {
        median::<1>(simd, keys)
    } else {
        median::<REGISTERS>(simd, keys)
    }
}

/// Of as many keys as so many registers hold, taken at equal distances.
fn median<const R: usize>(simd: V4, keys: &[i64]) -> i64 {
    let step = keys.len() / (LANES * R);
    let mut some: [[i64; LANES]; R] =
        array::from_fn(|row| array::from_fn(|lane| keys[(row * LANES + lane) * step]));
    simd.vectorize(Network::<1, R> {
        simd,
        columns: [some.as_flattened_mut()],
    });
    some.as_flattened()[LANES * R / 2]
}

/// Brings the rows whose keys are below the pivot to the front, and returns how many they are.
fn partition<const N: usize>(simd: V4, columns: &mut Columns<'_, N>, pivot: i64) -> usize {
    simd.vectorize(Partition { simd, columns, pivot })
}

struct Partition<'a, 'b, const N: usize> {
    simd: V4,
    columns: &'a mut Columns<'b, N>,
    pivot: i64,
}

impl<const N: usize> NullaryFnOnce for Partition<'_, '_, N> {
    type Output = usize;

    /// From both ends towards the middle. The first and the last rows are kept aside, a block of each, so that there is room at
    /// both ends: what is read next is at the end that has less. A block at a time, for which end it is cannot be foreseen.
    #[inline(always)]
    fn call(self) -> usize {
        let Self { simd, columns, pivot } = self;
        let (mut left, mut right) = (0, columns[0].len());
        while (right - left) % LANES > 0 {
            if columns[0][left] < pivot {
                left += 1;
            } else {
                right -= 1;
                for n in 0..N {
                    columns[n].swap(left, right);
                }
            }
        }
        const { assert!(2 * BLOCK * LANES <= SHORT) };
        let mut aside = [[load(columns, left); 2]; BLOCK];
        for at in 0..BLOCK {
            aside[at] = [
                load(columns, left + at * LANES),
                load(columns, right - (at + 1) * LANES),
            ];
        }
        let mut room = left..right;
        (left, right) = (left + BLOCK * LANES, right - BLOCK * LANES);
        while left < right {
            let count = if right - left < BLOCK * LANES { 1 } else { BLOCK };
            let at = if room.end - right < left - room.start {
                right -= count * LANES;
                right
            } else {
                left += count * LANES;
                left - count * LANES
            };
            if count == 1 {
                let rows = load(columns, at);
                put(simd, columns, &mut room, rows, pivot);
            } else {
                let mut block = [aside[0][0]; BLOCK];
                for n in 0..BLOCK {
                    block[n] = load(columns, at + n * LANES);
                }
                for n in 0..BLOCK {
                    put(simd, columns, &mut room, block[n], pivot);
                }
            }
        }
        for n in 0..BLOCK {
            put(simd, columns, &mut room, aside[n][0], pivot);
            put(simd, columns, &mut room, aside[n][1], pivot);
        }
        room.start
    }
}

/// Puts the rows that are below the pivot at the start of this room, and the others at its end. Either way all eight are
/// written: the rest is written over later.
#[inline(always)]
fn put<const N: usize>(
    simd: V4,
    columns: &mut Columns<'_, N>,
    room: &mut Range<usize>,
    rows: Rows<N>,
    pivot: i64,
) {
    let below = simd
        .avx512f
        ._mm512_cmplt_epi64_mask(cast(rows[0]), cast(simd.splat_i64x8(pivot)));
    let order = [BELOW_FIRST[usize::from(below)], [0; LANES]];
    let lanes = simd.avx512f._mm512_cvtepu8_epi64(cast(order));
    for n in 0..N {
        let numbers: [i64; LANES] = cast(simd.avx512f._mm512_permutexvar_epi64(lanes, cast(rows[n])));
        columns[n][room.start..room.start + LANES].copy_from_slice(&numbers);
        columns[n][room.end - LANES..room.end].copy_from_slice(&numbers);
    }
    let count = below.count_ones() as usize;
    room.start += count;
    room.end -= LANES - count;
}

#[inline(always)]
fn load<const N: usize>(columns: &Columns<'_, N>, at: usize) -> Rows<N> {
    let mut rows = [cast([0_i64; LANES]); N];
    for n in 0..N {
        let mut numbers = [0_i64; LANES];
        numbers.copy_from_slice(&columns[n][at..at + LANES]);
        rows[n] = cast(numbers);
    }
    rows
}

/// For each set of lanes, a bit for each, the numbers of these lanes and then those of the others.
const BELOW_FIRST: [[u8; LANES]; 1 << LANES] = {
    let mut order = [[0; LANES]; 1 << LANES];
    let mut set = 0;
    while set < order.len() {
        let (mut below, mut other, mut lane) = (0, set.count_ones() as usize, 0);
        while lane < LANES {
            let at = if set >> lane & 1 == 1 {
                &mut below
            } else {
                &mut other
            };
            order[set][*at] = lane as u8;
            *at += 1;
            lane += 1;
        }
        set += 1;
    }
    order
};

/// Sorts no more rows than it has places; those left over have the largest numbers, which stay at the end.
struct Network<'a, const N: usize, const R: usize> {
    simd: V4,
    columns: Columns<'a, N>,
}

impl<const N: usize, const R: usize> NullaryFnOnce for Network<'_, N, R> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { simd, columns } = self;
        let length = columns[0].len();
        let mut rows = [[simd.splat_i64x8(i64::MAX); N]; R];
        for n in 0..N {
            let mut numbers = [[i64::MAX; LANES]; R];
            numbers.as_flattened_mut()[..length].copy_from_slice(columns[n]);
            for at in 0..R {
                rows[at][n] = cast(numbers[at]);
            }
        }
        for at in 0..R {
            rows[at] = sort_lanes(simd, rows[at]);
        }
        merge::<N, R, 2>(simd, &mut rows);
        merge::<N, R, 4>(simd, &mut rows);
        merge::<N, R, 8>(simd, &mut rows);
        merge::<N, R, 16>(simd, &mut rows);
        for n in 0..N {
            let mut numbers = [[0; LANES]; R];
            for at in 0..R {
                numbers[at] = cast(rows[at][n]);
            }
            columns[n].copy_from_slice(&numbers.as_flattened()[..length]);
        }
    }
}

/// Two lanes are in order, then four, then all.
#[inline(always)]
fn sort_lanes<const N: usize>(simd: V4, rows: Rows<N>) -> Rows<N> {
    let twos = exchange_lanes::<N, 1>(simd, rows);
    let fours = exchange_lanes::<N, 1>(simd, exchange_lanes::<N, 3>(simd, twos));
    let halves = exchange_lanes::<N, 2>(simd, exchange_lanes::<N, 7>(simd, fours));
    exchange_lanes::<N, 1>(simd, halves)
}

/// Of so many registers, where there are as many, the first half and the second half are in order, and all of them will be.
#[inline(always)]
fn merge<const N: usize, const R: usize, const COUNT: usize>(simd: V4, rows: &mut [Rows<N>; R]) {
    if R < COUNT {
        return;
    }
    // The first with the last, the second with the one before it: what is smaller is in the first half then.
    for start in (0..R).step_by(COUNT) {
        for at in 0..COUNT / 2 {
            let last = start + COUNT - 1 - at;
            rows[last] = permuted::<N, 7>(simd, &rows[last]);
            exchange(simd, rows, start + at, last);
        }
    }
    let mut distance = COUNT / 4;
    while distance > 0 {
        for at in 0..R {
            if at & distance == 0 {
                exchange(simd, rows, at, at + distance);
            }
        }
        distance /= 2;
    }
    for at in 0..R {
        let halves = exchange_lanes::<N, 2>(simd, exchange_lanes::<N, 4>(simd, rows[at]));
        rows[at] = exchange_lanes::<N, 1>(simd, halves);
    }
}

/// The smaller of two rows, lane by lane, comes to the first register, the larger one to the second.
#[inline(always)]
fn exchange<const N: usize>(simd: V4, rows: &mut [Rows<N>], first: usize, second: usize) {
    let (a, b) = (rows[first], rows[second]);
    let swapped = is_before(simd, &b, &a);
    rows[first] = chosen(simd, swapped, &a, &b);
    rows[second] = chosen(simd, swapped, &b, &a);
}

/// The same within a register, between each lane and the one whose number differs by these bits.
#[inline(always)]
fn exchange_lanes<const N: usize, const BITS: usize>(simd: V4, rows: Rows<N>) -> Rows<N> {
    // The lanes where the larger one belongs.
    let upper = const {
        let (mut upper, mut lane) = (0_u8, 0);
        while lane < LANES {
            if lane & (1 << BITS.ilog2()) != 0 {
                upper |= 1 << lane;
            }
            lane += 1;
        }
        upper
    };
    let other = permuted::<N, BITS>(simd, &rows);
    let other_is_before = is_before(simd, &other, &rows);
    chosen(simd, other_is_before ^ upper, &rows, &other)
}

#[inline(always)]
fn permuted<const N: usize, const BITS: usize>(simd: V4, rows: &Rows<N>) -> Rows<N> {
    let lanes: [i64; LANES] = array::from_fn(|lane| (lane ^ BITS) as i64);
    let mut permuted = *rows;
    for n in 0..N {
        let column = cast(rows[n]);
        permuted[n] = cast(simd.avx512f._mm512_permutexvar_epi64(cast(lanes), column));
    }
    permuted
}

/// The lanes where `a` is before `b`, a bit for each.
#[inline(always)]
fn is_before<const N: usize>(simd: V4, a: &Rows<N>, b: &Rows<N>) -> u8 {
    let avx = simd.avx512f;
    let mut before = 0;
    for n in (0..N).rev() {
        let (a, b) = (cast(a[n]), cast(b[n]));
        before = avx._mm512_cmplt_epi64_mask(a, b) | avx._mm512_cmpeq_epi64_mask(a, b) & before;
    }
    before
}

/// The rows of `b` in these lanes, of `a` in the others.
#[inline(always)]
fn chosen<const N: usize>(simd: V4, lanes: u8, a: &Rows<N>, b: &Rows<N>) -> Rows<N> {
    let mut chosen = *a;
    for n in 0..N {
        let (a, b) = (cast(a[n]), cast(b[n]));
        chosen[n] = cast(simd.avx512f._mm512_mask_blend_epi64(lanes, a, b));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_another_way_where_pivots_are_bad() {
        let Some(Quicksort(simd)) = Quicksort::new() else {
            eprintln!("this processor has no AVX-512: the fast ways to sort are tested by radix alone");
            return;
        };
        let mut keys: Vec<i64> = (0..1000).map(|i| i * 7919 % 10).collect();
        let mut places: Vec<i64> = (0..1000).rev().collect();
        let mut sorted: Vec<_> = iter::zip(keys.clone(), places.clone()).collect();
        sorted.sort_unstable();
        quicksort(simd, [&mut keys, &mut places], 0);
        assert_eq!(iter::zip(keys, places).collect::<Vec<_>>(), sorted);
    }
}
