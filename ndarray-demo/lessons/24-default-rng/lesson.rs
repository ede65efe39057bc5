//! default_rng: the same seed gives NumPy's very numbers, bit for bit, whatever is made of them.

use anyhow::Result;
use ndarray::{Array, Array1, ArrayRef, Axis, Dimension, array};
use rand::RngCore;

use crate::{
    Session,
    generator::{SeedSequence, default_rng},
    show,
};

pub fn run(session: &mut Session) -> Result<()> {
    let mut seeds = SeedSequence::from(42);
    show!(session, "seeds.generate_state(6)", seeds.generate_state(6));
    show!(
        session,
        "SeedSequence([2**40, 7, 0, 1, 2, 3]).generate_state(4)",
        SeedSequence::from([1 << 40, 7, 0, 1, 2, 3]).generate_state(4)
    );
    let mut rng = default_rng(42);
    show!(
        session,
        "default_rng(42).bit_generator.random_raw(3)",
        Array::from_shape_simple_fn(3, || rng.next_u64())
    );
    let children = [seeds.spawn(2), seeds.spawn(1)].concat();
    show!(
        session,
        "[child.generate_state(2).tolist() for child in seeds.spawn(2) + seeds.spawn(1)]",
        Array::from_iter(children.iter().flat_map(|child| child.generate_state(2)))
            .into_shape_with_order((3, 2))?
            .mapv(i64::from)
    );
    // A child for each thread: its numbers do not depend on which thread is faster.
    show!(
        session,
        "[child.random() for child in default_rng(42).spawn(3)]",
        default_rng(42)
            .spawn(3)
            .iter_mut()
            .flat_map(|child| child.random::<f64, _>(1))
            .collect::<Array1<_>>()
    );
    show!(
        session,
        "default_rng(np.arange(5)).random(2)",
        default_rng([0, 1, 2, 3, 4]).random::<f64, _>(2)
    );

    let mut rng = default_rng(42);
    show!(session, "rng.random((2, 3))", rng.random::<f64, _>((2, 3)));
    show!(
        session,
        "rng.random(5, dtype=np.float32)",
        rng.random::<f32, _>(5)
    );
    show!(
        session,
        "fingerprint(rng.random(10_000))",
        fingerprint(&rng.random(10_000), f64::to_bits)
    );
    show!(
        session,
        "fingerprint(rng.random(10_001, dtype=np.float32))",
        fingerprint(&rng.random(10_001), |x: f32| x.to_bits().into())
    );
    show!(session, "rng.uniform(-1.0, 1.0, 4)", rng.uniform(-1.0, 1.0, 4));
    show!(
        session,
        "rng.uniform(0.0, np.inf, 4)",
        rng.uniform(0.0, f64::INFINITY, 4)
    );

    show!(session, "rng.standard_normal(4)", rng.standard_normal(4));
    show!(
        session,
        "rng.normal(170.0, 10.0, (2, 2))",
        rng.normal(170.0, 10.0, (2, 2))
    );
    show!(session, "rng.normal(170.0, -10.0)", rng.normal(170.0, -10.0, ()));
    let normal = rng.standard_normal(100_000);
    show!(session, "fingerprint(normal)", fingerprint(&normal, f64::to_bits));
    show!(
        session,
        "normal[np.abs(normal) > 3.6541528853610088]",
        tail(&normal, 3.654152885361009)
    );
    show!(
        session,
        "rng.standard_exponential(4)",
        rng.standard_exponential(4)
    );
    let exponential = rng.standard_exponential(100_000);
    show!(
        session,
        "fingerprint(exponential)",
        fingerprint(&exponential, f64::to_bits)
    );
    show!(
        session,
        "exponential[exponential > 7.6971174701310497]",
        tail(&exponential, 7.69711747013105)
    );

    show!(session, "rng.integers(0, 10, 8)", rng.integers(0..10_i64, 8));
    show!(
        session,
        "rng.integers(1, 6, 8, endpoint=True)",
        rng.integers(1..=6_i64, 8)
    );
    show!(
        session,
        "rng.integers(-100, 100, 5, dtype=np.int8)",
        rng.integers(-100..100_i8, 5)
    );
    show!(
        session,
        "rng.integers(0, 50_000, 5, dtype=np.uint16)",
        rng.integers(0..50_000_u16, 5)
    );
    show!(
        session,
        "rng.integers(0, 2, 6, dtype=bool)",
        rng.integers::<bool, _>(.., 6)
    );
    show!(
        session,
        "rng.integers(0, 2**32, 3, dtype=np.uint32)",
        rng.integers::<u32, _>(.., 3)
    );
    show!(
        session,
        "rng.integers(0, 2**64, 2, dtype=np.uint64)",
        rng.integers::<u64, _>(.., 2)
    );
    show!(
        session,
        "rng.integers(0, 10**15, 3)",
        rng.integers(0..10_i64.pow(15), 3)
    );
    show!(
        session,
        "fingerprint(rng.integers(0, 3 * 2**30, 10_000))",
        fingerprint(&rng.integers(0..3_i64 << 30, 10_000)?, |x| x as u64)
    );
    show!(
        session,
        "fingerprint(rng.integers(0, 3 * 2**61, 10_000))",
        fingerprint(&rng.integers(0..3_i64 << 61, 10_000)?, |x| x as u64)
    );
    show!(
        session,
        "fingerprint(rng.integers(0, 200, 10_001, dtype=np.uint8))",
        fingerprint(&rng.integers(0..200_u8, 10_001)?, u64::from)
    );
    show!(
        session,
        "fingerprint(rng.integers(-30_000, 3_000, 10_001, dtype=np.int16))",
        fingerprint(&rng.integers(-30_000..3_000_i16, 10_001)?, |x| (x as u16).into())
    );
    show!(
        session,
        "fingerprint(rng.integers(0, 2, 10_001, dtype=bool))",
        fingerprint(&rng.integers(false..=true, 10_001)?, u64::from)
    );
    show!(session, "rng.integers(5, 5)", rng.integers(5..5_i64, ()));

    // What is chosen are indices; `select` makes values of them.
    let mut names = array!["Ada", "Bob", "Cleo", "Dan", "Eve"];
    let weights = [0.1, 0.2, 0.3, 0.2, 0.2];
    show!(
        session,
        "rng.choice(names, 4)",
        names.select(Axis(0), &rng.choice(5, 4, true)?)
    );
    show!(
        session,
        "rng.choice(names, 4, replace=False)",
        names.select(Axis(0), &rng.choice(5, 4, false)?)
    );
    show!(
        session,
        "rng.choice(5, 6, p=weights)",
        rng.choice_weighted(&weights, 6, true)
    );
    show!(
        session,
        "rng.choice(5, 4, replace=False, p=weights)",
        rng.choice_weighted(&weights, 4, false)
    );
    show!(
        session,
        "fingerprint(rng.choice(100_000, 1_000, replace=False))",
        fingerprint(&rng.choice(100_000, 1_000, false)?.into(), |i| i as u64)
    );
    show!(
        session,
        "fingerprint(rng.choice(100_000, 5_000, replace=False))",
        fingerprint(&rng.choice(100_000, 5_000, false)?.into(), |i| i as u64)
    );
    show!(
        session,
        "rng.choice(5, 6, replace=False)",
        rng.choice(5, 6, false)
    );
    show!(
        session,
        "rng.choice(5, 2, p=[0.5, 0.5, 0.5, 0.0, 0.0])",
        rng.choice_weighted(&[0.5, 0.5, 0.5, 0.0, 0.0], 2, true)
    );
    show!(session, "rng.choice(0, 1)", rng.choice(0, 1, true));

    rng.shuffle(&mut names, Axis(0));
    show!(session, "names", &names);
    let mut table = Array::from_iter(0..12_i64).into_shape_with_order((4, 3))?;
    rng.shuffle(&mut table, Axis(0));
    rng.shuffle(&mut table, Axis(1));
    show!(session, "table", &table);
    show!(session, "rng.permutation(10)", rng.permutation(10));
    show!(
        session,
        "rng.permutation(table)",
        table.select(Axis(0), &rng.permutation(4))
    );
    show!(
        session,
        "fingerprint(rng.permutation(10_000))",
        fingerprint(&rng.permutation(10_000).into(), |i| i as u64)
    );
    let mut bytes = [0; 6];
    rng.fill_bytes(&mut bytes);
    show!(session, "list(rng.bytes(6))", bytes.map(i64::from));
    Ok(())
}

/// One number that each bit of each element and their order have a part in.
fn fingerprint<T: Copy>(numbers: &Array1<T>, bits: impl Fn(T) -> u64) -> u64 {
    let odd = (1_u64..).step_by(2);
    let products = numbers
        .iter()
        .zip(odd)
        .map(|(&number, odd)| bits(number).wrapping_mul(odd));
    products.fold(0, |all, product| all ^ product)
}

/// What lies farther from 0 than `r`.
fn tail<D: Dimension>(numbers: &ArrayRef<f64, D>, r: f64) -> Array1<f64> {
    numbers.iter().copied().filter(|x| x.abs() > r).collect()
}
