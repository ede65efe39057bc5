//! Distributions: density, probability of no more and of more, and quantile, out to where 1 - cdf is 0.

use anyhow::{Context, Result};
use ndarray::array;
use spec_math::NormDist;
use statrs::{
    distribution::{
        Beta, Binomial, ChiSquared, Continuous, ContinuousCDF, Discrete, DiscreteCDF, Exp, FisherSnedecor,
        Gamma, Normal, Poisson, StudentsT,
    },
    statistics::Distribution,
};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let x = array![-3.0, -0.5, 0.0, 1.0, 2.5, 9.0];
    let p = array![0.001, 0.025, 0.5, 0.9, 0.999];

    let normal = Normal::new(1.0, 2.0)?;
    show!(session, "normal.pdf(x)", x.mapv(|x| normal.pdf(x)));
    show!(session, "normal.cdf(x)", x.mapv(|x| normal.cdf(x)));
    show!(session, "normal.sf(x)", x.mapv(|x| normal.sf(x)));
    show!(session, "normal.ppf(p)", p.mapv(|p| normal.inverse_cdf(p)));

    let t = StudentsT::new(0.0, 1.0, 5.0)?;
    show!(session, "t.pdf(x)", x.mapv(|x| t.pdf(x)));
    show!(session, "t.cdf(x)", x.mapv(|x| t.cdf(x)));
    show!(session, "t.sf(x)", x.mapv(|x| t.sf(x)));
    show!(session, "t.ppf(p)", p.mapv(|p| t.inverse_cdf(p)));

    let positive = array![0.1, 0.5, 1.0, 2.5, 9.0, 40.0];
    let chi2 = ChiSquared::new(4.0)?;
    show!(session, "chi2.pdf(positive)", positive.mapv(|x| chi2.pdf(x)));
    show!(session, "chi2.cdf(positive)", positive.mapv(|x| chi2.cdf(x)));
    show!(session, "chi2.sf(positive)", positive.mapv(|x| chi2.sf(x)));
    show!(session, "chi2.ppf(p)", p.mapv(|p| chi2.inverse_cdf(p)));

    let f = FisherSnedecor::new(3.0, 10.0)?;
    show!(session, "f.pdf(positive)", positive.mapv(|x| f.pdf(x)));
    show!(session, "f.cdf(positive)", positive.mapv(|x| f.cdf(x)));
    show!(session, "f.sf(positive)", positive.mapv(|x| f.sf(x)));
    show!(session, "f.ppf(p)", p.mapv(|p| f.inverse_cdf(p)));

    // Shape and rate: a scale of 2 is a rate of 1 / 2.
    let gamma = Gamma::new(2.5, 0.5)?;
    show!(session, "gamma.pdf(positive)", positive.mapv(|x| gamma.pdf(x)));
    show!(session, "gamma.cdf(positive)", positive.mapv(|x| gamma.cdf(x)));
    show!(session, "gamma.sf(positive)", positive.mapv(|x| gamma.sf(x)));
    show!(session, "gamma.ppf(p)", p.mapv(|p| gamma.inverse_cdf(p)));

    let exponential = Exp::new(2.0)?;
    show!(
        session,
        "exponential.pdf(positive)",
        positive.mapv(|x| exponential.pdf(x))
    );
    show!(
        session,
        "exponential.sf(positive)",
        positive.mapv(|x| exponential.sf(x))
    );

    let beta = Beta::new(2.0, 3.5)?;
    show!(session, "beta.pdf(p)", p.mapv(|x| beta.pdf(x)));
    show!(session, "beta.cdf(p)", p.mapv(|x| beta.cdf(x)));
    show!(session, "beta.sf(p)", p.mapv(|x| beta.sf(x)));
    show!(session, "beta.ppf(p)", p.mapv(|p| beta.inverse_cdf(p)));

    let k = array![0_u64, 1, 3, 7, 10];
    let binomial = Binomial::new(0.3, 10)?;
    show!(session, "binomial.pmf(k)", k.mapv(|k| binomial.pmf(k)));
    show!(session, "binomial.cdf(k)", k.mapv(|k| binomial.cdf(k)));
    show!(session, "binomial.sf(k)", k.mapv(|k| binomial.sf(k)));
    show!(
        session,
        "binomial.ppf(p)",
        p.mapv(|p| binomial.inverse_cdf(p) as f64)
    );

    let poisson = Poisson::new(3.5)?;
    show!(session, "poisson.pmf(k)", k.mapv(|k| poisson.pmf(k)));
    show!(session, "poisson.cdf(k)", k.mapv(|k| poisson.cdf(k)));
    show!(session, "poisson.sf(k)", k.mapv(|k| poisson.sf(k)));
    show!(
        session,
        "poisson.ppf(p)",
        p.mapv(|p| poisson.inverse_cdf(p) as f64)
    );

    // spec_math has the normal distribution to the last digit, and no survival function: it is symmetric.
    show!(
        session,
        "stats.norm.sf([5.0, 10.0, 30.0])",
        [5.0_f64, 10.0, 30.0].map(|x| (-x).norm_cdf())
    );
    show!(
        session,
        "stats.norm.cdf([-10.0, -30.0, np.inf, np.nan])",
        [-10.0, -30.0, f64::INFINITY, f64::NAN].map(|x| x.norm_cdf())
    );
    show!(
        session,
        "stats.t.sf([10.0, 100.0], df=5)",
        [10.0, 100.0].map(|x| t.sf(x))
    );
    show!(
        session,
        "stats.chi2.sf([100.0, 1000.0], df=4)",
        [100.0, 1000.0].map(|x| chi2.sf(x))
    );

    // Not every distribution has a mean, so each moment is an Option.
    let mean = normal.mean().context("no mean")?;
    let variance = normal.variance().context("no variance")?;
    let skewness = normal.skewness().context("no skewness")?;
    show!(
        session,
        "normal.stats(moments=\"mvs\")",
        [mean, variance, skewness]
    );
    show!(session, "gamma.entropy()", gamma.entropy());
    show!(
        session,
        "stats.norm.cdf(0.0, scale=-1.0)",
        Normal::new(0.0, -1.0).map(|normal| normal.cdf(0.0))
    );
    // `inverse_cdf` panics for what is no probability: ask first.
    let quantile = |p| (0.0..=1.0).contains(&p).then(|| normal.inverse_cdf(p));
    show!(
        session,
        "normal.ppf([-0.1, 0.0, 1.0, 1.1])",
        [-0.1, 0.0, 1.0, 1.1].map(|p| quantile(p).unwrap_or(f64::NAN))
    );
    Ok(())
}
