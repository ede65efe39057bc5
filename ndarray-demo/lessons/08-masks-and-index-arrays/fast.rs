//! Masks over large arrays.

use ndarray::{Array1, ArrayRef1};

/// The elements for which the condition holds, as [`filter`](super::filter) has it, the fast way: without a branch.
/// Each element is written behind those that were kept, and the condition only decides whether the next one overwrites
/// it. A block at a time stays in the processor's cache.
pub fn filter_by_blocks<A: Copy + Default>(a: &ArrayRef1<A>, condition: impl Fn(A) -> bool) -> Array1<A> {
    const BLOCK: usize = 1024;
    let Some(elements) = a.as_slice() else {
        return super::filter(a, condition);
    };
    let mut found = Vec::new();
    let mut kept = [A::default(); BLOCK];
    for block in elements.chunks(BLOCK) {
        let mut count = 0;
        for &x in block {
            // Never out of bounds; the remainder tells the compiler.
            kept[count % BLOCK] = x;
            count += usize::from(condition(x));
        }
        found.extend_from_slice(&kept[..count]);
    }
    found.into()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array, s};

    use super::{super::filter, *};

    #[test]
    fn the_same_elements_are_found() {
        for length in [0, 1, 1023, 1024, 1025, 5000] {
            let a = Array::from_shape_fn(length, |i| i * 7919 % 101);
            for limit in [0, 50, 101] {
                let condition = |x| x < limit;
                assert_eq!(
                    filter_by_blocks(&a, condition),
                    filter(&a, condition),
                    "{length} {limit}"
                );
                let reversed = a.slice(s![..;-1]);
                assert_eq!(
                    filter_by_blocks(&reversed, condition),
                    filter(&reversed, condition)
                );
            }
        }
    }
}
