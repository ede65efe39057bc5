//! Random with rand: distributions are values, generators are arguments, and no seed is NumPy's.

use std::f64::consts::PI;

use anyhow::{Result, ensure};
use ndarray::{Array, Array1, Array2, Axis, array};
use ndarray_rand::{
    RandomExt,
    rand_distr::{
        Beta, Binomial, Exp, Gamma, Normal, Poisson, StandardNormal, StandardUniform, Uniform,
        weighted::WeightedIndex,
    },
};
use ndarray_stats::CorrelationExt;
use rand::{
    Rng, SeedableRng,
    rngs::SmallRng,
    seq::{IndexedRandom, SliceRandom},
};

use crate::{Element, Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    // Fast, for simulations. `rand::rng()` is slower, and safe for secrets.
    let mut rng = SmallRng::from_os_rng();

    let square = Array::random_using((3, 4), Uniform::new(0.0, 1.0)?, &mut rng);
    show!(session, "square.shape", square.shape());
    show!(
        session,
        "((0.0 <= square) & (square < 1.0)).all()",
        square.iter().all(|x| (0.0..1.0).contains(x))
    );
    show!(
        session,
        "rng.random(5, dtype=np.float32).dtype.name",
        dtype(&Array::<f32, _>::random_using(5, StandardUniform, &mut rng))
    );
    let dice = Array::random_using(1000, Uniform::new_inclusive(1_i64, 6)?, &mut rng);
    let mut sides = dice.to_vec();
    sides.sort_unstable();
    sides.dedup();
    show!(session, "np.unique(dice)", sides);
    show!(session, "dice.dtype.name", dtype(&dice));

    // A distribution is made once, and its parameters checked then. Beyond five standard errors lies one of 1.7 million.
    let count = 100_000;
    let n = count as f64;
    let normal = normal(170.0, 10.0, count, &mut rng)?;
    show!(
        session,
        "abs(normal.mean() - 170.0) < 5 * 10.0 / np.sqrt(count)",
        (normal.sum() / n - 170.0).abs() < 5.0 * 10.0 / n.sqrt()
    );
    show!(
        session,
        "abs(normal.std() - 10.0) < 5 * 10.0 / np.sqrt(2 * count)",
        (normal.std(0.0) - 10.0).abs() < 5.0 * 10.0 / (2.0 * n).sqrt()
    );
    let exponential = Array::random_using(count, Exp::new(1.0 / 2.0)?, &mut rng);
    show!(
        session,
        "abs(exponential.mean() - 2.0) < 5 * 2.0 / np.sqrt(count)",
        (exponential.sum() / n - 2.0_f64).abs() < 5.0 * 2.0 / n.sqrt()
    );
    let gamma = Array::random_using(count, Gamma::new(2.5, 2.0)?, &mut rng);
    show!(
        session,
        "abs(gamma.mean() - 5.0) < 5 * np.sqrt(10.0 / count)",
        (gamma.sum() / n - 5.0_f64).abs() < 5.0 * (10.0 / n).sqrt()
    );
    let binomial = Array::random_using(count, Binomial::new(10, 0.3)?, &mut rng);
    show!(
        session,
        "abs(binomial.mean() - 3.0) < 5 * np.sqrt(2.1 / count)",
        (binomial.sum() as f64 / n - 3.0).abs() < 5.0 * (2.1 / n).sqrt()
    );
    let poisson = Array::random_using(count, Poisson::new(3.5)?, &mut rng);
    show!(
        session,
        "abs(poisson.mean() - 3.5) < 5 * np.sqrt(3.5 / count)",
        (poisson.sum() / n - 3.5_f64).abs() < 5.0 * (3.5 / n).sqrt()
    );
    let beta = Array::random_using(count, Beta::new(2.0, 3.0)?, &mut rng);
    show!(
        session,
        "abs(beta.mean() - 0.4) < 5 * np.sqrt(0.04 / count)",
        (beta.sum() / n - 0.4_f64).abs() < 5.0 * (0.04 / n).sqrt()
    );

    // L of the covariance L L^T makes them of independent ones.
    let root = array![[1.0, 0.0], [0.8, 0.6]];
    let pairs = Array2::random_using((count, 2), StandardNormal, &mut rng).dot(&root.t());
    show!(session, "pairs.shape", pairs.shape());
    let correlation: f64 = pairs.t().pearson_correlation()?[[0, 1]];
    show!(
        session,
        "abs(np.corrcoef(pairs.T)[0, 1] - 0.8) < 5 * 0.36 / np.sqrt(count)",
        (correlation - 0.8).abs() < 5.0 * 0.36 / n.sqrt()
    );

    let points = Array::random_using((count, 2), Uniform::new(-1.0, 1.0)?, &mut rng);
    let inside = points
        .pow2()
        .sum_axis(Axis(1))
        .iter()
        .filter(|&&square| square <= 1.0)
        .count();
    show!(
        session,
        "abs(4 * ((points**2).sum(axis=1) <= 1.0).mean() - np.pi) < 5 * np.sqrt(np.pi * (4 - np.pi) / count)",
        (4.0 * inside as f64 / n - PI).abs() < 5.0 * (PI * (4.0 - PI) / n).sqrt()
    );

    // Slices can choose and shuffle.
    let names = ["Ada", "Bob", "Cleo", "Dan"];
    let chosen: Vec<_> = (0..10).filter_map(|_| names.choose(&mut rng)).collect();
    show!(
        session,
        "np.isin(rng.choice(names, 10), names).all()",
        chosen.len() == 10 && chosen.iter().all(|name| names.contains(name))
    );
    let mut different: Vec<_> = names.choose_multiple(&mut rng, 4).collect();
    different.sort_unstable();
    show!(session, "np.sort(rng.choice(names, 4, replace=False))", different);
    let weights = [0.1, 0.2, 0.3, 0.4];
    let drawn = Array::random_using(count, WeightedIndex::new(weights)?, &mut rng);
    let shares = [0, 1, 2, 3].map(|index| drawn.iter().filter(|&&drawn| drawn == index).count() as f64 / n);
    show!(
        session,
        "np.abs(np.bincount(drawn) / count - [0.1, 0.2, 0.3, 0.4]).max() < 5 * 0.5 / np.sqrt(count)",
        shares
            .iter()
            .zip(weights)
            .all(|(share, weight)| (share - weight).abs() < 5.0 * 0.5 / n.sqrt())
    );
    let mut shuffled: Vec<i64> = (0..10).collect();
    shuffled.shuffle(&mut rng);
    shuffled.sort_unstable();
    show!(session, "np.sort(shuffled)", shuffled);

    let seeded = || Array::<f64, _>::random_using(100, StandardUniform, &mut SmallRng::seed_from_u64(7));
    show!(
        session,
        "np.array_equal(np.random.default_rng(7).random(100), np.random.default_rng(7).random(100))",
        seeded() == seeded()
    );

    show!(
        session,
        "rng.normal(0.0, -1.0)",
        self::normal(0.0, -1.0, 1, &mut rng)
    );
    show!(
        session,
        "rng.binomial(10, 1.5)",
        Binomial::new(10, 1.5).map(|binomial| rng.sample(binomial))
    );
    show!(
        session,
        "rng.exponential(-2.0)",
        Exp::new(1.0 / -2.0).map(|exponential| rng.sample(exponential))
    );
    show!(
        session,
        "rng.gamma(-1.0)",
        Gamma::new(-1.0, 1.0).map(|gamma| rng.sample(gamma))
    );
    Ok(())
}

/// Normal numbers, (count,). The generator makes the difference: the plain way is `rand::rng()`, ChaCha12, whose next number
/// nobody can tell; the fast way is `SmallRng`, Xoshiro256++, which is good enough for all but secrets.
///
/// # Errors
/// Where `deviation` is negative, for which rand's normal distribution is a mirror image, infinite or NaN.
pub fn normal(mean: f64, deviation: f64, count: usize, rng: &mut impl Rng) -> Result<Array1<f64>> {
    ensure!(deviation >= 0.0, "a deviation is at least 0: not {deviation}");
    Ok(Array1::random_using(count, Normal::new(mean, deviation)?, rng))
}

/// NumPy's name for the type of the elements.
fn dtype<T: Element>(_: &Array1<T>) -> &'static str {
    T::DTYPE
}
