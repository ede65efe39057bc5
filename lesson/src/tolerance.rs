//! How far a number of ours may be from the original's, where the two are not bound to round alike.

use serde::Deserialize;

/// A number is close where `|ours - theirs| <= atol + rtol * |theirs|`, as `numpy.allclose` has it. In an array each
/// number is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// The names of the answers; without any, all answers of the lesson.
    #[serde(default)]
    pub at: Vec<String>,
    /// Relative to the original's number.
    #[serde(default)]
    pub rtol: f64,
    /// Absolute, for numbers that would be 0 in exact arithmetic.
    #[serde(default)]
    pub atol: f64,
    /// The reason.
    pub why: String,
}

impl Tolerance {
    pub(crate) fn covers(&self, name: &str) -> bool {
        self.at.is_empty() || self.at.iter().any(|at| at == name)
    }

    /// How close the numbers of two values are, in one line; as an error where they are not.
    pub(crate) fn check(&self, theirs: &str, ours: &str) -> Result<String, String> {
        let not_numbers = || "not as many numbers on both sides".to_owned();
        let words = || theirs.split_whitespace().zip(ours.split_whitespace());
        if theirs.split_whitespace().count() != ours.split_whitespace().count() {
            return Err(not_numbers());
        }
        let mut farthest: Option<(f64, f64, f64)> = None;
        // What is no number, a null for one, has to be equal.
        for (their, our) in words().filter(|(their, our)| their != our) {
            let (theirs, ours) = numbers(their).zip(numbers(our)).ok_or_else(not_numbers)?;
            if theirs.len() != ours.len() {
                return Err(not_numbers());
            }
            for (their, our) in theirs.into_iter().zip(ours) {
                let apart = (our - their).abs();
                let limit = self.atol + self.rtol * their.abs();
                let close = their.to_bits() == our.to_bits() || their.is_finite() && apart <= limit;
                if !close {
                    return Err(format!(
                        "{our:?} is {apart:.1e} from {their:?}, which is more than {limit:.1e}"
                    ));
                }
                if farthest.is_none_or(|(before, ..)| before < apart) {
                    farthest = Some((apart, their, our));
                }
            }
        }
        Ok(match farthest {
            None => format!("the same numbers: {}", self.why),
            Some((apart, their, our)) => format!("{our:?} is {apart:.1e} from {their:?}: {}", self.why),
        })
    }
}

/// The number that a word is, or the two parts of a complex one.
fn numbers(word: &str) -> Option<Vec<f64>> {
    match word.strip_suffix('j') {
        None => Some(vec![word.parse().ok()?]),
        Some(complex) => {
            let (real, imaginary) = complex.split_at(imaginary_part(complex)?);
            Some(vec![real.parse().ok()?, imaginary.parse().ok()?])
        }
    }
}

/// Where the sign of the imaginary part stands: the last one that belongs to no exponent.
fn imaginary_part(complex: &str) -> Option<usize> {
    let bytes = complex.as_bytes();
    (1..bytes.len())
        .rev()
        .find(|&at| matches!(bytes[at], b'+' | b'-') && bytes[at - 1] != b'e')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tolerance(rtol: f64, atol: f64) -> Tolerance {
        Tolerance {
            at: Vec::new(),
            rtol,
            atol,
            why: "rounding".to_owned(),
        }
    }

    #[test]
    fn near_enough_is_close() {
        let tolerance = tolerance(1e-3, 0.0);
        assert!(tolerance.check("1.0 2.0", "1.0 2.001").is_ok());
        assert!(tolerance.check("1.0 2.0", "1.0 2.003").is_err());
        assert!(tolerance.check("1.0 2.0", "1.0").is_err());
        assert!(tolerance.check("1.0", "one").is_err());
    }

    #[test]
    fn near_zero_takes_an_absolute_limit() {
        assert!(tolerance(1e-3, 0.0).check("0.0", "1e-17").is_err());
        assert!(tolerance(0.0, 1e-16).check("0.0", "1e-17").is_ok());
    }

    #[test]
    fn nan_and_infinity_are_close_to_themselves_alone() {
        let tolerance = tolerance(1.0, 1.0);
        assert!(tolerance.check("nan inf -inf", "nan inf -inf").is_ok());
        for (theirs, ours) in [
            ("nan", "1.0"),
            ("1.0", "nan"),
            ("inf", "1e308"),
            ("inf", "-inf"),
            ("1.0", "inf"),
        ] {
            assert!(tolerance.check(theirs, ours).is_err(), "{theirs} {ours}");
        }
    }

    #[test]
    fn what_is_no_number_has_to_be_equal() {
        let tolerance = tolerance(1e-3, 0.0);
        assert!(tolerance.check("null 2.0", "null 2.001").is_ok());
        for (theirs, ours) in [
            ("null 2.0", "2.0 null"),
            ("null", "nan"),
            ("null", "0.0"),
            ("\"a\" 1.0", "\"b\" 1.0"),
        ] {
            assert!(tolerance.check(theirs, ours).is_err(), "{theirs} {ours}");
        }
    }

    #[test]
    fn a_complex_number_has_two_parts() {
        assert_eq!(numbers("1.5-2e-16j").unwrap_or_default(), [1.5, -2e-16]);
        assert_eq!(numbers("-1e-2+3.0j").unwrap_or_default(), [-1e-2, 3.0]);
    }
}
