//! Whole numbers of a range, each equally likely, without a division in most cases.
//!
//! Source: D. Lemire, "Fast Random Integer Generation in an Interval", 2019. That narrow types take their bits piece by
//! piece from draws of 32 bits is NumPy's choice, and so is what `interval` does instead.

use std::ops::{Bound, RangeBounds};

use rand::RngCore;

/// What `Generator::integers` can draw.
pub trait Integer: Copy {
    /// How many bits of a draw a number takes.
    const WIDTH: u32;
    /// The least value.
    const MIN: Self;
    /// The greatest value.
    const MAX: Self;

    /// The value before, if there is one.
    fn before(self) -> Option<Self>;

    /// The value after, if there is one.
    fn after(self) -> Option<Self>;

    /// How far `high` lies above `self`; None where it lies below.
    fn distance(self, high: Self) -> Option<u64>;

    /// The value that lies so far above.
    fn above(self, distance: u64) -> Self;
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl Integer for $type {
            const WIDTH: u32 = <$type>::BITS;
            const MIN: Self = <$type>::MIN;
            const MAX: Self = <$type>::MAX;

            fn before(self) -> Option<Self> {
                self.checked_sub(1)
            }

            fn after(self) -> Option<Self> {
                self.checked_add(1)
            }

            fn distance(self, high: Self) -> Option<u64> {
                (self <= high).then(|| u64::MAX >> (64 - Self::BITS) & high.wrapping_sub(self) as u64)
            }

            fn above(self, distance: u64) -> Self {
                self.wrapping_add(distance as Self)
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, u8, u16, u32, u64);

impl Integer for bool {
    const WIDTH: u32 = 1;
    const MIN: Self = false;
    const MAX: Self = true;

    fn before(self) -> Option<Self> {
        self.then_some(false)
    }

    fn after(self) -> Option<Self> {
        (!self).then_some(true)
    }

    fn distance(self, high: Self) -> Option<u64> {
        (self <= high).then_some(u64::from(self != high))
    }

    fn above(self, distance: u64) -> Self {
        self || distance == 1
    }
}

/// The least value of a range and how far the greatest lies above it; None where it is empty.
pub(super) fn ends<T: Integer>(range: &impl RangeBounds<T>) -> Option<(T, u64)> {
    let low = match range.start_bound() {
        Bound::Included(&low) => low,
        Bound::Excluded(&below) => below.after()?,
        Bound::Unbounded => T::MIN,
    };
    let high = match range.end_bound() {
        Bound::Included(&high) => high,
        Bound::Excluded(&above) => above.before()?,
        Bound::Unbounded => T::MAX,
    };
    Some((low, low.distance(high)?))
}

/// Draws from 0 up to and with `most`, for an array of numbers of `width` bits.
pub(super) struct Bounded {
    most: u64,
    width: u32,
    buffer: u32,
    pieces: u32,
}

impl Bounded {
    pub(super) fn new(most: u64, width: u32) -> Self {
        // What 32 bits can tell is not asked of 64.
        let width = if most <= u64::from(u32::MAX) {
            width.min(32)
        } else {
            64
        };
        Self {
            most,
            width,
            buffer: 0,
            pieces: 0,
        }
    }

    pub(super) fn draw(&mut self, rng: &mut impl RngCore) -> u64 {
        let mask = u64::MAX >> (64 - self.width);
        if self.most == 0 {
            return 0;
        }
        if self.most == mask {
            return self.bits(rng);
        }
        let count = self.most + 1;
        loop {
            let (high, low) = match self.width {
                64 => {
                    let product = u128::from(rng.next_u64()) * u128::from(count);
                    ((product >> 64) as u64, product as u64)
                }
                width => {
                    let product = self.bits(rng) * count;
                    (product >> width, product & mask)
                }
            };
            // Of the draws that come to the same high half, as many are kept for each. The division is rarely needed.
            if low >= count || low >= (mask - self.most) % count {
                return high;
            }
        }
    }

    fn bits(&mut self, rng: &mut impl RngCore) -> u64 {
        if self.width == 64 {
            return rng.next_u64();
        }
        if self.pieces == 0 {
            self.buffer = rng.next_u32();
            self.pieces = 32 / self.width;
        } else {
            self.buffer >>= self.width;
        }
        self.pieces -= 1;
        u64::from(self.buffer) & u64::MAX >> (64 - self.width)
    }
}

/// From 0 up to and with `most`, as `integers` draws it.
pub(super) fn index(rng: &mut impl RngCore, most: usize) -> usize {
    Bounded::new(most as u64, 64).draw(rng) as usize
}

/// From 0 up to and with `most`, as `shuffle` draws it: as few bits as will do, until they are not too many.
pub(super) fn interval(rng: &mut impl RngCore, most: usize) -> usize {
    let most = most as u64;
    let mask = most.checked_ilog2().map_or(0, |bit| u64::MAX >> (63 - bit));
    if most == 0 {
        return 0;
    }
    loop {
        let bits = match u32::try_from(most) {
            Ok(_) => u64::from(rng.next_u32()),
            Err(_) => rng.next_u64(),
        };
        if bits & mask <= most {
            return (bits & mask) as usize;
        }
    }
}
