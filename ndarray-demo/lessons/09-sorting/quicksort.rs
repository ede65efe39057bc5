//! A quicksort of floats, eight at once in AVX-512's registers, as NumPy's is: B. Bramas, A novel hybrid quicksort
//! algorithm vectorized using AVX-512 on Intel Skylake, International Journal of Advanced Computer Science and
//! Applications 8 (2017). What is short is sorted by networks: K. E. Batcher, Sorting networks and their applications,
//! AFIPS Spring Joint Computer Conference 32 (1968).
//!
//! Columns are sorted together, row by row. Floats are kept as their bits, and compared as what they are.

#![allow(
    clippy::needless_range_loop,
    reason = "an iterator's methods would not be compiled for the wide registers"
)]

use std::{array, cmp::Ordering, iter, mem, ops::Range};

use pulp::{NullaryFnOnce, bytemuck::cast_slice_mut, cast, i64x8, x86::V4};

/// The numbers in a register.
const LANES: usize = 8;
/// The registers of a column that the network sorts.
const REGISTERS: usize = 16;
/// The registers of a column that are read from one end.
const BLOCK: usize = 8;
/// So many keys are worth a pivot that is near the middle.
const MANY: usize = 8192;
const SHORT: usize = LANES * REGISTERS;
/// The rows that are worth a thread's while.
const PER_THREAD: usize = 1 << 15;
/// So many numbers fit into the nearest cache.
const IN_CACHE: usize = 512;
/// How the processor numbers its comparisons.
const EQUAL: i32 = 0;
const UNORDERED: i32 = 3;
const LESS: i32 = 17;

/// The bits of floats, which are the keys, and perhaps whole numbers beside them.
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

    /// The numbers in order, NaN last, on all threads.
    pub fn sorted(&self, numbers: &[f64]) -> Vec<f64> {
        let (mut sorted, nan) = self.0.vectorize(Copied(self.0, numbers));
        if nan > 0 {
            // Infinity stands for it meanwhile.
            let all = sorted.iter_mut();
            all.filter(|x| x.is_nan()).for_each(|x| *x = f64::INFINITY);
        }
        self.sort_rows([cast_slice_mut(&mut sorted)]);
        let first_nan = sorted.len() - nan;
        sorted[first_nan..].fill(f64::NAN);
        sorted
    }

    /// Sorts numbers, of which none may be NaN, on all threads, and with each its index, which decides where numbers are equal.
    ///
    /// # Panics
    /// Where there are not as many indices as numbers.
    pub fn sort_with_indices(&self, numbers: &mut [f64], indices: &mut [i64]) {
        assert_eq!(numbers.len(), indices.len());
        self.sort_rows([cast_slice_mut(numbers), indices]);
    }

    fn sort_rows<const N: usize>(&self, columns: Columns<'_, N>) {
        const { assert!(0 < N && N <= 2) };
        let partitions = 2 * columns[0].len().max(1).ilog2();
        quicksort(self.0, columns, partitions);
    }
}

struct Copied<'a>(V4, &'a [f64]);

impl NullaryFnOnce for Copied<'_> {
    type Output = (Vec<f64>, usize);

    /// A copy of the numbers, and how many of them are NaN: so many at a time that they are read from memory once for both.
    #[inline(always)]
    fn call(self) -> (Vec<f64>, usize) {
        let Self(V4 { avx512f, .. }, numbers) = self;
        let (mut copy, mut nan) = (Vec::with_capacity(numbers.len()), 0);
        for some in numbers.chunks(IN_CACHE) {
            let (eights, rest) = some.as_chunks::<LANES>();
            for eight in eights {
                let x = cast(*eight);
                nan += avx512f._mm512_cmp_pd_mask::<UNORDERED>(x, x).count_ones() as usize;
            }
            for x in rest {
                nan += usize::from(x.is_nan());
            }
            copy.extend_from_slice(some);
        }
        (copy, nan)
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
            let equal = if pivot == f64::INFINITY {
                columns[0].len()
            } else {
                partition(simd, &mut columns, pivot.next_up())
            };
            let (done, rest) = split(columns, equal);
            for second in done.into_iter().skip(1) {
                second.sort_unstable();
            }
            columns = rest;
            continue;
        }
        let (left, right) = split(columns, below);
        // A pool of one thread would only begin with a cache of its own.
        if left[0].len().min(right[0].len()) > PER_THREAD && rayon::current_num_threads() > 1 {
            rayon::join(
                || quicksort(simd, left, partitions),
                || quicksort(simd, right, partitions),
            );
            return;
        }
        quicksort(simd, left, partitions);
        columns = right;
    }
    if columns[0].len() < LANES {
        sort_one_by_one(columns);
    } else if columns[0].len() <= SHORT / 2 {
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

fn float(bits: i64) -> f64 {
    f64::from_bits(bits.cast_unsigned())
}

fn sort_one_by_one<const N: usize>(mut columns: Columns<'_, N>) {
    let row = |at| columns.each_ref().map(|column| column[at]);
    let mut rows: Vec<[i64; N]> = (0..columns[0].len()).map(row).collect();
    rows.sort_unstable_by(|a, b| {
        let keys = float(a[0]).partial_cmp(&float(b[0]));
        keys.unwrap_or(Ordering::Equal).then_with(|| a[1..].cmp(&b[1..]))
    });
    for (at, row) in rows.into_iter().enumerate() {
        for (column, number) in iter::zip(&mut columns, row) {
            column[at] = number;
        }
    }
}

/// The median of some keys, of few where there are not many.
fn pivot(simd: V4, keys: &[i64]) -> f64 {
    if keys.len() < MANY {
        let step = keys.len() / 9;
        let of_three = |third| median(array::from_fn(|n| float(keys[(3 * third + n) * step])));
        return median(array::from_fn(of_three));
    }
    let step = keys.len() / SHORT;
    let mut some: [i64; SHORT] = array::from_fn(|at| keys[at * step]);
    simd.vectorize(Network::<1, REGISTERS> {
        simd,
        columns: [&mut some],
    });
    float(some[SHORT / 2])
}

fn median([a, b, c]: [f64; 3]) -> f64 {
    let min = |a, b| if a < b { a } else { b };
    let max = |a, b| if a > b { a } else { b };
    max(min(a, b), min(max(a, b), c))
}

/// Brings the rows whose keys are below the pivot to the front, and returns how many they are.
fn partition<const N: usize>(simd: V4, columns: &mut Columns<'_, N>, pivot: f64) -> usize {
    simd.vectorize(Partition { simd, columns, pivot })
}

struct Partition<'a, 'b, const N: usize> {
    simd: V4,
    columns: &'a mut Columns<'b, N>,
    pivot: f64,
}

impl<const N: usize> NullaryFnOnce for Partition<'_, '_, N> {
    type Output = usize;

    /// From both ends towards the middle. The first and the last rows are kept aside, a block of each, so that there is room at
    /// both ends: what is read next is at the end that has less. A block at a time, for which end it is cannot be foreseen.
    #[inline(always)]
    fn call(self) -> usize {
        const { assert!(2 * BLOCK * LANES <= SHORT) };
        let Self { simd, columns, pivot } = self;
        let columns = &mut columns.each_mut().map(|column| &mut **column);
        let mut room = 0..columns[0].len();
        // As many as whole registers leave over.
        let single = room.end % LANES;
        let singles: [[i64; LANES]; N] = load(columns, 0).map(cast);
        let (mut left, mut right) = (single, room.end);
        let mut aside = [[load(columns, left); 3]; BLOCK];
        for at in 0..BLOCK {
            aside[at][0] = load(columns, left);
            left += LANES;
            right -= LANES;
            aside[at][1] = load(columns, right);
        }
        // Now, while there is room: that of both ends together is of whole registers afterwards.
        for at in 0..single {
            for n in 0..N {
                columns[n][room.start] = singles[n][at];
                columns[n][room.end - 1] = singles[n][at];
            }
            let below = float(singles[0][at]) < pivot;
            room.start += usize::from(below);
            room.end -= usize::from(!below);
        }
        while right - left >= BLOCK * LANES {
            if room.end - right < left - room.start {
                for _ in 0..BLOCK {
                    right -= LANES;
                    let rows = load(columns, right);
                    put(simd, columns, &mut room, &rows, pivot);
                }
            } else {
                for _ in 0..BLOCK {
                    let rows = load(columns, left);
                    left += LANES;
                    put(simd, columns, &mut room, &rows, pivot);
                }
            }
        }
        let rest = (right - left) / LANES;
        for at in 0..rest {
            aside[at][2] = load(columns, left + at * LANES);
        }
        for at in 0..BLOCK {
            put(simd, columns, &mut room, &aside[at][0], pivot);
            put(simd, columns, &mut room, &aside[at][1], pivot);
        }
        for at in 0..rest {
            put(simd, columns, &mut room, &aside[at][2], pivot);
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
    rows: &Rows<N>,
    pivot: f64,
) {
    let pivots = cast(simd.splat_f64x8(pivot));
    let below = usize::from(simd.avx512f._mm512_cmp_pd_mask::<LESS>(cast(rows[0]), pivots));
    let order = [BELOW_FIRST[below], [0; LANES]];
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

/// Sorts rows, at least as many as a register has lanes, and no more than it has places. Those left over are infinite, and stay
/// at the end.
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
        let mut rows = load_all(simd, &columns);
        sort_each_lane(simd, &mut rows);
        // Each lane becomes registers of its own, one after the other.
        for start in (0..R).step_by(LANES) {
            transpose(simd, &mut rows, start);
        }
        let transposed = rows;
        for lane in 0..LANES {
            for at in 0..R / LANES {
                rows[lane * (R / LANES) + at] = transposed[at * LANES + lane];
            }
        }
        if R == LANES {
            merge::<N, R, 2>(simd, &mut rows);
        }
        merge::<N, R, 4>(simd, &mut rows);
        merge::<N, R, 8>(simd, &mut rows);
        merge::<N, R, 16>(simd, &mut rows);
        for n in 0..N {
            let mut numbers = [[0; LANES]; R];
            for at in 0..R {
                numbers[at] = cast(rows[at][n]);
            }
            for (to, from) in iter::zip(columns[n].as_chunks_mut().0, &numbers) {
                *to = *from;
            }
            // A whole register once more, for how many are left over could not be foreseen.
            let last = length - LANES..length;
            columns[n][last.clone()].copy_from_slice(&numbers.as_flattened()[last]);
        }
    }
}

#[inline(always)]
fn load_all<const N: usize, const R: usize>(simd: V4, columns: &Columns<'_, N>) -> [Rows<N>; R] {
    let length = columns[0].len();
    // Of the last eight rows so many are in no whole register: they come first.
    let single = length % LANES;
    let lanes: [i64; LANES] = array::from_fn(|lane| (lane + LANES - single) as i64);
    let last = load(columns, length - LANES);
    let mut rows = [last; R];
    for n in 0..N {
        let largest = if n == 0 {
            cast(simd.splat_f64x8(f64::INFINITY))
        } else {
            cast(simd.splat_i64x8(i64::MAX))
        };
        let singles = simd.avx512f._mm512_permutexvar_epi64(cast(lanes), cast(last[n]));
        let others = u8::MAX << single;
        let singles = simd.avx512f._mm512_mask_blend_epi64(others, singles, largest);
        let (whole, _) = columns[n].as_chunks::<LANES>();
        for at in 0..R {
            rows[at][n] = match whole.get(at) {
                Some(numbers) => cast(*numbers),
                None if at == whole.len() => cast(singles),
                None => cast(largest),
            };
        }
    }
    rows
}

/// Brings each lane in order, from register to register, by Batcher's odd-even merge sort.
#[inline(always)]
fn sort_each_lane<const N: usize, const R: usize>(simd: V4, rows: &mut [Rows<N>; R]) {
    let mut sorted = 1;
    while sorted < R {
        let mut distance = sorted;
        while distance > 0 {
            for start in (distance % sorted..R - distance).step_by(2 * distance) {
                for at in start..(start + distance).min(R - distance) {
                    if at / (2 * sorted) == (at + distance) / (2 * sorted) {
                        exchange(simd, rows, at, at + distance);
                    }
                }
            }
            distance /= 2;
        }
        sorted *= 2;
    }
}

/// Eight lanes of eight registers become eight registers.
#[inline(always)]
fn transpose<const N: usize, const R: usize>(simd: V4, rows: &mut [Rows<N>; R], start: usize) {
    for at in [0, 1, 2, 3] {
        swap_lanes::<N, R, 4>(simd, rows, start + at, start + at + 4);
    }
    for at in [0, 1, 4, 5] {
        swap_lanes::<N, R, 2>(simd, rows, start + at, start + at + 2);
    }
    for at in [0, 2, 4, 6] {
        swap_lanes::<N, R, 1>(simd, rows, start + at, start + at + 1);
    }
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
            rows[last] = taken(
                simd,
                array::from_fn(|lane| LANES - 1 - lane),
                &rows[last],
                &rows[last],
            );
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
    // Within a register: of two, lanes change places until those that are compared are in the same lane of both.
    for at in (0..R).step_by(2) {
        swap_lanes::<N, R, 4>(simd, rows, at, at + 1);
        exchange(simd, rows, at, at + 1);
        swap_lanes::<N, R, 2>(simd, rows, at, at + 1);
        exchange(simd, rows, at, at + 1);
        swap_lanes::<N, R, 1>(simd, rows, at, at + 1);
        exchange(simd, rows, at, at + 1);
        interleave(simd, rows, at, at + 1);
    }
}

/// The lanes of the first register that have this bit change places with the lanes of the second that have not.
#[inline(always)]
fn swap_lanes<const N: usize, const R: usize, const BIT: usize>(
    simd: V4,
    rows: &mut [Rows<N>; R],
    first: usize,
    second: usize,
) {
    let (a, b) = (rows[first], rows[second]);
    let without = |lane| if lane & BIT == 0 { lane } else { LANES + lane - BIT };
    rows[first] = taken(simd, array::from_fn(without), &a, &b);
    rows[second] = taken(simd, array::from_fn(|lane| without(lane) + BIT), &a, &b);
}

/// The lanes of two registers by turns.
#[inline(always)]
fn interleave<const N: usize, const R: usize>(
    simd: V4,
    rows: &mut [Rows<N>; R],
    first: usize,
    second: usize,
) {
    let (a, b) = (rows[first], rows[second]);
    let by_turns = |lane| lane / 2 + lane % 2 * LANES;
    rows[first] = taken(simd, array::from_fn(by_turns), &a, &b);
    rows[second] = taken(simd, array::from_fn(|lane| by_turns(lane + LANES)), &a, &b);
}

/// These lanes of two registers; those of the second are counted on.
#[inline(always)]
fn taken<const N: usize>(simd: V4, lanes: [usize; LANES], a: &Rows<N>, b: &Rows<N>) -> Rows<N> {
    let lanes: [i64; LANES] = lanes.map(|lane| lane as i64);
    let mut taken = *a;
    for n in 0..N {
        taken[n] = cast(
            simd.avx512f
                ._mm512_permutex2var_epi64(cast(a[n]), cast(lanes), cast(b[n])),
        );
    }
    taken
}

/// The smaller of two rows, lane by lane, comes to the first register, the larger one to the second.
#[inline(always)]
fn exchange<const N: usize, const R: usize>(simd: V4, rows: &mut [Rows<N>; R], first: usize, second: usize) {
    let (a, b) = (rows[first], rows[second]);
    if N == 1 {
        // Of two that are equal either takes the second, and 0.0 is equal to -0.0.
        rows[first][0] = cast(simd.avx512f._mm512_min_pd(cast(a[0]), cast(b[0])));
        rows[second][0] = cast(simd.avx512f._mm512_max_pd(cast(b[0]), cast(a[0])));
        return;
    }
    let swapped = is_before(simd, &b, &a);
    rows[first] = chosen(simd, swapped, &a, &b);
    rows[second] = chosen(simd, swapped, &b, &a);
}

/// The lanes where `a` is before `b`, a bit for each.
#[inline(always)]
fn is_before<const N: usize>(simd: V4, a: &Rows<N>, b: &Rows<N>) -> u8 {
    let avx = simd.avx512f;
    let mut before = 0;
    for n in (1..N).rev() {
        let (a, b) = (cast(a[n]), cast(b[n]));
        before = avx._mm512_cmplt_epi64_mask(a, b) | avx._mm512_cmpeq_epi64_mask(a, b) & before;
    }
    let (a, b) = (cast(a[0]), cast(b[0]));
    avx._mm512_cmp_pd_mask::<LESS>(a, b) | avx._mm512_cmp_pd_mask::<EQUAL>(a, b) & before
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
