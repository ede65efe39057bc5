//! Curve fit: parameters and their covariance by Levenberg and Marquardt's method, on data with certified results.

pub mod levenberg_marquardt;

use anyhow::{Result, ensure};
use ndarray::{Array1, Array2, ArrayRef1, ArrayView1, Zip, array, s};

use crate::{Session, show};
use levenberg_marquardt::least_squares;

pub fn run(session: &mut Session) -> Result<()> {
    let volume = array![
        77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0
    ];
    let y = array![
        10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78
    ];
    let start = array![500.0, 1e-4];

    let (parameters, covariance) = curve_fit(adsorbed, &volume, &y, &start, 100)?;
    show!(session, "parameters", &parameters);
    show!(session, "covariance", &covariance);
    show!(session, "np.sqrt(np.diag(covariance))", covariance.diag().sqrt());
    show!(
        session,
        "np.sum((y - adsorbed(volume, *parameters)) ** 2)",
        (&y - &volume.mapv(|x| adsorbed(x, parameters.view())))
            .pow2()
            .sum()
    );

    let found = least_squares(|b| volume.mapv(|x| adsorbed(x, b)) - &y, start.clone(), 100);
    show!(session, "found.x", found.as_ref().map(|fit| &fit.parameters));
    show!(session, "found.cost", found.as_ref().map(|fit| fit.cost()));
    show!(session, "found.success", found.is_ok());

    let time = Array1::linspace(0.0, 10.0, 21);
    let error = time.mapv(|t| if t < 5.0 { 0.05 } else { 0.2 });
    let signal = Zip::from(&time).and(&error).map_collect(|&t, &error| {
        3.0 * (-((t - 4.0) / 1.5_f64).powi(2)).exp() + 0.1 * t + error * (37.0 * t).sin()
    });
    let guess = array![1.0, 5.0, 1.0, 0.0];
    let (weighted, covariance) = curve_fit_weighted(peak, &time, &signal, &error, &guess, 100)?;
    show!(session, "weighted", &weighted);
    show!(session, "weighted_covariance", &covariance);
    let (plain, _) = curve_fit(peak, &time, &signal, &guess, 100)?;
    show!(session, "plain", &plain);
    show!(
        session,
        "peak(np.array([0.0, 4.0, 8.0]), *weighted)",
        array![0.0, 4.0, 8.0].mapv(|t| peak(t, weighted.view()))
    );

    let (two, of_two) = (volume.slice(s![..2]), y.slice(s![..2]));
    show!(
        session,
        "curve_fit(adsorbed, volume[:2], y[:2], p0=[500, 1e-4])[1]",
        curve_fit(adsorbed, &two, &of_two, &start, 100).map(|(_, covariance)| covariance)
    );
    let (few, of_few) = (time.slice(s![..3]), signal.slice(s![..3]));
    show!(
        session,
        "curve_fit(peak, time[:3], signal[:3], p0=[1, 5, 1, 0])",
        parameters_of(curve_fit(peak, &few, &of_few, &guess, 100))
    );
    show!(
        session,
        "curve_fit(adsorbed, volume, y, p0=[500, 1e-4], maxfev=4)",
        parameters_of(curve_fit(adsorbed, &volume, &y, &start, 4))
    );
    show!(
        session,
        "curve_fit(adsorbed, volume, np.where(y > 80, np.nan, y), p0=[500, 1e-4])",
        parameters_of(curve_fit(
            adsorbed,
            &volume,
            &y.mapv(|y| if y > 80.0 { f64::NAN } else { y }),
            &start,
            100
        ))
    );
    show!(
        session,
        "curve_fit(adsorbed, volume, y[:-1], p0=[500, 1e-4])",
        parameters_of(curve_fit(adsorbed, &volume, &y.slice(s![..-1]), &start, 100))
    );
    show!(
        session,
        "curve_fit(adsorbed, np.where(volume > 700, np.nan, volume), y, p0=[500, 1e-4])",
        parameters_of(curve_fit(
            adsorbed,
            &volume.mapv(|x| if x > 700.0 { f64::NAN } else { x }),
            &y,
            &start,
            100
        ))
    );
    let endless = y.mapv(|y| if y > 80.0 { f64::INFINITY } else { y });
    show!(
        session,
        "curve_fit(adsorbed, volume, np.where(y > 80, np.inf, y), p0=[500, 1e-4])",
        parameters_of(curve_fit(adsorbed, &volume, &endless, &start, 100))
    );
    show!(
        session,
        "least_squares(lambda b: adsorbed(volume, *b) - np.where(y > 80, np.inf, y), [500, 1e-4], method=\"lm\")",
        least_squares(|b| volume.mapv(|x| adsorbed(x, b)) - &endless, start.clone(), 100)
            .map(|fit| fit.parameters)
    );
    show!(
        session,
        "curve_fit(adsorbed, volume, y, p0=[np.nan, 1e-4])[0]",
        parameters_of(curve_fit(adsorbed, &volume, &y, &array![f64::NAN, 1e-4], 100))
    );
    let deviations = |last| y.mapv(|y| if y > 80.0 { last } else { 1.0 });
    show!(
        session,
        "curve_fit(adsorbed, volume, y, p0=[500, 1e-4], sigma=np.where(y > 80, np.nan, 1.0))[0]",
        parameters_of(curve_fit_weighted(
            adsorbed,
            &volume,
            &y,
            &deviations(f64::NAN),
            &start,
            100
        ))
    );
    // A measurement of which nothing is known counts for nothing.
    show!(
        session,
        "curve_fit(adsorbed, volume, y, p0=[500, 1e-4], sigma=np.where(y > 80, np.inf, 1.0), **precise)[0]",
        parameters_of(curve_fit_weighted(
            adsorbed,
            &volume,
            &y,
            &deviations(f64::INFINITY),
            &start,
            100
        ))
    );
    Ok(())
}

/// The certified model of the data set Misra1a.
fn adsorbed(x: f64, b: ArrayView1<f64>) -> f64 {
    b[0] * (1.0 - (-b[1] * x).exp())
}

/// A bell of some height, centre and width on a slope.
fn peak(t: f64, p: ArrayView1<f64>) -> f64 {
    p[0] * (-((t - p[1]) / p[2]).powi(2)).exp() + p[3] * t
}

/// What `curve_fit` gives: n parameters, and their covariance.
type Parameters = (Array1<f64>, Array2<f64>);

/// Fits `model(x, parameters)` to m points. The variance of the points is estimated from how far they are off; where they
/// are no more than the parameters they tell nothing of it, and the covariance is infinite, as SciPy's.
///
/// # Errors
/// Where the shapes differ, a value is NaN, there are too few points, or so many steps are not enough.
pub fn curve_fit(
    model: impl Fn(f64, ArrayView1<f64>) -> f64,
    x: &ArrayRef1<f64>,
    y: &ArrayRef1<f64>,
    start: &ArrayRef1<f64>,
    steps: usize,
) -> Result<Parameters> {
    ensure!(
        x.dim() == y.dim(),
        "{} places do not match {} values",
        x.len(),
        y.len()
    );
    let fit = least_squares(|p| x.mapv(|x| model(x, p)) - y, start.to_owned(), steps)?;
    let parameters = start.len();
    let covariance = match x.len() - parameters {
        0 => Array2::from_elem((parameters, parameters), f64::INFINITY),
        degrees_of_freedom => fit.covariance()? * (2.0 * fit.cost() / degrees_of_freedom as f64),
    };
    Ok((fit.parameters, covariance))
}

/// The same where the standard deviation of each point is known.
///
/// # Errors
/// As `curve_fit`.
fn curve_fit_weighted(
    model: impl Fn(f64, ArrayView1<f64>) -> f64,
    x: &ArrayRef1<f64>,
    y: &ArrayRef1<f64>,
    deviation: &ArrayRef1<f64>,
    start: &ArrayRef1<f64>,
    steps: usize,
) -> Result<Parameters> {
    ensure!(
        x.dim() == y.dim(),
        "{} places do not match {} values",
        x.len(),
        y.len()
    );
    ensure!(
        x.dim() == deviation.dim(),
        "{} places do not match {} deviations",
        x.len(),
        deviation.len()
    );
    let fit = least_squares(
        |p| (x.mapv(|x| model(x, p)) - y) / deviation,
        start.to_owned(),
        steps,
    )?;
    let covariance = fit.covariance()?;
    Ok((fit.parameters, covariance))
}

fn parameters_of(fitted: Result<Parameters>) -> Result<Array1<f64>> {
    Ok(fitted?.0)
}
