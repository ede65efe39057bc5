//! What an expression came to, written as the recording writes it: dtype, shape and every element.

use std::{collections::BTreeMap, fmt::Display};

use ndarray::{ArrayBase, ArrayRef, Data, Dimension};
use num_complex::Complex;

/// Whatever can be compared with what NumPy answered.
pub trait Value {
    /// `dtype`, `shape` and `value`, with NumPy's names; or `error`.
    fn answer(&self) -> BTreeMap<String, String>;

    /// As a reader sees it.
    fn display(&self) -> String;

    /// Both.
    fn shown(&self) -> (BTreeMap<String, String>, String) {
        (self.answer(), self.display())
    }
}

/// What an array can hold.
pub trait Element: Display {
    /// NumPy's name of the type.
    const DTYPE: &'static str;

    /// As the recording has it: the shortest text that is read back as the same value.
    fn token(&self) -> String;

    /// As a reader sees it: as Rust shows it, but for numbers with a hundred zeros.
    fn display(&self) -> String {
        let text = self.to_string();
        let number = Self::DTYPE.starts_with("float") || Self::DTYPE.starts_with("complex");
        if number && text.len() > 24 {
            self.token()
        } else {
            text
        }
    }
}

macro_rules! elements {
    ($($type:ty = $dtype:literal, $self:ident => $token:expr;)*) => {$(
        impl Element for $type {
            const DTYPE: &'static str = $dtype;

            fn token(&$self) -> String {
                $token
            }
        }

        impl Value for $type {
            fn answer(&self) -> BTreeMap<String, String> {
                array(&[], [self].into_iter())
            }

            fn display(&self) -> String {
                Element::display(self)
            }
        }
    )*};
}

elements! {
    bool = "bool", self => if *self { "True" } else { "False" }.to_owned();
    i8 = "int8", self => self.to_string();
    i16 = "int16", self => self.to_string();
    i32 = "int32", self => self.to_string();
    i64 = "int64", self => self.to_string();
    u8 = "uint8", self => self.to_string();
    u16 = "uint16", self => self.to_string();
    u32 = "uint32", self => self.to_string();
    u64 = "uint64", self => self.to_string();
    // NumPy's indices and sizes are signed.
    isize = "int64", self => self.to_string();
    usize = "int64", self => self.to_string();
    f32 = "float32", self => float(self.is_nan(), format!("{self:?}"));
    f64 = "float64", self => float(self.is_nan(), format!("{self:?}"));
    Complex<f32> = "complex64", self => complex(self.re.token(), &self.im.token());
    Complex<f64> = "complex128", self => complex(self.re.token(), &self.im.token());
    str = "str", self => quoted(self);
    String = "str", self => quoted(self);
}

impl<T: Element + ?Sized> Element for &T {
    const DTYPE: &'static str = T::DTYPE;

    fn token(&self) -> String {
        (**self).token()
    }
}

fn float(nan: bool, text: String) -> String {
    if nan { "nan".to_owned() } else { text }
}

fn complex(real: String, imaginary: &str) -> String {
    let sign = if imaginary.starts_with('-') { "" } else { "+" };
    format!("{real}{sign}{imaginary}j")
}

/// A string of JSON, like Python's `json.dumps`.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn array<'a, T: Element + ?Sized + 'a>(
    shape: &[usize],
    elements: impl Iterator<Item = &'a T>,
) -> BTreeMap<String, String> {
    let shape = match shape {
        [length] => format!("({length},)"),
        _ => format!(
            "({})",
            shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
        ),
    };
    let tokens: Vec<_> = elements.map(Element::token).collect();
    [
        ("dtype", T::DTYPE.to_owned()),
        ("shape", shape),
        ("value", tokens.join(" ")),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

impl<T: Element, S: Data<Elem = T>, D: Dimension> Value for ArrayBase<S, D> {
    fn answer(&self) -> BTreeMap<String, String> {
        array(self.shape(), self.iter())
    }

    fn display(&self) -> String {
        self.map(Element::display).to_string()
    }
}

impl<T: Element, D: Dimension> Value for ArrayRef<T, D> {
    fn answer(&self) -> BTreeMap<String, String> {
        array(self.shape(), self.iter())
    }

    fn display(&self) -> String {
        self.map(Element::display).to_string()
    }
}

impl<T: Element> Value for [T] {
    fn answer(&self) -> BTreeMap<String, String> {
        array(&[self.len()], self.iter())
    }

    fn display(&self) -> String {
        let elements: Vec<_> = self.iter().map(Element::display).collect();
        format!("[{}]", elements.join(", "))
    }
}

impl<T: Element> Value for Vec<T> {
    fn answer(&self) -> BTreeMap<String, String> {
        self.as_slice().answer()
    }

    fn display(&self) -> String {
        self.as_slice().display()
    }
}

impl<T: Element, const N: usize> Value for [T; N] {
    fn answer(&self) -> BTreeMap<String, String> {
        self.as_slice().answer()
    }

    fn display(&self) -> String {
        self.as_slice().display()
    }
}

impl<T: Value + ?Sized> Value for &T {
    fn answer(&self) -> BTreeMap<String, String> {
        (**self).answer()
    }

    fn display(&self) -> String {
        (**self).display()
    }
}

impl<T: Value> Value for Option<T> {
    fn answer(&self) -> BTreeMap<String, String> {
        match self {
            Some(value) => value.answer(),
            None => [("dtype".to_owned(), "None".to_owned())].into(),
        }
    }

    fn display(&self) -> String {
        self.as_ref().map_or_else(|| "None".to_owned(), T::display)
    }
}

/// What a function without a result returns, is None in Python.
impl Value for () {
    fn answer(&self) -> BTreeMap<String, String> {
        [("dtype".to_owned(), "None".to_owned())].into()
    }

    fn display(&self) -> String {
        "()".to_owned()
    }
}

/// An exception in Python is an error here.
impl<T: Value, E: Display> Value for Result<T, E> {
    fn answer(&self) -> BTreeMap<String, String> {
        match self {
            Ok(value) => value.answer(),
            Err(error) => [("error".to_owned(), error.to_string())].into(),
        }
    }

    fn display(&self) -> String {
        match self {
            Ok(value) => value.display(),
            Err(error) => error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn shown(value: impl Value) -> [String; 3] {
        let answer = value.answer();
        ["dtype", "shape", "value"].map(|key| answer[key].clone())
    }

    #[test]
    fn numbers_are_written_as_the_recording_has_them() {
        let floats = array![1.0, -0.0, 0.1, 1e-4, 9.99e-5, 1e16, f64::NAN, f64::NEG_INFINITY];
        assert_eq!(
            shown(floats),
            ["float64", "(8,)", "1.0 -0.0 0.1 0.0001 9.99e-5 1e16 nan -inf"]
        );
        assert_eq!(
            shown(array![[0.1_f32], [1e-7]]),
            ["float32", "(2, 1)", "0.1 1e-7"]
        );
        assert_eq!(
            shown(Complex::new(1.5, -2e-16)),
            ["complex128", "()", "1.5-2e-16j"]
        );
    }

    #[test]
    fn text_is_quoted() {
        assert_eq!(shown(["Zoë", "a \"b\""]), ["str", "(2,)", r#""Zoë" "a \"b\"""#]);
    }

    #[test]
    fn a_view_is_read_in_its_own_order() {
        assert_eq!(shown(array![[1, 2], [3, 4]].t()), ["int32", "(2, 2)", "1 3 2 4"]);
    }
}
