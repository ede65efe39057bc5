//! Special functions: error, gamma, beta, Bessel, elliptic and zeta, up to their poles.

mod vectorised;

use anyhow::Result;
use ndarray::{Array, Axis, array, stack};
use spec_math::{Bessel, Beta, Dawson, Ellip, Erf, Expn, Fresnel, Gamma, NormDist, Polylog, SiCi, Zeta};

pub use vectorised::{erf, gamma};

use crate::{Session, show};

pub fn run(session: &mut Session) -> Result<()> {
    let x = &array![-2.5, -0.5, 0.0, 0.3, 1.0, 2.0, 5.5, 30.0];
    let p = array![0.0, 0.1, 0.5, 0.9, 1.0];
    let positive = array![0.1, 0.5, 1.0, 2.5, 10.0, 50.0];

    // spec_math is SciPy's old C code, Cephes by S. L. Moshier, in Rust. A function of one number goes into `map` as it is.
    show!(session, "special.erf(x)", x.map(Erf::erf));
    show!(session, "special.erfc(x)", x.map(Erf::erfc));
    show!(
        session,
        "special.erfinv(2 * p - 1)",
        p.mapv(|p: f64| (2.0 * p - 1.0).erf_inv())
    );
    show!(session, "special.ndtri(p)", p.map(NormDist::norm_cdf_inv));
    show!(session, "special.gamma(x - 0.25)", (x - 0.25).map(Gamma::gamma));
    show!(session, "special.gammaln(x)", x.map(Gamma::lgamma));
    show!(session, "special.digamma(positive)", positive.map(Gamma::digamma));
    show!(session, "special.rgamma(x)", x.map(Gamma::rgamma));
    show!(
        session,
        "special.beta(positive, 2.5)",
        positive.map(|a| a.beta(2.5))
    );
    show!(
        session,
        "special.betaln(positive, 2.5)",
        positive.map(|a| a.lbeta(2.5))
    );
    show!(
        session,
        "special.poch(positive, 3.0)",
        positive.map(|x| x.poch(3.0))
    );
    show!(
        session,
        "special.gammainc(2.5, positive)",
        positive.map(|&x| 2.5_f64.igamma(x))
    );
    show!(
        session,
        "special.gammaincc(2.5, positive)",
        positive.map(|&x| 2.5_f64.igammac(x))
    );
    show!(
        session,
        "special.gammaincinv(2.5, p)",
        p.map(|&p| 2.5_f64.igamma_inv(p))
    );
    show!(
        session,
        "special.betainc(2.0, 3.5, p)",
        p.map(|x| x.ibeta(2.0, 3.5))
    );
    show!(
        session,
        "special.betaincinv(2.0, 3.5, p)",
        p.map(|p| p.ibeta_inv(2.0, 3.5))
    );

    show!(session, "special.j0(x)", x.map(Bessel::bessel_j0));
    show!(session, "special.j1(x)", x.map(Bessel::bessel_j1));
    show!(
        session,
        "special.jv(2.5, positive)",
        positive.map(|x| x.bessel_jv(2.5))
    );
    show!(session, "special.y0(positive)", positive.map(Bessel::bessel_y0));
    show!(
        session,
        "special.yn(3, positive)",
        positive.map(|x| x.bessel_yn(3))
    );
    show!(session, "special.i0(x)", x.map(Bessel::bessel_i0));
    show!(session, "special.k1(positive)", positive.map(Bessel::bessel_k1));
    show!(
        session,
        "special.kn(3, positive)",
        positive.map(|x| bessel_k(3, *x))
    );
    let airy = 1.5_f64.airy();
    show!(
        session,
        "special.airy(1.5)",
        [airy.ai, airy.aip, airy.bi, airy.bip]
    );

    let m = array![0.0, 0.1, 0.5, 0.9];
    show!(session, "special.ellipk(m)", m.map(Ellip::ellip_k));
    show!(session, "special.ellipe(m)", m.map(Ellip::ellip_e));
    show!(
        session,
        "special.ellipkinc(1.2, m)",
        m.map(|m| m.ellip_k_inc(1.2))
    );
    show!(
        session,
        "special.ellipeinc(1.2, m)",
        m.map(|m| m.ellip_e_inc(1.2))
    );
    let jacobi = 0.7_f64.ellip_j(0.5);
    show!(
        session,
        "special.ellipj(0.7, 0.5)",
        [jacobi.sn, jacobi.cn, jacobi.dn, jacobi.phi]
    );

    show!(
        session,
        "special.zeta(np.array([1.5, 2.0, 3.0, 10.0]))",
        array![1.5, 2.0, 3.0, 10.0].map(Zeta::zeta)
    );
    show!(
        session,
        "special.zeta(2.0, positive)",
        positive.map(|&q| 2.0_f64.hzeta(q))
    );
    show!(session, "special.expn(2, positive)", positive.map(|x| x.expn(2)));
    show!(
        session,
        "special.sici(positive)",
        stack![
            Axis(0),
            positive.map(|x| x.sici().si),
            positive.map(|x| x.sici().ci)
        ]
    );
    show!(session, "special.spence(positive)", positive.map(Polylog::li2));
    show!(session, "special.dawsn(x)", x.map(Dawson::dawson));
    show!(
        session,
        "special.fresnel(positive)",
        stack![
            Axis(0),
            positive.map(|x| x.fresnel().s),
            positive.map(|x| x.fresnel().c)
        ]
    );

    show!(
        session,
        "special.erf(np.linspace(-6.5, 6.5, 14))",
        erf(&Array::linspace(-6.5, 6.5, 14))
    );
    show!(
        session,
        "special.gamma(np.linspace(0.25, 32.75, 14))",
        gamma(&Array::linspace(0.25, 32.75, 14))
    );

    show!(
        session,
        "special.erf(np.array([0.0, -np.inf, np.inf, np.nan]))",
        erf(&array![0.0, f64::NEG_INFINITY, f64::INFINITY, f64::NAN])
    );
    show!(
        session,
        "special.gamma(np.array([1.0, -1.0, np.inf, np.nan]))",
        gamma(&array![1.0, -1.0, f64::INFINITY, f64::NAN])
    );

    show!(
        session,
        "special.gamma([0.0, -0.0, -1.0, 171.0, 172.0, np.inf, -np.inf, np.nan])",
        array![
            0.0,
            -0.0,
            -1.0,
            171.0,
            172.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN
        ]
        .map(Gamma::gamma)
    );
    show!(
        session,
        "special.gammaln([0.0, -1.0, 1e306, np.inf, np.nan])",
        array![0.0, -1.0, 1e306, f64::INFINITY, f64::NAN].map(Gamma::lgamma)
    );
    show!(
        session,
        "special.digamma([0.0, -1.0, np.inf, np.nan])",
        array![0.0, -1.0, f64::INFINITY, f64::NAN].map(Gamma::digamma)
    );
    show!(
        session,
        "special.erf([-np.inf, np.inf, np.nan])",
        array![f64::NEG_INFINITY, f64::INFINITY, f64::NAN].map(Erf::erf)
    );
    show!(
        session,
        "special.erfinv([-1.5, 1.5, np.nan])",
        array![-1.5, 1.5, f64::NAN].map(Erf::erf_inv)
    );
    show!(
        session,
        "special.y0([0.0, -1.0, np.inf])",
        array![0.0, -1.0, f64::INFINITY].map(Bessel::bessel_y0)
    );
    show!(
        session,
        "special.k0([0.0, -1.0, 800.0])",
        array![0.0, -1.0, 800.0].map(Bessel::bessel_k0)
    );
    show!(
        session,
        "special.ellipk([1.0, 1.5, -np.inf])",
        array![1.0, 1.5, f64::NEG_INFINITY].map(Ellip::ellip_k)
    );
    show!(
        session,
        "special.zeta([1.0, 0.5, np.inf])",
        array![1.0, 0.5, f64::INFINITY].map(Zeta::zeta)
    );
    show!(
        session,
        "special.betainc([0.0, -1.0, 1.0], 2.0, [0.5, 0.5, 1.5])",
        [(0.0, 0.5_f64), (-1.0, 0.5), (1.0, 1.5)].map(|(a, x)| x.ibeta(a, 2.0))
    );
    Ok(())
}

/// K_n(x) from K_0 and K_1 upwards, which is stable. spec_math's `bessel_kn` is wrong in the tenth digit where x is
/// above 9.55.
fn bessel_k(n: u32, x: f64) -> f64 {
    let step = |(before, last), k| (last, before + 2.0 * f64::from(k) / x * last);
    let (last, _) = (1..=n).fold((x.bessel_k0(), x.bessel_k1()), step);
    last
}
