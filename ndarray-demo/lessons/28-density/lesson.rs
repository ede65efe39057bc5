//! Density: a smooth curve for data without a formula, as wide as Scott's or Silverman's rule has it.

mod gaussian_kde;

use anyhow::Result;
use ndarray::{Array, Axis, array, aview1, aview2, stack};

pub use gaussian_kde::{Bandwidth, GaussianKde};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    // Points are columns: (1, n) in one dimension.
    let minutes = array![[
        54.0, 74.0, 62.0, 85.0, 55.0, 88.0, 85.0, 51.0, 85.0, 54.0, 84.0, 78.0, 47.0, 83.0, 52.0, 62.0, 84.0,
        52.0, 79.0, 51.0, 47.0, 78.0, 69.0, 74.0
    ]];
    let grid = Array::linspace(40.0, 100.0, 13).insert_axis(Axis(0));
    let grid = grid.view();

    let scott = GaussianKde::new(minutes.view(), Bandwidth::Scott, None)?;
    show!(session, "scott.factor", scott.factor);
    show!(session, "scott.covariance", &scott.covariance);
    show!(session, "scott(grid)", scott.evaluate(grid));
    let silverman = GaussianKde::new(minutes.view(), Bandwidth::Silverman, None)?;
    show!(session, "silverman.factor", silverman.factor);
    show!(session, "silverman(grid)", silverman.evaluate(grid));
    let narrow = GaussianKde::new(minutes.view(), Bandwidth::Factor(0.1), None)?;
    show!(session, "narrow(grid)", narrow.evaluate(grid));
    show!(session, "narrow.logpdf(grid)", narrow.log_density(grid));

    show!(
        session,
        "scott.integrate_box_1d(40.0, 68.0)",
        scott.integrate(40.0, 68.0)
    );
    show!(
        session,
        "scott.integrate_box_1d(-np.inf, np.inf)",
        scott.integrate(f64::NEG_INFINITY, f64::INFINITY)
    );

    let weights = Array::range(1.0, 25.0, 1.0);
    let weighted = GaussianKde::new(minutes.view(), Bandwidth::Scott, Some(weights.view()))?;
    show!(session, "weighted.neff", weighted.neff);
    show!(session, "weighted(grid)", weighted.evaluate(grid));

    let duration = array![3.6, 1.8, 3.3, 2.3, 4.5, 2.9, 4.7, 3.6, 2.0, 4.4];
    let wait = array![79.0, 54.0, 74.0, 62.0, 85.0, 55.0, 88.0, 85.0, 51.0, 85.0];
    let plane = GaussianKde::new(stack![Axis(0), duration, wait].view(), Bandwidth::Scott, None)?;
    show!(session, "plane.factor", plane.factor);
    show!(session, "plane.covariance", &plane.covariance);
    show!(
        session,
        "plane([[2.0, 3.0, 4.5], [55.0, 70.0, 85.0]])",
        plane.evaluate(aview2(&[[2.0, 3.0, 4.5], [55.0, 70.0, 85.0]]))
    );

    let factor = |kde: GaussianKde| kde.factor;
    show!(
        session,
        "stats.gaussian_kde([3.0])",
        GaussianKde::new(aview2(&[[3.0]]), Bandwidth::Scott, None).map(factor)
    );
    show!(
        session,
        "stats.gaussian_kde([])",
        GaussianKde::new(aview2(&[[]]), Bandwidth::Scott, None).map(factor)
    );
    show!(
        session,
        "stats.gaussian_kde([2.0, 2.0, 2.0])",
        GaussianKde::new(aview2(&[[2.0, 2.0, 2.0]]), Bandwidth::Scott, None).map(factor)
    );
    show!(
        session,
        "stats.gaussian_kde([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]])",
        GaussianKde::new(
            aview2(&[[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]),
            Bandwidth::Scott,
            None
        )
        .map(factor)
    );

    show!(
        session,
        "stats.gaussian_kde([1.0, np.nan, 3.0])",
        GaussianKde::new(aview2(&[[1.0, f64::NAN, 3.0]]), Bandwidth::Scott, None).map(factor)
    );
    show!(
        session,
        "stats.gaussian_kde([1.0, np.inf, 3.0])",
        GaussianKde::new(aview2(&[[1.0, f64::INFINITY, 3.0]]), Bandwidth::Scott, None).map(factor)
    );
    show!(
        session,
        "scott([60.0, np.nan])",
        scott.evaluate(aview2(&[[60.0, f64::NAN]]))
    );
    show!(
        session,
        "scott.logpdf([60.0, -np.inf])",
        scott.log_density(aview2(&[[60.0, f64::NEG_INFINITY]]))
    );
    show!(
        session,
        "scott.integrate_box_1d(np.nan, 68.0)",
        scott.integrate(f64::NAN, 68.0)
    );
    let three = aview2(&[[1.0, 2.0, 4.0]]);
    let weighing =
        |weights: [f64; 3]| GaussianKde::new(three, Bandwidth::Scott, Some(aview1(&weights))).map(factor);
    show!(
        session,
        "stats.gaussian_kde([1.0, 2.0, 4.0], weights=[1.0, np.nan, 1.0])",
        weighing([1.0, f64::NAN, 1.0])
    );
    show!(
        session,
        "stats.gaussian_kde([1.0, 2.0, 4.0], weights=[1.0, -1.0, 3.0])",
        weighing([1.0, -1.0, 3.0])
    );
    show!(
        session,
        "stats.gaussian_kde([1.0, 2.0, 4.0], weights=[0.0, 0.0, 0.0])",
        weighing([0.0; 3])
    );
    show!(
        session,
        "stats.gaussian_kde([1.0, 2.0, 4.0], bw_method=np.nan)([1.0])",
        GaussianKde::new(three, Bandwidth::Factor(f64::NAN), None)
            .and_then(|kde| kde.evaluate(aview2(&[[1.0]])))
    );
    show!(
        session,
        "stats.gaussian_kde([1.0, 2.0, 4.0], bw_method=0.0)([1.0])",
        GaussianKde::new(three, Bandwidth::Factor(0.0), None).and_then(|kde| kde.evaluate(aview2(&[[1.0]])))
    );
    Ok(())
}
